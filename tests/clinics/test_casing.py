"""Shouted names and addresses, as they come from government files, made to read well."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics.register.casing import one_line, readable


@pytest.mark.parametrize(
    ("shouted", "read"),
    [
        ("MCDONALD & O'BRIEN CHIROPRACTIC, LLC", "McDonald & O'Brien Chiropractic, LLC"),
        ("D'ANGELO FAMILY CHIROPRACTIC P.C.", "D'Angelo Family Chiropractic P.C."),
        ("WOMEN'S SPINE CENTER OF THE NORTH", "Women's Spine Center of the North"),
        ("THE OAKS HEALTH CARE PA", "The Oaks Health Care PA"),
        ("ARSENAULT-BURKHALTER CLINIC II PLLC", "Arsenault-Burkhalter Clinic II PLLC"),
        ("SMITH CHIROPRACTIC INC.", "Smith Chiropractic Inc."),
        ("DR JANE ROE DC", "Dr Jane Roe DC"),
        ("TNT CHIROPRACTIC DBA J&CO", "TNT Chiropractic DBA J&Co"),
        ("LYNN FLYNN", "Lynn Flynn"),
        ("1940 NW 24TH AVE STE 2A", "1940 NW 24th Ave Ste 2A"),
        ("MCI SPINE, 331 E A ST STE I", "Mci Spine, 331 E A St Ste I"),
        ("670 SE 1ST ST N", "670 SE 1st St N"),
        ("PO BOX 12, US HWY 52", "PO Box 12, US Hwy 52"),
        ("500 MCNULTY BLVD # B-11", "500 McNulty Blvd # B-11"),
        ("MC CORMICK PL", "MC Cormick Pl"),
        ("CAÑON CITY", "Cañon City"),
        ("Already Fine PLLC and McX", "Already Fine PLLC and McX"),
        ("", ""),
        ("1234", "1234"),
    ],
)
def test_shouted_text_reads_well(shouted: str, read: str) -> None:
    assert readable(shouted) == read


@settings(deadline=None)
@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 '&.,-#/"))
def test_only_the_case_of_letters_changes(shouted: str) -> None:
    assert readable(shouted).upper() == shouted


@settings(deadline=None)
@given(st.text() | st.text(alphabet="a \x00\u200b\n"))
def test_one_line_is_printable_trimmed_and_stays_as_it_is(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert line == line.strip() == one_line(line)


def test_one_line_drops_what_a_database_cannot_keep() -> None:
    assert one_line("  12\t MAIN\n\x00ST ") == "12 MAIN ST"
