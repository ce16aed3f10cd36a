"""No program starts without its secrets, or with what is plainly unsafe; it says what it is."""

import base64

import pytest
from typer.testing import CliRunner

from referral.cli import app
from referral.errors import ReferralError
from referral.settings import new_ring

RING = new_ring()
ONLY_KEYS = {"REFERRAL_KEYS": RING, "REFERRAL_DATABASE_URL": "sqlite:///{folder}/referral.db"}
ZEROS = f"k1:{base64.b64encode(bytes(32)).decode()}"
MAIL = {
    "REFERRAL_SMTP_HOST": "mail.example.com",
    "REFERRAL_SMTP_SECURITY": "none",
    "REFERRAL_OPERATOR_EMAIL": "operator@example.org",
}
COMMANDS = ("serve", "serve --workers 2", "worker", "migrate", "backup {folder}", "rotate")


def start(command: str, given: dict[str, str], folder: str) -> tuple[int, str]:
    """Return how a command ends under these variables only, and what it says."""
    env = {name: value.format(folder=folder) for name, value in given.items()}
    words = command.format(folder=folder).split()
    ended = CliRunner(env=env).invoke(app, words)
    if isinstance(ended.exception, ReferralError):
        # `main` says its sentence.
        return ended.exit_code, f"{ended.exception.detail}\n"
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended.exit_code, ended.output


@pytest.mark.parametrize("command", COMMANDS)
def test_without_a_key_ring_nothing_starts_and_one_line_says_what_to_do(
    command: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    monkeypatch.chdir(folder)

    code, said = start(command, {}, str(folder))

    assert (code, said.count("\n")) == (2, 1)
    assert said.startswith("REFERRAL_KEYS: is not set. `referral keyring` makes")
    assert list(folder.iterdir()) == []


UNSAFE = [
    ({"REFERRAL_KEYS": ""}, "REFERRAL_KEYS: is not set"),
    ({"REFERRAL_KEYS": "k1:secret"}, "REFERRAL_KEYS: takes id:base64 of 32 bytes"),
    ({"REFERRAL_KEYS": ZEROS}, "REFERRAL_KEYS: takes random keys"),
    ({"REFERRAL_KEYS": f"{RING},{RING}"}, "REFERRAL_KEYS: takes each id once"),
    (
        {"REFERRAL_BASE_URL": "http://clinics.example.com"},
        "REFERRAL_BASE_URL: must begin with https",
    ),
    ({"REFERRAL_BASE_URL": "http://8.8.8.8"}, "REFERRAL_BASE_URL: must begin with https"),
    (MAIL | {"REFERRAL_SMTP_PASSWORD": "secret"}, "REFERRAL_SMTP_PASSWORD: would cross"),
    ({"REFERRAL_SMTP_HOST": "mail.example.com"}, "REFERRAL_OPERATOR_EMAIL: needed beside"),
    ({"REFERRAL_OPERATOR_PASSWORD": "secret"}, "REFERRAL_OPERATOR_PASSWORD: Value should have"),
    ({"REFERRAL_METRICS_TOKEN": "secret"}, "REFERRAL_METRICS_TOKEN: Value should have"),
    ({"REFERRAL_DATABASE_URL": "secret"}, "REFERRAL_DATABASE_URL names no database"),
    ({"REFERRAL_REPLICA_URL": "postgresql://secret"}, "REFERRAL_REPLICA_URL: takes a PostgreSQL"),
    (
        {"REFERRAL_DATABASE_URL": "postgresql://x", "REFERRAL_REPLICA_URL": "sqlite:///secret"},
        "REFERRAL_REPLICA_URL: takes a PostgreSQL",
    ),
]


@pytest.mark.parametrize(("given", "says"), UNSAFE)
def test_what_is_plainly_unsafe_is_refused_by_its_name_and_not_told(
    given: dict[str, str], says: str, tmp_path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    code, said = start("migrate", ONLY_KEYS | given, str(tmp_path))

    assert (code, says in said) == (2, True), said
    assert "secret" not in said


def test_a_database_that_is_away_is_told_in_a_line(tmp_path: str) -> None:
    url = "postgresql+psycopg://a:secret@127.0.0.1:1/x"

    code, said = start("migrate", ONLY_KEYS | {"REFERRAL_DATABASE_URL": url}, str(tmp_path))

    assert (code, said.count("\n"), "secret" in said) == (1, 1, False)


SAFE = [
    {},
    {"REFERRAL_BASE_URL": "https://clinics.example.com"},
    *({"REFERRAL_BASE_URL": f"http://{near}"} for near in ("[::1]:80", "10.0.0.7", "box.local")),
    MAIL,
    MAIL | {"REFERRAL_SMTP_PASSWORD": "secret", "REFERRAL_SMTP_HOST": "127.0.0.1"},
    MAIL | {"REFERRAL_SMTP_PASSWORD": "secret", "REFERRAL_SMTP_SECURITY": "tls"},
]


@pytest.mark.parametrize("given", SAFE)
def test_what_is_safe_or_stays_at_home_starts(given: dict[str, str]) -> None:
    code, said = start("keyring --add", ONLY_KEYS | given, "nowhere")

    assert (code, said.partition(":")[0]) == (0, "k2")
