"""Taking a webhook whose next event is due, and settling what became of that event."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import bindparam, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from referral.notices.models import Audience
from referral.notices.outbox import Draft, put
from referral.record.models import EventCounter
from referral.webhooks import log
from referral.webhooks.codes import Pause
from referral.webhooks.models import Webhook
from referral.webhooks.schedule import DELAYS, asked_to_wait, wait
from referral.webhooks.sending import Outcome

PAUSED = "webhook_paused"
GONE = 410
# One event is read at least; where there is none, the log has lost it.
ODD = timedelta(minutes=1)

IS_DUE = (
    col(Webhook.paused_at).is_(None),
    col(Webhook.due_at) <= bindparam("now"),
    or_(col(Webhook.leased_until).is_(None), col(Webhook.leased_until) <= bindparam("now")),
    col(Webhook.delivered) < col(EventCounter.last),
)
# Put together once: it is asked several times a second. Who was served last comes last.
DUE = (
    sa_select(col(Webhook.id))
    .join_from(Webhook, EventCounter, col(Webhook.clinic_id) == col(EventCounter.clinic_id))
    .where(*IS_DUE)
    .order_by(col(Webhook.due_at), col(Webhook.id))
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is looked for news (seconds), how long one is taken, and when it is tried again.

    `lease` is longer than a delivery can take: nobody else then sends the same one.
    """

    look: float = 0.25
    lease: timedelta = timedelta(seconds=60)
    delays: Sequence[timedelta] = DELAYS


def due(session: Session, *, now: datetime, limit: int) -> Collection[UUID]:
    """Return which webhooks have an event to send now."""
    return session.connection().execute(DUE, {"now": now, "limit": limit}).scalars().all()


def lease(session: Session, webhook_id: UUID, *, pace: Pace, now: datetime) -> Webhook | None:
    """Take one webhook, if it is still due and nobody else has it."""
    wanted = (
        select(Webhook)
        .join(EventCounter, col(Webhook.clinic_id) == col(EventCounter.clinic_id))
        .where(col(Webhook.id) == webhook_id, *IS_DUE)
    )
    # SQLite has no row locks and needs none: a unit of work there is the only writer.
    locked = wanted.with_for_update(skip_locked=True, of=Webhook).params(now=now)
    webhook = session.exec(locked).one_or_none()
    if webhook is not None:
        webhook.lease, webhook.leased_until = uuid4(), now + pace.lease
    return webhook


def settle(
    session: Session,
    leased: Webhook,
    number: int,
    outcome: Outcome,
    *,
    holds: bool,
    pace: Pace,
    now: datetime,
    jitter: Callable[[], float],
) -> Webhook | None:
    """Write down what became of event `number`; return the webhook if the next one may follow.

    With `holds`, the lease is renewed for that, else it ends. Nothing is written where the webhook
    was deleted, or the lease has ended and somebody else has it.
    """
    webhook = _held(session, leased)
    if webhook is None:
        return None
    log.note(session, webhook, outcome, number=number, now=now)
    # Unless the clinic sent it elsewhere meanwhile.
    if webhook.delivered == number - 1:
        _move_on(session, webhook, outcome, pace=pace, now=now, jitter=jitter)
    is_as_before = webhook.paused_at is None and webhook.url == leased.url
    if holds and is_as_before and webhook.delivered == number:
        webhook.leased_until = now + pace.lease
        return webhook
    _release(webhook)
    return None


def put_off(session: Session, leased: Webhook, *, now: datetime) -> None:
    """Give a lease back for which there was no event, although the counter says so."""
    webhook = _held(session, leased)
    if webhook is not None:
        webhook.due_at = now + ODD
        _release(webhook)


def _move_on(
    session: Session,
    webhook: Webhook,
    outcome: Outcome,
    *,
    pace: Pace,
    now: datetime,
    jitter: Callable[[], float],
) -> None:
    if outcome.is_taken:
        webhook.delivered, webhook.failures, webhook.due_at = webhook.delivered + 1, 0, now
        return
    webhook.failures += 1
    if outcome.status == GONE:
        _pause(session, webhook, Pause.GONE, now=now)
        return
    asked = asked_to_wait(outcome.retry_after, now=now)
    delay = wait(webhook.failures, asked, jitter, pace.delays)
    if delay is None:
        _pause(session, webhook, Pause.FAILING, now=now)
    else:
        webhook.due_at = now + delay


def _pause(session: Session, webhook: Webhook, why: Pause, *, now: datetime) -> None:
    if webhook.paused_at is not None:
        return
    webhook.paused_at, webhook.paused_because = now, why
    told = {"webhook_id": str(webhook.id)}
    put(session, Draft(Audience.CLINIC, PAUSED, clinic_id=webhook.clinic_id, data=told), now=now)


def _release(webhook: Webhook) -> None:
    webhook.lease = webhook.leased_until = None


def _held(session: Session, leased: Webhook) -> Webhook | None:
    mine = select(Webhook).where(col(Webhook.id) == leased.id, col(Webhook.lease) == leased.lease)
    return session.exec(mine.with_for_update()).one_or_none()
