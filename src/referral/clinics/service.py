"""A clinic joins: from then on people can send it requests online."""

from collections.abc import Collection
from datetime import date, datetime

from email_validator import EmailNotValidError, validate_email
from sqlmodel import Session, col, select

from referral.clinics import hours
from referral.clinics.hours import WeeklyHours
from referral.clinics.models import Accepting, Clinic, Standing
from referral.clinics.schemas import SENTENCES, timezones
from referral.errors import InvalidError, NotFoundError
from referral.text import N_


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
) -> Clinic:
    """Let the listed clinic with this NPI receive requests; joining again updates its contact.

    `timezone` is an IANA name; without one, that of the clinic's ZIP code stays. Without `week`,
    the hours that are known stay, or else `DEFAULT_HOURS`; without `closed_on` and
    `keeps_holidays`, so do its closed days. Raises NotFoundError for an NPI that is not in the
    directory and InvalidError for the rest.
    """
    clinic = session.exec(select(Clinic).where(col(Clinic.npi) == npi)).one_or_none()
    if clinic is None:
        raise NotFoundError(N_("No clinic with this NPI is in the directory. Import it first."))
    clinic.email = _checked_email(email)
    clinic.timezone = _checked_timezone(timezone or clinic.timezone)
    clinic.standing = Standing.JOINED
    clinic.accepting = Accepting.YES
    if week or not clinic.hours:
        clinic.hours = hours.to_json(week or hours.DEFAULT_HOURS)
    if closed_on:
        clinic.closed_on = [day.isoformat() for day in sorted(set(closed_on))]
    if keeps_holidays is not None:
        clinic.keeps_holidays = keeps_holidays
    clinic.updated_at = now
    session.add(clinic)
    return clinic


def _checked_email(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise InvalidError.at("email", code="email", detail=SENTENCES["email"]) from error


def _checked_timezone(name: str) -> str:
    if name not in timezones():
        raise InvalidError.at("timezone", code="timezone", detail=SENTENCES["timezone"])
    return name
