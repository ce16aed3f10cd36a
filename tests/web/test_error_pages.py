"""No error is a dead end: its page says what to do, where the person was, and whom to call."""

import re
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.testclient import TestClient

from filling_in import TYPED
from referral.app import create_app
from referral.settings import Settings, new_ring
from referral.web.headers import POLICY, PRIVATE
from referral.web.ways_on import SAID, way_on

CLINIC = "/clinics/6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"
STATUSES = [status for status in SAID if isinstance(status, int)]
GUARDED = PRIVATE | {"content-security-policy": POLICY}
# A port on which nothing listens.
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """The service, away from its database and without its table of places."""
    settings = Settings(_env_file=None, keys=SecretStr(new_ring()), database_url=NOWHERE)
    app = create_app(settings)
    app.state.gazetteer = None
    return TestClient(app, base_url=settings.origin, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "status", "first", "kept", "ill"),
    [
        ("/check", 413, "/check", True, True),
        ("/check/age", 500, "/check/age", True, True),
        ("/check/cleared", 405, "/check/outcome", True, True),
        (f"{CLINIC}/request", 404, "/clinics", False, True),
        (f"{CLINIC}/request/review", 503, f"{CLINIC}/request/review", True, True),
        ("/follow/token", 404, "/find", False, True),
        ("/follow/token/accept", 429, "/follow/token", False, True),
        ("/find", 403, "/find", False, True),
        (CLINIC, 410, "/clinics", False, False),
        ("/clinics/near", 405, "/clinics", False, False),
        ("/clinics", 500, "/clinics", False, True),
        ("/clinics", 429, "/clinics", False, True),
        ("/join/token", 404, "/join", False, False),
        ("/confirm/token/hours", 503, "/confirm/token/hours", False, True),
        ("/articles/none", 404, "/articles", False, False),
        ("/none", 404, "/check", False, False),
        ("/none", 400, "/", False, False),
        ("/no\nne", 400, "/", False, False),
    ],
)
def test_the_way_on_fits_where_the_person_was(
    path: str, status: int, first: str, *, kept: bool, ill: bool
) -> None:
    way = way_on(path, status, code="", own="")

    assert (way.links[0][1], bool(way.kept), way.ill) == (first, kept, ill)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["/", "/check", "/find", "/clinics", "/articles", "/join", "/x"])
def test_there_are_always_three_ways_on(path: str, status: int) -> None:
    addresses = [address for _, address in way_on(path, status, code="", own="").links]

    assert len(set(addresses)) == len(addresses) == 3


A_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REFUSED: list[tuple[str, str, dict[str, Any], int]] = [
    ("GET", "/none", {}, 404),
    ("GET", "/follow/token", {}, 503),
    ("GET", "/clear", {}, 405),
    ("POST", "/check/age", {"content": b" " * 70_000, "headers": A_FORM}, 413),
    ("POST", "/check/age", {"content": b"", "headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
    ("GET", "/clinics?place=60601", {}, 500),
]


@pytest.mark.parametrize(("method", "path", "more", "status"), REFUSED)
def test_an_error_is_a_page_in_the_language_of_its_reader(
    client: TestClient, method: str, path: str, *, more: dict[str, Any], status: int
) -> None:
    pages = [client.request(method, f"{prefix}{path}", **more) for prefix in ("/en", "/es")]

    assert [page.status_code for page in pages] == [status, status]
    for page, language, prefix in zip(pages, ("en", "es"), ("/en", "/es"), strict=True):
        assert f'<html lang="{language}">' in page.text
        assert page.headers.items() >= GUARDED.items()
        links = re.findall(r'<a class="button button-\w+" href="([^"]+)"', inside(page))
        assert len(links) == 3
        assert all(link.startswith(prefix) for link in links)
    english, spanish = (re.findall(r">\s*([\w¿][^<]+)<", inside(page)) for page in pages)
    assert len(english) == len(spanish) > 4
    assert not {*english} & {*spanish}


def inside(page: httpx2.Response) -> str:
    """Return what the page says itself, without the frame of all pages."""
    return page.text.partition("<main")[2].partition("</main>")[0]


def test_what_was_typed_is_kept_while_the_database_is_away(client: TestClient) -> None:
    sent = client.post(f"{CLINIC}/request", data=TYPED, follow_redirects=False)
    away = client.get(str(sent.headers["location"]))

    assert (sent.status_code, away.status_code) == (303, 503)
    assert "referral-request" in sent.headers["set-cookie"]
    assert "Retry-After" in away.headers
    assert "What you sent us before is kept." in away.text


def test_where_no_page_can_be_made_there_is_still_one_that_says_whom_to_call(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = cast("FastAPI", client.app).state.house.html
    monkeypatch.delitem(html.jinja.globals, "reader")

    page = client.get("/check")

    assert page.status_code == 500
    assert page.headers.items() >= GUARDED.items()
    assert page.text.count('href="tel:911"') == 2
    assert {"We are away for a moment", "Volvemos en un momento"} <= {
        *re.findall("<h1>(.+)</h1>", page.text)
    }
