"""What a person reads of why a clinic stands where it stands, and who says so. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from referral.clinics.hours import clock
from referral.clinics.opening import Opening
from referral.clinics.ranking import HOUR, Code, Facts, rank
from referral.languages import in_words
from referral.text import N_
from referral.web import dates

REGISTERS: Mapping[str, str] = {
    "nppes": N_("the national register of providers (NPPES)"),
    "hsds": N_("a list in the form of HSDS"),
    "csv": N_("a list from a spreadsheet"),
    "demo": N_("the made-up data of this demo"),
}
FACT_NAMES = {
    "name": N_("name"),
    "address": N_("address"),
    "phone": N_("phone"),
    "chiropractors": N_("chiropractors"),
    "timezone": N_("time zone"),
    "hours": N_("hours"),
    "closed_on": N_("closed days"),
    "accepting": N_("new patients"),
    "languages": N_("languages"),
    "techniques": N_("ways of treating"),
    "accessibility": N_("getting in"),
    "insurance": N_("who may pay"),
    "prices": N_("prices"),
}
# What else a clinic sees of itself, or the register knows.
OWN_NAMES: Mapping[str, str] = FACT_NAMES | {
    "email": N_("e-mail for requests, never shown"),
    "next_free_week": N_("next week with free times"),
    "address_1": N_("street"),
    "address_2": N_("suite or unit"),
    "city": N_("city"),
    "state": N_("state"),
    "postal_code": N_("ZIP code"),
    "npi": N_("NPI"),
}
# The source of what the clinic itself said.
CLINIC = "clinic"


class Source(NamedTuple):
    """Who said a fact, and on which day (UTC); `confirmed_on` is when the clinic agreed last.

    `source` is `clinic`, or the register that it was taken from, such as `nppes`.
    """

    fact: str
    source: str
    as_of: date
    confirmed_on: date | None


Words = tuple[str, Mapping[str, str]]
LONGEST_IN_HOURS = 48 * HOUR
# From then on the name of a day is not enough.
DAYS_IN_A_WEEK = 7


def reasons(facts: Facts, *, now: datetime, zone: str) -> Iterator[Words]:
    """Yield sentences and what stands in them; distance and capacity have places of their own.

    Months are those of the clinic's `zone`.
    """
    here = now.astimezone(ZoneInfo(zone))
    for reason in rank(0, facts, today=now.astimezone(UTC).date()).reasons:
        if reason.code in WORDS:
            yield WORDS[reason.code](facts, here)


def opening_words(opening: Opening | None, *, now: datetime) -> tuple[str, str, Words] | None:
    """Return whether it is open, why it is closed all day if that has a name, and what is next."""
    if opening is None:
        return None
    at = opening.at
    given = {"time": f"{clock(at.time(), translate=in_words)}{dates.NB}{at:%Z}"}
    if opening.is_open:
        return N_("Open now"), "", (N_("until %(time)s"), given)
    state = N_("Closed now") if opening.closed_because is None else N_("Closed today")
    days = (at.date() - now.astimezone(at.tzinfo).date()).days
    return state, opening.closed_because or "", _opens(days, at, given)


def source_words(found: Iterable[Source]) -> list[tuple[list[str], str, Mapping[str, str]]]:
    """Return the names of facts that share a source and a day, and a sentence about these."""
    alike: dict[tuple[str, date, date | None], list[str]] = {}
    for one in found:
        key = one.source, one.as_of, one.confirmed_on
        alike.setdefault(key, []).append(FACT_NAMES[one.fact])
    return [(facts, *_source(*key)) for key, facts in alike.items()]


def _opens(days: int, at: datetime, given: Mapping[str, str]) -> Words:
    if days == 0:
        return N_("opens at %(time)s"), given
    if days == 1:
        return N_("opens tomorrow at %(time)s"), given
    day = dates.weekday(at) if days < DAYS_IN_A_WEEK else dates.day(at)
    return N_("opens on %(day)s at %(time)s"), {"day": day, **given}


def _source(source: str, as_of: date, confirmed_on: date | None) -> Words:
    given = {"day": dates.full_date(as_of)}
    if source == CLINIC:
        return N_("told by the clinic, as of %(day)s"), given
    given["register"] = in_words(REGISTERS.get(source, source))
    if confirmed_on is None:
        return N_("from %(register)s, as of %(day)s"), given
    given["confirmed"] = dates.full_date(confirmed_on)
    return N_("from %(register)s, as of %(day)s; confirmed by the clinic on %(confirmed)s"), given


def answer_time(seconds: int) -> Words:
    """Say how long the answers of a clinic usually take."""
    if seconds <= HOUR:
        return N_("answers within an hour, measured"), {}
    if seconds <= LONGEST_IN_HOURS:
        return N_("answers within %(hours)s hours, measured"), {"hours": f"{-(-seconds // HOUR)}"}
    return N_("answers within %(days)s days, measured"), {"days": f"{-(-seconds // (24 * HOUR))}"}


def _confirmed(facts: Facts, here: datetime) -> Words:
    confirmed = facts.confirmed_at and facts.confirmed_at.astimezone(here.tzinfo)
    if confirmed and (confirmed.year, confirmed.month) == (here.year, here.month):
        return N_("confirmed this month"), {}
    return N_("confirmed in %(month)s"), _month(confirmed or here)


def _unconfirmed(facts: Facts, _here: datetime) -> Words:
    if facts.confirmed_at is None:
        return N_("details not confirmed"), {}
    return N_("details not confirmed since %(month)s"), _month(facts.confirmed_at)


def _free_later(facts: Facts, here: datetime) -> Words:
    week = facts.next_free_week or here.date()
    return N_("free again in the week of %(day)s"), {"day": dates.month_day(week)}


def _month(moment: datetime) -> Mapping[str, str]:
    return {"month": dates.month(moment)}


WORDS: Mapping[Code, Callable[[Facts, datetime], Words]] = {
    Code.FREE_LATER: _free_later,
    Code.CONFIRMED: _confirmed,
    Code.UNCONFIRMED: _unconfirmed,
    Code.ANSWERS_MEASURED: lambda facts, _: answer_time(facts.median_answer_seconds or 0),
    Code.ANSWERS_NOT_MEASURED: lambda _facts, _here: (N_("answer time not measured yet"), {}),
    Code.LEFT_UNANSWERED: lambda _facts, _here: (N_("left its last request unanswered"), {}),
}
