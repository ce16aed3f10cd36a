"""The NPPES reader: every record gets one outcome, whatever the file holds."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register import nppes
from referral.clinics.register.nppes import COLUMNS_OF, Found, Kind, Refused
from referral.clinics.register.providers import COLUMNS, Provider, is_npi
from referral.clinics.register.reasons import SKIPS, Reason
from referral.clinics.register.records import Mark, header
from referral.errors import InvalidError
from referral.settings import ROOT

SAMPLE = Path(__file__).with_name("npidata_sample.csv").read_text(encoding="utf-8-sig")
HEADER, *RECORDS = SAMPLE.splitlines(keepends=True)
TITLES = next(csv.reader([HEADER]))
GOOD = next(csv.reader([line for line in RECORDS if "MCCARVER" in line]))
ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
ODD = ['a"b', "\n", " 111N00000X", "111N00000X"]
ONE_LOCATION = {
    "NPI": "1710229331",
    "Provider Secondary Practice Location Address- Address Line 1": "1 MAIN ST",
    "Provider Secondary Practice Location Address-  Address Line 2": "STE 4",
    "Provider Secondary Practice Location Address - City Name": "RINGGOLD",
    "Provider Secondary Practice Location Address - State Name": "GA",
    "Provider Secondary Practice Location Address - Postal Code": "307362643",
    "Provider Secondary Practice Location Address - Country Code (If outside U.S.)": "US",
    "Provider Secondary Practice Location Address - Telephone Number": "7065550142",
    "Provider Secondary Practice Location Address - Telephone Extension": "",
    "Provider Practice Location Address - Fax Number": "",
}
ONE_NAME = {
    "NPI": "1710229331",
    "Provider Other Organization Name": "SPINE BARN",
    "Provider Other Organization Name Type Code": "3",
    "Created Date": "12/24/2024",
}
ONE_DEACTIVATION = {"NPI": "1710229331", "NPPES Deactivation Date": "02/08/2026"}


def test_the_sample_gives_the_counted_outcomes() -> None:
    outcomes, passed = _read([HEADER, *RECORDS])
    entities = Counter(provider.entity for provider in _providers([HEADER, *RECORDS]))
    assert len(outcomes) == entities.total()
    assert entities == {"organization": 18, "person": 12}
    assert passed == {Reason.NOT_CHIROPRACTOR: 6, Reason.DEACTIVATED: 4}


def test_a_provider_reads_well() -> None:
    assert _provider_of(GOOD) == Provider(
        npi="1710229331",
        entity="organization",
        name="McCarver Family Chiropractic",
        credential="",
        address_1="6715 Highway 41",
        address_2="",
        city="Ringgold",
        state="GA",
        postal_code="30736",
        phone="7063959355",
        taxonomies=("111N00000X",),
        last_updated=date(2024, 1, 4),
        enumerated=date(2013, 3, 21),
    )


def test_a_person_is_named_first_name_first() -> None:
    people = [p for p in _providers([HEADER, *RECORDS]) if p.entity == "person"]
    assert people[0].name == "Eli Example"
    assert {person.credential for person in people} >= {"DC", "DC, ND", ""}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"npi": ""}, Reason.NPI),
        ({"npi": "1710229332"}, Reason.NPI),
        ({"npi": "171022933"}, Reason.NPI),
        ({"npi": "3710229331"}, Reason.NPI),
        ({"entity": ""}, Reason.ENTITY_TYPE),
        ({"entity": "3"}, Reason.ENTITY_TYPE),
        ({"legal_name": " "}, Reason.NAME),
        ({"legal_name": "\x00"}, Reason.NAME),
        ({"entity": "1", "last_name": "", "first_name": ""}, Reason.NAME),
        ({"address_1": ""}, Reason.ADDRESS),
        ({"city": ""}, Reason.ADDRESS),
        ({"state": ""}, Reason.ADDRESS),
        ({"state": "GEORGIA"}, Reason.ADDRESS),
        ({"postal_code": ""}, Reason.POSTAL_CODE),
        ({"postal_code": "3073"}, Reason.POSTAL_CODE),
        ({"postal_code": "307361"}, Reason.POSTAL_CODE),
        ({"postal_code": "30736-XXXX"}, Reason.POSTAL_CODE),
        ({"postal_code": "00000"}, Reason.UNKNOWN_ZIP),
        ({"legal_name": "X" * 151}, Reason.TOO_LONG),
        ({"address_1": "X" * 101}, Reason.TOO_LONG),
        ({"taxonomy_1": "207Q00000X", "npi": "1710229332"}, Reason.NPI),
        ({"last_updated": "2024-01-04"}, Reason.DATE),
        ({"last_updated": "02/30/2024"}, Reason.DATE),
        ({"enumerated": "13/01/2024"}, Reason.DATE),
        ({"taxonomy_1": "207Q00000X"}, Reason.NOT_CHIROPRACTOR),
        ({"taxonomy_1": "207Q111N0X"}, Reason.NOT_CHIROPRACTOR),
        ({"taxonomy_1": ""}, Reason.NOT_CHIROPRACTOR),
        ({"country": "CA"}, Reason.OUTSIDE_US),
        ({"deactivated": "02/08/2024"}, Reason.DEACTIVATED),
        ({"entity": "", "taxonomy_1": "", "deactivated": "02/08/2024"}, Reason.DEACTIVATED),
    ],
)
def test_a_record_that_cannot_be_taken_says_why(changes: dict[str, str], reason: Reason) -> None:
    outcomes, passed = _read([HEADER, *_lines([_changed(changes)])])
    if reason in SKIPS:
        assert (outcomes, passed) == ([], {reason: 1})
    else:
        assert (outcomes, passed) == ([Refused(2, reason)], {})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"deactivated": "02/08/2024"}, Reason.DEACTIVATED),
        ({"taxonomy_1": "207Q00000X"}, Reason.NOT_CHIROPRACTOR),
        ({"country": "CA"}, Reason.OUTSIDE_US),
    ],
)
def test_a_known_npi_that_is_no_longer_for_the_directory_is_found(
    changes: dict[str, str], reason: Reason
) -> None:
    outcomes, passed = _read([HEADER, *_lines([_changed(changes)])], known={b"1710229331"})
    assert outcomes == [Found(Kind.PROVIDERS, "1710229331", None, reason=reason)]
    assert not passed


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"deactivated": "02/08/2020", "reactivated": "03/01/2020"}, "npi", "1710229331"),
        ({"other_name": "SPINE BARN", "other_name_type": "3"}, "name", "Spine Barn"),
        ({"legal_name": "", "other_name": "SPINE BARN", "other_name_type": "3"}, "name",
         "Spine Barn"),
        ({"other_name": "OLD BARN", "other_name_type": "4"}, "name",
         "McCarver Family Chiropractic"),
        ({"taxonomy_1": "", "taxonomy_15": "111NX0800X"}, "taxonomies", ("111NX0800X",)),
        ({"taxonomy_2": "111NR0400X", "primary_1": "N", "primary_2": "Y"}, "taxonomies",
         ("111NR0400X", "111N00000X")),
        ({"taxonomy_2": "111N00000X"}, "taxonomies", ("111N00000X",)),
        ({"other_name": "OLD BARN", "other_name_type": "4"}, "other_names", ("Old Barn",)),
        ({"other_name": "SPINE BARN", "other_name_type": "3"}, "other_names",
         ("McCarver Family Chiropractic",)),
        ({"country": ""}, "state", "GA"),
        ({"postal_code": "30736-1234"}, "postal_code", "30736"),
        ({"phone": "+1 (706) 395-9355"}, "phone", "7063959355"),
        ({"phone": "3959355"}, "phone", ""),
        ({"last_updated": ""}, "last_updated", None),
        ({"address_1": "1 MAIN\n ST\x00"}, "address_1", "1 Main St"),
    ],
)  # fmt: skip
def test_a_record_may_differ_and_still_be_taken(
    changes: dict[str, str], field: str, value: object
) -> None:
    assert getattr(_provider_of(_changed(changes)), field) == value


def test_columns_are_found_by_name_in_any_order() -> None:
    backwards = [TITLES[::-1], GOOD[::-1]]
    assert _providers(_lines(backwards)) == [_provider_of(GOOD)]


@pytest.mark.parametrize(
    ("kind", "example", "facts", "key"),
    [
        (Kind.LOCATIONS, ONE_LOCATION,
         {"address_1": "1 Main St", "address_2": "Ste 4", "city": "Ringgold", "state": "GA",
          "postal_code": "30736", "phone": "7065550142"}, "30736 1 main st ste 4"),
        (Kind.NAMES, ONE_NAME, {"text": "Spine Barn"}, "Spine Barn"),
        (Kind.DEACTIVATIONS, ONE_DEACTIVATION, {"text": "2026-02-08"}, "2026-02-08"),
    ],
)  # fmt: skip
def test_the_files_beside_the_provider_file(
    kind: Kind, example: dict[str, str], facts: dict[str, str], key: str
) -> None:
    stranger = example | {"NPI": "1234567893"}
    wrong = example | {"NPI": "1234567890"}
    lines = _lines([list(example), *(list(row.values()) for row in (example, stranger, wrong))])

    outcomes, passed = _read(lines, known={b"1710229331"})

    assert outcomes == [Found(kind, "1710229331", facts, key), Refused(4, Reason.NPI)]
    assert passed == {Reason.NOT_CHIROPRACTOR: 1}


@pytest.mark.parametrize(
    ("example", "title", "value", "reason"),
    [
        (ONE_LOCATION, "Provider Secondary Practice Location Address - Postal Code", "00000",
         Reason.UNKNOWN_ZIP),
        (ONE_LOCATION, "Provider Secondary Practice Location Address - City Name", "",
         Reason.ADDRESS),
        (ONE_NAME, "Provider Other Organization Name", "", Reason.NAME),
        (ONE_NAME, "Provider Other Organization Name", "X" * 151, Reason.TOO_LONG),
        (ONE_DEACTIVATION, "NPPES Deactivation Date", "", Reason.DATE),
        (ONE_DEACTIVATION, "NPPES Deactivation Date", "2026-02-08", Reason.DATE),
    ],
)  # fmt: skip
def test_a_broken_record_beside_the_provider_file_says_why(
    example: dict[str, str], title: str, value: str, reason: Reason
) -> None:
    lines = _lines([list(example), list((example | {title: value}).values())])
    assert _read(lines, known={b"1710229331"})[0] == [Refused(2, reason)]


@pytest.mark.parametrize("title", COLUMNS.values())
def test_a_missing_column_is_named(title: str) -> None:
    with pytest.raises(InvalidError) as caught:
        nppes.recognize(["?" if name == title else name for name in TITLES])
    assert caught.value.reason == "header-missing"
    assert title in caught.value.detail


@pytest.mark.parametrize("titles", [[], ["NPI"], ["NPI", "Entity Type Code"], ["a", "b"]])
def test_another_file_is_none_of_the_register(titles: list[str]) -> None:
    with pytest.raises(InvalidError) as caught:
        nppes.recognize(titles)
    assert caught.value.reason == "not-a-register-file"


def test_every_kind_of_file_is_recognized_by_its_columns() -> None:
    kinds = [nppes.recognize(list(columns.values())).kind for columns in COLUMNS_OF.values()]
    assert kinds == list(Kind)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text() | st.sampled_from(GOOD)))
def test_any_values_in_a_well_formed_record_get_exactly_one_outcome(
    changes: dict[str, str],
) -> None:
    outcomes, passed = _read([HEADER, *_lines([_changed(changes)])])
    assert len(outcomes) + passed.total() == 1
    for outcome in outcomes:
        if isinstance(outcome, Found):
            provider = Provider.from_json(outcome.facts or {})
            assert is_npi(provider.npi.encode())
            assert provider.name
            assert provider.taxonomies
            assert provider.postal_code in ZIPS


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.sampled_from([*GOOD, *ODD])),
        max_size=4,
    )
)
@example([{"taxonomy_1": " 111N00000X"}])
def test_what_is_passed_over_unparsed_is_what_parsing_would_pass_over(
    rows: list[dict[str, str]],
) -> None:
    records = [_changed(changes) for changes in rows]
    # Where the NPI does not come first, every record is parsed.
    turned = [TITLES[1:] + TITLES[:1], *(row[1:] + row[:1] for row in records)]
    quick, parsed = _read(_lines([TITLES, *records])), _read(_lines(turned))
    assert quick[0] == parsed[0]
    assert quick[1].total() == parsed[1].total()


def _changed(changes: dict[str, str]) -> list[str]:
    values = dict(zip(TITLES, GOOD, strict=True))
    values |= {COLUMNS[name]: value for name, value in changes.items()}
    return list(values.values())


def _lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Write each row as NPPES does: every value in double quotes, doubled inside for csv."""
    return [",".join('"' + v.replace('"', '""') + '"' for v in row) + "\n" for row in rows]


def _read(
    lines: Iterable[str], known: set[bytes] | None = None
) -> tuple[list[Found | Refused], Counter[Reason]]:
    """Read a file and return what it gives, and what was passed over."""
    stream = io.BytesIO("".join(lines).encode("utf-8", "surrogatepass"))
    titles, start = header(stream)
    outcomes: list[Any] = list(
        nppes.read(stream, nppes.recognize(titles), start, known=known or set(), zips=ZIPS)
    )
    *found, end = outcomes
    assert isinstance(end, Mark)
    return found, end.passed


def _providers(lines: Iterable[str]) -> list[Provider]:
    found, _ = _read(lines)
    return [Provider.from_json(one.facts or {}) for one in found if isinstance(one, Found)]


def _provider_of(row: Sequence[str]) -> Provider:
    (provider,) = _providers([HEADER, *_lines([row])])
    return provider
