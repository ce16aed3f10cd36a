"""The way to the mail server: one connection for a batch, every failure named."""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Self

from pydantic import SecretStr

from referral.settings import Settings, SmtpSecurity

Send = Callable[[EmailMessage], None]


class SendingFailed(Exception):  # noqa: N818 - named after what happened, as the outbox tells it
    """A message was not taken: a code such as `connection`, and whether trying again is useless."""

    def __init__(self, code: str, *, permanent: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Smtp:
    """A mail server, and who we are to it.

    In seconds, `timeout` is for each sign of life, and `longest` for a message as a whole.
    """

    host: str
    port: int
    sender: str
    security: SmtpSecurity = SmtpSecurity.STARTTLS
    user: str | None = None
    password: SecretStr | None = None
    timeout: float = 20.0
    longest: float = 60.0

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return the server of the settings, or None where they name none."""
        if settings.smtp_host is None:
            return None
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.mail_from,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password,
        )

    @contextmanager
    def batch(self) -> Iterator[Send]:
        """Yield `send`, which takes one message after another and raises SendingFailed.

        It connects for the first one and again where the connection broke. A server that cannot be
        reached is not tried again in this batch.
        """
        line = _Line(self)
        try:
            yield line.send
        finally:
            line.hang_up()

    def greet(self) -> None:
        """Connect, sign in and hang up, without a message; raises SendingFailed."""
        line = _Line(self)
        try:
            line.opened()
        finally:
            line.hang_up()


class _Line:
    def __init__(self, server: Smtp) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None
        self._unreachable: SendingFailed | None = None

    def send(self, mail: EmailMessage) -> None:
        smtp = self.opened()
        try:
            with _within(smtp, self._server.longest):
                smtp.send_message(mail)
        except (smtplib.SMTPException, OSError) as error:
            raise _not_taken(error) from None

    def hang_up(self) -> None:
        if self._smtp is None:
            return
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()

    def opened(self) -> smtplib.SMTP:
        if self._unreachable is not None:
            raise self._unreachable
        # smtplib forgets the socket when the connection breaks.
        if self._smtp is None or self._smtp.sock is None:
            try:
                self._smtp = _open(self._server)
            except (smtplib.SMTPException, OSError) as error:
                self._unreachable = _not_opened(error)
                raise self._unreachable from None
        return self._smtp


def _open(server: Smtp) -> smtplib.SMTP:
    if server.security is SmtpSecurity.TLS:
        context = ssl.create_default_context()
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(timeout=server.timeout, context=context)
    else:
        smtp = smtplib.SMTP(timeout=server.timeout)
    # Connecting later than making it leaves this out, and the certificate is checked by it.
    smtp._host = server.host  # type: ignore[attr-defined] # noqa: SLF001 - as above
    try:
        with _within(smtp, server.longest):
            _greet(smtp, server)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: smtplib.SMTP, server: Smtp) -> None:
    smtp.connect(server.host, server.port)
    if server.security is SmtpSecurity.STARTTLS:
        smtp.starttls(context=ssl.create_default_context())
    if server.user is not None:
        smtp.login(server.user, server.password.get_secret_value() if server.password else "")


@contextmanager
def _within(smtp: smtplib.SMTP, seconds: float) -> Iterator[None]:
    """Hang up on a server that is not done by then: each byte that trickles gives it more time."""
    timer = threading.Timer(seconds, _cut_off, [smtp])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut_off(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)


# The first type that fits. None of them is the notice's fault, so none is permanent.
NOT_OPENED: tuple[tuple[type[Exception], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (smtplib.SMTPAuthenticationError, "login"),
    (smtplib.SMTPNotSupportedError, "unsupported"),
    (Exception, "connection"),
)


def _not_opened(error: Exception) -> SendingFailed:
    return SendingFailed(next(code for kind, code in NOT_OPENED if isinstance(error, kind)))


def _not_taken(error: Exception) -> SendingFailed:
    """Name what the server made of one message; RFC 5321: 4yz may pass, 5yz will not."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            ((reply, _),) = error.recipients.values()
            return _by_reply(reply, "recipient-refused")
        case smtplib.SMTPSenderRefused():
            # Our settings are wrong, not the notice: mended, it can still go out.
            return SendingFailed("sender-refused")
        case smtplib.SMTPResponseException():
            return _by_reply(error.smtp_code, "refused")
        case smtplib.SMTPNotSupportedError():
            return SendingFailed("unsupported", permanent=True)
        case _:
            return SendingFailed("connection")


def _by_reply(reply: int, code: str) -> SendingFailed:
    is_permanent = reply >= 500  # noqa: PLR2004 - RFC 5321, section 4.2.1
    return SendingFailed(code if is_permanent else "deferred", permanent=is_permanent)
