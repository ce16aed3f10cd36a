"""What a clinic fills in on its page: each mistake at its own field, and what the rest comes to."""

from typing import Any
from uuid import UUID

import pytest

from conftest import NOON
from referral.clinics.fields import NEVER_OPEN, SENTENCES
from referral.clinics.membership.sections import (
    NAME_OR_GONE,
    ON_PAGES,
    ONE_SIDED,
    SECTIONS,
    filled_in,
    read,
)
from referral.clinics.representations import OwnClinic
from world import a_clinic

ADA = UUID(int=1)
OWN = OwnClinic.model_validate(
    a_clinic(now=NOON, email="desk@example.com").model_dump()
    | {
        "takes_requests": True,
        "leaving_since": None,
        "closed_on": ["2026-11-27", "2026-12-24"],
        "prices": {"first_visit": 95},
        "languages": ["en"],
        "hours": {"mo": [["09:00", "12:00"], ["13:00", "17:00"]]},
        "chiropractors": [{"id": ADA, "name": "Dr. Ada Example", "credential": "DC"}],
    }
)
TODAY = NOON.date()


@pytest.mark.parametrize("slug", SECTIONS)
def test_a_form_that_is_sent_as_it_was_filled_in_changes_nothing_but_days_that_are_over(
    slug: str,
) -> None:
    said = read(slug, filled_in(slug, OWN, TODAY), OWN)

    assert said.faults == {}
    as_it_is = OWN.model_dump(mode="json", include={*SECTIONS[slug].fields})
    if slug == "hours":
        as_it_is["closed_on"] = ["2026-12-24"]
    assert said.values == as_it_is


@pytest.mark.parametrize(
    ("slug", "typed", "faults"),
    [
        ("contact", {"phone": "12"}, {"phone": SENTENCES["phone"]}),
        ("contact", {"email": "desk at example"}, {"email": SENTENCES["email"]}),
        ("contact", {"timezone": "Mars/Base"}, {"timezone": SENTENCES["timezone"]}),
        ("hours", {"mo_closes_2": ""}, {"mo_opens_1": ONE_SIDED}),
        ("hours", {"sa_closes_1": "13:00"}, {"sa_opens_1": ONE_SIDED}),
        (
            "hours",
            {"mo_opens_2": "11:00"},
            {"mo_opens_1": "Two opening times on the same day overlap."},
        ),
        (
            "hours",
            {"fr_opens_1": "17:00", "fr_closes_1": "09:00"},
            {"fr_opens_1": "The closing time must be later than the opening time."},
        ),
        (
            "hours",
            {"su_opens_1": "9", "su_closes_1": "10"},
            {"su_opens_1": "Write times on the 24-hour clock, from 00:00 to 23:59."},
        ),
        (
            "hours",
            dict.fromkeys(("mo_opens_1", "mo_closes_1", "mo_opens_2", "mo_closes_2"), ""),
            {"mo_opens_1": NEVER_OPEN},
        ),
        ("hours", {"keeps_holidays": ""}, {"keeps_holidays": ON_PAGES["keeps_holidays"]}),
        ("hours", {"closed_on": ["12/24"]}, {"closed_on": ON_PAGES["closed_on"]}),
        ("patients", {"accepting": ""}, {"accepting": ON_PAGES["accepting"]}),
        ("patients", {"next_free_week": "soon"}, {"next_free_week": ON_PAGES["next_free_week"]}),
        ("people", {f"name_{ADA}": " "}, {f"name_{ADA}": NAME_OR_GONE}),
        ("people", {"credential_new1": "DC"}, {"name_new1": SENTENCES["name"]}),
        ("people", {"name_new2": "x" * 121}, {"name_new2": SENTENCES["name"]}),
        ("languages", {"languages": ["xx"]}, {"languages": SENTENCES["languages"]}),
        ("paying", {"price_follow_up": "6o"}, {"price_follow_up": ON_PAGES["prices"]}),
        ("paying", {"price_follow_up": "9" * 5000}, {"price_follow_up": ON_PAGES["prices"]}),
        ("paying", {"price_first_visit": "2001"}, {"price_first_visit": ON_PAGES["prices"]}),
    ],
)
def test_each_mistake_is_told_at_its_own_field(
    slug: str, typed: dict[str, Any], faults: dict[str, str]
) -> None:
    said = read(slug, filled_in(slug, OWN, TODAY) | typed, OWN)

    assert (said.values, said.faults) == ({}, faults)


@pytest.mark.parametrize(
    ("slug", "typed", "values"),
    [
        ("contact", {"phone": "(303) 555-0142"}, {"phone": "+13035550142"}),
        (
            "hours",
            {"mo_opens_2": "", "mo_closes_2": "", "as_monday": "yes", "we_opens_1": "07:00"},
            {"hours": {day: [["09:00", "12:00"]] for day in ("mo", "tu", "we", "th", "fr")}},
        ),
        ("patients", {"next_free_week": "2026-12-10"}, {"next_free_week": "2026-12-07"}),
        ("patients", {"next_free_week": ""}, {"next_free_week": None}),
        ("people", {f"gone_{ADA}": "yes"}, {"chiropractors": []}),
        (
            "people",
            {f"name_{ADA}": "Dr. Ada Other"},
            {"chiropractors": [{"id": str(ADA), "name": "Dr. Ada Other", "credential": "DC"}]},
        ),
        ("languages", {"languages": []}, {"languages": []}),
        ("paying", {"price_first_visit": " $1,095 "}, {"prices": {"first_visit": 1095}}),
        ("paying", {"price_first_visit": ""}, {"prices": {}}),
    ],
)
def test_what_is_typed_comes_to_what_the_api_takes(
    slug: str, typed: dict[str, Any], values: dict[str, Any]
) -> None:
    said = read(slug, filled_in(slug, OWN, TODAY) | typed, OWN)

    assert {name: said.values[name] for name in values} == values


def test_a_third_span_of_a_day_is_not_lost() -> None:
    spans = [["07:00", "09:00"], ["10:00", "12:00"], ["14:00", "16:00"]]
    busy = OWN.model_copy(update={"hours": {"mo": spans}})

    assert read("hours", filled_in("hours", busy, TODAY), busy).values["hours"] == {"mo": spans}
