"""Where the public register differs from what a clinic that has joined keeps itself."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlmodel import Session, col, select

from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.register.absorbing import member
from referral.clinics.register.grouping import Practice, practice
from referral.clinics.register.models import RegisterEntry
from referral.clinics.representations import Difference, Differences

FIELDS = ("name", "address_1", "address_2", "city", "state", "postal_code")
DIGITS = 10


def differences(session: Session, clinic_id: UUID) -> Differences:
    """Compare a clinic with the newest register that was imported; no entry, no difference."""
    clinic = session.get_one(Clinic, clinic_id)
    mine = select(RegisterEntry).where(col(RegisterEntry.clinic_id) == clinic_id)
    entries = session.exec(mine.order_by(col(RegisterEntry.npi))).all()
    active = [member(entry) for entry in entries if entry.is_active]
    items = [
        Difference(field="npi", yours=entry.npi, register_says="")
        for entry in entries
        if entry.npi == clinic.npi and not entry.is_active
    ]
    if not active:
        return Differences(last_updated=None, items=items)
    found = practice(active, known_as=clinic.npi)
    people = session.exec(
        select(Chiropractor).where(col(Chiropractor.clinic_id) == clinic_id)
    ).all()
    items += _of_fields(clinic, found)
    items += _of_people(people, found)
    return Differences(last_updated=found.source_date, items=items)


def _of_fields(clinic: Clinic, found: Practice) -> Iterator[Difference]:
    theirs = found.location.to_json() | {"name": found.name}
    for name in FIELDS:
        yours = getattr(clinic, name)
        if yours.casefold() != theirs[name].casefold():
            yield Difference(field=name, yours=yours, register_says=theirs[name])
    phone = found.location.phone
    if phone and clinic.phone[-DIGITS:] != phone:
        yield Difference(field="phone", yours=clinic.phone, register_says=phone)


def _of_people(people: Sequence[Chiropractor], found: Practice) -> Iterator[Difference]:
    """Yield who is missing; one whom the clinic has added need not be in the register."""
    npis, names = {p.npi for p in people}, {p.name.casefold() for p in people}
    for person in found.people:
        if person.npi not in npis and person.name.casefold() not in names:
            yield Difference(field="chiropractors", yours="", register_says=person.name)
