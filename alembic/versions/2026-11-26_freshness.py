"""When a clinic last confirmed its details, how it answers, and what that counts for in a list."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PLACES = "ix_clinics_latitude_longitude_is_public{}_id"
REASONS = ("left_unanswered", "unconfirmed")
NAMES = (
    "paused_because",
    "next_free_week",
    "confirmed_at",
    "median_answer_seconds",
    "left_unanswered",
    "handicap",
    "told_on",
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
        batch.add_column(sa.Column("told_on", sa.JSON(), nullable=False, server_default="{}"))
    columns = ["latitude", "longitude", "is_public", "handicap", "id"]
    op.create_index(PLACES.format("_handicap"), "clinics", columns)
    op.create_table(
        "clinic_confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("warned_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_clinic_confirmations_clinic_id_clinics")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clinic_confirmations")),
        sa.UniqueConstraint("clinic_id", name=op.f("uq_clinic_confirmations_clinic_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_clinic_confirmations_token_hash")),
    )
    # Who joined, or changed something since, looked at the details then.
    op.execute("UPDATE clinics SET confirmed_at = updated_at WHERE standing = 'joined'")
    # The worker then counts at once, and the handicaps with it.
    op.execute("DELETE FROM statistics_snapshots")


def downgrade() -> None:
    op.drop_table("clinic_confirmations")
    op.drop_index(PLACES.format("_handicap"), "clinics")
    with op.batch_alter_table("clinics") as batch:
        batch.drop_constraint(op.f("ck_clinics_paused_because"), type_="check")
        for name in NAMES:
            batch.drop_column(name)
    op.create_index(PLACES.format(""), "clinics", ["latitude", "longitude", "is_public", "id"])
