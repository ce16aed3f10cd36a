"""A clinic that goes out in HSDS comes in as the same, and a foreign service as far as it says."""

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foreign import FOREIGN, changed, placed
from referral.clinics.exchange import hsds, hsds_reading, json_records
from referral.clinics.exchange.entries import Bearings, Branch, Entry, Person, Read
from referral.clinics.geography.addresses import Location
from referral.clinics.geography.geo import Point
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.reasons import Reason
from referral.clinics.standing import Accepting
from referral.clinics.vocabulary import ACCESSIBILITY, INSURANCE, LANGUAGES, PRICES, TECHNIQUES
from referral.settings import ROOT

ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
BEARINGS = Bearings(ZIPS)
NPI = "1710229331"
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9)
POINT = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
PHONE = st.sampled_from(["", "+12125550100", "+4532123456"])


def codes(vocabulary: Mapping[str, str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*vocabulary]), unique=True, max_size=3).map(tuple)


BRANCHES = st.lists(
    st.builds(
        Branch,
        st.builds(Location, TEXT.map("{}1".format), TEXT, TEXT, TEXT, st.just("2100"), PHONE),
        POINT,
    ),
    max_size=3,
    unique_by=lambda branch: branch.location.spot,
)
ENTRIES = st.builds(
    Entry,
    id=st.uuids(),
    name=TEXT,
    address_1=TEXT,
    city=TEXT,
    country=st.sampled_from(["US", "DK", "AU"]),
    point=POINT,
    timezone=st.sampled_from(["America/New_York", "Europe/Copenhagen", "Australia/Sydney"]),
    address_2=TEXT | st.just(""),
    state=TEXT | st.just(""),
    postal_code=st.sampled_from(["", "10001", "2100"]),
    npi=st.sampled_from([None, NPI]),
    phone=PHONE,
    accepting=st.sampled_from(Accepting),
    hours=st.sampled_from(
        [{}, {"mo": [["09:00", "12:00"], ["13:00", "17:30"]], "sa": [["09:00", "12:00"]]}]
    ),
    keeps_holidays=st.booleans(),
    closed_on=st.sampled_from([(), ("2026-12-24", "2026-12-31")]),
    languages=codes(LANGUAGES),
    techniques=codes(TECHNIQUES),
    accessibility=codes(ACCESSIBILITY),
    insurance=codes(INSURANCE),
    prices=st.dictionaries(st.sampled_from([*PRICES]), st.integers(0, 2000)),
    other_names=st.lists(TEXT, unique=True, max_size=3).map(tuple),
    branches=BRANCHES.map(tuple),
    people=st.lists(st.builds(Person, TEXT, TEXT | st.just("")), max_size=3).map(tuple),
)
# The fields that HSDS 3.0 and 3.1 require, ids included, where an entity stands.
REQUIRED = {
    "": {"id", "name", "status"},
    "organization": {"id", "name", "description"},
    "organization_identifiers": {"id", "identifier_type", "identifier"},
    "service_at_locations": {"id"},
    "location": {"id", "location_type"},
    "addresses": {
        *("id", "address_1", "city", "state_province", "postal_code", "country", "address_type"),
    },
    "phones": {"id", "number"},
    "schedules": {"id"},
    "languages": {"id"},
    "contacts": {"id"},
    "cost_options": {"id"},
    "accessibility": {"id"},
    "attributes": {"id", "link_id", "link_entity", "taxonomy_term_id"},
    "taxonomy_term": {"id", "name", "description"},
}
# What else we use of what it has.
USED = {
    "": {
        *("organization", "service_at_locations", "languages", "contacts", "cost_options"),
        "attributes",
    },
    "organization": {"alternate_name", "organization_identifiers", "attributes"},
    "organization_identifiers": {"identifier_scheme"},
    "service_at_locations": {"location", "schedules", "attributes"},
    "location": {
        *("latitude", "longitude", "addresses", "phones", "accessibility", "attributes"),
    },
    "addresses": {"address_2"},
    "phones": {"type"},
    "schedules": {"freq", "byday", "opens_at", "closes_at", "timezone", "notes"},
    "languages": {"name", "code"},
    "contacts": {"name", "title", "attributes"},
    "cost_options": {"option", "currency", "amount", "attributes"},
    "accessibility": {"description", "attributes"},
    "attributes": {"value", "taxonomy_term"},
    "taxonomy_term": {"code", "taxonomy"},
}


@given(ENTRIES)
@settings(max_examples=60, deadline=None)
def test_what_goes_out_comes_in_as_the_same_with_all_that_the_standard_requires(
    entry: Entry,
) -> None:
    (page,) = [json.loads(b"".join(hsds.page([entry], 1)))]
    (service,) = page["contents"]

    assert [*hsds_reading.read(service, BEARINGS, source="hsds")] == [Read(entry)]
    found = [*entities("", service)]
    for kind, entity in found:
        assert REQUIRED[kind] <= entity.keys() <= REQUIRED[kind] | USED[kind], kind
        assert str(UUID(entity["id"])) == entity["id"]
    own = [entity["id"] for kind, entity in found if kind != "taxonomy_term"]
    assert len(set(own)) == len(own)


def entities(kind: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:  # noqa: ANN401 - JSON
    """Yield each object with the name under which it stands."""
    if isinstance(value, dict):
        yield kind, value
        for name, inner in value.items():
            yield from entities(name, inner)
    if isinstance(value, list):
        for inner in value:
            yield from entities(kind, inner)


def test_a_foreign_service_is_read_as_far_as_it_says() -> None:
    (read,) = hsds_reading.read(FOREIGN, Bearings(ZIPS, "Europe/Copenhagen"), source="dk")

    entry = read.entry
    assert entry is not None
    assert (entry.name, entry.city, entry.state, entry.country) == (
        "Ryg & Krop", "København", "", "DK",
    )  # fmt: skip
    assert (entry.postal_code, entry.point, entry.timezone) == (
        "2100", (55.7, 12.57), "Europe/Copenhagen",
    )  # fmt: skip
    assert (entry.phone, entry.email, entry.people) == ("+4532123457", "hej@ryg.example", ())
    daytime, late = [["10:00", "18:00"]], [["22:00", "23:59"]]
    assert entry.hours == {"mo": daytime, "tu": daytime, "fr": late}
    assert entry.languages == ("en", "da")
    assert not entry.keeps_holidays
    assert {*read.reasons} == {Reason.HOURS, Reason.CODE}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", Reason.SHAPE),
        ({}, Reason.SHAPE),
        (changed(service_at_locations={}), Reason.SHAPE),
        (placed(latitude="north"), Reason.SHAPE),
        (changed(attributes=[]), Reason.NOT_CHIROPRACTOR),
        (changed(status="defunct"), Reason.ENDED),
        (changed(service_at_locations=[]), Reason.NO_LOCATION),
        (changed(name="", organization={"name": ""}), Reason.NAME),
        (placed(addresses=[]), Reason.ADDRESS),
        (placed(latitude=None), Reason.WHERE),
        (placed(latitude=91), Reason.WHERE),
        (
            placed(addresses=[{"address_1": "1", "city": "C", "country": "Denmark"}]),
            Reason.COUNTRY,
        ),
        (changed(name="N" * 201, organization={"name": ""}), Reason.TOO_LONG),
    ],
)
def test_a_service_that_cannot_be_taken_is_named(record: object, reason: Reason) -> None:
    (read,) = hsds_reading.read(record, Bearings(ZIPS, "Europe/Copenhagen"), source="dk")
    assert (read.entry, read.reasons) == (None, (reason,))


def test_an_organization_with_two_places_is_two_clinics_of_which_one_has_its_number() -> None:
    (at, _) = FOREIGN["service_at_locations"]
    second = at | {"location": at["location"] | {"id": "8"}}
    known = {"organization_identifiers": [{"identifier_scheme": "US-NPI", "identifier": NPI}]}
    service = changed(
        service_at_locations=[at, second], organization=FOREIGN["organization"] | known
    )

    found = hsds_reading.read(service, Bearings(ZIPS, "Europe/Copenhagen"), source="dk")

    one, other = (read.entry for read in found)
    assert one is not None
    assert other is not None
    assert (one.npi, other.npi) == (NPI, None)
    assert one.id != other.id


def test_nobody_guesses_a_time_zone() -> None:
    (read,) = hsds_reading.read(FOREIGN, BEARINGS, source="dk")
    assert read == Read(None, (Reason.TIMEZONE,))


A, B = {"a": "\N{SNOWMAN}"}, {"b": [1, {"c": "]"}]}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ("", []),
        ("  \n", []),
        (json.dumps(A), [A]),
        (f"{json.dumps(A)}\n{json.dumps(B)}\n", [A, B]),
        (json.dumps([A, B], indent=2), [A, B]),
        (json.dumps({"total_items": 2, "contents": [A, B], "empty": False}), [A, B]),
        ('{"size":0,"contents":[\n]}\n', []),
        ('[{"a": nonsense},\n{"b": 1}]', [Reason.NOT_JSON, {"b": 1}]),
        ('{"contents":[\n{"a": 1},\n{"b": NaN},\n{"c": 1', [{"a": 1}, *[Reason.NOT_JSON] * 2]),
    ],
)
@pytest.mark.parametrize("size", [7, 2**20])
def test_records_are_read_one_by_one(
    document: str, expected: list[object], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Small pieces, so that records lie across their edges.
    monkeypatch.setattr(json_records, "CHUNK", size)
    stream = io.BytesIO(b"\xef\xbb\xbf" + document.encode())
    assert [*json_records.records(stream)] == expected


def test_what_is_not_utf_8_is_named() -> None:
    found = json_records.records(io.BytesIO(b'{"a": "\xff"}\n{"b": 1}'))
    assert [*found] == [Reason.ENCODING, {"b": 1}]
