"""What is for one person stays with that person: not kept, not found, and no cookie unasked."""

import re
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from filling_in import TYPED, answer_the_questions
from world import open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SOME_ID = "6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"
# To be found is a decision: whatever is not on these lists is for one person.
FOUND = {"/clinics", "/clinics/{clinic_id}", "/how-clinics-answer"}
FOUND_UNANSWERED = {"/check"}
READY = {
    "/",
    "/articles",
    "/articles/back-spasms",
    "/articles/topics/chiropractic-care",
    "/privacy",
}
SITEMAPS = {"/sitemap.xml", "/sitemaps/clinics-{part}.xml"}
# Pressing "Ask" before the questions are answered: the clinic must not be forgotten over them.
ASKING = {"/clinics/{clinic_id}/request", "/clinics/{clinic_id}/request/review"}


def doors(client: TestClient) -> dict[str, str]:
    """Return each page that can be looked at, and an address of it at which there is something."""
    clinic_id = open_practice(client).clinic_id
    token = send_request(client, clinic_id)["follow_token"]
    known = {"clinic_id": clinic_id, "question": "pain", "wish": "ask_again", "part": "1"}
    app = cast("FastAPI", client.app)
    paths = {
        str(route.path_format)
        for route in iter_route_contexts(app.routes)
        if "GET" in (route.methods or ()) and not str(route.path_format).startswith("/api/")
    }

    def address(path: str) -> str:
        token_or_id = token if path.startswith("/follow") else SOME_ID
        return re.sub(r"\{(\w+)\}", lambda one: str(known.get(one[1], token_or_id)), path)

    return {path: address(path) for path in paths}


@pytest.mark.parametrize("is_answered", [False, True])
def test_only_what_is_on_the_lists_is_kept_or_found(
    client: TestClient, *, is_answered: bool
) -> None:
    addresses = doors(client)
    assert addresses.keys() > FOUND | FOUND_UNANSWERED | SITEMAPS | ASKING
    if is_answered:
        answer_the_questions(client)
        client.post(f"{addresses['/clinics/{clinic_id}']}/request", data=TYPED)
    found = FOUND if is_answered else FOUND | FOUND_UNANSWERED

    for path, address in addresses.items():
        for prefix in ("", "/es"):
            if not is_answered:  # Asking a clinic is remembered, and then the form is one person's.
                client.cookies.clear()
            headers = client.get(prefix + address, follow_redirects=False).headers
            assert headers["x-robots-tag"] == ("all" if path in found else "noindex"), path
            assert headers["cache-control"] == "no-store" or path in SITEMAPS, path
            is_open = "connect-src" in headers["content-security-policy"]
            assert is_open == (path in found), path


def test_what_is_the_same_for_everybody_is_kept_a_while_and_sent_when_it_is_news(
    client: TestClient,
) -> None:
    for path in READY:
        answer = client.get(path)
        again = client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert "x-robots-tag" not in answer.headers
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert (again.status_code, again.content) == (304, b"")


def test_looking_sets_no_cookie_and_only_an_answer_does(client: TestClient) -> None:
    addresses = doors(client)
    looked_at = {address for path, address in addresses.items() if path not in ASKING}
    for path in READY | looked_at:
        for prefix in ("", "/en", "/es"):
            client.get(prefix + path)
            assert not client.cookies, path

    client.post("/check", data={"emergency_signs": "none"})

    assert [cookie.name for cookie in client.cookies.jar] == ["referral-check"]
