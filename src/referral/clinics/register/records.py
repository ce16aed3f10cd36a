"""Splits a register's CSV file into records, and passes over most of them unparsed (pure).

`csv.reader` takes 330 columns apart to show that a line is of no interest. Here a line that holds
exactly the wanted number of plain quoted values, which two counts of bytes prove, can be judged as
it stands; every other line, and the lines that it may go on with, go through `csv.reader`.
"""

import csv
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from referral.clinics.register.reasons import Reason

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Bytes: the longest value that csv takes, so that no plain line holds one that it refuses.
LONGEST = 2**17
# Lines that a record may go over: where quotes are broken, so many are read in vain.
MOST_LINES = 32
# Bytes between two marks: what an interrupted run reads again at most.
STRETCH = 2**26


class Stream(Protocol):
    """Bytes that can be read line by line."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line with its end, or as much as `size` of it; nothing at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """A place between two records: bytes and lines up to here, and what was passed over since."""

    offset: int
    line: int
    passed: Counter[Reason] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Record:
    """The values of one record, or why there are none; `line` is the file line it ends on."""

    line: int
    values: list[str] | Reason


Glance = Callable[[bytes], Reason | None]
"""Says of a plain line why it can be passed over, or None if it must be read."""


def header(stream: Stream) -> tuple[list[str], Mark]:
    """Return the titles of the columns, none where the first line has none, and where it ends."""
    line = stream.readline(LONGEST)
    try:
        text = line.removeprefix(BYTE_ORDER_MARK).decode()
        titles = next(csv.reader([text]), [])
    except (UnicodeDecodeError, csv.Error):
        titles = []
    return titles, Mark(len(line), 1)


def records(
    stream: Stream, width: int, start: Mark, *, glance: Glance, stretch: int = STRETCH
) -> Iterator[Record | Mark]:
    """Yield the records of `width` columns from `start` on, and a mark after every stretch.

    Flat in memory. A line that is broken costs itself alone: where its quotes would swallow the
    lines after it, they are read again, each by itself. The last thing is a mark.
    """
    lines = _Lines(stream, start)
    passed: Counter[Reason] = Counter()
    due = start.offset + stretch
    while line := lines.next():
        reason = glance(line) if is_plain(line, width) else None
        if reason is not None:
            passed[reason] += 1
        else:
            yield _record(lines, line, width)
        if lines.offset >= due and not lines.waiting:
            yield Mark(lines.offset, lines.number, passed)
            due, passed = lines.offset + stretch, Counter()
    yield Mark(lines.offset, lines.number, passed)


def is_plain(line: bytes, width: int) -> bool:
    """Tell whether `line` is `width` ASCII values, two or more, in quotes, without a quote in any.

    If what stands between the first and the last quote holds `width - 1` separators and no quote
    beside theirs, then it is `width` values without a quote.
    """
    end = -3 if line.endswith(b'"\r\n') else -2
    return (
        line.startswith(b'"')
        and line.endswith((b'"\n', b'"\r\n'))
        and line.count(b'","', 1, end) == width - 1
        and line.count(b'"', 1, end) == 2 * (width - 1)
        and line.isascii()
    )


class _Lines:
    """The lines of a stream; `offset` and `number` count those given and not given back."""

    def __init__(self, stream: Stream, start: Mark) -> None:
        self._read = stream.readline
        self.offset, self.number = start.offset, start.line
        self.waiting: deque[bytes] = deque()

    def next(self) -> bytes:
        line = self.waiting.popleft() if self.waiting else self._read(LONGEST)
        if line:
            self.offset += len(line)
            self.number += 1
        return line

    def give_back(self, lines: list[bytes]) -> None:
        self.waiting.extendleft(reversed(lines))
        self.offset -= sum(map(len, lines))
        self.number -= len(lines)

    def skip_rest(self) -> None:
        """Pass over the rest of a line too long to be one."""
        while rest := self._read(LONGEST):
            self.offset += len(rest)
            if rest.endswith(b"\n"):
                return


def _record(lines: _Lines, line: bytes, width: int) -> Record:
    """Read the record that begins with `line`."""
    if len(line) >= LONGEST and not line.endswith(b"\n"):
        lines.skip_rest()
        return Record(lines.number, Reason.NOT_CSV)
    taken = [line]
    values = _values(_more(lines, taken), width)
    if isinstance(values, Reason) and len(taken) > 1:
        lines.give_back(taken[1:])
    return Record(lines.number, values)


def _values(lines: Iterator[str], width: int) -> list[str] | Reason:
    try:
        values = next(csv.reader(lines))
    except csv.Error:
        return Reason.NOT_CSV
    except UnicodeDecodeError:
        return Reason.ENCODING
    if not values:
        return Reason.BLANK
    return values if len(values) == width else Reason.COLUMN_COUNT


def _more(lines: _Lines, taken: list[bytes]) -> Iterator[str]:
    """Yield the line that was taken and, for as long as csv asks, those after it."""
    yield taken[0].decode()
    while len(taken) < MOST_LINES and len(taken[-1]) < LONGEST and (line := lines.next()):
        taken.append(line)
        yield line.decode()
