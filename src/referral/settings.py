"""Everything that differs from one installation to the next, read from REFERRAL_… variables."""

import base64
import binascii
import secrets
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import EmailStr, Field, HttpUrl, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parents[2]


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """One installation.

    `keys` is the key ring that protects personal data: `id:base64 of 32 bytes`, comma-separated,
    the first one seals, all of them open. There is no default: `referral keyring` makes one.
    Without `smtp_host`, no mail is sent and notices wait; with it, `operator_email` is needed too,
    so that an overdue request reaches somebody. Without `operator_password`, there is no operator's
    page, and without `metrics_token` no `/metrics`. `operator_name` is who invites clinics. With
    `webhook_private_targets`, clinics may have events sent into the network that this machine is
    in.
    """

    # An empty variable is how .env.example and Compose leave one out.
    model_config = SettingsConfigDict(
        env_prefix="REFERRAL_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    keys: SecretStr
    database_url: str = "sqlite:///referral.db"
    database_pool: int = Field(default=20, ge=1, le=200)
    key_calls_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    base_url: HttpUrl = HttpUrl("http://127.0.0.1:8000")
    emergency_number: str = "911"
    answer_days: int = Field(default=1, ge=1, le=10)
    content_dir: Path = ROOT / "content"
    data_dir: Path = ROOT / "data"
    maintenance_file: Path = Path("maintenance")
    demo: bool = False
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    # Not checked: on one's own machine it will do, and it is no address for the real world.
    mail_from: EmailStr = Field(default="referral@localhost", validate_default=False)
    operator_name: str | None = Field(default=None, max_length=120)
    operator_email: EmailStr | None = Field(default=None, validate_default=True)
    operator_password: SecretStr | None = Field(default=None, min_length=12)
    metrics_token: SecretStr | None = Field(default=None, min_length=16)
    webhook_private_targets: bool = False
    npi_registry_url: HttpUrl = HttpUrl("https://npiregistry.cms.hhs.gov/api/")

    @field_validator("keys")
    @classmethod
    def _keys_are_a_ring(cls, value: SecretStr) -> SecretStr:
        parse_ring(value.get_secret_value())
        return value

    @field_validator("operator_email")
    @classmethod
    def _mail_reaches_the_operator(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None and info.data.get("smtp_host"):
            raise ValueError("needed beside REFERRAL_SMTP_HOST")
        return value

    @property
    def origin(self) -> str:
        """The public address without a slash at its end, such as `https://example.org`."""
        return str(self.base_url).rstrip("/")

    @property
    def ring(self) -> dict[str, bytes]:
        """Key id → 32 bytes; the first is the one that seals."""
        return parse_ring(self.keys.get_secret_value())

    @classmethod
    def for_demo(cls, folder: Path, origin: str) -> Self:
        """Return settings that keep everything, keys included, in `folder` (made if missing)."""
        folder.mkdir(parents=True, exist_ok=True)
        keyring = folder / "keyring"
        if not keyring.exists():
            keyring.touch(mode=0o600)
            keyring.write_text(new_ring())
        return cls(
            keys=SecretStr(keyring.read_text()),
            database_url=f"sqlite:///{folder / 'referral.db'}",
            base_url=HttpUrl(origin),
            maintenance_file=folder / "maintenance",
            demo=True,
            operator_email="operator@referral.example",
        )


def new_ring() -> str:
    """Return a fresh key ring of one key, in the form that `Settings.keys` takes."""
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def parse_ring(text: str) -> dict[str, bytes]:
    """Return key id → 32 bytes, or raise ValueError with a sentence that names no key material."""
    ring: dict[str, bytes] = {}
    for entry in text.strip().split(","):
        name, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name or len(key) != 32:  # noqa: PLR2004 - AES-256
            raise ValueError("REFERRAL_KEYS takes id:base64 of 32 bytes, comma-separated")
        ring[name] = key
    return ring
