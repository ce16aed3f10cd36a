"""What a person reads of why a clinic stands where it stands. Pure."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from referral.clinics.ranking import HOUR, Code, Facts, rank
from referral.text import N_
from referral.web import dates

Words = tuple[str, Mapping[str, str]]
LONGEST_IN_HOURS = 48 * HOUR


def reasons(facts: Facts, *, now: datetime, zone: str) -> Iterator[Words]:
    """Yield sentences and what stands in them; distance and capacity have places of their own.

    Months are those of the clinic's `zone`.
    """
    here = now.astimezone(ZoneInfo(zone))
    for reason in rank(0, facts, today=now.astimezone(UTC).date()).reasons:
        if reason.code in WORDS:
            yield WORDS[reason.code](facts, here)


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
    return N_("free again in the week of %(day)s"), {
        "day": dates.day(facts.next_free_week or here.date()).partition(", ")[2]
    }


def _month(moment: datetime) -> Mapping[str, str]:
    return {"month": f"{moment:%B}{dates.NB}{moment:%Y}"}


WORDS: Mapping[Code, Callable[[Facts, datetime], Words]] = {
    Code.FREE_LATER: _free_later,
    Code.CONFIRMED: _confirmed,
    Code.UNCONFIRMED: _unconfirmed,
    Code.ANSWERS_MEASURED: lambda facts, _: answer_time(facts.median_answer_seconds or 0),
    Code.ANSWERS_NOT_MEASURED: lambda _facts, _here: (N_("answer time not measured yet"), {}),
    Code.LEFT_UNANSWERED: lambda _facts, _here: (N_("left its last request unanswered"), {}),
}
