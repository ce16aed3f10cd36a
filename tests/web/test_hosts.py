"""The service answers under its own names only, and makes every link from its own address."""

import pytest
from pydantic import HttpUrl, ValidationError
from starlette.testclient import TestClient

from referral.settings import Settings
from referral.web.headers import SECURITY_HEADERS
from world import open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ORIGIN = "https://referral.example"


@pytest.fixture(name="settings")
def settings_with_names(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "base_url": HttpUrl(ORIGIN),
            "other_hosts": ("www.referral.example", "[2001:db8::1]"),
        }
    )


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("referral.example", 200),
        ("Referral.Example:443", 200),
        ("referral.example:8000", 200),
        ("www.referral.example", 200),
        ("[2001:db8::1]", 200),
        ("[2001:db8::1]:8000", 200),
        ("", 421),
        ("evil.example", 421),
        ("evil.example:443", 421),
        ("referral.example.evil.example", 421),
        ("evil.example@referral.example", 421),
        ("referral.example, evil.example", 421),
        # Under a name of the world, this machine's own is as foreign as any.
        ("127.0.0.1:8000", 421),
    ],
)
def test_only_our_own_names_are_answered(client: TestClient, host: str, status: int) -> None:
    for path in ("/", "/check", "/api/v1/questions"):
        answer = client.get(path, headers={"Host": host})
        assert (path, answer.status_code) == (path, status)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_probe_comes_by_any_name(client: TestClient, path: str) -> None:
    assert client.get(path, headers={"Host": "10.1.2.3:8000"}).status_code == 200


def test_a_foreign_name_is_told_where_we_are_and_not_repeated(client: TestClient) -> None:
    page, problem = (
        client.post(path, headers={"Host": "Zq7typed.example"}) for path in ("/find", "/api/v1/x")
    )

    assert f'href="{ORIGIN}/"' in page.text
    assert "Este servicio" in page.text
    assert problem.headers["content-type"] == "application/problem+json"
    assert (problem.json()["code"], problem.json()["origin"]) == ("misdirected", ORIGIN)
    for answer in (page, problem):
        assert (answer.status_code, "Zq7typed" in answer.text) == (421, False)
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_links_are_made_from_our_address_whatever_the_name(client: TestClient) -> None:
    clinic_id = open_practice(client).clinic_id
    client.headers["Host"] = "www.referral.example"

    sent = send_request(client, clinic_id)

    assert sent["follow_url"].startswith(f"{ORIGIN}/follow/")
    page = client.get("/check").text
    assert f'<link rel="canonical" href="{ORIGIN}/check">' in page
    # Without a picture.
    assert '<meta name="twitter:card" content="summary">' in page


@pytest.mark.parametrize("name", ["https://other.example", "a/b", "a:8000", "*"])
def test_a_name_that_is_none_stops_the_start(settings: Settings, name: str) -> None:
    with pytest.raises(ValidationError, match="other_hosts"):
        Settings(_env_file=None, keys=settings.keys, other_hosts=(name,))
