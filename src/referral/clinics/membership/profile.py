"""A clinic's own record: read, changed, and its chiropractors kept."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select as sa_select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, select

from referral.clinics.finding.search import by_id
from referral.clinics.membership.schemas import ChiropractorChanges, ClinicChanges, NewChiropractor
from referral.clinics.membership.upkeep import end_our_pause, locked, rank_anew, told
from referral.clinics.models import Chiropractor, Clinic, Departure
from referral.clinics.representations import ChiropractorShown, OwnClinic
from referral.errors import ConflictError, NotFoundError
from referral.text import N_

PRIVATE = ("email", "paused_because", "updated_at")
# Whoever looks for a clinic nearby gets all of their names.
MOST_PEOPLE = 200
# Kept as JSON, which knows no tuples.
LISTS = frozenset({"languages", "techniques", "accessibility", "insurance"})


def read(session: Session, clinic_id: UUID) -> OwnClinic:
    """Return everything we keep about a clinic."""
    row = by_id(session.connection(), clinic_id, public=False)
    own = (
        sa_select(
            *(getattr(Clinic, name) for name in PRIVATE),
            col(Departure.asked_at).label("leaving_since"),
        )
        .outerjoin(Departure, col(Departure.clinic_id) == col(Clinic.id))
        .where(col(Clinic.id) == clinic_id)
    )
    kept = session.connection().execute(own).one()
    return OwnClinic.model_validate(row | kept._asdict())


def change(
    session: Session,
    clinic_id: UUID,
    changes: ClinicChanges,
    *,
    check: Callable[[OwnClinic], None],
    now: datetime,
) -> OwnClinic:
    """Change what `changes` names; `check` sees the record first, and raises if it is stale.

    Answers that were promised keep their time: the person was told it.
    """
    clinic = locked(session, clinic_id)
    check(read(session, clinic_id))
    given = stored(changes)
    if "paused" in given:
        end_our_pause(clinic, now=now)
    if given.get("paused") is False:
        # Who takes requests again does not leave.
        session.execute(delete(Departure).where(col(Departure.clinic_id) == clinic_id))
    clinic.sqlmodel_update({**given, "updated_at": now})
    clinic.told_on = clinic.told_on | told(given, now=now)
    rank_anew(clinic, now=now)
    session.flush()
    return read(session, clinic_id)


def keep(session: Session, clinic_id: UUID, values: Mapping[str, Any], *, now: datetime) -> None:
    """Change what `values` names, as the pages of `sections` give them: the people, too.

    Raises as `keep_chiropractors` does.
    """
    fields = {name: value for name, value in values.items() if name != "chiropractors"}
    if fields:
        changes = ClinicChanges.model_validate(fields)
        # Whoever sends a form sees what it replaces.
        change(session, clinic_id, changes, check=lambda _: None, now=now)
    if "chiropractors" in values:
        people = [ChiropractorShown.model_validate(one) for one in values["chiropractors"]]
        keep_chiropractors(session, clinic_id, people, now=now)


def stored(changes: ClinicChanges) -> dict[str, Any]:
    """Return what `changes` names, as the columns of a clinic keep it."""
    given = changes.model_dump(exclude_unset=True)
    if "closed_on" in given:
        given["closed_on"] = [day.isoformat() for day in given["closed_on"]]
    for name in given.keys() & LISTS:
        given[name] = list(given[name])
    return given


def keep_chiropractors(
    session: Session, clinic_id: UUID, people: Sequence[ChiropractorShown], *, now: datetime
) -> None:
    """Make the clinic's chiropractors these: who has an id that is not known is new.

    Raises as `remove_chiropractor` and `add_chiropractor` do; then nothing of it may be kept.
    """
    mine = select(Chiropractor).where(col(Chiropractor.clinic_id) == clinic_id)
    before = {person.id: person for person in session.exec(mine)}
    for person_id in before.keys() - {person.id for person in people}:
        remove_chiropractor(session, clinic_id, person_id, now=now)
    for person in people:
        said = {"name": person.name, "credential": person.credential}
        known = before.get(person.id)
        if known is None:
            add_chiropractor(session, clinic_id, NewChiropractor(**said), now=now)
        elif said != {"name": known.name, "credential": known.credential}:
            changes = ChiropractorChanges(**said)
            change_chiropractor(session, clinic_id, person.id, changes, now=now)


def add_chiropractor(
    session: Session, clinic_id: UUID, details: NewChiropractor, *, now: datetime
) -> Chiropractor:
    """Store a person who treats at the clinic; ConflictError where that is one too many."""
    _people_told(session, clinic_id, now=now)
    mine = select(func.count()).where(col(Chiropractor.clinic_id) == clinic_id)
    if session.exec(mine).one() >= MOST_PEOPLE:
        raise ConflictError(
            N_("Your clinic names very many people already. Remove somebody first."),
            code="too-many-chiropractors",
            facts={"most": MOST_PEOPLE},
        )
    person = Chiropractor(clinic_id=clinic_id, **details.model_dump())
    session.add(person)
    session.flush()
    return person


def change_chiropractor(
    session: Session,
    clinic_id: UUID,
    person_id: UUID,
    changes: ChiropractorChanges,
    *,
    now: datetime,
) -> Chiropractor:
    """Change what `changes` names; NotFoundError for one who is not of this clinic."""
    person = _own(session, clinic_id, person_id, now=now)
    person.sqlmodel_update(changes.model_dump(exclude_unset=True))
    session.flush()
    return person


def remove_chiropractor(
    session: Session, clinic_id: UUID, person_id: UUID, *, now: datetime
) -> None:
    """Delete a person who has no visits.

    Raises ConflictError for one who has, or had, and NotFoundError as `change_chiropractor` does.
    """
    person = _own(session, clinic_id, person_id, now=now)
    try:
        with session.begin_nested():
            session.delete(person)
    except IntegrityError as error:
        # The database knows who refers to them, without this package knowing requests.
        raise ConflictError(
            N_("This chiropractor has visits, so the name must stay with them."),
            code="chiropractor-has-visits",
        ) from error


def _own(session: Session, clinic_id: UUID, person_id: UUID, *, now: datetime) -> Chiropractor:
    """Return one of the clinic's people, to be changed."""
    # Before the person is read: who waits here must see that the one before removed them.
    _people_told(session, clinic_id, now=now)
    person = session.get(Chiropractor, person_id)
    if person is None or person.clinic_id != clinic_id:
        raise NotFoundError(N_("There is no such chiropractor at this clinic."))
    return person


def _people_told(session: Session, clinic_id: UUID, *, now: datetime) -> None:
    """Note that the clinic itself tells who treats there; who else would change it waits."""
    clinic = locked(session, clinic_id)
    clinic.updated_at = now
    clinic.told_on = clinic.told_on | told(["chiropractors"], now=now)
