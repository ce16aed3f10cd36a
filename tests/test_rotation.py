"""Turning to a new ring key while all write; then the older key is gone, and everything opens."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from typer.testing import CliRunner

from conftest import Clock
from invitations import invited
from reading import fresh
from referral.app import create_app
from referral.appointments.life import erasing
from referral.appointments.models import Appointment
from referral.backup.restoring import restore
from referral.backup.saving import KEYS, save
from referral.backup.sealing import BackupError
from referral.cli import app as commands
from referral.db import Database
from referral.doctor import rings
from referral.notices.models import Audience
from referral.record import checkpoints
from referral.record.verifying import chains, verify
from referral.retired import vault_of
from referral.rotation import rotate
from referral.settings import Settings, new_ring, parse_ring
from referral.staff.scopes import Scope
from situations import Case, begin
from webhook_desk import WEBHOOKS
from world import PERSON, add_key, house, open_practice, request_body, send_request

KEY = {"Idempotency-Key": "a-random-key"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"webhook_private_targets": True})


@contextmanager
def under(ring: str, settings: Settings, clock: Callable[[], datetime]) -> Iterator[TestClient]:
    """Yield the same service under another ring."""
    app = create_app(settings.model_copy(update={"keys": SecretStr(ring)}), clock=clock)
    with TestClient(app, base_url=settings.origin, raise_server_exceptions=False) as client:
        yield client
    app.state.house.database.engine.dispose()


@contextmanager
def writing(client: TestClient, clinic_id: UUID) -> Iterator[list[UUID]]:
    """Send requests without a pause while the block lasts, and erase every other one again."""
    stop, begun, erased = threading.Event(), threading.Event(), []

    def go_on() -> None:
        while not stop.is_set():
            _, gone = (UUID(send_request(client, clinic_id)["id"]) for _ in range(2))
            with house(client).database.unit_of_work() as session:
                erasing.empty(session, session.get_one(Appointment, gone))
            erased.append(gone)
            begun.set()

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        assert begun.wait(10)
        yield erased
    finally:
        stop.set()
        writer.join()


def faults(database: Database, settings: Settings) -> list[object]:
    with database.reading() as session:
        found = chains(session)
    vault = vault_of(settings, database)
    return [fault for chain in found for fault in verify(database, chain, vault=vault).faults]


def check_all_opens(case: Case, code: str, page: str) -> None:
    """See that a request, its clinic's search, an invitation and a clinic's page open as before."""
    client, sent = case.client, case.sent
    slip = {"reference": sent["reference"], "code": sent["spoken_code"]}
    assert client.post("/api/v1/follow", json=slip).json()["follow_token"] == sent["follow_token"]
    assert case.seen()["spoken_code"] == sent["spoken_code"]
    assert case.detail()["person"]["name"] == PERSON["name"]
    ((_, letter),) = fresh(client, case.id, Audience.PATIENT)
    assert f"/follow/{sent['follow_token']}" in letter.text
    contact = {"contact": PERSON["email"]}
    found = client.post("/api/v1/requests/search", json=contact, headers=case.practice.bearer)
    assert sent["id"] in {row["id"] for row in found.json()["items"]}
    link = client.post("/join", data={"code": code}, follow_redirects=False)
    assert client.get(link.headers["location"]).status_code == 200
    assert client.get(f"/confirm/{page}").status_code == 200


def test_after_a_rotation_among_writers_the_older_key_can_go(
    client: TestClient, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    old = settings.keys.get_secret_value()
    both, new = (ring := new_ring(old)), ring.partition(",")[0]
    case, writer = begin(client, clock), open_practice(client)
    body = request_body(client, writer.clinic_id)
    first = client.post("/api/v1/requests", json=body, headers=KEY).json()
    code, page = invited(client, clock)
    hook = {"url": "http://127.0.0.1:9/hook", "label": "Desk"}
    _, admin = add_key(client, writer.clinic_id, Scope.ADMIN)
    bearer = {"Authorization": f"Bearer {admin}"}
    secret = client.post(WEBHOOKS, json=hook, headers=bearer).json()["id"]
    parts = house(client)
    checkpoints.take(parts.database, vault=parts.vault, now=clock.now)
    before = save(parts.database, parts.vault, tmp_path / "before", clock=clock)

    with under(both, settings, clock) as turning:
        database, vault = house(turning).database, house(turning).vault
        with writing(turning, writer.clinic_id) as erased:
            turned = dict(rotate(database, vault, now=clock.now))
        assert turned["appointments"] >= 2 <= turned["checkpoints"]
        assert sum(dict(rotate(database, vault, now=clock.now)).values()) == 0
        with database.reading() as session:
            says = rings.keys(session, vault_of(house(turning).settings, database)).says
            opened = session.scalars(select(Appointment).where(col(Appointment.id).in_(erased)))
            assert {row.wrapped_key for row in opened} == {None}
        assert "k1: 0; the sampled rows and links open. k1 can be taken out" in says

    with under(new, settings, clock) as turned_on:
        database, alone = house(turned_on).database, house(turned_on).settings
        case.client = turned_on
        check_all_opens(case, code, page)
        again = turned_on.post("/api/v1/requests", json=body, headers=KEY)
        assert (again.status_code, again.json()) == (201, first)
        assert turned_on.post(f"{WEBHOOKS}/{secret}/rotate", headers=bearer).status_code == 200
        assert faults(database, alone) == []
        after = save(database, house(turned_on).vault, tmp_path / "after", clock=clock)

    empty = Database(f"sqlite:///{tmp_path}/restored.db")
    with pytest.raises(BackupError, match="'k1', which REFERRAL_KEYS lacks"):
        restore(empty, vault_of(alone, empty), before, tmp_path / "before" / KEYS)
    restore(empty, vault_of(alone, empty), after, tmp_path / "after" / KEYS)
    with empty.reading() as session:
        stored = session.get_one(Appointment, case.id).token_hash
    assert vault_of(alone, empty).link_token(case.id, stored) == case.sent["follow_token"]
    empty.engine.dispose()


def test_the_commands_say_which_key_may_go(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_request(client, open_practice(client).clinic_id)
    monkeypatch.setenv("REFERRAL_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REFERRAL_KEYS", settings.keys.get_secret_value())
    both = CliRunner().invoke(commands, ["keyring", "--add"]).stdout.strip()
    assert list(parse_ring(both)) == ["k2", "k1"]
    monkeypatch.setenv("REFERRAL_KEYS", both)
    with house(client).database.reading() as session:
        vault = vault_of(Settings(_env_file=None), house(client).database)
        assert "k1 is still needed, for 2 row keys" in rings.keys(session, vault).says

    # Held by somebody: passed over on PostgreSQL; SQLite has one writer, who is waited for.
    with house(client).database.unit_of_work() as session:
        if not house(client).database.in_process:
            session.scalars(select(Appointment).with_for_update()).all()
            waiting = CliRunner().invoke(commands, ["rotate"])
            assert (waiting.exit_code, "k1 is still needed: run" in waiting.stdout) == (1, True)
    done = CliRunner().invoke(commands, ["rotate"])
    assert (done.exit_code, "k1 can be taken out" in done.stdout) == (0, True), done.output
