"""Writes the clinics that the register gives: their rows, people, places and words."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, insert, not_, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, SQLModel, col, select

from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.models import Chiropractor, Clinic, ClinicPlace, ClinicWord, Invitation
from referral.clinics.register.grouping import Practice
from referral.clinics.register.models import RegisterEntry
from referral.clinics.standing import Accepting, Standing
from referral.clinics.words import words
from referral.db import table_of
from referral.record.models import EventCounter
from referral.record.service import open_logs
from referral.staff.models import StaffKey

BATCH = 500

# The clinic comes last: the others refer to it.
OWNERS = (
    (Chiropractor, Chiropractor.clinic_id),
    (ClinicPlace, ClinicPlace.clinic_id),
    (ClinicWord, ClinicWord.clinic_id),
    (EventCounter, EventCounter.clinic_id),
    (Clinic, Clinic.id),
)
WORD = ("clinic_id", "word")
PLACE = ("clinic_id", "position", "latitude", "longitude", "spot")
Rows = set[tuple[Any, ...]]

# Of a clinic that is only listed nobody has told us these.
UNTOLD: Mapping[str, Any] = {
    "standing": Standing.LISTED,
    "email": None,
    "accepting": Accepting.UNKNOWN,
    "paused": False,
    "hours": {},
    "keeps_holidays": True,
    "closed_on": [],
    "languages": [],
    "techniques": [],
    "accessibility": [],
    "insurance": [],
    "prices": {},
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """Providers and the clinic they are shown as: one that is stored, or a new one.

    `practice` is what the clinic becomes; None: it stays as it is.
    """

    clinic: Clinic | None
    entries: Sequence[RegisterEntry]
    practice: Practice | None
    is_used: bool = False
    clinic_id: UUID = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "clinic_id", self.clinic.id if self.clinic else uuid4())


def shelve(
    session: Session, shelves: Sequence[Shelf], *, zips: ZipCentroids, now: datetime
) -> None:
    """Write the clinics, and note of each provider whom it is shown as."""
    changed = {shelf.clinic_id: shelf.practice for shelf in shelves if shelf.practice}
    added = []
    for shelf in shelves:
        if shelf.practice is not None:
            facts = _facts(shelf.practice, zips)
            if shelf.clinic is None:
                added.append({"id": shelf.clinic_id, **UNTOLD, **facts, "updated_at": now})
            elif not has(shelf.clinic, facts):
                shelf.clinic.sqlmodel_update(facts | {"updated_at": now})
    session.flush()
    if added:
        # As rows: an object for each takes ten times as long.
        session.execute(insert(table_of(Clinic)), added)
    open_logs(session, [row["id"] for row in added])
    _keep_people(session, [shelf for shelf in shelves if shelf.practice])
    keep(session, ClinicWord, WORD, {i: _words(i, found) for i, found in changed.items()})
    keep(session, ClinicPlace, PLACE, {i: _places(i, found, zips) for i, found in changed.items()})
    for shelf in shelves:
        for entry in shelf.entries:
            entry.clinic_id = shelf.clinic_id


def used_clinics(session: Session, clinics: Collection[Clinic]) -> set[UUID]:
    """Return which have joined, are invited, have a key, or a request: that is an event."""
    ids = [clinic.id for clinic in clinics]
    invited = select(Invitation.clinic_id).where(col(Invitation.clinic_id).in_(ids))
    keys = select(StaffKey.clinic_id).where(col(StaffKey.clinic_id).in_(ids))
    logs = select(EventCounter.clinic_id).where(
        col(EventCounter.clinic_id).in_(ids), col(EventCounter.last) > 0
    )
    joined = {clinic.id for clinic in clinics if clinic.standing is Standing.JOINED}
    return joined | {*session.exec(invited), *session.exec(keys), *session.exec(logs)}


def show_places(session: Session) -> None:
    """Show each other place unless a provider of its own stands there, as another clinic."""
    taken = exists().where(
        col(RegisterEntry.spot) == col(ClinicPlace.spot),
        col(RegisterEntry.is_active),
        col(RegisterEntry.clinic_id) != col(ClinicPlace.clinic_id),
    )
    for is_shown, here in ((False, taken), (True, not_(taken))):
        wrong = here, col(ClinicPlace.is_shown).is_not(is_shown)
        session.execute(update(ClinicPlace).where(*wrong).values(is_shown=is_shown))


def take_off(session: Session, clinic_ids: Collection[UUID]) -> tuple[int, list[str]]:
    """Delete those of the clinics that have no provider left; return how many, and who stays.

    One that is in use stays for a person to look at; its NPI is returned if that has gone.
    """
    waiting, count, staying = sorted(clinic_ids), 0, []
    for start in range(0, len(waiting), BATCH):
        # Locked, so that none of them joins or gets a key in between.
        some = select(Clinic).where(col(Clinic.id).in_(waiting[start : start + BATCH]))
        clinics = session.exec(some.order_by(col(Clinic.npi)).with_for_update()).all()
        used = used_clinics(session, clinics)
        left = _active(session, [clinic.id for clinic in clinics])
        npis = {npi for _, npi in left}
        staying += [c.npi for c in clinics if c.id in used and c.npi and c.npi not in npis]
        ids = [
            c.id for c in clinics if c.id not in used and c.id not in {owner for owner, _ in left}
        ]
        remove(session, ids)
        count += len(ids)
    return count, staying


def _active(session: Session, clinic_ids: Collection[UUID]) -> set[tuple[UUID | None, str]]:
    columns = select(RegisterEntry.clinic_id, RegisterEntry.npi)
    mine = col(RegisterEntry.clinic_id).in_(clinic_ids)
    return {
        (owner, npi) for owner, npi in session.exec(columns.where(mine, RegisterEntry.is_active))
    }


def remove(session: Session, clinic_ids: Sequence[UUID]) -> None:
    """Delete clinics that are not in use, with all that is theirs."""
    apart = update(RegisterEntry).where(col(RegisterEntry.clinic_id).in_(clinic_ids))
    session.execute(apart.values(clinic_id=None))
    for table, owner in OWNERS:
        session.execute(delete(table).where(col(owner).in_(clinic_ids)))


def _facts(found: Practice, zips: ZipCentroids) -> dict[str, Any]:
    """Return what the register decides about a clinic that has not joined, by column."""
    place = zips.find(found.location.postal_code)
    return found.location.to_json() | {
        "source": "nppes",
        "country": "US",
        "npi": found.npi,
        "name": found.name,
        "other_names": list(found.other_names),
        "places": [other.to_json() for other in found.places],
        "is_public": found.is_public,
        "source_date": found.source_date,
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "timezone": place.timezone,
    }


def _keep_people(session: Session, shelves: Sequence[Shelf]) -> None:
    """Make the chiropractors of each clinic those of the register; in use, none goes."""
    mine = col(Chiropractor.clinic_id).in_([shelf.clinic_id for shelf in shelves if shelf.clinic])
    known: dict[UUID, list[Chiropractor]] = {}
    for person in session.exec(select(Chiropractor).where(mine)):
        known.setdefault(person.clinic_id, []).append(person)
    added = []
    for shelf in shelves:
        # Who came in before NPIs were kept is known by name.
        before = {p.npi or p.name: p for p in known.get(shelf.clinic_id, ())}
        for provider in shelf.practice.people if shelf.practice else ():
            own = {"npi": provider.npi, "name": provider.name, "credential": provider.credential}
            key = provider.npi if provider.npi in before else provider.name
            if key not in before:
                added.append({"id": uuid4(), "clinic_id": shelf.clinic_id, **own})
            elif not has(person := before.pop(key), own):
                person.sqlmodel_update(own)
        for person in () if shelf.is_used else before.values():
            session.delete(person)
    if added:
        session.execute(insert(table_of(Chiropractor)), added)


def has(row: Clinic | Chiropractor, facts: Mapping[str, Any]) -> bool:
    """Tell whether a row has these values already."""
    return all(getattr(row, name) == value for name, value in facts.items())


def _words(clinic_id: UUID, found: Practice) -> Rows:
    people = (person.name for person in found.people)
    return {(clinic_id, word) for word in words([found.name, *found.other_names, *people])}


def _places(clinic_id: UUID, found: Practice, zips: ZipCentroids) -> Rows:
    """Return where else it can be found; nowhere, as long as nobody is shown where it lies."""
    return {
        (clinic_id, position, *zips.find(place.postal_code).point, place.spot)
        for position, place in enumerate(found.places if found.is_public else ())
    }


def keep(
    session: Session, model: type[SQLModel], names: Sequence[str], wanted: Mapping[UUID, Rows]
) -> None:
    """Make the rows of each clinic those that are wanted, and touch none that are right."""
    table = table_of(model)
    found: dict[UUID, Rows] = {}
    columns = sa_select(*(table.c[name] for name in names))
    for row in session.execute(columns.where(table.c.clinic_id.in_(wanted))):
        found.setdefault(row[0], set()).add(tuple(row))
    changed = [
        clinic_id for clinic_id, rows in wanted.items() if rows != found.get(clinic_id, set())
    ]
    session.execute(delete(table).where(table.c.clinic_id.in_(changed)))
    rows = [dict(zip(names, row, strict=True)) for i in changed for row in wanted[i]]
    if rows:
        session.execute(insert(table), rows)
