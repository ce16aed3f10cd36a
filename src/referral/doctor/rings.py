"""Whether the key ring opens what the database holds: counts by ring key, and samples opened."""

from collections.abc import Callable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, LargeBinary, Table, case, literal
from sqlmodel import Session, func, select

from referral.appointments.models import Appointment
from referral.clinics.models import Confirmation
from referral.db import table_of
from referral.doctor.findings import Finding, Level
from referral.repeats import Repeat
from referral.retired import RetiredKey
from referral.symptoms.models import AssessmentRow
from referral.vault import Vault, mark
from referral.webhooks.models import Webhook

SAMPLE = 200
# What is sealed for a browser lives for a day, and only keys of the ring open it.
WHEN = "a day after the last restart with the newer key, for open forms need it until then"
SEALED = tuple(
    table_of(model) for model in (Appointment, AssessmentRow, Webhook, Repeat, RetiredKey)
)
LINKED = tuple(table_of(model) for model in (Appointment, Confirmation))
MEND = (
    "Put the ring key that sealed them back into REFERRAL_KEYS, behind the first one; without it "
    "they cannot be read any more."
)


def keys(session: Session, vault: Vault) -> Finding:
    """Count all row keys by the ring key that wraps them; open a sample of them, and of links."""
    counted = count_by_ring_key(session, vault)
    foreign = counted.pop(None, 0)
    closed = sum(_closed(session, table, "wrapped_key", vault.open_key) for table in SEALED)
    broken = sum(_closed(session, table, "token_hash", vault.link_token) for table in LINKED)
    by_name = ", ".join(f"{name}: {counted.get(name, 0)}" for name in vault.names)
    says = f"Row keys by ring key: {by_name}"
    if foreign or closed or broken:
        found = f"{foreign} under none of them; sampled, {closed} rows and {broken} links"
        return Finding("keys", Level.FAILING, f"{says}; {found} do not open.", MEND)
    standing = " ".join(_standing(vault, name, counted.get(name, 0)) for name in vault.names[1:])
    return Finding("keys", Level.OK, f"{says}; the sampled rows and links open. {standing}".strip())


def is_needed(vault: Vault, name: str, counted: int) -> bool:
    """Return whether a key of the ring, which wraps so many row keys, must stay in it."""
    return counted > 0 or not vault.is_retired(name)


def _standing(vault: Vault, name: str, counted: int) -> str:
    if is_needed(vault, name, counted):
        return (
            f"{name} is still needed, for {counted} row keys and the links, codes and hashes that "
            "it made: `referral rotate`."
        )
    return f"{name} can be taken out of REFERRAL_KEYS {WHEN}; backups from before still need it."


def count_by_ring_key(session: Session, vault: Vault) -> dict[str | None, int]:
    """Return how many row keys each key of the ring wraps; under None, those of no key of it."""
    counted: dict[str | None, int] = {}
    for table in SEALED:
        wrapped_by = _wrapped_by(table, vault)
        found = select(wrapped_by, func.count()).where(table.c.wrapped_key.is_not(None))
        for name, count in session.execute(found.group_by(wrapped_by)):
            counted[name] = counted.get(name, 0) + count
    return counted


def _wrapped_by(table: Table, vault: Vault) -> ColumnElement[str | None]:
    known = [
        (
            func.substr(table.c.wrapped_key, 1, len(mark(name)))
            == literal(mark(name), LargeBinary),
            name,
        )
        for name in vault.names
    ]
    return case(*known, else_=None)


def _closed(
    session: Session, table: Table, column: str, opens: Callable[[UUID, bytes], object]
) -> int:
    """Return how many of a sample do not open; ids are random, so the first ones are one."""
    stored = table.c[column]
    found = select(table.c.id, stored).where(stored.is_not(None)).order_by(table.c.id)
    return sum(not _opens(opens, *row) for row in session.execute(found.limit(SAMPLE)))


def _opens(opens: Callable[[UUID, bytes], object], row: UUID, stored: bytes) -> bool:
    try:
        opens(row, stored)
    except (KeyError, InvalidTag, ValueError):
        return False
    return True
