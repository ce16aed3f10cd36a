"""Ring keys that left the ring, kept to make links and hashes again."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "retired_keys",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("retired_at", UtcDateTime(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("retired_keys")
