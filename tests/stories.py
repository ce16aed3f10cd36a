"""A request and the mail about it, by a real worker and a real mail server."""

from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import icalendar
from starlette.testclient import TestClient

from conftest import Clock
from post_office import PostOffice
from postman import OPERATOR, give_addresses
from referral.settings import SmtpSecurity
from referral.worker import Worker
from situations import begin, body
from world import house


def worker_of(client: TestClient, office: PostOffice | None, **changes: Any) -> Worker:  # noqa: ANN401 - any setting
    """Return the worker of the application, with the mail server of the test if there is one."""
    parts = house(client)
    given = {"operator_email": OPERATOR, "smtp_security": SmtpSecurity.NONE, **changes}
    if office is not None:
        given |= {"smtp_host": "127.0.0.1", "smtp_port": office.port}
    return Worker.of(replace(parts, settings=parts.settings.model_copy(update=given)))


class Story:
    """A request and the mail about it."""

    def __init__(
        self, client: TestClient, clock: Clock, office: PostOffice, **changes: object
    ) -> None:
        self.case = begin(client, clock, **changes)
        self.office = office
        self.worker = worker_of(client, office)
        give_addresses(client)

    def mail(self) -> dict[str, EmailMessage]:
        """Let the worker do a round, and return what has arrived since the last one, by address."""
        self.office.taken.clear()
        assert self.worker.round()
        taken = list(self.office.taken)
        by_address = {str(mail["To"]): mail for mail in taken}
        assert len(by_address) == len(taken), "never two letters to one side for one change"
        return by_address

    def staff(self, action: str) -> None:
        """Make a staff move."""
        answer = self.case.staff(**body(self.case, action))
        assert answer.status_code == 200, answer.text

    def patient(self, action: str) -> None:
        """Make a move of the person."""
        answer = self.case.patient(**body(self.case, action))
        assert answer.status_code == 200, answer.text


def calendar_of(mail: EmailMessage) -> tuple[str, Any]:
    """Return the iTIP method and the event that a mail carries, the same in both of its parts."""
    (inline,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    (file,) = [part for part in mail.walk() if part.get_filename() == "visit.ics"]
    sent = icalendar.Calendar.from_ical(file.get_content())
    assert icalendar.Calendar.from_ical(inline.get_content()) == sent
    assert inline.get_param("method") == sent["METHOD"]
    (event,) = sent.walk("VEVENT")
    return str(sent["METHOD"]), event


def text_of(mail: EmailMessage) -> str:
    """Return the plain text of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
