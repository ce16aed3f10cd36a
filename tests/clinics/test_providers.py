"""The check digit of an NPI, and the reasons a record is not taken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics.register.providers import is_npi
from referral.clinics.register.reasons import Reason


# 1234567893 is the example that CMS prints in its description of the check digit.
@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1234567893", True),
        ("1710229331", True),
        ("1234567890", False),
        ("0000000006", False),
        ("12345678931", False),
        ("\u0661234567893", False),
        ("", False),
    ],
)
def test_the_check_digit_of_an_npi(text: str, valid: bool) -> None:
    assert is_npi(text.encode()) is valid


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(0, 9))
def test_one_wrong_digit_is_always_seen(place: int, digit: int) -> None:
    npi = "1234567893"
    other = npi[:place] + str(digit) + npi[place + 1 :]
    assert is_npi(other.encode()) is (other == npi)


def test_every_reason_has_its_own_code_and_a_label() -> None:
    assert len({reason.code for reason in Reason}) == len({r.label for r in Reason}) == len(Reason)
