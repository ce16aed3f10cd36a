"""Opens the files of the register, alone or in a zip file, and says what each of them is."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BufferedReader
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import cast
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile
from zlib import error as ZlibError  # noqa: N812 - an error is named like one

from referral.clinics.register import workbook
from referral.clinics.register.nppes import Kind, Layout, recognize
from referral.clinics.register.records import Mark, Stream, header
from referral.errors import InvalidError
from referral.text import N_

BUFFER = 2**20
NPI = "NPI"
_WORKBOOK = "[Content_Types].xml"
_ORDER = tuple(Kind)
Opener = Callable[[Mark], AbstractContextManager[Stream]]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the register: what it is, its size in bytes, and where its records begin.

    `open` gives the stream from a mark on; `fingerprint` differs where the content does.
    """

    name: str
    layout: Layout
    size: int
    start: Mark
    fingerprint: str
    open: Opener


def find(paths: Sequence[Path]) -> list[Source]:
    """Return the register's files in `paths` and in the zip files among them, in reading order.

    Raises InvalidError with one sentence for a path that holds none, or that cannot be read.
    """
    found = [source for path in paths for source in _readable(path)]
    return sorted(found, key=lambda source: _ORDER.index(source.layout.kind))


@contextmanager
def undamaged(name: str) -> Iterator[None]:
    """Say in one sentence that the file `name` is damaged."""
    try:
        yield
    except (BadZipFile, ExpatError, ZlibError, EOFError) as error:
        detail = N_("%(name)s is damaged, or not complete.") % {"name": name}
        raise InvalidError.at("file", code="damaged", detail=detail) from error


def _readable(path: Path) -> list[Source]:
    with undamaged(path.name):
        if not is_zipfile(path):
            return [_file(path)]
        with ZipFile(path) as archive:
            names = archive.namelist()
            if _WORKBOOK in names:
                return [_workbook(path.name, path.stat().st_size, _fingerprint(path), _whole(path))]
            members = [_member(path, archive, info) for info in archive.infolist()]
    sources = [source for source in members if source is not None]
    if not sources:
        detail = N_("%(name)s holds no file of the national provider register (NPPES).")
        raise InvalidError.at(
            "file", code="not-a-register-file", detail=detail % {"name": path.name}
        )
    return sources


def _file(path: Path) -> Source:
    def opened(mark: Mark) -> AbstractContextManager[Stream]:
        file = path.open("rb", buffering=BUFFER)
        file.seek(mark.offset)
        return file

    with opened(Mark(0, 0)) as stream:
        titles, start = header(stream)
    layout = _named(path.name, titles)
    return Source(path.name, layout, path.stat().st_size, start, _fingerprint(path), opened)


def _member(path: Path, archive: ZipFile, info: ZipInfo) -> Source | None:
    """Return what one file of an archive is; None where it is nothing of interest."""
    name, fingerprint = f"{path.name}: {info.filename}", f"{info.filename} {info.CRC:x}"
    if info.filename.endswith(".xlsx"):
        return _workbook(name, info.file_size, fingerprint, _inside(path, info))
    if not info.filename.endswith(".csv") or "fileheader" in info.filename.lower():
        return None
    with archive.open(info) as stream:
        titles, start = header(stream)
    try:
        layout = _named(name, titles)
    except InvalidError:
        if info.filename.rpartition("/")[2].startswith("npidata"):
            raise
        return None
    return Source(name, layout, info.file_size, start, fingerprint, _unzipped(path, info))


def _unzipped(path: Path, info: ZipInfo) -> Opener:
    @contextmanager
    def opened(mark: Mark) -> Iterator[Stream]:
        with ZipFile(path) as archive, archive.open(info) as raw:
            # A buffer of its own: the archive's reads lines one by one in Python.
            stream = BufferedReader(cast("BufferedReader", raw), BUFFER)
            stream.seek(mark.offset)
            yield stream

    return opened


def _workbook(
    name: str, size: int, fingerprint: str, opener: Callable[[], AbstractContextManager[ZipFile]]
) -> Source:
    @contextmanager
    def opened(mark: Mark) -> Iterator[Stream]:
        with opener() as archive:
            yield _Given(islice(workbook.lines(archive), mark.line, None))

    with opened(Mark(0, 0)) as stream:
        titles, start = header(stream)
        if NPI not in titles:
            # The first row is a title of the whole sheet.
            titles, second = header(stream)
            start = Mark(start.offset + second.offset, start.line + 1)
    return Source(name, _named(name, titles), size, start, fingerprint, opened)


def _whole(path: Path) -> Callable[[], ZipFile]:
    return lambda: ZipFile(path)


def _inside(path: Path, info: ZipInfo) -> Callable[[], AbstractContextManager[ZipFile]]:
    @contextmanager
    def opened() -> Iterator[ZipFile]:
        with ZipFile(path) as outer, outer.open(info) as member, ZipFile(member) as inner:
            yield inner

    return opened


class _Given:
    """A stream of lines that are made one after the other."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def readline(self, _size: int, /) -> bytes:
        return next(self._lines, b"")


def _named(name: str, titles: Sequence[str]) -> Layout:
    try:
        return recognize(titles)
    except InvalidError as error:
        detail = f"{name}: {error.detail}"
        raise InvalidError.at("file", code=error.reason, detail=detail) from None


def _fingerprint(path: Path) -> str:
    """Return what tells this file from another without reading 9 GB: its size and both ends."""
    ends = hashlib.sha256()
    with path.open("rb") as file:
        ends.update(file.read(BUFFER))
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - BUFFER))
        ends.update(file.read(BUFFER))
    return f"{size} {ends.hexdigest()}"
