"""The demo clinics: complete, varied, and plainly fictional."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from referral.clinics import hours
from referral.clinics.exchange import lists
from referral.clinics.exchange.entries import Bearings
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, PRICES, TECHNIQUES

DATA = Path(__file__).parents[2] / "data"
ZIPS = ZipCentroids.load(DATA / "zip_centroids.csv")
with (DATA / "demo_clinics.csv").open(encoding="ascii", newline="") as stream:
    CLINICS = list(csv.DictReader(stream))

FILTERED = {"techniques": TECHNIQUES, "accessibility": ACCESSIBILITY, "insurance": INSURANCE}
every_clinic = pytest.mark.parametrize("clinic", CLINICS, ids=lambda clinic: clinic["name"])


def test_twelve_cities_have_five_clinics_each_in_different_zips() -> None:
    assert set(Counter(clinic["city"] for clinic in CLINICS).values()) == {5}
    assert len({(clinic["city"], clinic["state"]) for clinic in CLINICS}) == 12
    assert len({clinic["postal_code"] for clinic in CLINICS}) == 60


def test_the_columns_are_the_agreed_ones() -> None:
    assert list(CLINICS[0]) == [
        "name", "address_1", "address_2", "city", "state", "postal_code", "phone", "email",
        "languages", "techniques", "accessibility", "insurance", "prices", "accepting", "hours",
        "chiropractors",
    ]  # fmt: skip


@pytest.mark.parametrize("column", ["name", "address_1", "phone", "email"])
def test_no_two_clinics_share_a(column: str) -> None:
    assert len({clinic[column] for clinic in CLINICS}) == len(CLINICS)


@every_clinic
def test_a_clinic_is_plainly_fictional(clinic: dict[str, str]) -> None:
    made_up = r"\b(Demo|Example|Sample|Pretend)\b"
    assert re.search(made_up, clinic["name"])
    assert re.search(rf"{made_up}|\bPlaceholder\b", clinic["address_1"])
    assert re.fullmatch(r"\([2-9]\d\d\) 555-01\d\d", clinic["phone"])
    assert re.fullmatch(r"front-desk@[a-z-]+\.example", clinic["email"])


def test_every_clinic_is_read_whole() -> None:
    file = DATA / "demo_clinics.csv"
    form = lists.recognize(file)
    assert form is not None
    found = [read for _, read in form.read(file, lists.Wanted(Bearings(ZIPS)), "demo")]
    assert [read.entry and read.entry.name for read in found] == [c["name"] for c in CLINICS]
    assert [reason for read in found for reason in read.reasons] == []


@every_clinic
def test_a_clinic_can_be_loaded(clinic: dict[str, str]) -> None:
    assert ZIPS.find(clinic["postal_code"]).zip == clinic["postal_code"]
    assert hours.parse(clinic["hours"])
    assert set(clinic["languages"].split(";")) <= LANGUAGES.keys()
    for price in filter(None, clinic["prices"].split("; ")):
        assert price.partition(" ")[0] in PRICES
    assert clinic["accepting"] in {"yes", "waitlist", "no"}
    for chiropractor in clinic["chiropractors"].split("; "):
        assert re.fullmatch(r"[A-Z][a-z]+ [A-Z][a-z]+, DC", chiropractor)


def test_the_demo_shows_what_the_product_must_cope_with() -> None:
    timezones = {ZIPS.find(clinic["postal_code"]).timezone for clinic in CLINICS}
    assert timezones >= {"America/Phoenix", "Pacific/Honolulu", "America/New_York"}
    assert {clinic["accepting"] for clinic in CLINICS} == {"yes", "waitlist", "no"}
    assert any(";" in clinic["chiropractors"] for clinic in CLINICS)
    assert len({clinic["hours"] for clinic in CLINICS}) >= 8
    for column, codes in FILTERED.items():
        assert {code for clinic in CLINICS for code in clinic[column].split(";") if code} == {
            *codes
        }
