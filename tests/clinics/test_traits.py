"""What clinics can be filtered by: every code of the vocabulary, each by a bit that is kept."""

import pytest

from referral.clinics.finding.wishes import LABELS
from referral.clinics.hours import parse, to_json
from referral.clinics.traits import BITS, TRAITS, bits, known, traits_of
from world import Json

NOTHING: Json = {
    "standing": "listed",
    "accepting": "unknown",
    "paused": False,
    "hours": {},
    "languages": [],
    "techniques": [],
    "accessibility": [],
    "insurance": [],
}
JOINED: Json = {"standing": "joined", "accepting": "yes"}


def test_each_code_of_the_vocabulary_is_a_trait_and_no_other_is() -> None:
    codes = [(name, code) for name, labels in LABELS.items() for code in labels]

    assert sorted(TRAITS) == sorted(codes)


ANCHORS = (
    ("accepting", "new_patients"),
    ("open", "evening"),
    ("accessible", "step_free"),
    ("accessible", "seated"),
    ("language", "en"),
    ("language", "uk"),
    ("technique", "diversified"),
    ("technique", "exercise"),
    ("insurance", "medicare"),
    ("insurance", "none"),
)


def test_the_bits_are_where_they_were_stored() -> None:
    """A new trait takes the next number: whoever has to change one of these has moved a bit."""
    numbers = {trait: bit.bit_length() - 1 for trait, bit in BITS.items()}

    assert sorted(numbers.values()) == list(range(len(TRAITS)))
    assert max(numbers.values()) < 63
    assert [numbers[trait] for trait in ANCHORS] == [0, 3, 4, 8, 9, 36, 37, 45, 46, 59]


@pytest.mark.parametrize(
    ("changes", "traits"),
    [
        ({}, ()),
        (JOINED, (("accepting", "new_patients"), ("accepting", "online_requests"))),
        (JOINED | {"paused": True}, ()),
        (JOINED | {"accepting": "waitlist"}, (("accepting", "online_requests"),)),
        (JOINED | {"accepting": "unknown"}, (("accepting", "online_requests"),)),
        (JOINED | {"accepting": "no"}, ()),
        ({"hours": "mo-fr 09:00-18:00"}, ()),
        ({"hours": "mo-we 09:00-17:00; th 12:00-18:01"}, (("open", "evening"),)),
        ({"hours": "sa 08:00-09:00"}, (("open", "saturday"),)),
        ({"hours": "sa 08:00-20:00"}, (("open", "saturday"), ("open", "evening"))),
        ({"hours": "su 08:00-12:00"}, ()),
        ({"languages": ["en", "es"]}, (("language", "en"), ("language", "es"))),
        ({"techniques": ["sot"]}, (("technique", "sot"),)),
        ({"insurance": ["none"]}, (("insurance", "none"),)),
        ({"accessibility": ["step_free"]}, (("accessible", "step_free"),)),
        # Of an older or newer version.
        ({"languages": ["xx"]}, ()),
    ],
)
def test_a_clinic_has_what_its_record_says(changes: Json, traits: tuple[tuple[str, str]]) -> None:
    given = NOTHING | changes
    if isinstance(given["hours"], str):
        given["hours"] = to_json(parse(given["hours"]))

    assert traits_of(given) == bits(traits)


def test_of_a_query_that_is_taken_which_is_known_and_once() -> None:
    asked = [
        ("language", "es"),
        ("language", "xx"),
        ("zip", "60601"),
        ("language", "es"),
        ("open", ""),
    ]

    assert known(asked) == (("language", "es"),)
