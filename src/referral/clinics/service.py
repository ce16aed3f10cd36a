"""A clinic joins: from then on people can send it requests online."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from referral.clinics import hours
from referral.clinics.fields import SENTENCES, timezones
from referral.clinics.hours import WeeklyHours
from referral.clinics.models import Clinic, RegisterEntry
from referral.clinics.provenance import TOLD
from referral.clinics.standing import Accepting, Standing
from referral.clinics.upkeep import rank_anew, told
from referral.errors import InvalidError, NotFoundError
from referral.text import N_


class Joining(StrEnum):
    """What joining came to."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


JOININGS = {
    Joining.NEW: N_("%(name)s has joined. Clinic id: %(id)s"),
    Joining.CHANGED: N_("%(name)s has joined already. Its details are brought up to date."),
    Joining.UNCHANGED: N_("%(name)s has joined already. Nothing has changed."),
}
UNKNOWN = N_("No clinic with this NPI or id is in the directory. Import it first.")


def join(
    session: Session,
    npi: str,
    *,
    email: str,
    timezone: str | None,
    week: WeeklyHours | None = None,
    closed_on: Collection[date] = (),
    keeps_holidays: bool | None = None,
    now: datetime,
) -> tuple[Clinic, Joining]:
    """Let the listed clinic with this NPI, or id, receive requests; again, change what differs.

    The NPI may be that of any of its providers. From now on it is shown to everybody.

    `timezone` is an IANA name; without one, that of the clinic's ZIP code stays. Without `week`,
    the hours that are known stay, or else `DEFAULT_HOURS`; without `closed_on` and
    `keeps_holidays`, so do its closed days. Raises NotFoundError for an NPI that is not in the
    directory and InvalidError for the rest.
    """
    clinic = _clinic_of(session, npi)
    is_new = clinic.standing is not Standing.JOINED
    given: dict[str, Any] = {"email": _checked_email(email)}
    given["timezone"] = _checked_timezone(timezone or clinic.timezone)
    if week or not clinic.hours:
        given["hours"] = hours.to_json(week or hours.DEFAULT_HOURS)
    if closed_on:
        given["closed_on"] = [day.isoformat() for day in sorted(set(closed_on))]
    if keeps_holidays is not None:
        given["keeps_holidays"] = keeps_holidays
    if is_new:
        given |= {"standing": Standing.JOINED, "accepting": Accepting.YES, "is_public": True}
        given["confirmed_at"] = now
    if all(getattr(clinic, name) == value for name, value in given.items()):
        return clinic, Joining.UNCHANGED
    given["told_on"] = clinic.told_on | told(given.keys() & TOLD, now=now)
    clinic.sqlmodel_update(given | {"updated_at": now})
    rank_anew(clinic, now=now)
    return clinic, Joining.NEW if is_new else Joining.CHANGED


def _clinic_of(session: Session, npi: str) -> Clinic:
    """Return the clinic of this id, or known by this NPI, or else the one at which it practices."""
    known_by = select(Clinic).where(_is_id_or_npi(npi))
    practices = select(Clinic).join(RegisterEntry).where(col(RegisterEntry.npi) == npi)
    clinic = session.exec(known_by).one_or_none() or session.exec(practices).one_or_none()
    if clinic is None:
        raise NotFoundError(
            N_("No clinic with this NPI or id is in the directory. Import it first.")
        )
    return clinic


def _is_id_or_npi(text: str) -> ColumnElement[bool]:
    try:
        return col(Clinic.id) == UUID(text)
    except ValueError:
        return col(Clinic.npi) == text


def _checked_email(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidError.at("email", code="email", detail=SENTENCES["email"]) from error


def _checked_timezone(name: str) -> str:
    if name not in timezones():
        raise InvalidError.at("timezone", code="timezone", detail=SENTENCES["timezone"])
    return name
