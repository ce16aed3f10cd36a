"""What the settings say of the mail server."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from post_office import PASSWORD, USER
from referral.notices.transport import Smtp
from referral.settings import Settings, SmtpSecurity, new_ring

SENDER = "referral@example.org"


def settings(**changes: Any) -> Settings:  # noqa: ANN401 - any setting
    return Settings(_env_file=None, keys=SecretStr(new_ring()), **changes)


def test_settings_without_a_host_give_no_server() -> None:
    assert Smtp.of(settings()) is None


def test_settings_give_the_server_they_name() -> None:
    given = settings(
        smtp_host="mail.example.org",
        smtp_port=465,
        smtp_security="tls",
        smtp_user=USER,
        smtp_password=PASSWORD,
        mail_from=SENDER,
        operator_email="operator@example.org",
    )
    assert Smtp.of(given) == Smtp(
        "mail.example.org",
        465,
        SENDER,
        security=SmtpSecurity.TLS,
        user=USER,
        password=SecretStr(PASSWORD),
    )


def test_a_mail_server_without_an_operator_to_tell_is_refused() -> None:
    with pytest.raises(ValidationError, match="needed beside REFERRAL_SMTP_HOST"):
        settings(smtp_host="mail.example.org")


def test_an_empty_variable_is_none_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFERRAL_KEYS", new_ring())
    for name in ("SMTP_HOST", "SMTP_PORT", "SMTP_PASSWORD", "MAIL_FROM", "OPERATOR_EMAIL"):
        monkeypatch.setenv(f"REFERRAL_{name}", "")
    found = Settings(_env_file=None)
    assert (found.smtp_host, found.smtp_port, found.operator_email) == (None, 587, None)
