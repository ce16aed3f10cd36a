"""The client for programs on asyncio."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Concatenate, ParamSpec, Self, TypeVar

import httpx

from referral.client import feed, own_clinic
from referral.client import requests as verbs
from referral.client.calls import Call, Page, result
from referral.client.errors import ClientError
from referral.client.feed import Heard, Listening, Patience
from referral.client.methods import like, lost, options
from referral.client.retries import Retries, Tries
from referral.feed.representations import FeedEvent

P = ParamSpec("P")
T = TypeVar("T")


def _one(verb: Callable[P, Call[T]]) -> "Callable[Concatenate[AsyncClient, P], Awaitable[T]]":
    """Return the method that sends the call of `verb`."""

    def method(client: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        return client.send(verb(*args, **kwargs))

    return like(method, verb)


def _all(
    verb: Callable[P, Call[Page[T]]],
) -> "Callable[Concatenate[AsyncClient, P], AsyncIterator[T]]":
    """Return the method that goes through all pages of `verb`."""

    def method(client: "AsyncClient", /, *args: P.args, **kwargs: P.kwargs) -> AsyncIterator[T]:
        return client.each(verb(*args, **kwargs))

    return like(method, verb)


class AsyncClient:
    """The API for one clinic's staff, at `address`, with their `key`.

    Close it, or use it as an asynchronous context manager. Errors: `referral.client.errors`.
    `timeout` is in seconds, for a connection and for each part of an answer.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout: float = 10.0,
        retries: Retries | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = httpx.AsyncClient(**options(address, key, timeout))
        self._timeout = timeout
        self._retries = retries or Retries()
        self._sleep = sleep

    requests = _all(verbs.requests)
    get = _one(verbs.get)
    move = _one(verbs.move)
    receive = _one(verbs.receive)
    offer = _one(verbs.offer)
    book = _one(verbs.book)
    reschedule = _one(verbs.reschedule)
    decline = _one(verbs.decline)
    waitlist = _one(verbs.waitlist)
    release = _one(verbs.release)
    cancel = _one(verbs.cancel)

    clinic = _one(own_clinic.clinic)
    update_clinic = _one(own_clinic.update_clinic)
    add_chiropractor = _one(own_clinic.add_chiropractor)
    update_chiropractor = _one(own_clinic.update_chiropractor)
    remove_chiropractor = _one(own_clinic.remove_chiropractor)

    events = _all(feed.events)

    async def live(self, *, after: int = 0, patience: float = 300.0) -> AsyncIterator[FeedEvent]:
        """Yield events as they happen, from the one after number `after` on, and none twice.

        A stream that is cut is resumed; raises its error once it was lost for `patience` seconds.
        """
        waiting = Patience(patience)
        async for heard in self.listen(after=after):
            for event in waiting.events(heard):
                yield event

    async def listen(self, *, after: int = 0, silence: float = 45.0) -> AsyncIterator[Heard]:
        """Yield what the stream brings, signs of life and losses too; it never ends by itself.

        A stream that is silent for `silence` seconds counts as lost: the service shows life every
        15. Raises what coming back would not mend, such as UnauthorizedError.
        """
        listening = Listening(after)
        while True:
            try:
                async for heard in self._connection(listening, silence):
                    yield heard
                pause = listening.lost(None)
            except ClientError as error:
                pause = listening.lost(error)
                yield Heard(lost=error)
            await self._sleep(pause)

    async def send(self, call: Call[T]) -> T:
        """Make a call, again where that is safe and may help, and return what its answer holds."""
        tries = Tries(call, self._retries)
        while True:
            try:
                return result(call, await self._answer(call))
            except ClientError as error:
                if call.after_repeat and tries.may_be_done(error):
                    return await self.send(call.after_repeat)
                pause = tries.pause(error)
            await self._sleep(pause)

    async def each(self, call: Call[Page[T]]) -> AsyncIterator[T]:
        """Yield the items of a list, page after page, each read when it is needed."""
        following: Call[Page[T]] | None = call
        while following:
            page = await self.send(following)
            for item in page.items:
                yield item
            following = page.next

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _answer(self, call: Call[T]) -> httpx.Response:
        try:
            return await self._http.request(
                call.method,
                call.path,
                params=call.params,
                json=call.json,
                headers=call.headers,
            )
        except httpx.RequestError as error:
            raise lost(error) from error

    async def _connection(self, listening: Listening, silence: float) -> AsyncIterator[Heard]:
        timeout = httpx.Timeout(self._timeout, read=silence)
        headers = listening.headers()
        try:
            async with self._http.stream(
                "GET", feed.STREAM, headers=headers, timeout=timeout
            ) as answer:
                if not answer.is_success:
                    await answer.aread()
                feed.check(answer)
                async for received in answer.aiter_bytes():
                    yield listening.take(received)
        except httpx.RequestError as error:
            raise lost(error) from error
