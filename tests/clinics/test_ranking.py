"""The ranking: the page in docs says what it does, reasons add up, and nothing else counts."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.clinics.ranking import FRESH, HOUR, Code, Facts, rank, week_of
from referral.clinics.ranking_document import EXAMPLES, TODAY, document, joined
from referral.clinics.standing import Accepting, Standing
from referral.clinics.wording import reasons

PAGE = Path(__file__).parents[2] / "docs" / "ranking.md"
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
BEST = joined(hours=3)
WORSE: dict[str, tuple[Any, Code, float]] = {
    "a day later than the last fresh one": (
        {"confirmed_at": NOW - FRESH - timedelta(days=1)},
        Code.UNCONFIRMED,
        5,
    ),
    "never confirmed": ({"confirmed_at": None}, Code.UNCONFIRMED, 5),
    "a second over four hours": ({"median_answer_seconds": 4 * HOUR + 1}, Code.ANSWERS_MEASURED, 1),
    "a day": ({"median_answer_seconds": 24 * HOUR}, Code.ANSWERS_MEASURED, 1),
    "three days": ({"median_answer_seconds": 72 * HOUR}, Code.ANSWERS_MEASURED, 2),
    "longer": ({"median_answer_seconds": 72 * HOUR + 1}, Code.ANSWERS_MEASURED, 4),
    "too few answers": ({"median_answer_seconds": None}, Code.ANSWERS_NOT_MEASURED, 1),
    "free next week": ({"next_free_week": week_of(TODAY) + timedelta(7)}, Code.FREE_LATER, 1),
    "free in two months": ({"next_free_week": week_of(TODAY) + timedelta(56)}, Code.FREE_LATER, 4),
    "one unanswered": ({"left_unanswered": 1}, Code.LEFT_UNANSWERED, 5),
    "two unanswered": ({"left_unanswered": 2}, Code.LEFT_UNANSWERED, 5),
    "capacity unknown": ({"accepting": Accepting.UNKNOWN}, Code.CAPACITY_UNKNOWN, 2),
    "waiting list": ({"accepting": Accepting.WAITLIST}, Code.WAITLIST, 6),
    "no new patients": ({"accepting": Accepting.NO}, Code.NO_NEW_PATIENTS, 20),
    "paused, whatever it accepts": (
        {"accepting": Accepting.NO, "paused": True},
        Code.PAUSED,
        20,
    ),
    "to be called": ({"standing": Standing.LISTED}, Code.TO_CALL, 4),
}
SAME: dict[str, Any] = {
    "on the last fresh day": {"confirmed_at": NOW - FRESH},
    "four hours": {"median_answer_seconds": 4 * HOUR},
    "free this week": {"next_free_week": week_of(TODAY)},
    "free in a week that is over": {"next_free_week": week_of(TODAY) - timedelta(7)},
}
FACTS = st.builds(
    Facts,
    st.sampled_from(Standing),
    st.sampled_from(Accepting),
    paused=st.booleans(),
    next_free_week=st.none() | st.dates().map(week_of),
    confirmed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    median_answer_seconds=st.none() | st.integers(0, 10**7),
    left_unanswered=st.integers(0, 3),
)


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_the_examples_stand_on_the_page_in_the_order_of_what_they_count_as() -> None:
    _, table = document().split("## Examples")
    rows = re.findall(r"^\| (?!Clinic|---)(.+) \| ([\d.]+) \| ([\d.]+) \| ", table, re.MULTILINE)

    counts = [float(counts) for _, _, counts in rows]
    assert counts == sorted(counts)
    assert {words for words, _, _ in rows} == {words for words, _, _ in EXAMPLES}
    shown = {code for *_, facts in EXAMPLES for code in codes(facts)}
    assert shown == set(Code) - {Code.CAPACITY_UNKNOWN}


def codes(facts: Facts) -> list[Code]:
    """Return the codes of the reasons for a clinic's place."""
    return [reason.code for reason in rank(1, facts, today=TODAY).reasons]


@pytest.mark.parametrize("case", WORSE)
def test_what_speaks_against_a_clinic_counts_as_miles(case: str) -> None:
    changes, code, miles = WORSE[case]

    place = rank(2, BEST._replace(**changes), today=TODAY)

    assert place.counts_as_miles == 2 + miles
    assert miles in [reason.miles for reason in place.reasons if reason.code is code]


@pytest.mark.parametrize("case", SAME)
def test_what_is_good_enough_counts_for_nothing(case: str) -> None:
    assert rank(2, BEST._replace(**SAME[case]), today=TODAY).counts_as_miles == 2


@given(st.floats(0, 12_500), FACTS, st.dates())
def test_the_reasons_add_up_and_no_reason_is_a_gift(
    distance: float, facts: Facts, today: date
) -> None:
    place = rank(distance, facts, today=today)

    assert place.counts_as_miles == sum(reason.miles for reason in place.reasons)
    assert all(reason.miles >= 0 for reason in place.reasons)
    assert place.reasons[0].miles == distance
    assert len({reason.code for reason in place.reasons}) == len(place.reasons)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ["confirmed this month", "answers within 3 hours, measured"]),
        (
            {"confirmed_at": datetime(2026, 12, 1, 3, tzinfo=UTC), "median_answer_seconds": 60},
            ["confirmed in November 2026", "answers within an hour, measured"],
        ),
        (
            {"confirmed_at": datetime(2026, 5, 9, tzinfo=UTC), "median_answer_seconds": 200_000},
            ["details not confirmed since May 2026", "answers within 3 days, measured"],
        ),
        (
            {"confirmed_at": None, "median_answer_seconds": None, "left_unanswered": 1},
            [
                "details not confirmed",
                "answer time not measured yet",
                "left its last request unanswered",
            ],
        ),
        (
            {"next_free_week": datetime(2026, 12, 14, tzinfo=UTC).date()},
            [
                "free again in the week of December 14",
                "confirmed this month",
                "answers within 3 hours, measured",
            ],
        ),
        ({"standing": Standing.LISTED}, []),
    ],
)
def test_the_reasons_in_words(changes: Any, said: list[str]) -> None:  # noqa: ANN401 - any facts
    found = reasons(BEST._replace(**changes), now=NOW, zone="America/New_York")

    assert [(words % facts).replace("\N{NO-BREAK SPACE}", " ") for words, facts in found] == said
