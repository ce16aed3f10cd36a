"""The register's files: alone, in a zip file, as a workbook; and what is none of them."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from starlette.testclient import TestClient

from importer import PRACTICE, Desk
from referral.clinics.register.nppes import Kind
from referral.clinics.register.providers import COLUMNS
from referral.clinics.register.records import Mark
from referral.clinics.register.sources import find
from referral.errors import InvalidError

TITLE = "NPPES Deactivated Records as of Nov 10 2026"
COLUMN_TITLES = ["NPI", "NPPES Deactivation Date"]


@pytest.mark.parametrize(("date", "taken_off"), [("02/08/2026", 1), ("01/03/2024", 0)])
def test_the_deactivation_report_takes_off_whom_no_later_update_calls_active(
    client: TestClient, desk: Desk, date: str, *, taken_off: int
) -> None:
    updated = {COLUMNS["last_updated"]: "01/04/2024"}
    desk.take((PRACTICE, updated))
    report = desk.zipped(workbook(desk.folder, [[TITLE], COLUMN_TITLES, [PRACTICE, date]]))

    said = desk.take_files(report)

    assert f"{taken_off} taken off" in said
    assert len(client.get("/api/v1/clinics?zip=30736").json()["clinics"]) == 1 - taken_off


def test_a_zip_file_gives_its_files_in_reading_order(desk: Desk) -> None:
    files = [
        workbook(desk.folder, [COLUMN_TITLES, [PRACTICE, "02/08/2026"]]),
        desk.beside("othername_pfile"),
        desk.beside("pl_pfile"),
        desk.write("endpoint_pfile.csv", ["NPI", "Endpoint"], []),
        desk.write("npidata_pfile_fileheader.csv", ["NPI"], []),
        desk.file((PRACTICE, {})),
    ]
    assert [source.layout.kind for source in find([desk.zipped(*files)])] == list(Kind)


def test_a_zip_file_is_read_from_any_place(desk: Desk) -> None:
    plain = desk.file((PRACTICE, {}), (PRACTICE, {}))
    for path in (plain, desk.zipped(plain)):
        (source,) = find([path])
        half = source.start.offset + (source.size - source.start.offset) // 2
        with source.open(Mark(half, 2)) as stream:
            assert stream.readline(2**17).startswith(f'"{PRACTICE}"'.encode())


def test_a_workbook_is_read_from_any_line(tmp_path: Path) -> None:
    (source,) = find([workbook(tmp_path, [[TITLE], COLUMN_TITLES, ["1", "2"], ["3", "4"]])])
    assert source.start.line == 2
    with source.open(Mark(0, 3)) as stream:
        assert stream.readline(99) == b'"3","4"\n'
        assert stream.readline(99) == b""


def test_a_day_that_is_kept_as_a_number_is_read(tmp_path: Path) -> None:
    (source,) = find([workbook(tmp_path, [COLUMN_TITLES, [PRACTICE, 46061]])])
    with source.open(source.start) as stream:
        assert stream.readline(99) == f'"{PRACTICE}","02/08/2026"\n'.encode()


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.zip", {"readme.txt": b"?"}, "not-a-register-file"),
        ("a.zip", {"npidata_pfile.csv": b'"NPI"\n'}, "not-a-register-file"),
        ("a.xlsx", {"[Content_Types].xml": b"<x/>"}, "damaged"),
        ("a.xlsx", {"[Content_Types].xml": b"", "xl/worksheets/sheet1.xml": b"<row"}, "damaged"),
        (
            "a.xlsx",
            {
                "[Content_Types].xml": b"",
                "xl/worksheets/sheet1.xml": b'<!DOCTYPE x [<!ENTITY y "z">]><x/>',
            },
            "damaged",
        ),
    ],
)
def test_what_is_no_file_of_the_register_is_told_in_one_sentence(
    tmp_path: Path, name: str, content: dict[str, bytes], *, code: str
) -> None:
    with ZipFile(tmp_path / name, "w") as archive:
        for inside, data in content.items():
            archive.writestr(inside, data)

    with pytest.raises(InvalidError) as caught:
        find([tmp_path / name])

    assert (caught.value.reason, len(caught.value.problems)) == (code, 1)
    assert name in caught.value.detail


def workbook(folder: Path, rows: Sequence[Sequence[str | int]]) -> Path:
    """Write rows as Excel does: texts in a table of their own, numbers in the cells."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    cells = [
        "".join(
            f'<c t="s"><v>{texts.index(cell)}</v></c>'
            if isinstance(cell, str)
            else f"<c><v>{cell}</v></c>"
            for cell in row
        )
        for row in rows
    ]
    sheet = "".join(f"<row>{row}</row>" for row in cells)
    table = "".join(f"<si><t>{text}</t></si>" for text in texts)
    content = BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{sheet}</sheetData></worksheet>"
        )
        archive.writestr("xl/sharedStrings.xml", f"<sst>{table}</sst>")
    file = folder / "report.xlsx"
    file.write_bytes(content.getvalue())
    return file
