"""What is kept in a browser always fits into a cookie, or is refused at the field."""

import random
import unicodedata
from uuid import uuid4

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient

from referral.appointments.asking import doors as request_doors
from referral.errors import InvalidError
from referral.symptoms import doors as check_doors
from referral.vault import Vault
from referral.web.draft import ATTRIBUTES, ROOM, TOO_LONG, Draft
from world import MILD, Json, house, open_practice

drawn = random.Random(4096)  # noqa: S311 - the same texts in every run
# Letters of four bytes; drawn from all of them, nothing can be packed.
LETTERS = [chr(code) for code in range(0x20000, 0x2A6E0)]
OTHERS = [
    chr(code)
    for code in range(0x10000, 0x110000)
    if unicodedata.category(chr(code)) not in {"Cc", "Cs"}
]
EMOJI = [chr(code) for code in range(0x1F300, 0x1F650)]
CHECK: Json = {
    name: value if isinstance(value, list) else str(value)
    for name, value in MILD.items()
    if name != "note"
}


def text(of: list[str], length: int) -> str:
    return "".join(drawn.choices(of, k=length))


def form(letters: list[str], note: str) -> Json:
    """Return the longest request form there can be, with this note."""
    return {
        "requesting_for": "someone_else",
        "name": text(letters, 100),
        "patient_name": text(letters, 100),
        "email": f"{uuid4().hex}{uuid4().hex}@{'.'.join(uuid4().hex for _ in range(5))}.example",
        "phone": "212 555 0142" + " " * 28,
        "preferred_contact": "email",
        "preferred_windows": [f"2026-12-0{day}_{part}" for day in (2, 3, 4) for part in PARTS],
        "also_ask": [str(uuid4()) for _ in range(3)],
        "note": note,
    }


PARTS = ("morning", "afternoon")


def sizes(response: Response) -> list[int]:
    """Return how long each cookie of an answer is, attributes included."""
    return [len(value) for name, value in response.raw_headers if name == b"set-cookie"]


@pytest.fixture
def checked(client: TestClient) -> TestClient:
    """A browser whose answers lead to a chiropractor, with the longest note."""
    answers = CHECK | {"note": text(OTHERS, 500)}
    for path in check_doors.PATHS.values():
        answer = client.post(path, data=answers, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        assert len(answer.headers["set-cookie"]) <= ROOM
    return client


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_longest_answers_fit_and_so_does_what_people_write(checked: TestClient) -> None:
    page = f"/clinics/{open_practice(checked).clinic_id}/request"

    answer = checked.post(page, data=form(EMOJI, text(EMOJI, 500)), follow_redirects=False)

    assert answer.status_code == 303, answer.text
    assert len(answer.headers["set-cookie"]) <= ROOM


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_no_cookie_holds_is_refused_at_its_field_and_kept_on_the_page(
    checked: TestClient,
) -> None:
    page = f"/clinics/{open_practice(checked).clinic_id}/request"
    typed = form(LETTERS, text(OTHERS, 500))
    tokens = {str(uuid4()): Vault({"k": b"1" * 32}).link_token(uuid4()) for _ in range(5)}
    put(checked, {"typed": {}, "sent": tokens})

    answer = checked.post(page, data=typed, follow_redirects=False)
    shown = checked.get(answer.headers["location"])
    shorter = checked.post(page, data=typed | {"note": "Short"}, follow_redirects=False)

    assert answer.status_code == 303
    assert all(len(value) <= ROOM for value in answer.headers.get_list("set-cookie"))
    assert shown.status_code == 422
    assert f'href="#f-note">{TOO_LONG}</a>' in shown.text
    assert all(typed[name] in shown.text for name in ("note", "name", "patient_name"))
    assert shorter.status_code == 303
    assert shorter.headers["location"].endswith("/review")
    assert typed["note"] not in checked.get(page).text


def put(client: TestClient, kept: Json) -> None:
    """Put a draft of a request into the browser."""
    response = Response()
    vault = house(client).vault
    Draft(request_doors.COOKIE, vault=vault, secure=False).keep(response, kept)
    sealed = (
        response.headers["set-cookie"].removeprefix(f"{request_doors.COOKIE}=").partition(";")[0]
    )
    client.cookies.update({request_doors.COOKIE: sealed})


@pytest.mark.parametrize("name", [request_doors.COOKIE, check_doors.COOKIE])
@pytest.mark.parametrize("secure", [True, False])
def test_a_cookie_is_never_longer_than_a_browser_takes(name: str, *, secure: bool) -> None:
    draft = Draft(name, vault=Vault({"k": b"1" * 32}), secure=secure)
    kept = 0
    for length in range(800, 1100, 10):
        response = Response()
        try:
            draft.keep(response, {"note": text(OTHERS, length)})
        except InvalidError:
            assert sizes(response) == []
            continue
        kept += 1
        (size,) = sizes(response)
        assert size <= ROOM
    assert 0 < kept < 30
    assert ATTRIBUTES < 100
