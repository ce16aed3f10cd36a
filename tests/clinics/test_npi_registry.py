"""What the NPI Registry API says is read as the provider file says it, or refused in words."""

from typing import Any

import pytest

from importer import HERE, PRACTICE, RECORDS
from npi_register import answer_of, as_bytes, place_of
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.casing import one_line
from referral.clinics.register.npi_registry import REFUSED, UNREADABLE, Told, read
from referral.clinics.register.nppes import Found, Kind, judge_as
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.reasons import Reason
from referral.errors import InvalidError
from referral.settings import ROOT

ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
RECORD = RECORDS[PRACTICE] | HERE
PLACE = place_of({name: RECORD[title] for name, title in COLUMNS.items()}, "PRIMARY")


def test_every_provider_of_the_file_is_read_the_same() -> None:
    active = {npi: r for npi, r in RECORDS.items() if r[COLUMNS["entity"]]}
    for npi, record in active.items():
        fields = {name: one_line(record[title]) for name, title in COLUMNS.items()}
        in_file = judge_as(Kind.PROVIDERS, fields, ZIPS)

        told = read(as_bytes(answer_of(record)), npi, ZIPS)

        assert told is not None
        if isinstance(in_file, Found):
            assert told == Told((in_file,))
        else:
            assert told == Told((Found(Kind.PROVIDERS, npi, None, reason=in_file),), (in_file,))
    assert len(active) == 36


def test_other_places_and_names_are_found_each_once_and_a_bad_one_is_named() -> None:
    names = [
        {"organization_name": "FORMER BACK CARE LLC", "code": "4"},
        {"organization_name": "RINGGOLD SPINE", "code": "3"},
        {"organization_name": "SPINE TOO", "code": "5"},
        {"organization_name": "SPINE TOO", "code": "5"},
        {"last_name": "SOMEBODY", "code": "1"},
    ]
    places = [PLACE | {"postal_code": 303364403}, PLACE | {"postal_code": "1"}]
    answer = answer_of(RECORD, other_names=names, practiceLocations=places)

    told = read(as_bytes(answer), PRACTICE, ZIPS)

    assert told is not None
    provider, *beside = told.found
    assert provider.facts is not None
    assert provider.facts["name"] == "Ringgold Spine"
    assert [(one.kind, (one.facts or {}).get("postal_code", one.key)) for one in beside] == [
        (Kind.LOCATIONS, "30336"),
        (Kind.NAMES, "Former Back Care LLC"),
        (Kind.NAMES, "Spine Too"),
    ]
    assert told.reasons == (Reason.POSTAL_CODE,)


def test_an_older_answer_has_numbers_for_texts_and_another_word_for_sex() -> None:
    answer = answer_of(RECORD, number=int(PRACTICE), created_epoch=1150329600)
    answer["results"][0]["basic"]["gender"] = "F"
    assert read(as_bytes(answer), PRACTICE, ZIPS) == read(
        as_bytes(answer_of(RECORD)), PRACTICE, ZIPS
    )


@pytest.mark.parametrize(
    ("changes", "reason", "is_gone"),
    [
        ({"taxonomies": [{"code": "207Q00000X", "primary": True}]}, Reason.NOT_CHIROPRACTOR, True),
        ({"taxonomies": []}, Reason.NOT_CHIROPRACTOR, True),
        ({"addresses": [PLACE | {"address_purpose": "MAILING"}]}, Reason.ADDRESS, False),
        (
            {"addresses": [PLACE | {"address_purpose": "LOCATION", "country_code": "CA"}]},
            Reason.OUTSIDE_US,
            True,
        ),
        (
            {"addresses": [PLACE | {"address_purpose": "LOCATION", "postal_code": "00000"}]},
            Reason.UNKNOWN_ZIP,
            False,
        ),
        ({"enumeration_type": "NPI-9"}, Reason.ENTITY_TYPE, False),
        ({"basic": {}}, Reason.NAME, False),
        (
            {"basic": {"organization_name": "X", "last_updated": "lately"}},
            Reason.DATE,
            False,
        ),
    ],
)
def test_who_is_not_for_the_directory_is_said(
    changes: dict[str, Any], reason: Reason, *, is_gone: bool
) -> None:
    told = read(as_bytes(answer_of(RECORD, **changes)), PRACTICE, ZIPS)

    assert told is not None
    assert told.reasons == (reason,)
    assert [one.facts for one in told.found] == ([None] if is_gone else [])


def test_nobody_is_nobody() -> None:
    assert read(b'{"result_count":0,"results":[]}', PRACTICE, ZIPS) is None


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>Maintenance</html>",
        b"[]",
        b"{}",
        b'{"results": {}}',
        b'{"results": [{"number": "1"}]}',
        as_bytes(answer_of(RECORD, number="1000000012")),
        as_bytes(answer_of(RECORD, taxonomies=[{"code": {}}])),
        as_bytes(answer_of(RECORD, taxonomies=[{"code": "111N00000X"}] * 16)),
    ],
)
def test_an_answer_that_is_none_is_one_sentence(answer: bytes) -> None:
    with pytest.raises(InvalidError) as refused:
        read(answer, PRACTICE, ZIPS)
    assert refused.value.detail == UNREADABLE


def test_what_the_register_has_against_the_question_is_passed_on() -> None:
    complaint = {"description": "CMS deprecated NPPES API\nversion 2.1", "field": "version"}
    with pytest.raises(InvalidError) as refused:
        read(as_bytes({"Errors": [complaint | {"number": "13"}]}), PRACTICE, ZIPS)
    said = "CMS deprecated NPPES API version 2.1"
    assert refused.value.detail == REFUSED % {"reasons": said}
