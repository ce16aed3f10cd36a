"""The last page before sending: programs are held up, and nobody loses anything."""

from datetime import timedelta
from hashlib import sha256
from itertools import count as numbers
from uuid import UUID

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from conftest import NOON, Clock
from filling_in import TYPED, answer_the_questions, opened_in
from referral.appointments import consent
from referral.settings import ProofOfWork, Settings, new_ring, parse_ring
from referral.vault import Vault
from referral.web.callers import Caller
from referral.web.opening import BITS, PAUSE, SHORTEST, TRAP, Opening
from world import Json, add_clinic, count, house

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
VAULT = Vault(parse_ring(new_ring()))
AGREED = {"consent_version": consent.VERSION}
FILLED_TRAP = {TRAP: "https://spam.example"}
A_WHILE = timedelta(minutes=1)


def solve(sealed: str) -> str:
    """Find the number that the script would find."""
    bits = (f"{int(sha256(f'{sealed}{n}'.encode()).hexdigest(), 16):0256b}" for n in numbers())
    return str(next(n for n, digits in enumerate(bits) if digits.startswith("0" * BITS)))


@pytest.fixture(scope="module")
def solved() -> tuple[Opening, str]:
    opening = Opening.new(VAULT, "a form", at=NOON)
    return opening, solve(opening.sealed)


@pytest.mark.parametrize(
    ("waited", "sent", "busy", "said"),
    [
        (SHORTEST, {}, False, None),
        (SHORTEST * 0.9, {}, False, "once more"),
        (A_WHILE, FILLED_TRAP, False, "once more"),
        (SHORTEST, {}, True, "in 8 seconds"),
        (PAUSE * 0.95, {}, True, "in 1 seconds"),
        (PAUSE, {}, True, None),
        (SHORTEST, {"work": "right"}, True, None),
        (SHORTEST * 0.9, {"work": "right"}, True, "once more"),
        *(
            (SHORTEST, {"work": work}, True, "in 8 seconds")
            for work in ("", "-1", "\u0661", "9" * 10)
        ),
    ],
)
def test_what_is_asked_of_who_sends(
    solved: tuple[Opening, str], waited: timedelta, sent: Json, *, busy: bool, said: str | None
) -> None:
    opening, right = solved
    given = {name: right if value == "right" else value for name, value in sent.items()}

    objection = opening.objection(given, needs_work=busy, now=NOON + waited)

    assert (said in objection) if said and objection else (objection is said)


def test_work_for_one_form_is_none_for_another(solved: tuple[Opening, str]) -> None:
    _, work = solved
    others = [Opening.new(VAULT, "a form", at=NOON) for _ in range(8)]

    answers = [
        each.objection({"work": work}, needs_work=True, now=NOON + SHORTEST) for each in others
    ]

    # One of 8192 would do for another form, too.
    assert answers.count(None) < 3


@pytest.mark.parametrize(("form", "more"), [("another form", ""), ("a form", "x"), ("a form", "é")])
def test_an_opening_is_for_one_form_and_cannot_be_made_up(form: str, more: str) -> None:
    sealed = Opening.new(VAULT, "a form", at=NOON).sealed

    assert Opening.of(VAULT, "a form", sealed) == Opening(sealed, NOON, has_trap=True)
    assert Opening.of(VAULT, form, more + sealed) is None


@pytest.fixture
def form(client: TestClient) -> str:
    """The address of the last page of a form that is filled in."""
    path = f"/clinics/{add_clinic(client)}/request"
    answer_the_questions(client)
    client.post(path, data=TYPED)
    return f"{path}/review"


def sent(client: TestClient) -> int:
    return count(house(client).database, "appointments")


def press(client: TestClient, form: str, page: str, **more: str) -> Response:
    """Send what the form on `page` says, and return the page it leads to."""
    answer: Response = client.post(form, data=AGREED | {"opened": opened_in(page)} | more)
    return answer


def is_asked_once_more(client: TestClient, answer: Response) -> bool:
    """Check that nothing was lost or stored."""
    assert (answer.status_code, sent(client)) == (422, 0)
    for kept in ("Sam Sample", "The ramp, please", " checked"):
        assert kept in answer.text, kept
    return "Nothing is lost" in answer.text


@ON_SQLITE
def test_who_sends_too_soon_presses_once_more(client: TestClient, form: str, clock: Clock) -> None:
    page = client.get(form).text
    clock.now += SHORTEST * 0.6
    first = press(client, form, page)
    assert is_asked_once_more(client, first)
    # The moment of the first opening goes along.
    clock.now += SHORTEST * 0.6

    assert "Your request is sent" in press(client, form, first.text).text
    assert sent(client) == 1


@ON_SQLITE
def test_who_fell_into_the_trap_finds_none_the_second_time(
    client: TestClient, form: str, clock: Clock
) -> None:
    page = client.get(form).text
    clock.now += A_WHILE
    assert f'name="{TRAP}" tabindex="-1" autocomplete="off"' in page

    caught = press(client, form, page, **FILLED_TRAP)
    assert is_asked_once_more(client, caught)
    assert f'name="{TRAP}"' not in caught.text

    assert "Your request is sent" in press(client, form, caught.text, **FILLED_TRAP).text


@ON_SQLITE
@pytest.mark.parametrize("opened", [{}, {"opened": ""}, {"opened": "made up"}])
def test_a_form_that_was_never_opened_is_shown_first(
    client: TestClient, form: str, opened: dict[str, str], *, clock: Clock
) -> None:
    shown = client.post(form, data=AGREED | opened)
    assert is_asked_once_more(client, shown)
    clock.now += SHORTEST

    assert "Your request is sent" in press(client, form, shown.text).text


@pytest.fixture(name="settings")
def settings_that_want_work(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    wanted = getattr(request, "param", ProofOfWork.BUSY)
    return settings.model_copy(update={"proof_of_work": wanted})


@ON_SQLITE
@pytest.mark.parametrize("settings", [ProofOfWork.ALWAYS], indirect=True)
def test_without_scripts_one_waits_and_with_them_one_works(
    client: TestClient, form: str, clock: Clock
) -> None:
    page = client.get(form).text
    clock.now += SHORTEST
    waiting = press(client, form, page)
    assert is_asked_once_more(client, waiting)
    assert "again in 8 seconds" in waiting.text
    assert "/static/work." in waiting.text

    early = press(client, form, waiting.text)
    assert is_asked_once_more(client, early)
    assert press(client, form, waiting.text, work=solve(opened_in(page))).status_code == 200
    assert sent(client) == 1


@ON_SQLITE
@pytest.mark.parametrize("limits", [{"submit": 2}, {"clinic": 2}], ids=str)
@pytest.mark.parametrize(
    ("settings", "asked"),
    [(ProofOfWork.BUSY, True), (ProofOfWork.OFF, False)],
    indirect=["settings"],
)
def test_work_is_asked_for_where_half_is_spent(
    client: TestClient, form: str, limits: dict[str, int], *, asked: bool
) -> None:
    assert "data-for" not in client.get(form).text
    caller = Caller(house(client), {"client": ("testclient", 0)})
    if "submit" in limits:
        caller.take("submit")
    else:
        caller.take_of_all("clinic", UUID(form.split("/")[2]).bytes)

    assert ("data-for" in client.get(form).text) is asked
