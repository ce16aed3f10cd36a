"""Which requests are over and to be erased one day, and which assessments were looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0030"
branch_labels = None
depends_on = None

ENDED = sa.text(
    "wrapped_key IS NOT NULL AND state IN "
    "('completed', 'declined', 'cancelled', 'expired', 'entered_in_error')"
)
NOT_KNOWN_AS_USED = sa.text("NOT is_used")


def upgrade() -> None:
    op.create_index(
        "ix_appointments_ended",
        "appointments",
        ["since", "id"],
        sqlite_where=ENDED,
        postgresql_where=ENDED,
    )
    op.drop_index("ix_assessments_created_at", "assessments")
    op.add_column(
        "assessments",
        sa.Column("is_used", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "ix_assessments_not_known_as_used",
        "assessments",
        ["created_at", "id"],
        sqlite_where=NOT_KNOWN_AS_USED,
        postgresql_where=NOT_KNOWN_AS_USED,
    )


def downgrade() -> None:
    op.drop_index("ix_assessments_not_known_as_used", "assessments")
    with op.batch_alter_table("assessments") as batch:
        batch.drop_column("is_used")
    op.create_index("ix_assessments_created_at", "assessments", ["created_at"])
    op.drop_index("ix_appointments_ended", "appointments")
