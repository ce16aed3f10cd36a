"""What callers of many calls have spent, in all processes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_calls",
        sa.Column("policy", sa.String(length=16), nullable=False),
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("policy", "holder", name=op.f("pk_spent_calls")),
    )


def downgrade() -> None:
    op.drop_table("spent_calls")
