"""Keys that expire, clinics that pause, and what is counted: first answers and missed visits."""

import sqlalchemy as sa
from alembic import op

from referral.db import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# In seconds, rounded down, from the first answer in the log: taken back or not.
ANSWERED_AFTER = {
    # A Julian day is known to the millisecond.
    "sqlite": "CAST(round((julianday(min(at)) - julianday(appointments.created_at)) * 86400, 3)"
    " AS INTEGER)",
    "postgresql": "CAST(floor(extract(epoch FROM min(at) - appointments.created_at)) AS INTEGER)",
}
FILL_ANSWERS = (
    "UPDATE appointments SET answer_seconds = (SELECT {} FROM events"
    " WHERE appointment_id = appointments.id AND kind IN ('appointment.offered',"
    " 'appointment.booked', 'appointment.waitlisted', 'appointment.declined'))"
)
FILL_MISSED = (
    "UPDATE appointments SET missed = (SELECT"
    " coalesce(sum(CASE kind WHEN 'appointment.no_show' THEN 1 ELSE -1 END), 0) > 0 FROM events"
    " WHERE appointment_id = appointments.id AND (kind = 'appointment.no_show'"
    " OR (kind = 'appointment.undone' AND data ->> 'undone' = 'no_show')))"
)


def upgrade() -> None:
    op.add_column("staff_keys", sa.Column("expires_at", UtcDateTime(), nullable=True))
    op.add_column(
        "clinics", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("appointments", sa.Column("answer_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "appointments", sa.Column("missed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(FILL_ANSWERS.format(ANSWERED_AFTER[op.get_bind().dialect.name]))
    op.execute(FILL_MISSED)
    op.create_table(
        "statistics_snapshots",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("counted_at", UtcDateTime(), nullable=False),
        sa.Column("overall", sa.JSON(), nullable=False),
        sa.Column("clinics", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_statistics_snapshots")),
    )


def downgrade() -> None:
    op.drop_table("statistics_snapshots")
    with op.batch_alter_table("appointments") as batch:
        batch.drop_column("missed")
        batch.drop_column("answer_seconds")
    with op.batch_alter_table("clinics") as batch:
        batch.drop_column("paused")
    with op.batch_alter_table("staff_keys") as batch:
        batch.drop_column("expires_at")
