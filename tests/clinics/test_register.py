"""Taking the public register into the directory: again is harmless, joined clinics are left."""

from collections import Counter
from pathlib import Path

from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics import nppes
from referral.clinics.models import Clinic
from referral.clinics.providers import Provider
from referral.clinics.register import Taking, take
from referral.clinics.service import join
from referral.clinics.zips import ZipCentroids
from referral.settings import ROOT
from world import count, house

SAMPLE = Path(__file__).with_name("npidata_sample.csv")
ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")


def test_taking_the_same_file_again_changes_nothing(client: TestClient, clock: Clock) -> None:
    first = taken(client, clock)
    again = taken(client, clock)

    assert first[Taking.NEW] == count(house(client).database, "clinics") > 0
    assert set(again) <= {Taking.UNCHANGED, Taking.UNKNOWN_ZIP}
    assert again[Taking.UNCHANGED] == first[Taking.NEW]


def test_a_clinic_that_joined_keeps_its_own_details(client: TestClient, clock: Clock) -> None:
    taken(client, clock)
    npi = providers()[0].npi
    with house(client).database.unit_of_work() as session:
        clinic, _ = join(session, npi, email="desk@example.com", timezone=None, now=clock.now)
        clinic.name = "Our own name"
        clinic_id = clinic.id

    again = taken(client, clock)

    assert again[Taking.OWN_DATA] == 1
    with house(client).database.reading() as session:
        assert session.get_one(Clinic, clinic_id).name == "Our own name"


def taken(client: TestClient, clock: Clock) -> Counter[Taking]:
    """Take the sample and count what became of its providers."""
    with house(client).database.unit_of_work() as session:
        return take(session, providers(), zips=ZIPS, now=clock.now)


def providers() -> list[Provider]:
    """Return the chiropractors of the sample."""
    with SAMPLE.open(encoding="utf-8-sig", newline="") as lines:
        return [one.provider for one in nppes.read(lines) if isinstance(one, nppes.Taken)]
