"""The live feed through the client: resumed where it was cut, and ended when it must."""

from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from client.unreliable import Refusal, Unreliable
from conftest import Clock
from hearing import happen, listeners_of
from looping import run
from referral.client import AsyncClient, Client
from referral.client.errors import NoAnswerError, UnauthorizedError, UnreadableError
from referral.client.feed import Heard, Listening
from referral.feed.representations import EXAMPLE, FeedEvent
from referral.staff.service import revoke
from world import Practice, house

STREAM = "/api/v1/events/stream"
EVENT_STREAM = {"Content-Type": "text/event-stream"}


def told(number: int, *, end: str = "\n") -> bytes:
    """Return an event as the service writes it."""
    data = FeedEvent.model_validate(EXAMPLE | {"number": number}).model_dump_json(by_alias=True)
    # In two lines, which a client puts together again.
    first, comma, rest = data.partition(",")
    lines = [f"id: {number}", "event: request.booked", f"data: {first}", f"data: {comma}{rest}"]
    return end.join([*lines, "", ""]).encode()


def numbers(heard: Heard) -> list[int]:
    return [event.number for event in heard.events]


def test_events_come_as_they_happen(client: TestClient, staff: Client, practice: Practice) -> None:
    happen(client, practice.clinic_id, 3)

    heard = staff.live(after=1)
    before = [event.number for event in islice(heard, 2)]
    happen(client, practice.clinic_id, 2)
    after = [event.number for event in islice(heard, 2)]

    assert before + after == [2, 3, 4, 5]


def test_a_stream_that_is_cut_is_resumed_and_no_event_comes_twice(
    client: TestClient, between: Unreliable, practice: Practice
) -> None:
    happen(client, practice.clinic_id, 3)
    cut = told(1) + told(2)[:40]
    again = b"retry: 1500\n\n" + told(1) + told(2)
    between.plan.extend([Refusal(200, EVENT_STREAM, cut), Refusal(200, EVENT_STREAM, again)])
    naps: list[float] = []

    with Client(between.address, practice.key, sleep=naps.append) as staff:
        heard = [event.number for event in islice(staff.live(), 2)]

    resumed = [headers["Last-Event-ID"] for _, _, headers in between.calls]
    assert (heard, resumed) == ([1, 2], ["0", "1"])
    # Two seconds, until the service says otherwise.
    assert 1.0 <= naps[0] <= 2.0


def test_it_comes_back_when_the_service_says(between: Unreliable, practice: Practice) -> None:
    retry = Refusal(200, EVENT_STREAM, b"retry: 10000\n\n")
    between.plan.extend([retry, Refusal(503, {"Retry-After": "5"}), Refusal(502), retry])
    naps: list[float] = []

    with Client(between.address, practice.key, sleep=naps.append) as staff:
        # The first sign of life, two losses, and the next sign of life.
        list(islice(staff.listen(), 4))

    # Each loss in a row doubles the wait, up to half a minute; the service's own comes on top.
    assert 5 <= naps[0] <= 10
    assert 5 + 10 <= naps[1] <= 5 + 20
    assert 15 <= naps[2] <= 30


def test_signs_of_life_and_losses_are_told(
    client: TestClient, between: Unreliable, staff: Client, practice: Practice
) -> None:
    listeners_of(client).heartbeat = 0.02
    alive = list(islice(staff.listen(), 3))
    between.plan.append(Refusal(503))
    with Client(between.address, practice.key, sleep=lambda _: None) as other:
        first = next(other.listen())

    assert alive == [Heard([])] * 3
    assert getattr(first.lost, "status", None) == 503


def test_a_silent_stream_counts_as_lost(address: str, practice: Practice) -> None:
    with Client(address, practice.key, sleep=lambda _: None) as staff:
        # A busy machine may take that long for its first sign of life, too.
        heard = islice(staff.listen(silence=0.1), 200)
        assert any(each.lost is None for each in heard)
        assert isinstance(next(heard).lost, NoAnswerError)


def test_live_gives_up_once_its_patience_is_over() -> None:
    with (
        Client("http://127.0.0.1:9", "rk_x", sleep=lambda _: None) as staff,
        pytest.raises(NoAnswerError),
    ):
        next(staff.live(patience=0))


def test_a_revoked_key_ends_it(
    client: TestClient, staff: Client, practice: Practice, clock: Clock
) -> None:
    happen(client, practice.clinic_id)
    heard = staff.live()
    next(heard)
    with house(client).database.unit_of_work() as session:
        revoke(session, practice.key_id, now=clock.now)

    staff._sleep = lambda _: None
    with pytest.raises(UnauthorizedError):
        next(heard)


@pytest.mark.parametrize(
    "answer",
    [
        Refusal(200, {"Content-Type": "text/html"}, b"<html>"),
        Refusal(200, EVENT_STREAM, b"data: {}\n\n"),
        Refusal(302, {"Location": "https://elsewhere.example"}),
    ],
    ids=["no stream", "no event", "a redirect"],
)
def test_what_is_no_feed_is_told(between: Unreliable, practice: Practice, answer: Refusal) -> None:
    between.plan.append(answer)
    with Client(between.address, practice.key) as staff, pytest.raises(UnreadableError) as caught:
        next(staff.live())
    assert caught.value.__context__ is None


def test_on_asyncio_the_stream_is_resumed_too(
    client: TestClient, between: Unreliable, practice: Practice
) -> None:
    happen(client, practice.clinic_id, 3)
    between.plan.extend([Refusal(503), Refusal(200, EVENT_STREAM, told(1)), Refusal(502)])
    again = Refusal(200, EVENT_STREAM, told(1) + told(2))
    between.plan.append(again)

    async def nap(_: float) -> None:
        """Wait no longer than a turn."""

    async def story() -> list[int]:
        heard = []
        async with AsyncClient(between.address, practice.key, sleep=nap) as staff:
            async for event in staff.live():
                heard.append(event.number)
                if event.number == 2:
                    return heard
        return heard

    assert run(story()) == [1, 2]


@settings(max_examples=60, derandomize=True, database=None, deadline=None)
@given(
    cuts=st.lists(st.integers(0, 2500), max_size=8).map(sorted),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_however_the_bytes_come_the_events_are_the_same(cuts: list[int], end: str) -> None:
    sent = b"\xef\xbb\xbf" + f": hello{end}{end}retry: 700{end}{end}".encode()
    sent += b"".join(told(number, end=end) for number in (1, 2, 2, 3))
    places = [0, *cuts, len(sent)]
    listening = Listening()

    heard = [
        number
        for start, stop in pairwise(places)
        for number in numbers(listening.take(sent[start:stop]))
    ]

    assert heard == [1, 2, 3]
    assert (listening.last, listening.pause) == (3, 0.7)


def test_a_block_without_an_end_does_not_fill_the_memory() -> None:
    listening = Listening()
    with pytest.raises(UnreadableError):
        listening.take(b"x" * 1_000_001)
