"""References: readable, without look-alikes, and different for different numbers."""

import re

from hypothesis import given
from hypothesis import strategies as st

from referral.aloud import ALPHABET
from referral.appointments.reference import LENGTH, reference_from

SMALL = st.integers(0, len(ALPHABET) ** LENGTH - 1)


@given(number=st.integers(0, 2**128 - 1))
def test_a_reference_has_no_look_alikes(number: int) -> None:
    assert re.fullmatch(r"[^01OILU\W]{4}-[^01OILU\W]{4}", reference_from(number))


@given(one=SMALL, other=SMALL)
def test_different_numbers_have_different_references(one: int, other: int) -> None:
    assert (one == other) == (reference_from(one) == reference_from(other))
