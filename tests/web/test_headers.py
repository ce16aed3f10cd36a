"""The headers of answers, and whose forms are taken: tables beside OWASP's secure headers."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pydantic import HttpUrl
from starlette.testclient import TestClient

from referral.app import create_app
from referral.settings import Settings
from referral.web.headers import SECURITY_HEADERS
from world import open_practice, send_request

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HTTP, HTTPS = "http://referral.test", "https://referral.test"
YEAR = "max-age=31536000"
# owasp.org/www-project-secure-headers, but for what only Flash and Internet Explorer 8 read.
OWASP = {
    "content-security-policy": "default-src 'none'",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def serving(base_url: str, settings: Settings, clock: Callable[[], datetime]) -> TestClient:
    app = create_app(settings.model_copy(update={"base_url": HttpUrl(base_url)}), clock=clock)
    return TestClient(app, base_url=base_url, raise_server_exceptions=False)


@pytest.fixture(params=[HTTP, HTTPS])
def service(
    request: pytest.FixtureRequest, settings: Settings, clock: Callable[[], datetime]
) -> Iterator[TestClient]:
    with serving(request.param, settings, clock) as client:
        yield client
        client.app.state.house.database.engine.dispose()  # type: ignore[attr-defined] # our own application


def test_every_kind_of_answer_has_what_owasp_names(service: TestClient) -> None:
    for path in ("/", "/static/nothing", "/check", "/healthz", "/api/v1/docs", "/api/v1/nothing"):
        headers = service.get(path).headers
        found = {name: headers.get(name, "")[: len(value)] for name, value in OWASP.items()}
        assert found == OWASP
        is_secure = str(service.base_url).startswith("https:")
        assert headers.get("strict-transport-security") == (YEAR if is_secure else None)
        assert "server" not in headers
    assert SECURITY_HEADERS.keys() == OWASP.keys()
    # Twice from the same ready answer.
    assert len(service.get("/").headers.get_list("strict-transport-security")) <= 1


@pytest.mark.parametrize(
    ("path", "policy"),
    [
        ("/follow/a-token", "no-referrer"),
        ("/follow/a-token/cancel", "no-referrer"),
        ("/es/follow/a-token/sent", "no-referrer"),
        ("/confirm/a-token", "no-referrer"),
        ("/join/a-token/hours", "no-referrer"),
        ("/api/v1/follow/a-token", "no-referrer"),
        ("/join", "same-origin"),
        ("/find", "same-origin"),
        ("/clinics", "same-origin"),
        ("/operator", "same-origin"),
    ],
)
def test_no_page_behind_a_secret_address_tells_where_it_is(
    client: TestClient, path: str, policy: str
) -> None:
    assert client.get(path).headers.get_list("referrer-policy") == [policy]


FOREIGN = {"Origin": "https://elsewhere.example"}
NULL, OURS = {"Origin": "null"}, {"Sec-Fetch-Site": "same-origin"}
# What a browser says, whether a form is taken behind a secret address, and whether on a page.
FORMS = [
    ({}, True, True),
    (OURS, True, True),
    ({"Sec-Fetch-Site": "none"}, True, True),
    ({"Sec-Fetch-Site": "cross-site"}, False, False),
    ({"Sec-Fetch-Site": "same-site"}, False, False),
    ({"Sec-Fetch-Site": "nonsense"}, False, False),
    ({"Sec-Fetch-Site": ""}, False, False),
    (FOREIGN, False, False),
    ({"Origin": "{origin}"}, True, True),
    ({"Origin": "{origin}.elsewhere.example"}, False, False),
    ({"Origin": "{origin}:8443"}, False, False),
    ({"Origin": "https://["}, False, False),
    ({"Origin": ""}, False, False),
    # Behind a secret address an older browser can say nothing else; on a page it is a stranger.
    (NULL, True, False),
    (NULL | OURS, True, True),
    (NULL | {"Sec-Fetch-Site": "cross-site"}, False, False),
]


@pytest.mark.parametrize(("headers", "behind", "page"), FORMS)
def test_only_our_own_forms_are_taken(
    client: TestClient, headers: dict[str, str], *, behind: bool, page: bool
) -> None:
    own = {name: value.format(origin=str(client.base_url)) for name, value in headers.items()}
    token = send_request(client, open_practice(client).clinic_id)["follow_token"]

    for path, is_taken in ((f"/follow/{token}/cancel", behind), ("/check/cleared", page)):
        answer = client.post(path, headers=own, follow_redirects=False)
        assert (answer.status_code != 403) is is_taken, path
        if not is_taken:
            assert "<h1>This did not come from our page</h1>" in answer.text
    state = "cancelled" if behind else "requested"
    assert client.get(f"/api/v1/follow/{token}").json()["state"] == state


def test_by_https_no_form_is_taken_from_a_page_that_came_by_http(service: TestClient) -> None:
    answer = service.post("/check/cleared", headers={"Origin": HTTP}, follow_redirects=False)

    is_secure = str(service.base_url).startswith("https:")
    assert answer.status_code == (403 if is_secure else 303)
