"""When two addresses are one place, and which look like a home."""

import pytest

from referral.clinics.geography.addresses import LONGEST_SPOT, looks_residential, spot


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("100 MAIN ST", "STE 4"), ("100 Main Street, Suite 4", "")),
        (("100 MAIN ST", "#4"), ("100 MAIN ST. STE #4", "")),
        (("100 MAIN ST", "UNIT B"), ("100 main st", "ste b")),
        (("12 NW 5TH AVE", ""), ("12 Northwest 5th Avenue", "")),
        (("9 W. OAK DR.", "BUILDING 2"), ("9 West Oak Drive", "Bldg 2")),
    ],
)
def test_one_address_written_in_two_ways_is_one_spot(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert spot(*one, "30736") == spot(*other, "30736")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("100 MAIN ST", "STE 4", "30736"), ("100 MAIN ST", "STE 5", "30736")),
        (("100 MAIN ST", "STE 4", "30736"), ("100 MAIN ST", "", "30736")),
        (("100 MAIN ST", "", "30736"), ("100 MAIN AVE", "", "30736")),
        (("100 N MAIN ST", "", "30736"), ("100 S MAIN ST", "", "30736")),
        (("100 MAIN ST", "", "30736"), ("100 MAIN ST", "", "30737")),
    ],
)
def test_two_addresses_are_two_spots(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert spot(*one) != spot(*other)


def test_a_spot_always_fits_its_column() -> None:
    assert len(spot("#A" * 50, "#B" * 50, "30736")) <= LONGEST_SPOT


# The rule, as docs/operations.md tells it.
@pytest.mark.parametrize(
    ("address_1", "address_2", "residential"),
    [
        ("12 Oak Ln", "", True),
        ("12 Oak St", "", True),
        ("28107 John R Rd", "", True),
        ("12 Oak St", "Apt 3", True),
        ("100 Main St", "Apt 3", True),
        ("PO Box 12", "", True),
        ("12 Oak St", "Unit 3", True),
        ("12 Oak St", "Ste 3", False),
        ("12 Oak St Suite B", "", False),
        ("100 Main St", "", False),
        ("6715 Highway 41", "", False),
        ("7919 Mid America Blvd", "", False),
        ("12 Oak St", "Bldg 2", False),
        ("1 Oak Medical Plaza", "", False),
    ],
)
def test_an_address_without_a_sign_of_business_looks_like_a_home(
    address_1: str, address_2: str, *, residential: bool
) -> None:
    assert looks_residential(address_1, address_2) is residential
