"""Reads the records of a JSON document one by one, flat in memory (pure)."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any, NoReturn, Protocol

from referral.clinics.register.reasons import Reason

CHUNK = 2**20
# Letters: what stands before the first record at most.
HEAD = 2**16
# Letters: what a record may take at most.
LONGEST = 2**23
_BETWEEN = re.compile(r"[\s,]*")
_CONTENTS = re.compile(r'\s*(?:\{[^\[\]{}]*"contents"\s*:\s*)?\[')
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class Stream(Protocol):
    """Bytes that can be read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


def records(stream: Stream) -> Iterator[Any]:
    """Yield each record: of the `contents` of a page, of a list, or one object after the other.

    Instead of one that cannot be read, its Reason; the next is sought in the next line.
    """
    text = _Text(stream)
    text.fill(HEAD)
    if opening := _CONTENTS.match(text.letters):
        text.at = opening.end()
    while text.find_next():
        yield _record(text)


def _record(text: "_Text") -> Any:  # noqa: ANN401 - any JSON
    for size in (CHUNK, LONGEST):
        text.fill(size)
        try:
            value, end = _DECODER.raw_decode(text.letters, text.at)
        except (ValueError, RecursionError):
            continue
        is_damaged = _REPLACED in text.letters[text.at : end]
        text.at = end
        return Reason.ENCODING if is_damaged else value
    text.skip_line()
    return Reason.NOT_JSON


class _Text:
    """The text of a stream: `letters` from `at` on are still to be read."""

    def __init__(self, stream: Stream) -> None:
        self._read = stream.read
        self._decode = getincrementaldecoder("utf-8-sig")(errors="replace").decode
        self._is_all = False
        self.letters, self.at = "", 0

    def fill(self, size: int) -> None:
        """Have `size` letters ready, if there are so many."""
        while len(self.letters) - self.at < size and not self._is_all:
            piece = self._read(CHUNK)
            self._is_all = not piece
            self.letters = self.letters[self.at :] + self._decode(piece, self._is_all)
            self.at = 0

    def find_next(self) -> bool:
        """Go to the next record, if there is one."""
        while True:
            self.fill(1)
            if match := _BETWEEN.match(self.letters, self.at):
                self.at = match.end()
            if self.at < len(self.letters):
                return self.letters[self.at] != "]"
            if self._is_all:
                return False

    def skip_line(self) -> None:
        """Go to the end of the line."""
        while (end := self.letters.find("\n", self.at)) < 0 and not self._is_all:
            self.at = len(self.letters)
            self.fill(1)
        self.at = len(self.letters) if end < 0 else end


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("no number of JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)
