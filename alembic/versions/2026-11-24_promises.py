"""When a request without an answer ends, and until when its answers hold."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAMES = ("expires_at", "answers_until")
# A day of grace, as it was before; on SQLite the fraction of a second stays as it is written.
FILL = {
    "sqlite": "UPDATE appointments SET"
    " expires_at = datetime(answer_by, '+1 day') || substr(answer_by, 20),"
    " answers_until = datetime(created_at, '+30 days') || substr(created_at, 20)",
    "postgresql": "UPDATE appointments SET"
    " expires_at = answer_by + interval '24 hours',"
    " answers_until = created_at + interval '720 hours'",
}


def upgrade() -> None:
    for name in NAMES:
        op.add_column("appointments", sa.Column(name, UtcDateTime(), nullable=True))
    op.execute(FILL[op.get_bind().dialect.name])
    with op.batch_alter_table("appointments") as batch:
        for name in NAMES:
            batch.alter_column(name, existing_type=UtcDateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        for name in NAMES:
            batch.drop_column(name)
