"""Mail that goes out as the worker sends it, without a mail server: written, held and settled."""

from collections.abc import Container
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from referral.appointments.letters.writing import Letters
from referral.appointments.life import reaching
from referral.clinics.models import Clinic
from referral.notices import leasing
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice, NoticeStatus
from world import house

REFUSED = "recipient-refused"
DESK, OPERATOR = "desk@clinic.example.com", "operator@example.com"


def letters(client: TestClient) -> Letters:
    """Return who writes the letters of the application, for an operator with an address."""
    parts = house(client)
    settings = parts.settings.model_copy(update={"operator_email": OPERATOR})
    return Letters(settings, parts.html, parts.vault, parts.now)


def give_addresses(client: TestClient) -> None:
    """Give every clinic an address of its own front desk."""
    with house(client).database.unit_of_work() as session:
        for clinic in session.exec(select(Clinic).where(col(Clinic.email).is_(None))):
            clinic.email = DESK
            session.add(clinic)


def waiting(client: TestClient) -> list[Notice]:
    """Return the notices about requests that wait, in the order in which they go out."""
    of_requests = col(Notice.appointment_id).is_not(None)
    chosen = select(Notice).where(col(Notice.status) == NoticeStatus.WAITING, of_requests)
    with house(client).database.reading() as session:
        return list(session.exec(chosen.order_by(col(Notice.version), col(Notice.audience))))


@dataclass
class Round:
    """What became of all that waited: written letters, and the ids of what told nothing true."""

    refuses: Container[Audience] = ()
    letters: list[tuple[Notice, Letter]] = field(default_factory=list)
    pointless: list[UUID] = field(default_factory=list)
    dead: list[tuple[Notice, str]] = field(default_factory=list)

    def check_taken(self, notice: Notice) -> None:
        """Raise where the mail server takes no letter for this side."""
        if notice.audience in self.refuses:
            raise Undeliverable(REFUSED)


def round_of_mail(client: TestClient, *, refuses: Container[Audience] = ()) -> Round:
    """Let everything that waits go out; the mail server refuses the address of some for good."""
    give_addresses(client)
    became = Round(refuses)
    for notice in waiting(client):
        with house(client).database.unit_of_work() as session:
            _settle(session, notice, letters(client), became)
    return became


def _settle(session: Session, notice: Notice, writer: Letters, became: Round) -> None:
    now = writer.clock()
    try:
        letter = writer.compose(session, notice)
        became.check_taken(notice)
    except Superseded:
        leasing.settle_superseded(session, notice)
        became.pointless.append(notice.id)
    except Undeliverable as reason:
        became.dead.append((notice, reason.code))
        reaching.ended(session, notice, NoticeStatus.DEAD, vault=writer.vault, now=now)
        leasing.settle_failed(
            session, notice, reason.code, permanent=True, now=now, jitter=lambda: 0.5
        )
    else:
        assert leasing.hold(session, notice, told=letter.told, now=now)
        reaching.ended(session, notice, NoticeStatus.SENT, vault=writer.vault, now=now)
        leasing.settle_sent(session, notice, now=now)
        became.letters.append((notice, letter))
