"""What a clinic owes an answer about is found by its deadline, and what is late without its row."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLE, DESK, OWED = "appointments", "ix_appointments_on_desk", "ix_appointments_owed"
ON_DESK = (
    "state IN ('requested', 'received', 'no_show') OR wants_move OR call_due_since IS NOT NULL"
)
IS_OWED = "state IN ('requested', 'received') OR wants_move AND offer_expires_at IS NULL"


def upgrade() -> None:
    op.drop_index(DESK, TABLE)
    _create(DESK, ["clinic_id", "created_at", "id", "answer_by"], ON_DESK)
    _create(OWED, ["clinic_id", "answer_by", "id"], IS_OWED)


def downgrade() -> None:
    op.drop_index(OWED, TABLE)
    op.drop_index(DESK, TABLE)
    _create(DESK, ["clinic_id", "created_at", "id"], ON_DESK)


def _create(name: str, columns: list[str], condition: str) -> None:
    holds = sa.text(condition)
    op.create_index(name, TABLE, columns, sqlite_where=holds, postgresql_where=holds)
