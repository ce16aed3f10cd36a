"""The examination of a service as it is, on both databases, and of one that cannot start."""

import json
import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from conftest import Clock
from post_office import PostOffice
from referral.cli import app
from referral.doctor.examination import examine
from referral.doctor.findings import Finding, Level
from referral.settings import Settings, SmtpSecurity, new_ring
from referral.worker import Worker
from world import PERSON, house, open_practice, send_request

OK, WARNING, FAILING = Level


@pytest.fixture
def settings(settings: Settings, office: PostOffice) -> Settings:
    mail = {"smtp_host": "127.0.0.1", "smtp_port": office.port, "smtp_security": SmtpSecurity.NONE}
    return settings.model_copy(update={**mail, "operator_email": "operator@example.org"})


@pytest.fixture
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    keys = settings.keys.get_secret_value()
    for name in ("database_url", "smtp_host", "smtp_port", "smtp_security", "operator_email"):
        monkeypatch.setenv(f"REFERRAL_{name}".upper(), str(getattr(settings, name)))
    monkeypatch.setenv("REFERRAL_KEYS", keys)
    return keys


def levels(clock: Clock) -> dict[str, tuple[Level, str]]:
    return {found.check: (found.level, found.says) for found in examine(now=clock.now)}


def run(env: Mapping[str, str]) -> tuple[Result, list[Finding]]:
    result = CliRunner(env=dict(env)).invoke(app, ["doctor", "--json"], catch_exceptions=False)
    told = json.loads(result.stdout)
    return result, [Finding(**check) for check in told["checks"]]


def test_of_a_service_that_works_everything_is_well_and_nothing_is_sent(
    client: TestClient, clock: Clock, environment: str, office: PostOffice
) -> None:
    send_request(client, open_practice(client, email="desk@example.com").clinic_id)
    Worker.of(house(client)).round()
    taken = len(office.taken)

    seen = levels(clock)
    # The clock of the tests stands still on another day than that of the database.
    apart = seen.pop("clock")
    assert (apart[0], "days apart" in apart[1]) == (FAILING, True)
    assert {name: found for name, found in seen.items() if found[0] is not OK} == {}
    assert "k1: 2;" in seen["keys"][1]
    assert len(office.taken) == taken

    result, told = run({})
    assert {found.check: found.level for found in told}["clock"] == OK
    assert result.exit_code == 0
    assert not [word for word in PERSON.values() if str(word) in result.output]
    assert environment not in result.output


def test_a_ring_that_lost_a_key_fails_until_it_is_back(
    client: TestClient, clock: Clock, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_request(client, open_practice(client).clinic_id)
    newer = new_ring().replace("k1:", "k2:")

    for ring, level, said in (
        (newer, FAILING, "k2: 0; 2 under none of them; sampled, 2 rows and 1 links do not open"),
        (new_ring(), FAILING, "k1: 2; 0 under none of them; sampled, 2 rows and 1 links"),
        (f"{newer},{environment}", OK, "k2: 0, k1: 2; the sampled rows and links open"),
    ):
        monkeypatch.setenv("REFERRAL_KEYS", ring)
        found = levels(clock)["keys"]
        assert (found[0], said in found[1]) == (level, True), found


BROKEN = {
    "REFERRAL_KEYS": "secret-stuff",
    "REFERRAL_SMTP_HOST": "mail.example.com",
    "REFERRAL_SMTP_PORT": "many",
}


def test_wrong_settings_are_named_and_not_told() -> None:
    result, told = run(BROKEN)

    assert result.exit_code == 1
    named = sorted(found.says.partition(":")[0] for found in told)
    assert named == ["REFERRAL_KEYS", "REFERRAL_OPERATOR_EMAIL", "REFERRAL_SMTP_PORT"]
    assert not [value for value in ("secret-stuff", "many") if value in result.output]


@pytest.mark.parametrize(
    ("url", "check", "said"),
    [
        ("nonsense", "database", "names no database"),
        ("foo://host/name", "database", "names no database"),
        ("postgresql+psycopg://a:secret@127.0.0.1:1/x", "database", "does not let us in"),
        ("sqlite:///{folder}/missing.db", "schema", "no tables yet"),
        ("sqlite:///{folder}/missing/x.db", "disk", "There is no folder"),
        ("sqlite:///{folder}/broken.db", "database", "does not let us in"),
        ("sqlite:///{folder}/older.db", "schema", "lacks migrations"),
        ("sqlite:///{folder}/newer.db", "schema", "newer schema"),
    ],
)
def test_a_database_that_is_not_there_or_not_right_is_named(
    tmp_path: Path, sqlite_template: Path, url: str, *, check: str, said: str
) -> None:
    (tmp_path / "broken.db").write_text("This is no database, whatever its name says.")
    for name, revision in (("older", "0001"), ("newer", "9999")):
        with sqlite3.connect(shutil.copy(sqlite_template, tmp_path / f"{name}.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.close()
    before = {file.name for file in tmp_path.iterdir()}

    address = url.format(folder=tmp_path)
    result, told = run({"REFERRAL_KEYS": new_ring(), "REFERRAL_DATABASE_URL": address})

    (found,) = [each for each in told if each.check == check]
    assert (said in found.says, bool(found.mend)) == (True, True), found
    assert result.exit_code == 1
    assert "secret" not in result.output
    assert {file.name for file in tmp_path.iterdir()} == before
