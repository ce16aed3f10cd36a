"""Everything that differs from one installation to the next, read from REFERRAL_… variables."""

import base64
import binascii
import re
import secrets
from collections.abc import Iterator, Mapping
from enum import StrEnum
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BeforeValidator,
    EmailStr,
    Field,
    HttpUrl,
    IPvAnyNetwork,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from referral.policies import parse as parse_limits

ROOT = Path(__file__).resolve().parents[2]
# A random key has about thirty different bytes: one with fewer was written by hand.
FEWEST_BYTES = 16
# Names that no public DNS has (RFC 6761, 6762, 8375, and ICANN's .internal).
NEAR = ("localhost", "local", "test", "example", "internal", "home.arpa")
PLAIN = "must begin with https:// outside your own network: people type about their health"
CLEAR = "would cross the network in the clear: let REFERRAL_SMTP_SECURITY be starttls or tls"


THIS_MACHINE = frozenset(("127.0.0.1", "localhost", "[::1]"))


def _listed(value: object) -> object:
    return re.findall(r"[^,\s]+", value) if isinstance(value, str) else value


def _limits(value: object) -> object:
    return parse_limits(value) if isinstance(value, str) else value


HostName = Annotated[
    str, StringConstraints(to_lower=True, pattern=r"^([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])$")
]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)]
HostNames = Annotated[tuple[HostName, ...], NoDecode, BeforeValidator(_listed)]
Limits = Annotated[Mapping[str, int], NoDecode, BeforeValidator(_limits)]


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class ProofOfWork(StrEnum):
    """When a browser works a moment, or waits ten seconds, before it may send a request."""

    OFF = "off"
    BUSY = "busy"
    ALWAYS = "always"


class Settings(BaseSettings):
    """One installation.

    `keys` is the key ring that protects personal data: `id:base64 of 32 bytes`, comma-separated,
    the first one seals, all of them open. There is no default: `referral keyring` makes one.
    Without `smtp_host`, no mail is sent and notices wait; with it, `operator_email` is needed too,
    so that an overdue request reaches somebody. Without `operator_password`, there is no operator's
    page, and without `metrics_token` no `/metrics`. `operator_name` is who invites clinics. With
    `webhook_private_targets`, clinics may have events sent into the network that this machine is
    in. Only `trusted_proxies` are believed for whom they call; `other_hosts` are names of the
    service beside that of `base_url`; `limits` are other numbers for `policies.POLICIES`. Lists
    of clinics are read from the replica where there is one that is not behind. In `backup_dir` the
    worker renews the keys of backups.
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
    replica_url: str | None = None
    key_calls_per_minute: int = Field(default=600, ge=1, le=1_000_000)
    connections: int = Field(default=900, ge=1, le=100_000)
    limits: Limits = Field(default_factory=dict)
    proof_of_work: ProofOfWork = ProofOfWork.BUSY
    base_url: HttpUrl = HttpUrl("http://127.0.0.1:8000")
    other_hosts: HostNames = ()
    trusted_proxies: Networks = ()
    emergency_number: str = "911"
    answer_days: int = Field(default=1, ge=1, le=10)
    # While it may still be sent on (`movers.SENT_ON_WITHIN`), no request is erased by itself.
    ended_requests_kept_days: int = Field(default=90, ge=14, le=3650)
    content_dir: Path = ROOT / "content"
    data_dir: Path = ROOT / "data"
    maintenance_file: Path = Path("maintenance")
    backup_dir: Path | None = None
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

    @field_validator("replica_url")
    @classmethod
    def _follows_the_database(cls, value: str | None, info: ValidationInfo) -> str | None:
        both = (value, info.data.get("database_url"))
        if value is not None and not all(str(url).startswith("postgresql") for url in both):
            raise ValueError("takes a PostgreSQL server that follows that of REFERRAL_DATABASE_URL")
        return value

    @field_validator("base_url")
    @classmethod
    def _is_read_by_nobody_else(cls, value: HttpUrl) -> HttpUrl:
        if value.scheme != "https" and not is_near(value.host or ""):
            raise ValueError(PLAIN)
        return value

    @field_validator("smtp_password")
    @classmethod
    def _is_not_sent_in_the_clear(
        cls, value: SecretStr | None, info: ValidationInfo
    ) -> SecretStr | None:
        is_plain = info.data.get("smtp_security") is SmtpSecurity.NONE
        if value is not None and is_plain and not is_near(info.data.get("smtp_host") or ""):
            raise ValueError(CLEAR)
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
    def hosts(self) -> frozenset[str]:
        """The names under which the service answers, without ports."""
        own = self.base_url.host or ""
        return frozenset((own, *self.other_hosts, *(THIS_MACHINE if own in THIS_MACHINE else ())))

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
            backup_dir=None,
            replica_url=None,
            demo=True,
            operator_email="operator@referral.example",
        )


def faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    """Yield each variable that keeps a program from starting, and what is wrong; never a value."""
    for problem in error.errors(include_input=False, include_url=False):
        says = problem["msg"].removeprefix("Value error, ")
        is_missing = problem["type"] == "missing"
        yield f"REFERRAL_{problem['loc'][0]}".upper(), "is not set" if is_missing else says


def is_near(host: str) -> bool:
    """Return whether a host is this machine or in a network of its own, by its name or number."""
    try:
        return not ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." not in host or host.endswith(tuple(f".{name}" for name in NEAR))


def new_ring(older: str = "") -> str:
    """Return a ring with a fresh key in front of the `older` ones, as `Settings.keys` takes it."""
    taken = parse_ring(older) if older else {}
    name = next(name for number in count(len(taken) + 1) if (name := f"k{number}") not in taken)
    fresh = f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"
    return f"{fresh},{older}" if older else fresh


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
            raise ValueError("takes id:base64 of 32 bytes, comma-separated")
        if len(set(key)) < FEWEST_BYTES:
            raise ValueError("takes random keys: `referral keyring` makes one")
        if name in ring:
            raise ValueError("takes each id once: give the new key another one")
        ring[name] = key
    return ring
