"""E-mail: a letter becomes a message, and a mail server takes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from referral.notices.transport import SendingFailed

# Seven bits on the wire: no server needs to say that it can do more.
POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is to read; `calendar` is an iTIP method and the iCalendar bytes.

    `told` is what the reader then knows, as codes: it is kept with the notice that goes out.
    """

    to: str
    subject: str
    text: str
    html: str | None = None
    calendar: tuple[str, bytes] | None = None
    told: Mapping[str, Any] | None = None


def message(letter: Letter, *, sender: str, message_id: str, date: datetime) -> EmailMessage:
    """Return the message; SendingFailed (permanent) where `letter.to` is not one address."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = _one_address(letter.to)
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = date
    mail["Message-ID"] = message_id
    # RFC 3834: an absence note must not answer this.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html")
    if letter.calendar is not None:
        _add_calendar(mail, *letter.calendar)
    return mail


def message_id(notice_id: UUID, *, sender: str) -> str:
    """Return the Message-ID of a notice: always the same, so that a repeat is recognisable."""
    return f"<{notice_id}@{sender.rpartition('@')[2]}>"


def _add_calendar(mail: EmailMessage, method: str, calendar: bytes) -> None:
    # Some programs look for the alternative, the others for a file: both, as Gmail sends it.
    params = {"method": method, "charset": "utf-8"}
    mail.add_alternative(calendar, maintype="text", subtype="calendar", params=params)
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="visit.ics")


def _one_address(text: str) -> str:
    """Return the address with its domain in ASCII, which every server takes."""
    try:
        # Sending only: which domains may be entered was decided when it was.
        found = validate_email(
            text, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        raise SendingFailed("no-address", permanent=True) from None
    return found.ascii_email or found.normalized


def _one_line(text: str) -> str:
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())
