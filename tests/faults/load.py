"""People, programs and staff who go on whatever happens, and keep what they were answered."""

import itertools
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import cast
from uuid import uuid4

import httpx
import httpx2
from starlette.testclient import TestClient

from chaos import wait_until
from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from world import MILD, PERSON, Json, Practice, house

A_MOMENT = 0.1
# Nobody waits longer for one answer; a call that is not answered is made again.
PATIENCE = 30.0
GIVE_UP = 90.0
NO: Json = {"action": "decline", "reason": "no_capacity", "next_step": "other_clinic"}
MOVES: Sequence[Json] = ({"action": "receive"}, NO)
# What only reads: of a proxy, of a person with a link, and of a clinic's program.
READING = ("/readyz", "/follow/{token}", "/api/v1/events")


@dataclass(frozen=True, slots=True)
class Told:
    """What was acknowledged of a request: by a 201, or by the 303 to the page of its link."""

    token: str
    id: str | None = None
    reference: str | None = None


@dataclass
class Load:
    """Sends without a pause until `over`; each call is made again until it is answered.

    `answered` counts for each of `origins` what it has stored.
    """

    practice: Practice
    origins: Sequence[str]
    forms: deque[tuple[Json, Json]]
    told: list[Told] = field(default_factory=list)
    moved: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int | str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    is_broken: bool = False
    _places: Iterator[int] = field(default_factory=itertools.count)
    _to_answer: deque[str] = field(default_factory=deque)

    def said(self) -> str:
        """Return in a line what was acknowledged, and what came instead of an answer."""
        lost = {str(what): n for what, n in self.statuses.items() if what not in {200, 201, 303}}
        return (
            f"{len(self.told)} requests, {self.moved.total()} moves and {self.notes.total()} notes"
            f" acknowledged; unanswered or put off {lost}; longest wait {self.longest:.1f} s"
        )

    def programs(self, place: int) -> None:
        """Ask one server over the API, and every third time once more for what was answered."""
        with self.caller(place) as caller:
            for number in itertools.count():
                if self.over.is_set():
                    return
                body = self._body(caller)
                told = self._asked(caller, body, key := uuid4().hex)
                if number % 3 == 0:
                    assert self._asked(caller, body, key) == told
                self.told.append(told)
                self._to_answer.append(str(told.id))

    def people(self) -> None:
        """Send the forms that were filled in, each until it leads to the page of its request."""
        path = f"/clinics/{self.practice.clinic_id}/request/review"
        while self.forms and not self.over.is_set():
            cookies, agreed = self.forms.popleft()
            with self.caller(next(self._places), cookies) as caller:
                answer = self._answered(partial(caller.post, path, data=agreed), 303)
            place = answer.headers["location"]
            token = place.removeprefix("/follow/").removesuffix("/sent")
            assert place == f"/follow/{token}/sent"
            self.told.append(Told(token))

    def staff(self) -> None:
        """Receive, note and decline what has come."""
        with self.caller(headers=self.practice.bearer) as caller:
            while not self.over.wait(A_MOMENT):
                while self._to_answer and not self.over.is_set():
                    self._answer(caller, self._to_answer.popleft())

    def caller(
        self,
        place: int = 0,
        cookies: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Client:
        """Return who calls one of the servers, and trusts it."""
        return httpx.Client(
            base_url=self.origins[place % len(self.origins)],
            cookies=dict(cookies or {}),
            headers=headers,
            timeout=PATIENCE,
            verify=False,  # noqa: S501 - no TLS here, and reading the authorities takes long
        )

    def add(self, other: "Load") -> None:
        """Take in what was acknowledged to another load at the same clinic."""
        self.told += other.told
        self.moved += other.moved
        self.notes += other.notes

    def watched(self, work: Callable[[], None]) -> None:
        """Do a part of it; where it fails, those who wait for more answers see it."""
        try:
            work()
        except BaseException:
            self.is_broken = True
            raise

    def _body(self, caller: httpx.Client) -> Json:
        assessed = self._created(caller, "/api/v1/assessments", {"answers": MILD}, uuid4().hex)
        place = {"assessment_id": assessed["id"], "clinic_id": str(self.practice.clinic_id)}
        return PERSON | {"preferred_windows": [{"date": next_monday(), "part": "morning"}]} | place

    def _asked(self, caller: httpx.Client, body: Json, key: str) -> Told:
        made = self._created(caller, "/api/v1/requests", body, key)
        return Told(made["follow_token"], made["id"], made["reference"])

    def _answer(self, caller: httpx.Client, id_: str) -> None:
        path = f"/api/v1/requests/{id_}"
        for version, move in enumerate(MOVES, start=1):
            self._moved(caller, path, move, version)
            self.moved[id_] += 1
        self._created(caller, f"{path}/notes", {"text": "Called, no answer"}, uuid4().hex)
        self.notes[id_] += 1

    def _moved(self, caller: httpx.Client, path: str, move: Json, version: int) -> None:
        """Move it on; where the first answer was lost, the version is used up and must be ours."""
        match = {"If-Match": f'"{version}"'}
        answer = self._answered(
            lambda: caller.post(f"{path}/moves", json=move, headers=match), 200, 412
        )
        if answer.status_code == 412:
            found = self._answered(lambda: caller.get(path), 200).json()
            assert found["version"] == version + 1, found["version"]

    def _created(self, caller: httpx.Client, path: str, body: Json, key: str) -> Json:
        headers = {"Idempotency-Key": key}
        answer = self._answered(lambda: caller.post(path, json=body, headers=headers), 201)
        made: Json = answer.json()
        return made

    def _answered(self, call: Callable[[], httpx.Response], *wanted: int) -> httpx.Response:
        """Make a call until it is answered; 503 and nothing else may come instead."""
        first = time.monotonic()
        while True:
            began = time.monotonic()
            assert began - first < GIVE_UP, self.said()
            try:
                answer = call()
            except httpx.HTTPError as error:
                self.statuses[type(error).__name__] += 1
            else:
                self.statuses[answer.status_code] += 1
                if answer.status_code != 503:
                    assert answer.status_code in wanted, answer.text
                    self.answered[f"http://{answer.url.netloc.decode()}"] += 1
                    return answer
                check_says_when_again(answer)
            self.longest = max(self.longest, time.monotonic() - began)
            self.over.wait(A_MOMENT)


def wait_for_answers(load: Load, count: int) -> None:
    """Wait until each server has stored so much more."""
    wanted = {origin: load.answered[origin] + count for origin in load.origins}
    wait_until(lambda: load.is_broken or load.answered >= Counter(wanted))


def wait_for_refusals(load: Load) -> None:
    """Wait until another call has been put off."""
    before = load.statuses[503]
    wait_until(lambda: load.is_broken or load.statuses[503] > before)


def check_says_when_again(answer: httpx.Response | httpx2.Response) -> None:
    """Raise where a 503 is no problem+json or page, or names no moment to come back."""
    assert int(answer.headers["Retry-After"]) > 0
    if answer.request.url.path.startswith("/api/"):
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] in {"unavailable", "outcome-unknown"}
    else:
        assert "We are away for a moment" in answer.text


@contextmanager
def under_load(load: Load, *, threads: int = 2) -> Iterator[None]:
    """Let the load go on for as long as the block lasts; what it raised is raised at the end."""
    works: list[Callable[[], None]] = [partial(load.programs, place) for place in range(threads)]
    works += [*[load.people] * threads, load.staff]
    with ThreadPoolExecutor(len(works)) as pool:
        jobs = [pool.submit(load.watched, work) for work in works]
        try:
            yield
        finally:
            load.over.set()
    for job in jobs:
        job.result()


def filled_in(client: TestClient, practice: Practice, count: int) -> deque[tuple[Json, Json]]:
    """Return so many people's cookies, and what the last button that they have to press sends."""
    clock = cast("Clock", house(client).now)
    # Each form is read for some seconds, and none may be opened in the future.
    stood, clock.now = clock.now, datetime.now(UTC) - timedelta(hours=1)
    form = f"/clinics/{practice.clinic_id}/request"
    typed = TYPED | {"preferred_windows": f"{next_monday()}_morning"}
    ready: deque[tuple[Json, Json]] = deque()
    for _ in range(count):
        client.cookies.clear()
        answer_the_questions(client)
        assert client.post(form, data=typed).status_code == 200
        agreed = agree(client, form)
        ready.append(({one.name: one.value or "" for one in client.cookies.jar}, agreed))
    client.cookies.clear()
    clock.now = stood
    return ready


def next_monday() -> str:
    """Return a Monday of next week: the processes keep the real time."""
    today = date.today()  # noqa: DTZ011 - anywhere
    return f"{today + timedelta(days=14 - today.weekday())}"
