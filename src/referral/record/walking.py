"""Walking along a chain: which rows do not fit the one before, and what happened there."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from referral.engines import chained
from referral.record.chain import plain_digest
from referral.record.models import GENESIS

# So many explain themselves no better than the first of them, and are kept in memory.
MOST_SUSPECTS = 500


class What(StrEnum):
    """What is wrong at a number."""

    ALTERED = "altered, or another row stood before it"
    REMOVED = "removed"
    REORDERED = "moved from another place"
    INSERTED = "inserted"
    CUT = "the end is cut off from here on"
    NOT_COUNTED = "not what the counter says of the last row"
    REPLACED = "not the row that a checkpoint names"
    FORGED = "the checkpoint itself is altered"
    UNCONFIRMED = "nothing under a key confirms the rows up to here"
    STOPPED = "too much is wrong; nothing was read from here on"


class Mark(NamedTuple):
    """The hash of the row at a number: the end of a chain, or what a checkpoint says."""

    number: int
    hash: bytes


BEGINNING = Mark(0, GENESIS)


class Link(NamedTuple):
    """A row of a chain: its place, and what it says."""

    mark: Mark
    said: bytes


class Fault(NamedTuple):
    """Something that is wrong, and the number of the row where it is."""

    number: int
    what: What


class _Suspect(NamedTuple):
    """A row that does not fit the one before, and all that its digest may be."""

    mark: Mark
    before: Mark
    digests: tuple[bytes, ...]

    def follows(self, hash_: bytes) -> bool:
        """Return whether this row was made to stand after the one with this hash."""
        return any(chained(hash_, digest) == self.mark.hash for digest in self.digests)


@dataclass(slots=True)
class Walk:
    """Goes from `at` to the mark that a chain should end at, and collects what is wrong.

    A row is held against the stored hash of the row before, so one fault does not hide the next.
    `macs` gives the digests of what a row says, one for each key; `marks` are hashes by number
    that are known from elsewhere. `plain` counts the rows from before there was a key, which
    nothing but a later row or a mark confirms; after a mark there are none.
    """

    macs: Callable[[bytes], Iterable[bytes]]
    end: Mark
    marks: Mapping[int, bytes]
    at: Mark = BEGINNING
    rows: int = 0
    plain: int = 0
    is_keyed: bool = False
    faults: list[Fault] = field(default_factory=list)
    _suspects: list[_Suspect] = field(default_factory=list)

    def take(self, links: Iterable[Link]) -> bool:
        """Go along `links`; return whether to go on."""
        for link in links:
            self._take(link)
            if len(self._suspects) + len(self.faults) >= MOST_SUSPECTS:
                self.faults.append(Fault(self.at.number + 1, What.STOPPED))
                return False
        return True

    def result(self, newest: int) -> list[Fault]:
        """Return what is wrong, in order; `newest` is the highest number that has a row."""
        explained = _explained({suspect.mark.number: suspect for suspect in self._suspects})
        stopped = any(fault.what is What.STOPPED for fault in self.faults)
        ending = [] if stopped else self._ending(newest)
        return sorted({*self.faults, *explained, *ending})

    def _take(self, link: Link) -> None:
        number, hash_ = link.mark
        self.rows += 1
        self.is_keyed |= self.at.number in self.marks
        if number > self.at.number + 1:
            missing = range(self.at.number + 1, number)
            self.faults += [Fault(each, What.REMOVED) for each in missing[:MOST_SUSPECTS]]
        elif not self._fits(link):
            digests = (*self.macs(link.said), plain_digest(link.said))
            self._suspects.append(_Suspect(link.mark, self.at, digests))
        elif number in self.marks and self.marks[number] != hash_:
            self.faults.append(Fault(number, What.REPLACED))
        self.at = link.mark

    def _fits(self, link: Link) -> bool:
        if any(chained(self.at.hash, digest) == link.mark.hash for digest in self.macs(link.said)):
            self.is_keyed = True
            return True
        if self.is_keyed or chained(self.at.hash, plain_digest(link.said)) != link.mark.hash:
            return False
        self.plain += 1
        return True

    def _ending(self, newest: int) -> Iterable[Fault]:
        known = max(self.end.number, *self.marks, 0)
        if self.at.number < known:
            yield Fault(self.at.number + 1, What.CUT)
        elif self.at != self.end and not any(suspect.mark == self.at for suspect in self._suspects):
            yield Fault(self.at.number, What.NOT_COUNTED)
        if newest > self.end.number:
            yield Fault(self.end.number + 1, What.INSERTED)
        if self.plain and not self.is_keyed and not self.marks:
            yield Fault(self.plain, What.UNCONFIRMED)


def _explained(suspects: Mapping[int, _Suspect]) -> list[Fault]:
    """Say of each row that does not fit what it is, from where it would fit."""
    places = {mark.hash: mark.number for s in suspects.values() for mark in (s.before, s.mark)}
    origins = {
        number: next((places[hash_] for hash_ in places if suspect.follows(hash_)), None)
        for number, suspect in suspects.items()
    }
    found = {number: _what(number, suspects, origins) for number in suspects}
    return [Fault(number, what) for number, what in found.items() if what]


def _what(
    number: int, suspects: Mapping[int, _Suspect], origins: Mapping[int, int | None]
) -> What | None:
    """Return what the row at `number` is; None where only the one before it is wrong."""
    suspect, last = suspects[number], suspects.get(number - 1)
    follows_unknown = last is not None and origins[number - 1] is None
    if origins[number] is None:
        if last is not None and follows_unknown and _only_hash_differs(last, suspect):
            return None
        is_between = number + 1 in origins and origins[number + 1] == suspect.before.number
        return What.INSERTED if is_between else What.ALTERED
    if follows_unknown and origins[number] == number - 2:
        return None
    return None if _belongs_at(number, origins) == number else What.REORDERED


def _only_hash_differs(last: _Suspect, suspect: _Suspect) -> bool:
    """Return whether `suspect` follows what the hash of `last` must have been."""
    return any(suspect.follows(chained(last.before.hash, digest)) for digest in last.digests)


def _belongs_at(number: int, origins: Mapping[int, int | None]) -> int:
    """Return where a row stood at first: behind the row that it follows, wherever that stood."""
    steps = 0
    while (origin := origins.get(number)) is not None:
        number, steps = origin, steps + 1
    return number + steps
