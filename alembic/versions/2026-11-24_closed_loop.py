"""The closed loop: every state, held times, deadlines, sending on, and clinics' holidays."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from referral.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FIRST_STATES = ("requested", "received", "booked", "declined", "cancelled")
STATES = (
    *("requested", "received", "offered", "waitlisted", "booked", "arrived", "no_show"),
    *("completed", "declined", "cancelled", "expired", "entered_in_error"),
)

NEAREST = {
    "offered": "received",
    "waitlisted": "received",
    "arrived": "booked",
    "no_show": "booked",
    "completed": "booked",
    "expired": "declined",
    "entered_in_error": "cancelled",
}


def upgrade() -> None:
    with op.batch_alter_table("appointments") as batch:
        _allow(batch, STATES)
        for column in _columns():
            batch.add_column(column)
        batch.create_foreign_key(
            op.f("fk_appointments_sent_on_to_appointments"), "appointments", ["sent_on_to"], ["id"]
        )
        batch.create_index(op.f("ix_appointments_due_at"), ["due_at"])
    # Requests on the way get a deadline at once; the first round of the worker sets it right.
    op.execute("UPDATE appointments SET since = created_at")
    op.execute(
        "UPDATE appointments SET due_at = created_at "
        "WHERE state IN ('requested', 'received', 'booked')"
    )
    op.execute("UPDATE appointments SET sequence = 0 WHERE starts_at IS NOT NULL")
    with op.batch_alter_table("clinics") as batch:
        for column in _clinic_columns():
            batch.add_column(column)
    _held_times()
    op.create_table(
        "wrong_codes",
        sa.Column("reference_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("reference_hash", name=op.f("pk_wrong_codes")),
    )


def downgrade() -> None:
    """Go back; a state that the older version does not know becomes the nearest one it does."""
    for table in ("wrong_codes", "held_cells", "held_times"):
        op.drop_table(table)
    state = sa.column("state", sa.String())
    rows = sa.table("appointments", state)
    for newer, older in NEAREST.items():
        op.execute(sa.update(rows).where(state == newer).values(state=older))
    with op.batch_alter_table("appointments") as batch:
        batch.drop_index(op.f("ix_appointments_due_at"))
        batch.drop_constraint(op.f("fk_appointments_sent_on_to_appointments"), type_="foreignkey")
        for column in _columns():
            batch.drop_column(column.name)
        _allow(batch, FIRST_STATES)
    with op.batch_alter_table("clinics") as batch:
        for column in _clinic_columns():
            batch.drop_column(column.name)


def _clinic_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("keeps_holidays", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("closed_on", sa.JSON(), nullable=False, server_default="[]"),
    )


def _columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("offer_expires_at", UtcDateTime(), nullable=True),
        sa.Column(
            "since", UtcDateTime(), nullable=False, server_default=sa.func.current_timestamp()
        ),
        sa.Column("stage", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("wants_move", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("by_phone", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("call_due_since", UtcDateTime(), nullable=True),
        sa.Column("also_ask", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("hop", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sent_on_to", sa.Uuid(), nullable=True),
        sa.Column("undo", sa.JSON(), nullable=True),
        sa.Column("undo_by", sa.Uuid(), nullable=True),
        sa.Column("undo_until", UtcDateTime(), nullable=True),
    )


def _held_times() -> None:
    op.create_table(
        "held_times",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("chiropractor_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("booked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointments.id"],
            name=op.f("fk_held_times_appointment_id_appointments"),
        ),
        sa.ForeignKeyConstraint(
            ["chiropractor_id"],
            ["chiropractors.id"],
            name=op.f("fk_held_times_chiropractor_id_chiropractors"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_held_times")),
    )
    op.create_index(op.f("ix_held_times_appointment_id"), "held_times", ["appointment_id"])
    op.create_table(
        "held_cells",
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("held_time_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["held_time_id"],
            ["held_times.id"],
            name=op.f("fk_held_cells_held_time_id_held_times"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("calendar_id", "starts_at", name=op.f("pk_held_cells")),
    )
    op.create_index(op.f("ix_held_cells_held_time_id"), "held_cells", ["held_time_id"])


def _allow(batch: BatchOperations, states: Iterable[str]) -> None:
    batch.drop_constraint(op.f("ck_appointments_state"), type_="check")
    batch.create_check_constraint("state", sa.column("state").in_(list(states)))
