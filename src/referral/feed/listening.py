"""Who listens in this process, and the one task that finds out for all of them what is new."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session

from referral.db import Database
from referral.errors import TooManyError, UnavailableError
from referral.feed import service
from referral.feed.representations import FeedEvent
from referral.text import N_

Result = TypeVar("Result")
# A clinic, the number that a listener has, and the newest that is known.
Place = tuple[UUID, int, int]
Pages = dict[Place, list[FeedEvent]]

PAGE = 100
TOO_MANY = N_("Your clinic listens very often already. End other streams first.")
A_MINUTE = timedelta(minutes=1)
# However many listen, no more connections than these are taken from those who call.
THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="feed")


@dataclass(slots=True, eq=False)
class Listener:
    """One who listens with a key: `last` is the clinic's newest number, as far as it is known."""

    key_id: UUID
    clinic_id: UUID
    last: int = 0
    over: bool = False
    _woken: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, last: int | None) -> None:
        """Take note of the newest number, or, with None, that there will be no more."""
        if last is None:
            self.over = True
        elif last > self.last:
            self.last = last
        else:
            return
        self._woken.set()

    async def wait(self, seconds: float) -> bool:
        """Wait until there is something to take note of; return False after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        self._woken.clear()
        return True


@dataclass(slots=True)
class Listeners:
    """All who listen in this process. While there are none, nothing runs.

    In seconds, `pause` is the time between two looks at how far the clinics have come, and
    `heartbeat` the longest silence in a stream. A clinic has `most` streams, whatever its keys.
    """

    database: Database
    clock: Callable[[], datetime]
    most: int
    pause: float = 0.25
    heartbeat: float = 15.0
    _present: set[Listener] = field(default_factory=set)
    _watch: asyncio.Task[None] | None = None
    _wanted: set[Place] = field(default_factory=set)
    _reading: asyncio.Task[Pages] | None = None
    _next: asyncio.Task[Pages] | None = None
    _closed: bool = False

    def need_room(self, clinic_id: UUID) -> None:
        """Raise TooManyError where a clinic has all the streams that it may have."""
        present = tuple(self._present)
        if sum(listener.clinic_id == clinic_id for listener in present) >= self.most:
            raise TooManyError(TOO_MANY, wait=A_MINUTE)

    @contextmanager
    def present(self, listener: Listener) -> Iterator[None]:
        """Keep `listener` told for as long as the block lasts."""
        self._present.add(listener)
        if self._closed:
            listener.tell(None)
        elif self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look_on())
        try:
            yield
        finally:
            self._present.discard(listener)

    async def events(self, listener: Listener, *, after: int) -> list[FeedEvent]:
        """Return the next events for `listener`. Raises UnavailableError.

        Whoever asks while there is a reading shares the next one, which has a page for each place.
        """
        # With the newest number: an older reading may have begun before the latest event.
        place = (listener.clinic_id, after, listener.last)
        self._wanted.add(place)
        if self._next is None:
            self._next = asyncio.create_task(self._read_after(self._reading))
        pages = await asyncio.shield(self._next)
        return pages[place]

    def close(self) -> None:
        """End every stream, and each that begins from now on."""
        self._closed = True
        for listener in self._present:
            listener.tell(None)

    async def _look_on(self) -> None:
        try:
            while self._present:
                await self._look()
                await asyncio.sleep(self.pause)
        finally:
            # If this failed, nobody may wait for news that nobody looks for.
            for listener in self._present:
                listener.tell(None)

    async def _look(self) -> None:
        key_ids = {listener.key_id for listener in self._present}
        try:
            newest = await self._from_database(
                lambda session: service.newest(session, key_ids, now=self.clock())
            )
        except UnavailableError:
            return
        self._tell(key_ids, newest)

    def _tell(self, asked: set[UUID], newest: Mapping[UUID, int]) -> None:
        for listener in self._present:
            if listener.key_id in asked:
                listener.tell(newest.get(listener.key_id))

    async def _read_after(self, reading: asyncio.Task[Pages] | None) -> Pages:
        if reading is not None:
            await asyncio.wait([reading])
        wanted, self._wanted = self._wanted, set()
        self._reading, self._next = self._next, None
        return await self._from_database(partial(_pages, wanted))

    async def _from_database(self, verb: Callable[[Session], Result]) -> Result:
        def work() -> Result:
            with self.database.reading() as session:
                return verb(session)

        return await asyncio.get_running_loop().run_in_executor(THREADS, work)


def _pages(places: Collection[Place], session: Session) -> Pages:
    return {
        place: service.events(session, place[0], after=place[1], limit=PAGE) for place in places
    }
