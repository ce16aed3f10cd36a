"""A list from a spreadsheet comes in, as it is written, again and changed."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from importer import Desk
from referral.clinics.exchange import csv_lists, lists
from referral.clinics.exchange.entries import Bearings, Person, Read
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.register.reasons import Reason
from referral.clinics.standing import Standing
from referral.errors import InvalidError
from referral.settings import ROOT
from world import house

ZIPS = ZipCentroids.load(ROOT / "data" / "zip_centroids.csv")
EXAMPLE = ROOT / "data" / "example_list.csv"
with EXAMPLE.open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))


def test_the_example_is_taken_as_it_is_and_again_changes_nothing(
    client: TestClient, desk: Desk
) -> None:
    said = desk.run("clinics", "import", str(EXAMPLE), "--source", "Example list")

    assert row(said, "New") == len(ROWS) == 5
    assert "Refused" not in said
    assert "Taken without" not in said
    sydney, *_ = stored(client)
    assert (sydney.standing, sydney.source, sydney.keeps_holidays) == (
        Standing.LISTED, "Example list", False,
    )  # fmt: skip
    assert (sydney.phone, sydney.email) == ("+61255500101", "desk@harbour.example")
    near = client.get("/api/v1/clinics?near=-33.87,151.21&name=pretendwell").json()["clinics"]
    assert [(found["name"], found["postal_code"]) for found in near] == [(sydney.name, "2000")]
    with house(client).database.reading() as session:
        names = session.exec(select(Chiropractor.name, Chiropractor.credential)).all()
    assert ("Edda Storyfield", "MChiro") in names
    assert (
        "Canberra, Australian Capital Territory 2601"
        in client.get(f"/clinics/{stored(client)[-1].id}").text
    )

    said = desk.run("clinics", "import", str(EXAMPLE), "--source", "Example list")
    assert row(said, "Unchanged") == 5


def test_a_changed_row_changes_its_clinic_and_a_wrong_one_is_named(
    client: TestClient, desk: Desk
) -> None:
    desk.run("clinics", "import", str(EXAMPLE), "--source", "Example list")
    first, second, *_ = ROWS
    before = stored(client)
    moved = first | {"name": "Harbour Renamed", "chiropractors": "Bo Pretendwell"}
    file = written(desk, moved, second | {"latitude": "here"}, second | {"phone": "call us"})

    said = desk.run("clinics", "import", str(file), "--source", "Example list")

    assert row(said, "Brought up to date") == 2
    assert "list.csv, line 3: Refused: It has no coordinates" in said
    assert "list.csv, line 4: Taken without: A phone number that cannot be read" in said
    after = stored(client)
    assert [clinic.id for clinic in after] == [clinic.id for clinic in before]
    assert (after[0].name, after[1].phone) == ("Harbour Renamed", "")
    with house(client).database.reading() as session:
        theirs = select(Chiropractor.name).where(col(Chiropractor.clinic_id) == after[0].id)
        assert session.exec(theirs).all() == ["Bo Pretendwell"]


FULL = dict.fromkeys((*csv_lists.NEEDED, *csv_lists.OTHERS), "") | {
    "id": "1",
    "name": "Spine",
    "address_1": "1 Main St",
    "city": "Ringgold",
    "state": "GA",
    "postal_code": "30736-1234",
}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": ""}, Reason.ID),
        ({"npi": "1710229332"}, Reason.NPI),
        ({"name": ""}, Reason.NAME),
        ({"city": ""}, Reason.ADDRESS),
        ({"country": "Denmark"}, Reason.COUNTRY),
        ({"country": "DK"}, Reason.WHERE),
        ({"country": "DK", "latitude": "55.7", "longitude": "12.6"}, Reason.TIMEZONE),
        ({"timezone": "Mars/Olympus"}, Reason.TIMEZONE),
        ({"latitude": "55.7"}, Reason.WHERE),
        ({"latitude": "95", "longitude": "0"}, Reason.WHERE),
        ({"chiropractors": "N" * 121}, Reason.TOO_LONG),
        ({"name": "\N{REPLACEMENT CHARACTER}"}, Reason.ENCODING),
        (dict.fromkeys(FULL, " "), Reason.BLANK),
    ],
)
def test_what_cannot_be_taken_is_named(changes: dict[str, str], reason: Reason) -> None:
    (read,) = read_all(FULL | changes)
    assert (read.entry, read.reasons) == (None, (reason,))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"hours": "always"}, Reason.HOURS),
        ({"phone": "1"}, Reason.PHONE),
        ({"email": "desk at example"}, Reason.EMAIL),
        ({"accepting": "perhaps"}, Reason.CODE),
        ({"languages": "Danish"}, Reason.CODE),
        ({"techniques": "magic"}, Reason.CODE),
        ({"prices": "first_visit 95.50"}, Reason.CODE),
        ({"prices": "first_visit 9999"}, Reason.CODE),
    ],
)
def test_a_part_that_cannot_be_used_is_left_out(changes: dict[str, str], reason: Reason) -> None:
    (plain,) = read_all(FULL)
    assert read_all(FULL | changes) == [Read(plain.entry, (reason,))]


def test_a_spreadsheet_may_use_semicolons_and_decimal_commas() -> None:
    changes = {"latitude": "55,7", "longitude": "12,6", "chiropractors": "Ada A, DC;Bo B"}
    (read,) = read_all(FULL | changes, delimiter=";")
    assert read.entry is not None
    assert read.entry.point == (55.7, 12.6)
    assert read.entry.people == (Person("Ada A", "DC"), Person("Bo B"))
    assert (read.entry.timezone, read.entry.postal_code) == ("America/New_York", "30736")


def test_without_ids_name_and_address_say_who_it_is() -> None:
    bare = {name: value for name, value in FULL.items() if name != "id"}
    one, again, other = read_all(
        bare, bare | {"address_1": "1 MAIN STREET"}, bare | {"name": "Back"}
    )
    assert one.entry is not None
    assert again.entry is not None
    assert other.entry is not None
    assert one.entry.id == again.entry.id != other.entry.id


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("name,address_1,city", csv_lists.MISSING % {"name": "postal_code"}),
        ("name,address_1,city,postal_code,fone", csv_lists.UNKNOWN % {"number": 5}),
        ("name,address_1,city,postal_code,name", csv_lists.UNKNOWN % {"number": 5}),
    ],
)
def test_a_list_with_a_wrong_column_is_refused_as_a_whole(header: str, sentence: str) -> None:
    with pytest.raises(InvalidError) as refused:
        csv_lists.recognize(header)
    assert refused.value.detail == sentence


@pytest.mark.parametrize("header", ["", "NPI,Entity Type Code", "PK\x03\x04 \r name", '"name'])
def test_another_file_is_none_of_ours(header: str) -> None:
    assert csv_lists.recognize(header) is None


@pytest.mark.parametrize("source", ["", "nppes", "clinic", "demo", "A" * 21, "two\nlines"])
def test_a_list_has_a_name_of_its_own(source: str) -> None:
    with pytest.raises(InvalidError, match="Name the source"):
        lists.Wanted(Bearings(ZIPS), source)


def read_all(*rows: dict[str, str], delimiter: str = ",") -> list[Read]:
    """Write rows as a file, and read them."""
    text = io.StringIO(newline="")
    table = csv.DictWriter(text, [*rows[0]], delimiter=delimiter)
    table.writeheader()
    table.writerows(rows)
    layout = csv_lists.recognize(text.getvalue().partition("\n")[0])
    assert layout is not None
    lines = csv_lists.read(
        io.StringIO(text.getvalue(), newline=""), Bearings(ZIPS), source="csv", layout=layout
    )
    return [line.read for line in lines]


def written(desk: Desk, *rows: dict[str, Any]) -> Path:
    file = desk.folder / "list.csv"
    with file.open("w", encoding="utf-8", newline="") as lines:
        table = csv.DictWriter(lines, [*rows[0]])
        table.writeheader()
        table.writerows(rows)
    return file


def stored(client: TestClient) -> list[Clinic]:
    """Return the clinics in the order of the example."""
    ids = {one["address_1"]: number for number, one in enumerate(ROWS)}
    with house(client).database.reading() as session:
        found = session.exec(select(Clinic)).all()
    return sorted(found, key=lambda clinic: ids[clinic.address_1])


def row(said: str, words: str) -> int:
    """Return the number beside `words` in the report."""
    (line,) = [line for line in said.splitlines() if words in line and "│" in line]
    return int(line.split("│")[2])
