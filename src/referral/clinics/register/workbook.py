"""Reads the first sheet of an Excel workbook (.xlsx) as lines of CSV, in nearly flat memory.

The register's list of deactivated NPIs comes in no other form. A sheet is XML inside a zip file;
most of its texts stand once in a table beside it, and the cells refer to them by number.
"""

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

CHUNK = 2**16
_SHEET, _TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
# What a day's number counts from, the 29th of February 1900 of Excel included.
_DAY_ZERO = date(1899, 12, 30)
_DAYS = range(20_000, 80_000)


def lines(workbook: ZipFile) -> Iterator[bytes]:
    """Yield each row as a line of quoted values, days as MM/DD/YYYY.

    Raises BadZipFile where there is no first sheet, and `expat.ExpatError` where it is no XML.
    """
    if _SHEET not in workbook.namelist():
        raise BadZipFile("no sheet")
    texts = _Texts(workbook)
    with workbook.open(_SHEET) as sheet:
        for row in _rows(sheet, "row", "c"):
            cells = (texts[int(text)] if kind == "s" else _plain(text) for kind, text in row)
            yield ",".join(f'"{cell.replace(chr(34), "")}"' for cell in cells).encode() + b"\n"


class _Texts:
    """The texts of a workbook in one piece: as objects, they would take five times the memory."""

    def __init__(self, workbook: ZipFile) -> None:
        self._all, self._ends = bytearray(), array("L", [0])
        if _TEXTS not in workbook.namelist():
            return
        with workbook.open(_TEXTS) as table:
            for row in _rows(table, "si", "t"):
                self._all += "".join(text for _, text in row).encode()
                self._ends.append(len(self._all))

    def __getitem__(self, number: int) -> str:
        return self._all[self._ends[number] : self._ends[number + 1]].decode()


def _plain(text: str) -> str:
    if text.isdigit() and int(text) in _DAYS:
        return f"{_DAY_ZERO + timedelta(days=int(text)):%m/%d/%Y}"
    return text


def _rows(file: IO[bytes], outer: str, inner: str) -> Iterator[list[tuple[str, str]]]:
    """Yield for each element `outer` the type and the text of each `inner` one in it."""
    done: list[list[tuple[str, str]]] = []
    row: list[tuple[str, str]] = []
    parts: list[str] = []
    kinds = [""]

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == inner:
            parts.clear()
            kinds[0] = attributes.get("t", "")

    def end(name: str) -> None:
        if name == inner:
            row.append((kinds[0], "".join(parts)))
        elif name == outer:
            done.append(row.copy())
            row.clear()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = parts.append
    parser.StartDoctypeDeclHandler = _refuse
    while chunk := file.read(CHUNK):
        parser.Parse(chunk)
        yield from done
        done.clear()
    parser.Parse(b"", True)  # noqa: FBT003 - its signature; raises where the end is missing


def _refuse(*_: object) -> None:
    raise expat.ExpatError("a workbook declares nothing")
