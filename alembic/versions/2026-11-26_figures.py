"""Keys that expire, clinics that pause, and what is counted: first answers and missed visits."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0011"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff_keys", sa.Column("expires_at", UtcDateTime(), nullable=True))
    op.add_column(
        "clinics", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    with op.batch_alter_table("clinics") as batch:
        batch.drop_column("paused")
    with op.batch_alter_table("staff_keys") as batch:
        batch.drop_column("expires_at")
