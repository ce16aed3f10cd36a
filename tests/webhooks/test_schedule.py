"""When a failed delivery is tried again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.webhooks.schedule import DELAYS, LONGEST, SPREAD, asked_to_wait, wait

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
MANY: Callable[..., Any] = settings(derandomize=True, database=None)
NOTHING = timedelta()


def test_it_is_the_schedule_of_the_specification_and_lasts_three_days() -> None:
    total, times = NOTHING, []
    for failures in range(1, 11):
        times.append(str(total))
        total += wait(failures, NOTHING, lambda: 0.0) or NOTHING

    assert times == [
        *("0:00:00", "0:00:05", "0:05:05", "0:35:05", "2:35:05", "7:35:05", "17:35:05"),
        *("1 day, 7:35:05", "2 days, 3:35:05", "3 days, 3:35:05"),
    ]
    assert wait(10, NOTHING, lambda: 0.0) is None


@MANY
@given(
    failures=st.integers(1, len(DELAYS)),
    asked=st.timedeltas(NOTHING, 2 * LONGEST),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_it_is_never_sooner_than_planned_nor_later_than_either_asks(
    failures: int, asked: timedelta, jitter: float
) -> None:
    planned = DELAYS[failures - 1]

    found = wait(failures, asked, lambda: jitter)

    assert found is not None
    assert max(planned, min(asked, LONGEST)) <= found
    assert found <= max(planned * (1 + SPREAD), min(asked, LONGEST))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("120", 120),
        (" 7 ", 7),
        ("9" * 400, 86400),
        ("-5", 0),
        ("1.5", 0),
        ("soon", 0),
        ("²", 0),
        ("Tue, 01 Dec 2026 15:02:00 GMT", 120),
        ("Tue, 01 Dec 2026 15:02:00 -0000", 120),
        ("Tue, 01 Dec 2026 14:02:00 GMT", 0),
        ("Tue, 99 Dec 2026 14:02:00 GMT", 0),
        ("Tue, 01 Dec 99999999999999999999 15:02:00 GMT", 0),
    ],
)
def test_what_a_receiver_asks_for_is_read_in_both_forms(text: str | None, seconds: int) -> None:
    assert asked_to_wait(text, now=NOW) == timedelta(seconds=seconds)
