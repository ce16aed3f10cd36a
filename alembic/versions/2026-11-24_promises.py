"""When a request without an answer ends, and until when its answers hold."""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GRACE = timedelta(days=1)
ANSWERS_LAST = timedelta(days=30)
NAMES = ("expires_at", "answers_until")
ROWS = sa.table(
    "appointments",
    sa.column("id", sa.Uuid()),
    *(sa.column(name, UtcDateTime()) for name in ("answer_by", "created_at", *NAMES)),
)


def upgrade() -> None:
    for name in NAMES:
        op.add_column("appointments", sa.Column(name, UtcDateTime(), nullable=True))
    _fill()
    with op.batch_alter_table("appointments") as batch:
        for name in NAMES:
            batch.alter_column(name, existing_type=UtcDateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        for name in NAMES:
            batch.drop_column(name)


def _fill() -> None:
    """Give what was promised before the day of grace that it had, in a form both databases know."""
    connection = op.get_bind()
    found = connection.execute(sa.select(ROWS.c.id, ROWS.c.answer_by, ROWS.c.created_at)).all()
    given = [
        {
            "of": row.id,
            "expires_at": row.answer_by + GRACE,
            "answers_until": row.created_at + ANSWERS_LAST,
        }
        for row in found
    ]
    if given:
        connection.execute(
            sa.update(ROWS)
            .where(ROWS.c.id == sa.bindparam("of"))
            .values({name: sa.bindparam(name) for name in NAMES}),
            given,
        )
