"""Delivers until nothing is due, here or in a process of its own."""

import random
from datetime import datetime
from typing import Any

from sqlmodel import Session

from referral.db import Database
from referral.notices.delivery import Delivery
from referral.notices.mail import Letter
from referral.notices.models import Notice
from referral.notices.transport import Smtp
from referral.settings import SmtpSecurity

SENDER = "referral@example.org"


def post(port: int) -> Smtp:
    """Return the way to a server of the tests."""
    return Smtp("127.0.0.1", port, SENDER, security=SmtpSecurity.NONE)


def compose(_session: Session, notice: Notice) -> Letter:
    """Write to an address made from the kind."""
    return Letter(f"{notice.kind}@example.com", "News", "Your request has news.\n")


def delivery(database: Database, transport: Smtp | None, **parts: Any) -> Delivery:  # noqa: ANN401 - any other part
    """Return a delivery whose notices concern nobody else, unless `parts` says so."""
    usual: dict[str, Any] = {"compose": compose, "ended": lambda *_: None, "jitter": lambda: 0.5}
    return Delivery(database, transport=transport, **(usual | parts))


def deliver_all(database: Database, port: int, now: datetime) -> int:
    """Deliver until nothing is due and return how many were sent."""
    out = delivery(database, post(port), clock=lambda: now, jitter=random.random)
    sent = 0
    while (batch := out.batch()).total:
        sent += batch.sent
    return sent


def deliver_all_of(database_url: str, port: int, now: datetime) -> None:
    """Deliver what waits in the database at an address."""
    deliver_all(Database(database_url), port, now)
