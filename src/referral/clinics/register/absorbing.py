"""Keeps what the public register last said of each NPI, and finds what has changed."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlmodel import Session, col, select

from referral.clinics.geography.addresses import Location, spot
from referral.clinics.models import Clinic
from referral.clinics.register.grouping import Member
from referral.clinics.register.models import RegisterEntry, Staged
from referral.clinics.register.nppes import Found, Kind
from referral.clinics.register.providers import Provider
from referral.clinics.standing import Standing
from referral.db import table_of
from referral.text import N_


class Taking(StrEnum):
    """What became of one NPI."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OWN_DATA = "own-data"
    GONE = "gone"


TAKINGS = {
    Taking.NEW: N_("New in the directory"),
    Taking.CHANGED: N_("Brought up to date"),
    Taking.UNCHANGED: N_("Unchanged"),
    Taking.OWN_DATA: N_("Left alone: the clinic has joined and keeps its own details"),
    Taking.GONE: N_("No longer active"),
}

News = Mapping[str, Sequence[Staged | Found]]
"""What was found of each of some NPIs."""

# From the files beside the provider file to the columns that they fill.
SUPPLEMENTS = {Kind.LOCATIONS: "locations", Kind.NAMES: "other_names"}


@dataclass(slots=True)
class Absorbed:
    """What became of the NPIs; the spots to look at anew; the clinics that may have lost one.

    `added` are rows that are still to be stored.
    """

    counts: Counter[Taking] = field(default_factory=Counter)
    spots: set[str] = field(default_factory=set)
    bereft: set[UUID] = field(default_factory=set)
    added: list[dict[str, Any]] = field(default_factory=list)


def absorb(
    session: Session, batches: Iterable[News], kinds: Collection[str], *, now: datetime
) -> Absorbed:
    """Bring the register up to what was found; each NPI is in one batch. `kinds` were looked into.

    A provider that is named has exactly the places and names that were found; what was not looked
    into leaves them as they are.
    """
    absorbed = Absorbed()
    for rows in batches:
        entries = _entries(session, rows)
        joined = _joined(session, entries)
        for npi, staged in rows.items():
            entry = entries.get(npi)
            news = _news(entry, staged, kinds)
            if news is not None:
                taking = _take(npi, entry, news | {"updated_at": now}, absorbed)
                own = entry is not None and entry.clinic_id in joined
                absorbed.counts[Taking.OWN_DATA if own else taking] += 1
        absorbed.bereft |= _unregistered(session, rows.keys() - entries.keys())
        if absorbed.added:
            # As rows: an object for each takes ten times as long.
            session.execute(insert(table_of(RegisterEntry)), absorbed.added)
            absorbed.added.clear()
    return absorbed


def member(entry: RegisterEntry) -> Member:
    """Return what the register says of one NPI, as the rules of grouping take it."""
    return Member(
        Provider.from_json(entry.facts),
        tuple(Location(**place) for place in entry.locations),
        tuple(entry.other_names),
    )


def _entries(session: Session, npis: Collection[str]) -> dict[str, RegisterEntry]:
    found = select(RegisterEntry).where(col(RegisterEntry.npi).in_(npis))
    return {entry.npi: entry for entry in session.exec(found)}


def _joined(session: Session, entries: Mapping[str, RegisterEntry]) -> set[UUID | None]:
    ids = {entry.clinic_id for entry in entries.values()}
    joined = select(Clinic.id).where(col(Clinic.standing) == Standing.JOINED)
    return {*session.exec(joined.where(col(Clinic.id).in_(ids)))}


def _unregistered(session: Session, npis: Collection[str]) -> set[UUID]:
    """Return the clinics that carry these NPIs although the register's table does not."""
    return {*session.exec(select(Clinic.id).where(col(Clinic.npi).in_(npis)))}


def _news(
    entry: RegisterEntry | None, staged: Sequence[Staged | Found], kinds: Collection[str]
) -> dict[str, Any] | None:
    """Return what the register says now; None of an NPI that it never described to us."""
    rows: dict[Kind, list[Any]] = {}
    for row in sorted(staged, key=lambda row: row.key):
        rows.setdefault(row.kind, []).append(row.facts)
    described = rows[Kind.PROVIDERS][0] if Kind.PROVIDERS in rows else None
    if entry is not None and described is not None and _is_older(described, entry.facts):
        # All of it but a deactivation, which has a date of its own, is of that older day.
        rows, described = {kind: rows[kind] for kind in rows if kind is Kind.DEACTIVATIONS}, None
    facts: dict[str, Any] | None = described or (None if entry is None else entry.facts)
    if facts is None:
        return None
    was_active = entry is not None and entry.is_active
    is_active = described is not None if Kind.PROVIDERS in rows else was_active
    news: dict[str, Any] = {
        "facts": facts,
        "spot": spot(facts["address_1"], facts["address_2"], facts["postal_code"]),
        "is_active": is_active and not _ended(facts, rows.get(Kind.DEACTIVATIONS, ())),
    }
    for kind, column in SUPPLEMENTS.items():
        if kind in kinds and (kind in rows or Kind.PROVIDERS in rows):
            news[column] = [_bare(one) for one in rows.get(kind, ())]
    return news


def _is_older(facts: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Tell whether a record is older than what is known: of an older file, or before a refresh."""
    return (facts["last_updated"] or "") < (known["last_updated"] or "")


def _ended(facts: Mapping[str, Any], deactivations: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether a deactivation counts: an update that is later says that it was taken back."""
    return any(one["text"] >= (facts["last_updated"] or "") for one in deactivations)


def _bare(facts: dict[str, str]) -> dict[str, str] | str:
    """Return a location as it is, and a name without its wrapping."""
    return facts.get("text", facts)


def _take(npi: str, entry: RegisterEntry | None, news: dict[str, Any], to: Absorbed) -> Taking:
    """Keep what is new about one NPI, and note which spots and clinics that concerns."""
    if entry is None:
        empty: dict[str, Any] = {"locations": [], "other_names": []}
        to.added.append(empty | news | {"npi": npi, "clinic_id": None})
        to.spots.add(news["spot"])
        return Taking.NEW
    if not news["is_active"] and entry.clinic_id is not None:
        to.bereft.add(entry.clinic_id)
    changed = {name for name in news if getattr(entry, name) != news[name]} - {"updated_at"}
    if not changed:
        return Taking.UNCHANGED
    to.spots |= {entry.spot, news["spot"]}
    entry.sqlmodel_update(news)
    return Taking.CHANGED if entry.is_active else Taking.GONE
