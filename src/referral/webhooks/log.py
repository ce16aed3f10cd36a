"""The log of what was sent: written with each attempt, read in pages, forgotten after a month."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from referral.webhooks.models import Delivery, Webhook
from referral.webhooks.representations import DeliveryPage, DeliveryShown
from referral.webhooks.sending import Outcome

KEPT = timedelta(days=30)


def note(
    session: Session, webhook: Webhook, outcome: Outcome, *, number: int | None, now: datetime
) -> None:
    """Write one attempt down; `webhook` is locked by the caller, and counts the entries."""
    webhook.entries += 1
    entry = Delivery(
        webhook_id=webhook.id,
        entry=webhook.entries,
        number=number,
        attempt=1 if number is None else webhook.failures + 1,
        at=now,
        status=outcome.status,
        error=outcome.failure,
        milliseconds=outcome.milliseconds,
    )
    session.add(entry)


def page(session: Session, webhook: Webhook, *, before: int | None, limit: int) -> DeliveryPage:
    """Return up to `limit` attempts, newest first, older than the entry `before`."""
    mine = select(Delivery).where(col(Delivery.webhook_id) == webhook.id)
    if before is not None:
        mine = mine.where(col(Delivery.entry) < before)
    found = session.exec(mine.order_by(col(Delivery.entry).desc()).limit(limit + 1)).all()
    items = [DeliveryShown.model_validate(row, from_attributes=True) for row in found[:limit]]
    return DeliveryPage(items=items, next=items[-1].entry if len(found) > limit else None)


def forget(session: Session, *, now: datetime) -> None:
    """Delete what is older than 30 days."""
    session.exec(delete(Delivery).where(col(Delivery.at) < now - KEPT))
