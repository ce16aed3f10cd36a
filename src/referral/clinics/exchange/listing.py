"""Takes the clinics of a list that is not the national register into the directory."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert
from sqlmodel import Session, col, select

from referral.clinics.exchange.entries import Entry, Person
from referral.clinics.models import Chiropractor, Clinic, ClinicPlace, ClinicWord
from referral.clinics.register.absorbing import TAKINGS as OF_THE_REGISTER
from referral.clinics.register.absorbing import Taking
from referral.clinics.register.models import RegisterEntry
from referral.clinics.register.shelving import PLACE, UNTOLD, WORD, has, keep, remove, used_clinics
from referral.clinics.standing import Standing
from referral.clinics.words import words
from referral.db import table_of
from referral.record.service import open_logs
from referral.text import N_

BATCH = 500
ELSEWHERE = "other-source"
TAKINGS: Mapping[str, str] = {
    **{taking: words for taking, words in OF_THE_REGISTER.items() if taking is not Taking.GONE},
    ELSEWHERE: N_("Left alone: the directory has it from another source"),
}
_COPIED = (
    *("npi", "name", "address_1", "address_2", "city", "state", "postal_code", "country", "phone"),
    *("timezone", "accepting", "keeps_holidays", "hours", "prices"),
)
_SEVERAL = (*("closed_on", "languages", "techniques", "accessibility", "insurance", "other_names"),)


def take(session: Session, entries: Sequence[Entry], *, source: str, now: datetime) -> Counter[str]:
    """Store some clinics of a list, or change those that came from it; count what became of them.

    `entries` have different ids. A clinic that has joined keeps every detail, and one that came
    from elsewhere too: the directory has each from one source.
    """
    stored = _stored(session, [entry.id for entry in entries])
    takings = dict(_takings(session, entries, stored, source))
    chosen = [entry for entry in entries if entry.id not in takings]
    added = []
    for entry in chosen:
        facts, clinic = _facts(entry), stored.get(entry.id)
        if clinic is None:
            added.append({"id": entry.id, **UNTOLD, **facts, "source": source} | _of(now))
            takings[entry.id] = Taking.NEW
        elif not has(clinic, facts):
            clinic.sqlmodel_update(facts | _of(now))
            takings[entry.id] = Taking.CHANGED
    session.flush()
    if added:
        session.execute(insert(table_of(Clinic)), added)
    open_logs(session, [row["id"] for row in added])
    for clinic_id in _keep_people(session, chosen, used_clinics(session, [*stored.values()])):
        takings.setdefault(clinic_id, Taking.CHANGED)
    keep(session, ClinicWord, WORD, {entry.id: {*_words(entry)} for entry in chosen})
    keep(session, ClinicPlace, PLACE, {entry.id: {*_places(entry)} for entry in chosen})
    return Counter(takings.get(entry.id, Taking.UNCHANGED) for entry in entries)


def end(session: Session, clinic_ids: Collection[UUID], *, source: str) -> tuple[int, list[str]]:
    """Take off those of the clinics that came from this source; return how many, and who stays.

    One that has joined, or is in use, stays for a person to look at: its id is returned.
    """
    waiting, count, staying = sorted(clinic_ids), 0, []
    for start in range(0, len(waiting), BATCH):
        mine = col(Clinic.id).in_(waiting[start : start + BATCH]), col(Clinic.source) == source
        # Locked, so that none of them joins or gets a key in between.
        clinics = session.exec(select(Clinic).where(*mine).with_for_update()).all()
        used = used_clinics(session, clinics)
        staying += [str(clinic.id) for clinic in clinics if clinic.id in used]
        going = [clinic.id for clinic in clinics if clinic.id not in used]
        remove(session, going)
        count += len(going)
    return count, staying


def _stored(session: Session, ids: Collection[UUID]) -> dict[UUID, Clinic]:
    """Return the clinics of these ids; nobody changes them meanwhile."""
    mine = select(Clinic).where(col(Clinic.id).in_(ids)).with_for_update(key_share=True)
    return {clinic.id: clinic for clinic in session.exec(mine)}


def _takings(
    session: Session, entries: Sequence[Entry], stored: Mapping[UUID, Clinic], source: str
) -> Iterator[tuple[UUID, str]]:
    """Yield the entries that are left alone, and why."""
    npis = {entry.npi for entry in entries if entry.npi}
    holders = session.exec(select(Clinic.npi, Clinic.id).where(col(Clinic.npi).in_(npis)))
    owners: dict[str | None, UUID] = dict(holders.all())
    registered = select(RegisterEntry.npi).where(col(RegisterEntry.npi).in_(npis))
    of_register = {*session.exec(registered)}
    for entry in entries:
        clinic = stored.get(entry.id)
        if clinic is not None and clinic.standing is Standing.JOINED:
            yield entry.id, Taking.OWN_DATA
        elif (
            (clinic is not None and clinic.source != source)
            or entry.npi in of_register
            or (entry.npi and owners.setdefault(entry.npi, entry.id) != entry.id)
        ):
            yield entry.id, ELSEWHERE


def _facts(entry: Entry) -> dict[str, Any]:
    """Return what the list decides about a clinic that has not joined, by column."""
    facts: dict[str, Any] = {name: getattr(entry, name) for name in _COPIED}
    facts |= {name: list(getattr(entry, name)) for name in _SEVERAL}
    facts |= {"latitude": entry.point.latitude, "longitude": entry.point.longitude}
    facts["places"] = [branch.location.to_json() for branch in entry.branches]
    # A list without addresses to write to says nothing about the one that is known.
    return facts | ({"email": entry.email} if entry.email else {})


def _of(now: datetime) -> dict[str, Any]:
    return {"source_date": now.astimezone(UTC).date(), "updated_at": now}


def _keep_people(
    session: Session, entries: Sequence[Entry], used: Collection[UUID]
) -> Iterator[UUID]:
    """Make the chiropractors of each clinic those of its entry, and yield where that changed some.

    Of a clinic in use none goes: visits may be theirs.
    """
    known: dict[UUID, list[Chiropractor]] = {}
    mine = col(Chiropractor.clinic_id).in_([entry.id for entry in entries])
    for person in session.exec(select(Chiropractor).where(mine)):
        known.setdefault(person.clinic_id, []).append(person)
    for entry in entries:
        wanted = Counter(entry.people)
        before = known.get(entry.id, [])
        spare = [p for p in before if not _found(Person(p.name, p.credential), wanted)]
        going = [] if entry.id in used else spare
        coming = [
            {"id": uuid4(), "clinic_id": entry.id, **person._asdict()}
            for person in wanted.elements()
        ]
        for person in going:
            session.delete(person)
        if coming:
            session.execute(insert(table_of(Chiropractor)), coming)
        if going or coming:
            yield entry.id


def _found(person: Person, wanted: Counter[Person]) -> bool:
    """Take a person off those that are wanted, if it is one."""
    is_wanted = wanted[person] > 0
    wanted[person] -= is_wanted
    return is_wanted


def _words(entry: Entry) -> Iterator[tuple[UUID, str]]:
    names = (entry.name, *entry.other_names, *(person.name for person in entry.people))
    return ((entry.id, word) for word in words(names))


def _places(entry: Entry) -> Iterator[tuple[Any, ...]]:
    for position, branch in enumerate(entry.branches):
        yield (entry.id, position, *branch.point, branch.location.spot)
