"""When a clinic is reminded, and whom neither mail nor a call reaches."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("appointments", sa.Column("remind_at", UtcDateTime(), nullable=True))
    op.add_column(
        "appointments",
        sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        batch.drop_column("unreachable")
        batch.drop_column("remind_at")
