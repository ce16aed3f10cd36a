"""The record: a hash chain over the events, who was shown personal data, and checkpoints."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0023"
branch_labels = None
depends_on = None

BATCH = 5000
GENESIS = bytes(32)
LOOKS = (*("opened", "notes", "found", "exported"),)
LOGS = (*("events", "accesses"),)
EVENTS = sa.table(
    "events",
    sa.column("id", sa.Uuid()),
    sa.column("clinic_id", sa.Uuid()),
    sa.column("number", sa.Integer()),
    sa.column("appointment_id", sa.Uuid()),
    sa.column("kind", sa.String()),
    sa.column("actor", sa.String()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("data", sa.JSON()),
    sa.column("hash", sa.LargeBinary()),
)
COUNTERS = sa.table(
    "event_counters",
    sa.column("clinic_id", sa.Uuid()),
    sa.column("last", sa.Integer()),
    sa.column("head", sa.LargeBinary()),
)


def upgrade() -> None:
    """Chain what is there without a key, which a migration has not; the next event ties it down."""
    nothing = sa.text({"sqlite": "x''", "postgresql": "''"}[op.get_bind().dialect.name])
    with op.batch_alter_table("event_counters") as batch:
        batch.add_column(
            sa.Column("head", sa.LargeBinary(), nullable=False, server_default=nothing)
        )
    with op.batch_alter_table("events") as batch:
        batch.add_column(
            sa.Column("hash", sa.LargeBinary(), nullable=False, server_default=nothing)
        )
    _make_tables()
    _chain(op.get_bind())
    for table, column in (("event_counters", "head"), ("events", "hash")):
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.LargeBinary(), server_default=None)


def downgrade() -> None:
    for table in ("checkpoints", "accesses_of_many", "accesses", "access_counters"):
        op.drop_table(table)
    for table, column in (("event_counters", "head"), ("events", "hash")):
        with op.batch_alter_table(table) as batch:
            batch.drop_column(column)


def _make_tables() -> None:
    op.create_table(
        "access_counters",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", name=op.f("pk_access_counters")),
    )
    op.create_table(
        "accesses",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _coded("kind", LOOKS), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "(appointment_id IS NOT NULL) = (requests = 1)",
            name=op.f("ck_accesses_one_stands_here"),
        ),
        sa.PrimaryKeyConstraint("clinic_id", "number", name=op.f("pk_accesses")),
    )
    op.create_index("ix_accesses_appointment_id", "accesses", ["appointment_id", "at"])
    op.create_table(
        "accesses_of_many",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "clinic_id", "number", "appointment_id", name=op.f("pk_accesses_of_many")
        ),
    )
    op.create_index("ix_accesses_of_many_appointment_id", "accesses_of_many", ["appointment_id"])
    op.create_table(
        "checkpoints",
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("log", _coded("log", LOGS), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("clinic_id", "log", "number", name=op.f("pk_checkpoints")),
    )


def _coded(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def _chain(connection: sa.Connection) -> None:
    link = (
        sa.update(EVENTS).where(EVENTS.c.id == sa.bindparam("of")).values(hash=sa.bindparam("made"))
    )
    connection.execute(sa.update(COUNTERS).values(head=GENESIS))
    busy = sa.select(COUNTERS.c.clinic_id).where(COUNTERS.c["last"] > 0)
    for clinic_id in connection.execute(busy).scalars().all():
        head = GENESIS
        for events in _batches(connection, clinic_id):
            made = []
            for event in events:
                head = hashlib.sha256(head + hashlib.sha256(_said(event)).digest()).digest()
                made.append({"of": event.id, "made": head})
            connection.execute(link, made)
        of_clinic = COUNTERS.c.clinic_id == clinic_id
        connection.execute(sa.update(COUNTERS).where(of_clinic).values(head=head))


def _batches(connection: sa.Connection, clinic_id: UUID) -> Iterator[list[sa.Row[Any]]]:
    after = 0
    mine = sa.select(EVENTS).where(EVENTS.c.clinic_id == clinic_id).order_by(EVENTS.c.number)
    while found := connection.execute(mine.where(EVENTS.c.number > after).limit(BATCH)).all():
        yield list(found)
        after = found[-1].number


def _said(event: sa.Row[Any]) -> bytes:
    """Spell an event as `referral.record.chain.said` does, for as long as this row is read."""
    ids = (event.id.hex, event.clinic_id.hex, event.appointment_id.hex)
    facts = [*ids, event.kind, event.actor, _moment(event.at), event.data]
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _moment(at: datetime) -> str:
    aware = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")
