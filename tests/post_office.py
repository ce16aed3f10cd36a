"""A real mail server for the tests: keeps what it takes, and refuses or hangs up where told."""

import asyncio
import ipaddress
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = "hang up"
USER, PASSWORD = "referral", "correct horse"


@dataclass
class PostOffice:
    """What it does: each dictionary gives the answer to one address, `HANG_UP` for none at all."""

    to_sender: dict[str, str] = field(default_factory=dict)
    to_recipient: dict[str, str] = field(default_factory=dict)
    to_data: dict[str, str] = field(default_factory=dict)
    # Called when a message has arrived, before its sender is told so.
    arrived: Callable[[EmailMessage], None] = lambda _: None
    taken: list[EmailMessage] = field(default_factory=list)
    peers: set[object] = field(default_factory=set)
    port: int = 0

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was taken, in order."""
        return [str(mail["Message-ID"]) for mail in self.taken]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.peers.add(session.peer)
        envelope.mail_from = address
        return self.to_sender.get(address, "250 OK")

    async def handle_RCPT(  # noqa: N802 - as above
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.to_recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self.to_data.get(envelope.rcpt_tos[0], "250 OK")
        if answer == HANG_UP:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            mail = message_from_bytes(envelope.content, EmailMessage, policy=default)
            self.taken.append(mail)
            self.arrived(mail)
        return answer


class _Counter(Controller):
    """On a port that the system chooses, so that no two tests want the same one."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call] # aiosmtpd leaves it out


@contextmanager
def open_post_office(**options: Any) -> Iterator[PostOffice]:  # noqa: ANN401 - aiosmtpd's own
    """Run a server in a thread for as long as the block lasts."""
    office = PostOffice()
    counter = _Counter(office, hostname="127.0.0.1", port=0, server_hostname="mail", **options)
    counter.start()
    office.port = counter.port
    try:
        yield office
    finally:
        counter.stop()


def asks_for_login() -> dict[str, Any]:
    """Return the options of a server that wants `USER` and `PASSWORD`."""

    def check(*arguments: Any) -> AuthResult:  # noqa: ANN401 - aiosmtpd passes five
        login = arguments[-1]
        assert isinstance(login, LoginPassword)
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=login == right, handled=False)

    return {"authenticator": check, "auth_required": True}


def certificate(folder: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "mail.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def server_context(file: Path) -> ssl.SSLContext:
    """Return what a server needs to speak TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
