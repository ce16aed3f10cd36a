"""Callers without a key: who counts as one, what each may do, and what they are told then."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import httpx
import pytest
from httpx2 import Response
from pydantic import SecretStr, ValidationError
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from live import serving
from referral.app import create_app
from referral.cli.server import listening
from referral.policies import POLICIES
from referral.settings import Settings, new_ring
from referral.web.callers import origin
from referral.web.opening import PAUSE
from world import MILD, Json, add_clinic, count, house, open_practice, request_body

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SLIP = {"reference": "K7QM-2XWD", "code": "1234-5678"}
ASKED = ("POST", "/api/v1/requests")
HERE = "203.0.113.7"


def with_limits(**numbers: int) -> pytest.MarkDecorator:
    own = {name.replace("_", "-"): number for name, number in numbers.items()}
    return pytest.mark.parametrize("limits", [own], ids=str)


def calling_from(client: TestClient, address: str) -> TestClient:
    """Return a browser that calls the same service from another address."""
    return TestClient(client.app, base_url=str(client.base_url), client=(address, 50_000))


def ask(client: TestClient, clinic_id: object, **changes: object) -> Response:
    """Send a request by the API, on an assessment of its own."""
    answer: Response = client.post(ASKED[1], json=request_body(client, clinic_id, **changes))  # type: ignore[arg-type] # a clinic's id
    return answer


@pytest.mark.parametrize(
    ("one", "another", "are_same"),
    [
        ("203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("203.0.113.7", "::ffff:203.0.113.7", True),
        ("2001:db8:0:1::1", "2001:DB8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("not:an:address", "not:another", False),
        ("", "203.0.113.7", False),
    ],
)
def test_a_household_is_one_caller(one: str, another: str, *, are_same: bool) -> None:
    assert (origin(one) == origin(another)) is are_same


@ON_SQLITE
@pytest.mark.parametrize(
    ("limits", "method", "path", "body"),
    [
        ({"search": 2}, "GET", "/api/v1/clinics?zip=10001", None),
        ({"assess": 2}, "POST", "/api/v1/assessments", {"answers": MILD}),
        ({"submit": 2}, *ASKED, None),
        ({"find": 2}, "POST", "/api/v1/follow", SLIP),
    ],
)
def test_an_address_has_so_many_calls_and_is_told_so(
    client: TestClient, limits: dict[str, int], method: str, path: str, *, body: Json | None
) -> None:
    ((name, most),) = limits.items()
    if (method, path) == ASKED:
        body = request_body(client, add_clinic(client))
    answers = [client.request(method, path, json=body) for _ in range(most + 1)]

    *taken, refused = answers
    seconds = POLICIES[name].seconds
    assert 429 not in {answer.status_code for answer in taken}
    assert (refused.status_code, refused.json()["limit"]) == (429, name)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["ratelimit-policy"] == f'"{name}";q={most};w={seconds}'
    assert refused.headers["ratelimit"] == f'"{name}";r=0;t={seconds // most}'
    assert refused.headers["retry-after"] == str(seconds // most)
    assert taken[0].headers["ratelimit"].startswith(f'"{name}";r=1;')
    elsewhere = calling_from(client, HERE).request(method, path, json=body)
    assert elsewhere.status_code == taken[0].status_code


@ON_SQLITE
@pytest.mark.parametrize(
    ("limits", "path", "typed", "kept"),
    [
        ({"find": 1}, "/find", SLIP, 'value="K7QM-2XWD"'),
        ({"join": 1}, "/join", {"code": "K7QM2-WRDP9"}, 'value="K7QM2-WRDP9"'),
    ],
)
def test_a_code_too_many_stays_in_its_field(
    client: TestClient, limits: dict[str, int], path: str, *, typed: dict[str, str], kept: str
) -> None:
    assert limits
    answers = [client.post(path, data=typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]
    assert "There were too many tries." in answers[1].text
    assert kept in answers[1].text


@ON_SQLITE
@with_limits(search=1)
def test_who_searches_too_often_sees_a_page_with_a_way_on(client: TestClient) -> None:
    answers = [client.get("/clinics?zip=10001") for _ in range(2)]
    form = client.get("/clinics")

    assert [answer.status_code for answer in (*answers, form)] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == "60"
    assert "very many searches" in answers[1].text
    assert 'href="tel:911"' in answers[1].text


@with_limits(clinic=3, address_clinic=2)
def test_an_address_cannot_fill_a_list_and_a_flooded_clinic_is_called(
    client: TestClient, clock: Clock
) -> None:
    clinic_id, other = add_clinic(client), add_clinic(client)
    statuses = [ask(client, clinic_id, email=f"a{n}@example.com").status_code for n in range(3)]
    assert statuses == [201, 201, 429]

    first = ask(calling_from(client, HERE), clinic_id)
    flooded = ask(calling_from(client, "203.0.113.8"), clinic_id)

    assert (first.status_code, flooded.status_code) == (201, 429)
    said = flooded.json()
    assert (said["limit"], said["clinic_phone"]) == ("clinic", "+12125550100")
    assert said["other_clinics"] == [f"/api/v1/clinics/{other}"]
    assert ask(client, other).status_code == 201
    assert count(house(client).database, "appointments") == 4
    clock.now += timedelta(seconds=int(flooded.headers["retry-after"]))
    assert ask(calling_from(client, "203.0.113.8"), clinic_id).status_code == 201


@ON_SQLITE
@with_limits(person_clinic=2, person=3)
def test_a_person_asks_a_clinic_twice_and_clinics_three_times_however_it_is_written(
    client: TestClient,
) -> None:
    first, second = add_clinic(client), add_clinic(client)
    by_mail = {"phone": None, "preferred_contact": "email"}
    by_phone = {"email": None, "preferred_contact": "phone"}

    assert ask(client, first, **by_mail, email="Sam@Example.com").status_code == 201
    assert ask(client, first, **by_mail, email="sam@EXAMPLE.com").status_code == 201
    third = ask(client, first, **by_mail, email="sam@example.com")
    assert (third.status_code, third.json()["limit"]) == (429, "person-clinic")
    assert ask(client, second, **by_mail, email="sam@example.com").status_code == 201
    fourth = ask(client, second, **by_mail, email="sam@example.com")
    assert (fourth.status_code, fourth.json()["limit"]) == (429, "person")
    assert ask(client, first, **by_phone, phone="(212) 555-0142").status_code == 201
    assert ask(client, first, **by_phone, phone="+1 212 555 0142").status_code == 201
    assert ask(client, first, **by_phone, phone="212 555 0142").status_code == 429


@ON_SQLITE
@with_limits(person_clinic=1)
def test_nobody_learns_from_a_refusal_that_somebody_else_has_asked(client: TestClient) -> None:
    clinic_id = add_clinic(client)
    ask(client, clinic_id)

    from_elsewhere = ask(calling_from(client, HERE), clinic_id)

    assert from_elsewhere.status_code == 201


@ON_SQLITE
@with_limits(clinic=1)
def test_the_same_request_again_is_not_counted_for_the_clinic(client: TestClient) -> None:
    body = request_body(client, add_clinic(client))

    answers = [client.post(ASKED[1], json=body) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201] * 3


@ON_SQLITE
@with_limits(clinic=1)
def test_on_the_pages_nothing_typed_is_lost_and_the_clinic_can_be_called(
    client: TestClient,
) -> None:
    clinic_id = open_practice(client).clinic_id
    form = f"/clinics/{clinic_id}/request"
    ask(client, clinic_id)
    answer_the_questions(client)
    client.post(form, data=TYPED)

    refused = client.post(f"{form}/review", data=agree(client, form, reading=PAUSE))

    assert refused.status_code == 429
    for shown in ("very many requests today", "tel:+12125550100", "tel:911", "Sam Sample"):
        assert shown in refused.text, shown
    assert 'href="/clinics?zip=10001' in refused.text
    assert "Sam Sample" in client.get(f"{form}/review").text


@contextmanager
def behind(settings: Settings, clock: Clock) -> Iterator[httpx.Client]:
    """Yield a caller of a real server that was started as `referral serve` starts it."""
    app = create_app(settings, clock=clock)
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as listener,
        serving(app, listener, **listening(settings)),
        httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}") as caller,
    ):
        yield caller
    app.state.house.database.engine.dispose()


OURS = "127.0.0.0/8, 10.0.0.0/8"


@ON_SQLITE
@with_limits(find=1)
@pytest.mark.parametrize(
    ("trusted", "forwarded"),
    [
        # Nobody is believed: whatever the header says, the peer is the caller.
        ("", [("198.51.100.1", 404), ("198.51.100.2", 429)]),
        ("10.0.0.0/8", [("198.51.100.1", 404), ("198.51.100.2", 429)]),
        (
            OURS,
            [
                ("198.51.100.1", 404),
                ("198.51.100.2", 404),
                # What a caller wrote before the proxy did is a story.
                ("9.9.9.9, 198.51.100.1", 429),
                # Of several proxies, each that is listed is passed over.
                ("198.51.100.3, 10.1.2.3", 404),
                ("198.51.100.3", 429),
                ("2001:db8::1", 404),
                ("[2001:db8::2]:443", 429),
            ],
        ),
    ],
)
def test_only_a_listed_proxy_is_believed(
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trusted: str,
    forwarded: list[tuple[str, int]],
) -> None:
    # Of its own accord uvicorn would believe whom this names.
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    given = settings.model_dump(include={"keys", "database_url", "limits"})
    own = Settings(_env_file=None, trusted_proxies=trusted, **given)
    with behind(own, clock) as caller:
        answers = [
            caller.post("/api/v1/follow", json=SLIP, headers={"X-Forwarded-For": each})
            for each, _ in forwarded
        ]

    assert [answer.status_code for answer in answers] == [status for _, status in forwarded]


@with_limits(find=3)
def test_what_is_kept_of_an_address_is_not_the_address(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    there = calling_from(client, HERE)
    for _ in range(3):
        there.post("/api/v1/follow", json=SLIP)
    house(client).limits["find"].settle()

    database = house(client).database
    with database.selecting() as connection:
        ((holder,),) = connection.exec_driver_sql("SELECT holder FROM spent_calls").all()
    assert len(holder) == 16
    assert HERE.encode() not in bytes(holder)
    assert HERE not in caplog.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limits", "submits=1"),
        ("limits", "submit=0"),
        ("limits", "submit=many"),
        ("limits", "submit=1000001"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("trusted_proxies", "proxy.example.com"),
    ],
)
def test_a_setting_that_makes_no_sense_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.setenv(f"REFERRAL_{name.upper()}", text)

    with pytest.raises(ValidationError, match=name):
        Settings(_env_file=None, keys=SecretStr(new_ring()))


def test_settings_are_lists_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_LIMITS", "submit=120, clinic=5")
    monkeypatch.setenv("REFERRAL_TRUSTED_PROXIES", "10.0.0.0/8, 2001:db8::1")

    read = Settings(_env_file=None, keys=SecretStr(new_ring()))

    assert read.limits == {"submit": 120, "clinic": 5}
    assert [str(each) for each in read.trusted_proxies] == ["10.0.0.0/8", "2001:db8::1/128"]
