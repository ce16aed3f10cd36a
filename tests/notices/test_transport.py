import socket
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr

from post_office import (
    HANG_UP,
    PASSWORD,
    USER,
    PostOffice,
    asks_for_login,
    certificate,
    open_post_office,
    server_context,
)
from referral.notices.mail import Letter, message
from referral.notices.transport import SendingFailed, Smtp
from referral.settings import SmtpSecurity

SENDER = "referral@example.org"


def a_mail(to: str = "robin@example.com") -> EmailMessage:
    letter = Letter(to, "Hello", "Your visit is booked.\n")
    now = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    return message(letter, sender=SENDER, message_id="<1@example.org>", date=now)


def plain(port: int) -> Smtp:
    return Smtp("127.0.0.1", port, SENDER, security=SmtpSecurity.NONE)


def failure(server: Smtp, mail: EmailMessage) -> tuple[str, bool]:
    with server.batch() as send, pytest.raises(SendingFailed) as caught:
        send(mail)
    return caught.value.code, caught.value.permanent


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def trusted(pem: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    return pem


def test_a_message_arrives(office: PostOffice) -> None:
    with plain(office.port).batch() as send:
        send(a_mail())
    (taken,) = office.taken
    assert taken["To"] == "robin@example.com"
    assert taken.get_content().strip() == "Your visit is booked."


def test_a_batch_uses_one_connection(office: PostOffice) -> None:
    with plain(office.port).batch() as send:
        for _ in range(5):
            send(a_mail())
    assert len(office.taken) == 5
    assert len(office.peers) == 1


def test_a_batch_with_nothing_to_send_does_not_connect() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with plain(unused.getsockname()[1]).batch():
            pass


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 no such user", ("recipient-refused", True)),
        ("553 mailbox name not allowed", ("recipient-refused", True)),
        ("451 try again later", ("deferred", False)),
        ("421 closing", ("deferred", False)),
    ],
)
def test_a_refused_recipient(office: PostOffice, answer: str, expected: tuple[str, bool]) -> None:
    office.to_recipient["robin@example.com"] = answer
    assert failure(plain(office.port), a_mail()) == expected
    assert office.taken == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("554 we do not like it", ("refused", True)),
        ("451 try again later", ("deferred", False)),
        (HANG_UP, ("connection", False)),
    ],
)
def test_a_refused_message(office: PostOffice, answer: str, expected: tuple[str, bool]) -> None:
    office.to_data["robin@example.com"] = answer
    assert failure(plain(office.port), a_mail()) == expected


def test_a_refused_sender_is_our_own_fault_and_not_the_end_of_the_notice(
    office: PostOffice,
) -> None:
    office.to_sender[SENDER] = "550 who are you"
    assert failure(plain(office.port), a_mail()) == ("sender-refused", False)


@pytest.mark.parametrize(
    ("stage", "answer", "connections"),
    [("to_recipient", "550 no", 1), ("to_recipient", "421 no", 2), ("to_data", HANG_UP, 2)],
)
def test_after_a_failure_the_next_one_is_sent(
    office: PostOffice, stage: str, answer: str, connections: int
) -> None:
    getattr(office, stage)["robin@example.com"] = answer
    with plain(office.port).batch() as send:
        with pytest.raises(SendingFailed):
            send(a_mail())
        send(a_mail("alex@example.com"))
    assert [mail["To"] for mail in office.taken] == ["alex@example.com"]
    assert len(office.peers) == connections


def test_a_server_that_is_not_there_is_asked_once_in_a_batch() -> None:
    with socket.socket() as closed, socket.socket() as late:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        with plain(port).batch() as send:
            with pytest.raises(SendingFailed, match="connection"):
                send(a_mail())
            closed.close()
            late.bind(("127.0.0.1", port))
            late.listen()
            late.settimeout(0)
            with pytest.raises(SendingFailed, match="connection"):
                send(a_mail())
            with pytest.raises(BlockingIOError):
                late.accept()


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        server = Smtp("127.0.0.1", port, SENDER, security=SmtpSecurity.NONE, timeout=0.1)
        assert failure(server, a_mail()) == ("connection", False)


def test_an_address_that_the_server_cannot_write_is_refused_for_good() -> None:
    with open_post_office(enable_SMTPUTF8=False) as office:
        mail = a_mail("röbin@example.com")
        assert failure(plain(office.port), mail) == ("unsupported", True)


def test_starttls_with_a_known_certificate_and_a_login(trusted: Path) -> None:
    options = {"tls_context": server_context(trusted), "require_starttls": True}
    with open_post_office(**options, **asks_for_login()) as office:
        server = Smtp("127.0.0.1", office.port, SENDER, user=USER, password=SecretStr(PASSWORD))
        with server.batch() as send:
            send(a_mail())
        assert len(office.taken) == 1


@pytest.mark.parametrize("password", [SecretStr("wrong"), None])
def test_a_wrong_login_can_be_mended(trusted: Path, password: SecretStr | None) -> None:
    options = {"tls_context": server_context(trusted), "require_starttls": True}
    with open_post_office(**options, **asks_for_login()) as office:
        server = Smtp("127.0.0.1", office.port, SENDER, user=USER, password=password)
        assert failure(server, a_mail()) == ("login", False)
        assert office.taken == []


def test_tls_from_the_start_with_a_known_certificate(trusted: Path) -> None:
    with open_post_office(ssl_context=server_context(trusted)) as office:
        server = Smtp("127.0.0.1", office.port, SENDER, security=SmtpSecurity.TLS)
        with server.batch() as send:
            send(a_mail())
        assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("security", "option"),
    [(SmtpSecurity.STARTTLS, "tls_context"), (SmtpSecurity.TLS, "ssl_context")],
)
def test_an_unknown_certificate_gets_no_message(
    pem: Path, security: SmtpSecurity, option: str
) -> None:
    with open_post_office(**{option: server_context(pem)}) as office:
        server = Smtp("127.0.0.1", office.port, SENDER, security=security)
        assert failure(server, a_mail()) == ("certificate", False)
        assert office.taken == []


def test_a_server_without_starttls_gets_no_message(office: PostOffice) -> None:
    assert failure(Smtp("127.0.0.1", office.port, SENDER), a_mail()) == ("unsupported", False)
    assert office.taken == []


def test_a_server_that_trickles_is_left_when_its_time_is_over() -> None:
    over = threading.Event()

    def trickle(listener: socket.socket) -> None:
        peer, _ = listener.accept()
        with peer, suppress(OSError):
            while not over.wait(0.02):
                peer.sendall(b"2")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=[listener])
        thread.start()
        server = replace(plain(listener.getsockname()[1]), longest=0.2)
        assert failure(server, a_mail()) == ("connection", False)
        over.set()
        thread.join()
