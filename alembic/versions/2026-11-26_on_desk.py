"""An index of what waits for a clinic, however long its list."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEX = "ix_appointments_on_desk"
ON_DESK = sa.text(
    "state IN ('requested', 'received', 'no_show') OR wants_move OR call_due_since IS NOT NULL"
)


def upgrade() -> None:
    op.create_index(
        INDEX,
        "appointments",
        ["clinic_id", "created_at", "id"],
        sqlite_where=ON_DESK,
        postgresql_where=ON_DESK,
    )


def downgrade() -> None:
    op.drop_index(INDEX, "appointments")
