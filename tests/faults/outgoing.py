"""What workers send while something dies: whether all of it arrives, and how much of it twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from sqlmodel import col, func, select
from starlette.testclient import TestClient

from chaos import wait_until
from faults.programs import Program, environment
from post_office import PostOffice
from postman import OPERATOR
from receiver import Receiver
from referral import worker
from referral.notices import leasing
from referral.notices.mail import message_id
from referral.notices.models import Notice, NoticeStatus
from referral.record.models import Event
from referral.settings import Settings
from referral.webhooks import delivery
from referral.webhooks.delivery import Deliverer
from webhook_worker import HURRY
from world import house

# A name for each worker, so that one sees who sent a letter.
SENDERS = ("one@example.com", "two@example.com")
# What a kill costs. Long enough for a machine that is busy otherwise: whoever cannot settle in time
# what it has sent has lost it to another, and that repeats it, too.
LEASE = timedelta(seconds=2)
A_MOMENT = 0.2
WAITING, SENT = NoticeStatus.WAITING, NoticeStatus.SENT
DEAD, SUPERSEDED = NoticeStatus.DEAD, NoticeStatus.SUPERSEDED


def hurry() -> None:
    """Let leases end soon, and a round follow the other, whatever went wrong."""
    leasing.LEASE = LEASE
    worker.SECONDS_BETWEEN_ROUNDS = delivery.AFTER_TROUBLE = A_MOMENT
    pace = replace(HURRY, lease=LEASE, look=A_MOMENT)
    vars(worker)["Deliverer"] = partial(Deliverer, pace=pace)


def workers_of(settings: Settings, office: PostOffice, folder: Path) -> list[Program]:
    """Return a worker in a hurry for each of `SENDERS`; webhooks may lead to this machine."""
    variables = environment(
        settings,
        REFERRAL_SMTP_HOST="127.0.0.1",
        REFERRAL_SMTP_PORT=str(office.port),
        REFERRAL_SMTP_SECURITY="none",
        REFERRAL_OPERATOR_EMAIL=OPERATOR,
        REFERRAL_WEBHOOK_PRIVATE_TARGETS="true",
    )
    mine = [variables | {"REFERRAL_MAIL_FROM": sender} for sender in SENDERS]
    return [Program(["worker"], each, folder, hurry) for each in mine]


def wait_for_letters(office: PostOffice) -> None:
    """Wait until each worker has sent another letter."""
    wanted = senders(office) + Counter(SENDERS)
    wait_until(lambda: senders(office) >= wanted)


def senders(office: PostOffice) -> Counter[str]:
    """Return how many letters came from each sender."""
    return Counter(str(mail["From"]) for mail in office.taken)


def is_all_sent(client: TestClient, receiver: Receiver) -> bool:
    """Say whether no notice waits any more, and every event has arrived."""
    with house(client).database.reading() as session:
        events = session.exec(select(func.count()).select_from(Event)).one()
    return not identities(client, WAITING) and len(set(receiver.numbers)) == events


def repeats(client: TestClient, office: PostOffice, receiver: Receiver) -> tuple[int, int]:
    """Return how many letters and events came twice; AssertionError where one did not come."""
    mails, numbers = Counter(office.ids), receiver.numbers
    sent, withdrawn = identities(client, SENT), identities(client, SUPERSEDED)
    assert not identities(client, DEAD)
    # What nobody could write down as sent may have been overtaken since.
    assert sent <= mails.keys() <= sent | withdrawn
    firsts = list(dict.fromkeys(numbers))
    assert firsts == list(range(1, len(firsts) + 1))
    return mails.total() - len(mails), len(numbers) - len(firsts)


def identities(client: TestClient, status: NoticeStatus) -> set[str]:
    """Return the Message-IDs of all letters that have come so far."""
    chosen = select(Notice.id).where(col(Notice.status) == status)
    with house(client).database.reading() as session:
        return {message_id(id_, sender=SENDERS[0]) for id_ in session.exec(chosen)}
