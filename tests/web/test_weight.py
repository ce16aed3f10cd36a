"""What a visit costs a phone: calls and bytes, from the first page on and beyond what it has."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from filling_in import TYPED, answer_the_questions
from referral.symptoms.doors import PATHS
from referral.web.packing import MOST_FILLING
from world import open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

STATIC = Path(__file__).parents[2] / "src/referral/static"
# Whatever makes a browser fetch something by itself: an address in any element but these.
FETCHED = re.compile(r'<(?!a |form |button |meta )[^>]* (?:src|href)="([^"]+)"')
NOT_FETCHED = re.compile(r'rel="(?:canonical|alternate)"')
# The address alone of a page that everybody may see, and of one with what a person entered.
OPEN = ("/", "/articles", "/articles/back-spasms", "/clinics", "/how-clinics-answer", "/privacy")
MOST_CALLS, MOST_BYTES, MOST_BEYOND = 3, 30_000, 20_000
GZIP = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def weight(client: TestClient, path: str) -> int:
    """Return the bytes of the answer's head and of its body as it was sent."""
    answer = client.get(path, headers=GZIP)
    assert answer.status_code in {200, 422}, path
    heads = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return heads + int(answer.headers["content-length"])


def fetched(client: TestClient, path: str) -> set[str]:
    """Return what a browser asks for by itself on a page."""
    page = client.get(path).text
    found = (one for one in FETCHED.finditer(page) if not NOT_FETCHED.search(one[0]))
    return {one[1] for one in found if not one[1].startswith("data:")}


def way(client: TestClient) -> Iterator[str]:
    """Fill in what there is to fill in, once wrong, and yield each page of the way."""
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    yield from (form.removesuffix("/request"), "/clinics?place=10001")
    yield from PATHS.values()
    client.post("/check/history", data={})
    yield "/check/history?mistakes=true"
    answer_the_questions(client)
    yield from ("/check/outcome", form)
    client.post(form, data=TYPED | {"email": "x", "phone": "x", "preferred_windows": ""})
    yield f"{form}?mistakes=true"
    client.post(form, data=TYPED)
    yield from (f"{form}/review", "/find")
    sent = send_request(client, open_practice(client).clinic_id)
    yield from (f"/follow/{sent['follow_token']}{more}" for more in ("", "/sent", "/cancel"))


def test_a_first_page_is_three_calls_and_30_kb_and_each_further_one_20_kb(
    client: TestClient,
) -> None:
    fetching = {path: fetched(client, path) for path in OPEN}
    calls = {path: 1 + len(more) for path, more in fetching.items()}
    assert {path: of for path, of in calls.items() if of > MOST_CALLS} == {}
    cold = {p: sum(weight(client, one) for one in (p, *more)) for p, more in fetching.items()}
    assert {path: of for path, of in cold.items() if of > MOST_BYTES} == {}

    for language in ("", "/es"):
        for path in way(client):
            assert 1 + len(fetched(client, language + path)) <= MOST_CALLS
            assert weight(client, language + path) <= MOST_BEYOND, language + path


def test_all_scripts_together_are_at_most_5_kb_and_no_page_needs_another(
    client: TestClient,
) -> None:
    assert sum(file.stat().st_size for file in STATIC.glob("*.js")) <= 5_000
    assert all(path.startswith("/static/") for page in OPEN for path in fetched(client, page))


def test_what_a_page_fetches_is_packed_kept_for_ever_and_never_sent_twice(
    client: TestClient,
) -> None:
    for path in fetched(client, "/articles/back-spasms") | fetched(client, "/clinics"):
        answer = client.get(path, headers=GZIP)
        again = client.get(path, headers=GZIP | {"If-None-Match": answer.headers["etag"]})
        assert re.search(r"\.[0-9a-f]{10}\.(css|js)$", path)
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/check", "/clinics", "/nowhere"])
def test_a_page_made_for_one_is_packed_too_and_its_length_is_masked(
    client: TestClient, path: str
) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    short = [client.get(path, headers=GZIP) for _ in range(12)]

    assert "content-encoding" not in plain.headers
    assert {answer.text for answer in short} == {plain.text}
    assert all("accept-encoding" in answer.headers["vary"] for answer in short)
    lengths = {int(answer.headers["content-length"]) for answer in short}
    assert max(lengths) < len(plain.content) / 2
    assert len(lengths) > 1
    assert max(lengths) - min(lengths) <= MOST_FILLING


def test_what_programs_ask_for_is_not_packed(client: TestClient) -> None:
    for path in ("/api/v1/questions", "/healthz"):
        assert "content-encoding" not in client.get(path, headers=GZIP).headers
