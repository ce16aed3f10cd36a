"""The NPPES reader: every record gets one outcome, whatever the file holds."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice, repeat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.clinics import nppes
from referral.clinics.nppes import Refused, Skipped, Taken
from referral.clinics.providers import COLUMNS, Provider, Reason, is_npi
from referral.errors import InvalidError

SAMPLE = Path(__file__).with_name("npidata_sample.csv").read_text(encoding="utf-8-sig")
HEADER, *RECORDS = SAMPLE.splitlines(keepends=True)
TITLES = next(csv.reader([HEADER]))
GOOD = next(csv.reader([line for line in RECORDS if "MCCARVER" in line]))
SKIPS = {Reason.NOT_CHIROPRACTOR, Reason.DEACTIVATED, Reason.OUTSIDE_US, Reason.BLANK}


def test_the_sample_gives_the_counted_outcomes() -> None:
    kinds = Counter(
        outcome.provider.entity if isinstance(outcome, Taken) else outcome.reason.code
        for outcome in nppes.read([HEADER, *RECORDS])
    )
    assert kinds == {"organization": 18, "person": 12, "not-chiropractor": 6, "deactivated": 4}


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
        ({"last_updated": "2024-01-04"}, Reason.DATE),
        ({"last_updated": "02/30/2024"}, Reason.DATE),
        ({"enumerated": "13/01/2024"}, Reason.DATE),
        ({"taxonomy_1": "207Q00000X"}, Reason.NOT_CHIROPRACTOR),
        ({"taxonomy_1": "207Q111N0X"}, Reason.NOT_CHIROPRACTOR),
        ({"taxonomy_1": ""}, Reason.NOT_CHIROPRACTOR),
        ({"country": "CA"}, Reason.OUTSIDE_US),
        ({"deactivated": "02/08/2024"}, Reason.DEACTIVATED),
        ({"taxonomy_1": "207Q00000X", "deactivated": "02/08/2024"}, Reason.DEACTIVATED),
    ],
)
def test_a_record_that_cannot_be_taken_says_why(changes: dict[str, str], reason: Reason) -> None:
    outcome = _outcome_of(_changed(changes))
    assert isinstance(outcome, Skipped if reason in SKIPS else Refused)
    assert outcome.reason is reason


def test_a_skipped_record_names_its_npi_so_that_a_known_clinic_can_go() -> None:
    outcome = _outcome_of(_changed({"deactivated": "02/08/2024"}))
    assert outcome == Skipped(1, 2, Reason.DEACTIVATED, "1710229331")


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


@pytest.mark.parametrize("title", COLUMNS.values())
def test_a_missing_column_is_named(title: str) -> None:
    with pytest.raises(InvalidError) as caught:
        nppes.read(_lines([["?" if name == title else name for name in TITLES]]))
    (problem,) = caught.value.problems
    assert (problem.loc, problem.code) == (("header", title), "header-missing")
    assert title in problem.detail


@pytest.mark.parametrize("lines", [[], [""], ["\n"], ["a\rb\n"]])
def test_a_file_without_a_header_lacks_every_column(lines: list[str]) -> None:
    with pytest.raises(InvalidError) as caught:
        nppes.read(lines)
    assert len(caught.value.problems) == len(COLUMNS)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("\n", Reason.BLANK),
        ('"1710229331","2"\n', Reason.COLUMN_COUNT),
        (RECORDS[0].rstrip("\n") + ',""\n', Reason.COLUMN_COUNT),
        ("a\rb\n", Reason.NOT_CSV),
        ("x" * 140_000 + "\n", Reason.NOT_CSV),
    ],
)
def test_a_broken_line_does_not_stop_the_reading(line: str, reason: Reason) -> None:
    broken, good = nppes.read([HEADER, line, *_lines([GOOD])])
    assert isinstance(broken, Skipped | Refused)
    assert broken.reason is reason
    assert isinstance(good, Taken)
    assert (good.record, good.line) == (2, 3)


def test_a_line_break_inside_a_value_makes_one_record_of_two_lines() -> None:
    text = "".join([HEADER, *_lines([_changed({"address_1": "1 MAIN\nST"}), GOOD])])
    first, second = nppes.read(io.StringIO(text, newline=""))
    assert (first.record, first.line) == (1, 3)
    assert (second.record, second.line) == (2, 4)


def test_records_are_read_only_as_they_are_asked_for() -> None:
    endless = repeat(RECORDS[0])
    outcomes = nppes.read(line for lines in ([HEADER], endless) for line in lines)
    assert [outcome.record for outcome in islice(outcomes, 3)] == [1, 2, 3]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters='"\r\n'))))
def test_every_line_of_any_text_gets_exactly_one_outcome(texts: list[str]) -> None:
    outcomes = list(nppes.read([HEADER, *(f"{text}\n" for text in texts)]))
    assert [outcome.record for outcome in outcomes] == list(range(1, len(texts) + 1))
    assert [outcome.line for outcome in outcomes] == list(range(2, len(texts) + 2))


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from('"\r\n,1N\x00') | st.characters())))
def test_quotes_and_line_breaks_never_stop_the_reading_or_lose_a_line(texts: list[str]) -> None:
    outcomes = list(nppes.read([HEADER, *texts]))
    assert [outcome.record for outcome in outcomes] == list(range(1, len(outcomes) + 1))
    ends = [1, *(outcome.line for outcome in outcomes)]
    assert ends == sorted(ends)
    assert ends[-1] == len(texts) + 1


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(COLUMNS)), st.text() | st.sampled_from(GOOD)))
def test_any_values_in_a_well_formed_record_get_exactly_one_outcome(
    changes: dict[str, str],
) -> None:
    (outcome,) = nppes.read(io.StringIO("".join([HEADER, *_lines([_changed(changes)])]), ""))
    if isinstance(outcome, Taken):
        assert is_npi(outcome.provider.npi)
        assert outcome.provider.name
        assert outcome.provider.taxonomies
        assert len(outcome.provider.postal_code) == 5
    elif isinstance(outcome, Skipped):
        assert outcome.reason in SKIPS


def _changed(changes: dict[str, str]) -> list[str]:
    values = dict(zip(TITLES, GOOD, strict=True))
    values |= {COLUMNS[name]: value for name, value in changes.items()}
    return list(values.values())


def _lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Write each row as NPPES does: every value in double quotes, doubled inside for csv."""
    return [",".join('"' + v.replace('"', '""') + '"' for v in row) + "\n" for row in rows]


def _outcome_of(row: Sequence[str]) -> nppes.Outcome:
    (outcome,) = nppes.read([HEADER, *_lines([row])])
    return outcome


def _provider_of(row: Sequence[str]) -> Provider:
    outcome = _outcome_of(row)
    assert isinstance(outcome, Taken)
    return outcome.provider


def _providers(lines: Iterable[str]) -> list[Provider]:
    return [outcome.provider for outcome in nppes.read(lines) if isinstance(outcome, Taken)]
