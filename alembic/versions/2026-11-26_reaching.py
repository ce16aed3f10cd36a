"""When a clinic is reminded, whom neither mail nor a call reaches, and notices in their order."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None


OLD, NEW = "ix_notices_status_due_at", "ix_notices_status_due_at_id"


def upgrade() -> None:
    op.drop_index(op.f(OLD), "notices")
    # In the order in which they are leased, so that the first is found without sorting the rest.
    op.create_index(op.f(NEW), "notices", ["status", "due_at", "id"])
    op.add_column("appointments", sa.Column("remind_at", UtcDateTime(), nullable=True))
    op.add_column(
        "appointments",
        sa.Column("unreachable", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    op.drop_index(op.f(NEW), "notices")
    op.create_index(op.f(OLD), "notices", ["status", "due_at"])
    with op.batch_alter_table("appointments") as batch:
        batch.drop_column("unreachable")
        batch.drop_column("remind_at")
