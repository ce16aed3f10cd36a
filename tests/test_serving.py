"""What `referral serve` and `referral worker` say before they start."""

import logging
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

from referral import schema
from referral.cli import app
from referral.settings import Settings

NO_MAIL = "no SMTP server is set: notices wait and are not sent"
SMTP = {"REFERRAL_SMTP_HOST": "mail.example.com", "REFERRAL_OPERATOR_EMAIL": "op@example.com"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("how", [["--no-worker"], ["--workers", "2"], []])
@pytest.mark.parametrize(("mail", "said"), [({}, [NO_MAIL]), (SMTP, [])])
def test_serving_without_a_mail_server_says_so_once(
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    how: list[str],
    mail: dict[str, str],
    said: list[str],
) -> None:
    def nothing(*_: Any, **_options: Any) -> None:  # noqa: ANN401 - as uvicorn takes it
        """Stand for a server that is stopped at once."""

    monkeypatch.setattr(uvicorn, "run", nothing)
    assert settings.keys is not None
    env = {"REFERRAL_KEYS": settings.keys.get_secret_value()} | mail
    runner = CliRunner(env=env | {"REFERRAL_DATABASE_URL": settings.database_url})

    with caplog.at_level(logging.WARNING, "referral"):
        result = runner.invoke(app, ["serve", *how], catch_exceptions=False)

    assert result.exit_code == 0, result.output
    lines = [record.getMessage() for record in caplog.records if record.name == "referral.worker"]
    assert lines == said


@pytest.mark.parametrize("how", [["serve"], ["serve", "--workers", "2"], ["worker"]])
@pytest.mark.parametrize("revision", [None, "0003"])
def test_without_the_newest_schema_nothing_starts(
    settings: Settings, tmp_path: Path, how: list[str], revision: str | None
) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    if revision is not None:
        schema.upgrade(url, revision)
    env = {"REFERRAL_KEYS": settings.keys.get_secret_value(), "REFERRAL_DATABASE_URL": url}

    result = CliRunner(env=env).invoke(app, how, catch_exceptions=False)

    assert result.exit_code == 2
    assert "run `referral migrate` first" in result.output
