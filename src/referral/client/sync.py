"""The client for programs that wait for each answer."""

import time
from collections.abc import Callable, Iterator
from os import PathLike
from typing import Concatenate, Literal, ParamSpec, Self, TypeVar, Unpack

import httpx

from referral.client import verbs
from referral.client.calls import Call, Page, result
from referral.client.errors import ClientError
from referral.client.export import Kind
from referral.client.feed import Heard, Listening, Patience
from referral.client.files import written_whole
from referral.client.methods import like, lost, options, patience
from referral.client.requests import Choice
from referral.client.retries import Retries, Tries
from referral.feed.representations import FeedEvent

P = ParamSpec("P")
T = TypeVar("T")


def _one(verb: Callable[P, Call[T]]) -> "Callable[Concatenate[Client, P], T]":
    """Return the method that sends the call of `verb`."""

    def method(client: "Client", /, *args: P.args, **kwargs: P.kwargs) -> T:
        return client.send(verb(*args, **kwargs))

    return like(method, verb)


def _all(verb: Callable[P, Call[Page[T]]]) -> "Callable[Concatenate[Client, P], Iterator[T]]":
    """Return the method that goes through all pages of `verb`."""

    def method(client: "Client", /, *args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        return client.each(verb(*args, **kwargs))

    return like(method, verb)


def _list(verb: Callable[P, Call[Page[T]]]) -> "Callable[Concatenate[Client, P], list[T]]":
    """Return the method that returns all of `verb` at once."""

    def method(client: "Client", /, *args: P.args, **kwargs: P.kwargs) -> list[T]:
        return list(client.each(verb(*args, **kwargs)))

    return like(method, verb)


def _stream(verb: Callable[P, Call[None]]) -> "Callable[Concatenate[Client, P], Iterator[bytes]]":
    """Return the method that goes through the pieces of what `verb` reads."""

    def method(client: "Client", /, *args: P.args, **kwargs: P.kwargs) -> Iterator[bytes]:
        return client.pieces(verb(*args, **kwargs))

    return like(method, verb)


class Client:
    """The API for one clinic's staff, at `address`, with their `key`.

    Close it, or use it as a context manager. Errors: `referral.client.errors`. `timeout` is in
    seconds, for a connection and for each part of an answer.
    """

    def __init__(
        self,
        address: str,
        key: str,
        *,
        timeout: float = 10.0,
        retries: Retries | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._http = httpx.Client(**options(address, key, timeout))
        self._timeout = timeout
        self._retries = retries or Retries()
        self._sleep = sleep

    requests = _all(verbs.requests)
    search = _all(verbs.search)
    export = _stream(verbs.export)
    get = _one(verbs.get)
    assign = _one(verbs.assign)
    notes = _all(verbs.notes)
    add_note = _one(verbs.add_note)

    move = _one(verbs.move)
    receive = _one(verbs.receive)
    offer = _one(verbs.offer)
    book = _one(verbs.book)
    reschedule = _one(verbs.reschedule)
    decline = _one(verbs.decline)
    waitlist = _one(verbs.waitlist)
    release = _one(verbs.release)
    cancel = _one(verbs.cancel)
    move_many = _list(verbs.move_many)

    clinic = _one(verbs.clinic)
    update_clinic = _one(verbs.update_clinic)
    register_differences = _one(verbs.register_differences)
    add_chiropractor = _one(verbs.add_chiropractor)
    update_chiropractor = _one(verbs.update_chiropractor)
    remove_chiropractor = _one(verbs.remove_chiropractor)
    leave = _one(verbs.leave)
    statistics = _one(verbs.statistics)

    assignees = _one(verbs.assignees)
    staff_keys = _one(verbs.staff_keys)
    issue_key = _one(verbs.issue_key)
    revoke_key = _one(verbs.revoke_key)

    webhooks = _one(verbs.webhooks)
    webhook = _one(verbs.webhook)
    create_webhook = _one(verbs.create_webhook)
    update_webhook = _one(verbs.update_webhook)
    delete_webhook = _one(verbs.delete_webhook)
    rotate_webhook_secret = _one(verbs.rotate_webhook_secret)
    ping_webhook = _one(verbs.ping_webhook)
    replay_webhook = _one(verbs.replay_webhook)
    webhook_deliveries = _all(verbs.webhook_deliveries)

    events = _all(verbs.events)
    newest_event = _one(verbs.newest_event)

    def export_to(
        self,
        path: str | PathLike[str],
        kind: Kind = "csv",
        *,
        include: Literal["person"] | None = None,
        **choice: Unpack[Choice],
    ) -> None:
        """Export to a file for its owner only, which is at `path` only once it is whole."""
        with written_whole(path) as file:
            for piece in self.export(kind, include=include, **choice):
                file.write(piece)

    def live(self, *, after: int = 0, patience: float = 300.0) -> Iterator[FeedEvent]:
        """Yield events as they happen, from the one after number `after` on, and none twice.

        A stream that is cut is resumed; raises its error once it was lost for `patience` seconds.
        """
        waiting = Patience(patience)
        for heard in self.listen(after=after):
            yield from waiting.events(heard)

    def listen(self, *, after: int = 0, silence: float = 45.0) -> Iterator[Heard]:
        """Yield what the stream brings, signs of life and losses too; it never ends by itself.

        A stream that is silent for `silence` seconds counts as lost: the service shows life every
        15. Raises what coming back would not mend, such as UnauthorizedError.
        """
        listening = Listening(after)
        while True:
            try:
                yield from map(listening.take, self._received(listening.call(silence)))
                pause = listening.lost(None)
            except ClientError as error:
                pause = listening.lost(error)
                yield Heard(lost=error)
            self._sleep(pause)

    def send(self, call: Call[T]) -> T:
        """Make a call, again where that is safe and may help, and return what its answer holds."""
        tries = Tries(call, self._retries)
        while True:
            try:
                answer = self._answer(call)
                return result(call, answer, is_repeat=tries.made > 0)
            except ClientError as error:
                if call.after_repeat and tries.may_be_done(error):
                    return self.send(call.after_repeat)
                pause = tries.pause(error)
            self._sleep(pause)

    def each(self, call: Call[Page[T]]) -> Iterator[T]:
        """Yield the items of a list, page after page, each read when it is needed."""
        following: Call[Page[T]] | None = call
        while following:
            page = self.send(following)
            yield from page.items
            following = page.next

    def pieces(self, call: Call[None]) -> Iterator[bytes]:
        """Yield what a call's answer brings; it is made again only while nothing has come."""
        tries, has_begun = Tries(call, self._retries), False
        while True:
            try:
                for received in self._received(call):
                    has_begun = True
                    yield received
            except ClientError as error:
                if has_begun:
                    raise
                pause = tries.pause(error)
            else:
                return
            self._sleep(pause)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _answer(self, call: Call[T]) -> httpx.Response:
        try:
            return self._http.request(
                call.method,
                call.path,
                params=call.params,
                json=call.json,
                headers=call.headers,
                timeout=patience(call, self._timeout),
            )
        except httpx.RequestError as error:
            raise lost(error) from error

    def _received(self, call: Call[None]) -> Iterator[bytes]:
        timeout = patience(call, self._timeout)
        try:
            with self._http.stream(
                call.method, call.path, params=call.params, headers=call.headers, timeout=timeout
            ) as answer:
                if not answer.is_success:
                    answer.read()
                result(call, answer)
                yield from answer.iter_bytes()
        except httpx.RequestError as error:
            raise lost(error) from error
