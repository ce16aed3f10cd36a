from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from referral.notices.calendar import Visit, request
from referral.notices.mail import Letter, message, message_id
from referral.notices.transport import SendingFailed

SENDER = "referral@example.org"
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
NOTICE = UUID("00000000-0000-4000-8000-000000000001")
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"]


def arrived(letter: Letter) -> EmailMessage:
    identity = message_id(NOTICE, sender=SENDER)
    made = message(letter, sender=SENDER, message_id=identity, date=NOW)
    return message_from_bytes(made.as_bytes(), EmailMessage, policy=default)


def visit() -> Visit:
    return Visit(
        uid="1@example.org",
        sequence=2,
        starts_at=NOW,
        ends_at=NOW,
        summary="Visit",
        location="1 Made Up Street",
        organizer=SENDER,
        attendee="robin@example.com",
        stamp=NOW,
    )


def test_a_text_is_one_part_with_the_headers_of_an_automatic_message() -> None:
    mail = arrived(Letter("robin@example.com", "Booked", "Día y hora: 9:30\n"))
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["Día y hora: 9:30"]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert (mail["From"], mail["To"]) == (SENDER, "robin@example.com")


def test_the_message_id_is_the_same_each_time_and_another_for_another_notice() -> None:
    same = {message_id(NOTICE, sender=SENDER) for _ in range(2)}
    assert same == {"<00000000-0000-4000-8000-000000000001@example.org>"}
    assert message_id(UUID(int=2), sender=SENDER) not in same


def test_nothing_on_the_wire_needs_more_than_seven_bits() -> None:
    letter = Letter("robin@example.com", "Grüße", "Ä" * 2000, html="<p>Ä</p>")
    wire = message(letter, sender=SENDER, message_id="<1@example.org>", date=NOW).as_bytes()
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 998


def test_text_and_html_are_alternatives_the_better_one_last() -> None:
    mail = arrived(Letter("robin@example.com", "Booked", "text\n", html="<p>html</p>\n"))
    assert mail.get_content_type() == "multipart/alternative"
    parts = [part.get_content_type() for part in mail.iter_parts()]
    assert parts == ["text/plain", "text/html"]


@pytest.mark.parametrize("html", [None, "<p>html</p>\n"])
def test_a_calendar_is_an_alternative_with_its_method_and_a_file(html: str | None) -> None:
    calendar = request(visit())
    mail = arrived(Letter("robin@example.com", "Booked", "text\n", html, ("REQUEST", calendar)))
    alternatives, file = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert alternatives.get_content_type() == "multipart/alternative"
    *readable, invitation = alternatives.iter_parts()
    assert [part.get_content_type() for part in readable] == ["text/plain", "text/html"][
        : 2 if html else 1
    ]
    assert invitation["Content-Type"] == 'text/calendar; method="REQUEST"; charset="utf-8"'
    assert file.get_filename() == "visit.ics"
    assert file.get_content_disposition() == "attachment"
    for part in (invitation, file):
        bare = part.get_payload(decode=True)
        assert bare == calendar
        assert Calendar.from_ical(calendar).walk("VEVENT")[0]["SEQUENCE"] == 2


@given(st.text())
def test_no_subject_can_add_a_header(subject: str) -> None:
    mail = arrived(Letter("robin@example.com", subject, "text\n"))
    assert mail.keys() == [*HEADERS[:6], *mail.keys()[6:]]
    assert set(mail.keys()) == {*HEADERS, "Content-Type", "Content-Transfer-Encoding"}


def test_a_subject_is_one_line() -> None:
    mail = arrived(Letter("robin@example.com", "Made Up\r\nBcc: alex@example.com\x00", "text\n"))
    assert mail["Subject"] == "Made Up Bcc: alex@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "robin@",
        "robin@example.com, alex@example.com",
        "robin@example.com\r\nBcc: alex@example.com",
        "robin@example.com\nalex@example.com",
        "Robin <robin@example.com>",
        "robin@exa mple.com",
    ],
)
def test_what_is_not_one_address_gets_no_message(address: str) -> None:
    with pytest.raises(SendingFailed) as caught:
        arrived(Letter(address, "Booked", "text\n"))
    assert (caught.value.code, caught.value.permanent) == ("no-address", True)


def test_a_domain_in_other_letters_is_written_in_ascii() -> None:
    assert arrived(Letter("robin@bücher.example", "a", "b"))["To"] == "robin@xn--bcher-kva.example"
