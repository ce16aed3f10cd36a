"""When a clinic last confirmed its details, how it answers, and what that counts for in a list."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None

PLACES = "ix_clinics_latitude_longitude{}_id"
REASONS = ("left_unanswered", "unconfirmed")
NAMES = (
    "paused_because",
    "next_free_week",
    "confirmed_at",
    "median_answer_seconds",
    "left_unanswered",
    "handicap",
)


def upgrade() -> None:
    op.drop_index(PLACES.format(""), "clinics")
    with op.batch_alter_table("clinics") as batch:
        reason = sa.Enum(
            *REASONS, name="paused_because", native_enum=False, create_constraint=True, length=32
        )
        batch.add_column(sa.Column("paused_because", reason, nullable=True))
        batch.add_column(sa.Column("next_free_week", sa.Date(), nullable=True))
        batch.add_column(sa.Column("confirmed_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("median_answer_seconds", sa.Integer(), nullable=True))
        batch.add_column(
            sa.Column("left_unanswered", sa.Integer(), nullable=False, server_default="0")
        )
        batch.add_column(sa.Column("handicap", sa.Float(), nullable=False, server_default="4"))
    columns = ["latitude", "longitude", "handicap", "id"]
    op.create_index(PLACES.format("_handicap"), "clinics", columns)
    # Who joined, or changed something since, looked at the details then.
    op.execute("UPDATE clinics SET confirmed_at = updated_at WHERE standing = 'joined'")
    # The worker then counts at once, and the handicaps with it.
    op.execute("DELETE FROM statistics_snapshots")


def downgrade() -> None:
    op.drop_index(PLACES.format("_handicap"), "clinics")
    with op.batch_alter_table("clinics") as batch:
        batch.drop_constraint(op.f("ck_clinics_paused_because"), type_="check")
        for name in NAMES:
            batch.drop_column(name)
    op.create_index(PLACES.format(""), "clinics", ["latitude", "longitude", "id"])
