"""`referral serve` without a mail server says so, however the work is shared out."""

import logging
from typing import Any

import pytest
import uvicorn
from typer.testing import CliRunner

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
