"""What creating calls under an Idempotency-Key were answered."""

import sqlalchemy as sa
from alembic import op

from referral.db import Sealed, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repeats",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.Uuid(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("answer", Sealed(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repeats")),
    )
    op.create_index(op.f("ix_repeats_about"), "repeats", ["about"])
    op.create_index(op.f("ix_repeats_made_at"), "repeats", ["made_at"])


def downgrade() -> None:
    op.drop_table("repeats")
