"""A clinic's webhooks: made, read, changed, deleted, given a new secret, sent back to a place."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import Session, col, func, select
from sqlmodel import delete as sa_delete

from referral.clinics.models import Clinic
from referral.errors import ConflictError, InvalidError, NotFoundError
from referral.record import service as record
from referral.text import N_
from referral.vault import Vault
from referral.webhooks import signing
from referral.webhooks.codes import Failure, Pause
from referral.webhooks.models import Webhook
from referral.webhooks.representations import NewSecret, WebhookCreated, WebhookShown
from referral.webhooks.schemas import NewWebhook, WebhookChanges
from referral.webhooks.targets import Refused, Targets

MOST = 5
REFUSED = {
    Failure.NAME: N_("We find no address under this name."),
    Failure.ADDRESS: N_("Give an https address on the public internet."),
}


def need_allowed(targets: Targets, url: str) -> None:
    """Raise InvalidError unless `url` may be sent to now. It asks for the name's addresses.

    Not for a transaction: an answer may take seconds.
    """
    try:
        targets.check(url)
    except Refused as error:
        code = f"target-{error.failure}"
        raise InvalidError.at("body", "url", code=code, detail=REFUSED[error.failure]) from None


def create(
    session: Session, clinic_id: UUID, wanted: NewWebhook, *, vault: Vault, now: datetime
) -> WebhookCreated:
    """Store a webhook and return it with its secret; ConflictError where the clinic has five."""
    _need_room(session, clinic_id)
    newest = record.newest(session.connection(), clinic_id)
    secret = signing.new_secret()
    webhook = Webhook(
        clinic_id=clinic_id,
        label=wanted.label,
        url=str(wanted.url),
        wrapped_key=b"",
        secrets=b"",
        created_at=now,
        delivered=newest if wanted.after is None else _reached(wanted.after, newest),
        due_at=now,
    )
    key = vault.new_key(webhook.id)
    webhook.wrapped_key, webhook.secrets = key.wrapped, signing.seal(key, [secret])
    session.add(webhook)
    session.flush()
    return WebhookCreated(**_shown(webhook, newest).model_dump(), secret=secret.value)


def listing(session: Session, clinic_id: UUID) -> list[WebhookShown]:
    """Return a clinic's webhooks, oldest first."""
    newest = record.newest(session.connection(), clinic_id)
    mine = select(Webhook).where(col(Webhook.clinic_id) == clinic_id)
    oldest_first = mine.order_by(col(Webhook.created_at), col(Webhook.id))
    return [_shown(webhook, newest) for webhook in session.exec(oldest_first)]


def read(session: Session, place: "Place") -> WebhookShown:
    """Return one webhook, or raise NotFoundError."""
    return _shown(own(session, place), record.newest(session.connection(), place.clinic_id))


def change(
    session: Session, place: "Place", changes: WebhookChanges, *, now: datetime
) -> WebhookShown:
    """Change what `changes` names. A new address, or an end of the pause, is tried at once."""
    webhook = own(session, place, to_change=True)
    given = changes.model_dump(exclude_unset=True)
    if "label" in given:
        webhook.label = changes.label
    if "url" in given:
        webhook.url = str(changes.url)
        try_at_once(webhook, now=now)
    if given.get("paused") is True:
        webhook.paused_at = webhook.paused_at or now
        webhook.paused_because = webhook.paused_because or Pause.CLINIC
    elif given.get("paused") is False:
        webhook.paused_at = webhook.paused_because = None
        try_at_once(webhook, now=now)
    session.flush()
    return read(session, place)


def delete(session: Session, place: "Place") -> None:
    """Forget a webhook, its secrets and its log."""
    session.delete(own(session, place, to_change=True))
    session.flush()


def delete_all(session: Session, clinic_id: UUID) -> None:
    """Forget all webhooks of a clinic, their secrets and their logs."""
    session.execute(sa_delete(Webhook).where(col(Webhook.clinic_id) == clinic_id))


def rotate(session: Session, place: "Place", *, vault: Vault, now: datetime) -> NewSecret:
    """Give a webhook a new secret; the present one goes on signing beside it for 24 hours."""
    webhook = own(session, place, to_change=True)
    key = vault.open_key(webhook.id, webhook.wrapped_key)
    known = signing.rotated(signing.unseal(key, webhook.secrets), now=now)
    webhook.secrets = signing.seal(key, known)
    session.flush()
    return NewSecret(secret=known[-1].value, old_until=now + signing.OLD_HOLDS)


def replay(session: Session, place: "Place", *, after: int, now: datetime) -> WebhookShown:
    """Let a webhook go on after the number `after`; InvalidError for one that is not reached yet.

    What is on its way meanwhile does not move it from there.
    """
    webhook = own(session, place, to_change=True)
    webhook.delivered = _reached(after, record.newest(session.connection(), place.clinic_id))
    try_at_once(webhook, now=now)
    session.flush()
    return read(session, place)


class Place(NamedTuple):
    """Which webhook is meant, and the clinic of whoever asks."""

    clinic_id: UUID
    webhook_id: UUID


def own(session: Session, place: Place, *, to_change: bool = False) -> Webhook:
    """Return a webhook of this clinic; NotFoundError for any other. Who else changes it waits."""
    mine = select(Webhook).where(
        col(Webhook.id) == place.webhook_id, col(Webhook.clinic_id) == place.clinic_id
    )
    webhook = session.exec(mine.with_for_update() if to_change else mine).one_or_none()
    if webhook is None:
        raise NotFoundError(N_("There is no such webhook."))
    return webhook


def try_at_once(webhook: Webhook, *, now: datetime) -> None:
    """Forget the failures: the next event is due now."""
    webhook.failures, webhook.due_at = 0, now


def _need_room(session: Session, clinic_id: UUID) -> None:
    # Whoever would add one at the same time waits here and then counts this one, too.
    session.exec(select(Clinic.id).where(col(Clinic.id) == clinic_id).with_for_update()).one()
    mine = select(func.count()).where(col(Webhook.clinic_id) == clinic_id)
    if session.exec(mine).one() >= MOST:
        raise ConflictError(
            N_("A clinic has at most five webhooks. Delete one first."),
            code="too-many-webhooks",
            facts={"most": MOST},
        )


def _reached(after: int, newest: int) -> int:
    if after > newest:
        detail = N_("Your clinic has no event with this number yet.")
        raise InvalidError.at("body", "after", code="not-reached", detail=detail)
    return after


def _shown(webhook: Webhook, newest: int) -> WebhookShown:
    return WebhookShown(
        **webhook.model_dump(include=set(WebhookShown.model_fields) & set(Webhook.model_fields)),
        behind=newest - webhook.delivered,
        next_attempt_at=webhook.due_at if webhook.failures and not webhook.paused_at else None,
    )
