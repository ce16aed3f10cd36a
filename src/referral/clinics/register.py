"""Taking providers from the public register into the directory."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete, select

from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.providers import Provider
from referral.clinics.standing import Standing
from referral.clinics.zips import Place, ZipCentroids
from referral.errors import InvalidError
from referral.record.models import EventCounter
from referral.record.service import open_log
from referral.staff.models import StaffKey
from referral.text import N_

SOURCE = "nppes"
# What the register decides about a clinic that has not joined.
FACTS = ("name", "address_1", "address_2", "city", "state", "postal_code", "phone", "source_date")


class Taking(StrEnum):
    """What became of one provider."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OWN_DATA = "own-data"
    UNKNOWN_ZIP = "unknown-zip"


TAKINGS = {
    Taking.NEW: N_("New in the directory"),
    Taking.CHANGED: N_("Brought up to date"),
    Taking.UNCHANGED: N_("Unchanged"),
    Taking.OWN_DATA: N_("Left alone: the clinic has joined and keeps its own details"),
    Taking.UNKNOWN_ZIP: N_("Refused: we do not know where the ZIP code is"),
}

# The clinic comes last: the others refer to it.
OWNERS = (
    (Chiropractor, Chiropractor.clinic_id),
    (EventCounter, EventCounter.clinic_id),
    (Clinic, Clinic.id),
)


def take(
    session: Session, providers: Sequence[Provider], *, zips: ZipCentroids, now: datetime
) -> Counter[Taking]:
    """Store `providers` as listed clinics and count what became of them; repeating is harmless."""
    npis = [provider.npi for provider in providers]
    known = {c.npi: c for c in session.exec(select(Clinic).where(col(Clinic.npi).in_(npis)))}
    people = _people(session, [clinic.id for clinic in known.values()])
    counts: Counter[Taking] = Counter()
    for provider in providers:
        counts[_take_one(session, provider, known, people=people, zips=zips, now=now)] += 1
    return counts


def known_npis(session: Session) -> set[str]:
    """Return the NPI of every clinic that has one."""
    return {npi for npi in session.exec(select(Clinic.npi)) if npi is not None}


def take_off(session: Session, npis: Collection[str]) -> tuple[list[str], list[str]]:
    """Delete the listed clinics with these NPIs; return the NPIs that went and those that stay.

    A clinic stays, for a person to look at, if it has joined or if anything refers to it. An NPI
    that the directory does not hold is in neither list, so repeating is harmless.
    """
    columns = select(Clinic.id, Clinic.npi, Clinic.standing).where(col(Clinic.npi).in_(npis))
    # Locked, so that none of them joins or gets a key in between.
    found = session.exec(columns.order_by(col(Clinic.npi)).with_for_update()).all()
    used = _in_use(session, [clinic_id for clinic_id, _, _ in found])
    going, staying = {}, []
    for clinic_id, npi, standing in found:
        if standing is Standing.LISTED and clinic_id not in used:
            going[clinic_id] = str(npi)
        else:
            staying.append(str(npi))
    _delete(session, list(going))
    return list(going.values()), staying


def _in_use(session: Session, clinic_ids: Sequence[UUID]) -> set[UUID]:
    """Return which clinics have a key, or a request: the first thing a request does is an event."""
    keys = select(StaffKey.clinic_id).where(col(StaffKey.clinic_id).in_(clinic_ids))
    logs = select(EventCounter.clinic_id).where(
        col(EventCounter.clinic_id).in_(clinic_ids), col(EventCounter.last) > 0
    )
    return {*session.exec(keys), *session.exec(logs)}


def _delete(session: Session, clinic_ids: Sequence[UUID]) -> None:
    for table, owner in OWNERS:
        session.execute(delete(table).where(col(owner).in_(clinic_ids)))


def _take_one(
    session: Session,
    provider: Provider,
    known: dict[str | None, Clinic],
    *,
    people: Mapping[UUID, Chiropractor],
    zips: ZipCentroids,
    now: datetime,
) -> Taking:
    clinic = known.get(provider.npi)
    if clinic is not None and clinic.standing is Standing.JOINED:
        return Taking.OWN_DATA
    try:
        place = zips.find(provider.postal_code)
    except InvalidError:
        return Taking.UNKNOWN_ZIP
    if clinic is None:
        known[provider.npi] = _list(session, provider, place, now)
        return Taking.NEW
    facts = _facts(provider)
    person = people.get(clinic.id) if provider.entity == "person" else None
    if _has(clinic, facts) and (person is None or _has(person, _own(provider))):
        return Taking.UNCHANGED
    clinic.sqlmodel_update(facts | _where(place) | {"updated_at": now})
    if person is not None:
        person.sqlmodel_update(_own(provider))
    return Taking.CHANGED


def _list(session: Session, provider: Provider, place: Place, now: datetime) -> Clinic:
    clinic = Clinic(
        npi=provider.npi,
        standing=Standing.LISTED,
        source=SOURCE,
        updated_at=now,
        **_facts(provider),
        **_where(place),
    )
    session.add(clinic)
    if provider.entity == "person":
        session.flush()
        session.add(Chiropractor(clinic_id=clinic.id, **_own(provider)))
    open_log(session, clinic.id)
    return clinic


def _people(session: Session, clinic_ids: Sequence[UUID]) -> dict[UUID, Chiropractor]:
    """Return the chiropractor of each clinic that has just one."""
    found = session.exec(select(Chiropractor).where(col(Chiropractor.clinic_id).in_(clinic_ids)))
    of_clinic: dict[UUID, list[Chiropractor]] = {}
    for person in found:
        of_clinic.setdefault(person.clinic_id, []).append(person)
    return {clinic_id: people[0] for clinic_id, people in of_clinic.items() if len(people) == 1}


def _has(row: Clinic | Chiropractor, facts: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in facts.items())


def _own(provider: Provider) -> dict[str, Any]:
    return {"name": provider.name, "credential": provider.credential}


def _facts(provider: Provider) -> dict[str, Any]:
    facts = {name: getattr(provider, name) for name in FACTS if name != "source_date"}
    return facts | {"source_date": provider.last_updated}


def _where(place: Place) -> dict[str, Any]:
    return {
        "latitude": place.point.latitude,
        "longitude": place.point.longitude,
        "timezone": place.timezone,
    }
