"""Makes the clinics of the directory follow the register: one for all who share an address."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, or_, select

from referral.clinics.geography.addresses import spot
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.models import Clinic
from referral.clinics.register.absorbing import member
from referral.clinics.register.grouping import practice
from referral.clinics.register.models import RegisterEntry
from referral.clinics.register.shelving import Shelf, shelve, show_places, take_off, used_clinics
from referral.clinics.standing import Standing

BATCH = 200


@dataclass(frozen=True, slots=True)
class _Around:
    """The clinics that a batch of spots may concern; `used` ones keep their id and stay."""

    by_id: Mapping[UUID, Clinic]
    by_npi: Mapping[str | None, Clinic]
    used: Collection[UUID]


def regroup(
    session: Session,
    spots: Collection[str],
    bereft: Collection[UUID],
    *,
    zips: ZipCentroids,
    now: datetime,
    done: Callable[[int], None] = lambda _: None,
) -> tuple[int, list[str]]:
    """Bring the clinics at `spots` up to the register, and take off those nobody is left at.

    `bereft` are clinics that may have lost their last provider. Returns how many were taken off,
    and the NPIs of those that have lost theirs and stay, because they are in use. A clinic that
    has joined keeps every detail. `done` is told how many spots are done, again and again.
    """
    waiting, left = sorted(spots), set(bereft)
    for start in range(0, len(waiting), BATCH):
        left |= _settle(session, waiting[start : start + BATCH], zips=zips, now=now)
        done(min(start + BATCH, len(waiting)))
    if waiting:
        show_places(session)
    return take_off(session, left)


def _settle(
    session: Session, spots: Sequence[str], *, zips: ZipCentroids, now: datetime
) -> set[UUID]:
    """Settle some spots, and return the clinics around that none of them is shown as."""
    here = select(RegisterEntry).where(
        col(RegisterEntry.spot).in_(spots), col(RegisterEntry.is_active)
    )
    entries: dict[str, list[RegisterEntry]] = {}
    for entry in session.exec(here.order_by(col(RegisterEntry.npi))):
        entries.setdefault(entry.spot, []).append(entry)
    around = _around(session, [entry for group in entries.values() for entry in group])
    shelves = [shelf for at, group in entries.items() for shelf in _shelves(at, group, around)]
    shelve(session, shelves, zips=zips, now=now)
    return around.by_id.keys() - {shelf.clinic_id for shelf in shelves}


def _around(session: Session, entries: Sequence[RegisterEntry]) -> _Around:
    concerned = select(Clinic).where(
        or_(
            col(Clinic.npi).in_([entry.npi for entry in entries]),
            col(Clinic.id).in_({entry.clinic_id for entry in entries if entry.clinic_id}),
        )
    )
    # Nobody changes them meanwhile; a request may be sent to them.
    found = session.exec(concerned.with_for_update(key_share=True)).all()
    return _Around(
        {clinic.id: clinic for clinic in found},
        {clinic.npi: clinic for clinic in found},
        used_clinics(session, found),
    )


def _shelves(at: str, group: Sequence[RegisterEntry], around: _Around) -> list[Shelf]:
    """Divide those who share an address: clinics in use keep their own, all others are one."""
    apart = {
        entry.npi: around.by_npi[entry.npi]
        for entry in group
        if entry.npi in around.by_npi and around.by_npi[entry.npi].id in around.used
    }
    home = _home_in_use(at, group, apart, around) or _home_as_before(group, around)
    shelves = [
        _shelf(apart[entry.npi], [entry], around)
        for entry in group
        if entry.npi in apart and apart[entry.npi] is not home
    ]
    rest = [entry for entry in group if apart.get(entry.npi, home) is home]
    return [*shelves, _shelf(home, rest, around)] if rest else shelves


def _home_in_use(
    at: str, group: Sequence[RegisterEntry], apart: Mapping[str, Clinic], around: _Around
) -> Clinic | None:
    """Return the clinic in use that those without one of their own belong to, if one is here."""
    attached = (around.by_id.get(entry.clinic_id) for entry in group if entry.clinic_id)
    here = [
        *apart.values(),
        *(c for c in attached if c and c.id in around.used and _spot(c) == at),
    ]
    # One that has joined can be asked, so it comes first.
    return min(here, key=lambda c: (c.standing is not Standing.JOINED, str(c.id)), default=None)


def _home_as_before(group: Sequence[RegisterEntry], around: _Around) -> Clinic | None:
    """Return the listed clinic whose id lives on: that of whom they are known by, or of another."""
    known = [entry.npi for entry in group if entry.npi in around.by_npi]
    if len(known) > 1:
        known.insert(0, practice([member(entry) for entry in group]).npi)
    return next((around.by_npi[npi] for npi in known if npi in around.by_npi), None)


def _shelf(clinic: Clinic | None, entries: Sequence[RegisterEntry], around: _Around) -> Shelf:
    """Say what a clinic becomes; one in use keeps its NPI, and after joining all its details."""
    is_used = clinic is not None and clinic.id in around.used
    known_as = clinic.npi if clinic is not None and is_used else None
    found = practice([member(entry) for entry in entries], known_as=known_as)
    keeps = clinic is not None and (
        clinic.standing is Standing.JOINED or (is_used and found.npi != clinic.npi)
    )
    return Shelf(clinic, entries, None if keeps else found, is_used)


def _spot(clinic: Clinic) -> str:
    return spot(clinic.address_1, clinic.address_2, clinic.postal_code)
