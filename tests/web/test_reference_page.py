"""The page of the API's reference, read without a browser."""

import re
from collections import Counter

import pytest
from starlette.testclient import TestClient

from referral.reference.outline import operations
from referral.web.headers import POLICY
from world import house

DOCS = "/api/v1/docs"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_it_shows_every_call_and_every_link_on_it_leads_somewhere(client: TestClient) -> None:
    page = client.get(DOCS).text
    document = client.get("/api/v1/openapi.json").json()

    ids = Counter(re.findall(r'\sid="([^"]+)"', page))
    assert [name for name, times in ids.items() if times > 1] == []
    assert {one["operationId"] for _, _, one in operations(document)} <= ids.keys()
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids.keys()
    labels = re.findall(r'(?:aria-describedby|aria-labelledby|\sfor)="([^"]+)"', page)
    assert set(labels) <= ids.keys()


def test_it_has_nothing_inline_and_may_call_this_service_only(client: TestClient) -> None:
    answer = client.get(DOCS)

    assert answer.headers["content-security-policy"] == f"{POLICY}; connect-src 'self'"
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text)
    assert "connect-src" not in client.get("/find").headers["content-security-policy"]


def test_it_is_sent_only_when_it_is_news(client: TestClient) -> None:
    page = client.get(DOCS)
    again = client.get(DOCS, headers={"If-None-Match": page.headers["etag"]})

    assert page.headers["content-encoding"] == "gzip"
    assert (again.status_code, again.content) == (304, b"")


def test_its_lines_for_the_shell_name_the_service_and_no_key(client: TestClient) -> None:
    page = client.get(DOCS).text

    lines = re.findall(r"curl -sS[^\\<]+", page)
    assert len(lines) == len([*operations(client.get("/api/v1/openapi.json").json())])
    assert [line for line in lines if house(client).settings.origin not in line] == []
    assert page.count("Authorization: Bearer $KEY") == page.count("Needs a staff key.")
