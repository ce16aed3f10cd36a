"""The JSON door of webhooks: a clinic's own, with the scope `admin`."""

from contextlib import ExitStack
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from referral.repeats import Call
from referral.staff.scopes import Scope
from referral.staff.service import Staff
from referral.web.deps import IdempotencyKey, StaffDoor, StaffDoorDep
from referral.web.paging import PAGED, next_page
from referral.web.problems import PLACED, documented
from referral.web.queries import ApiRoute
from referral.webhooks import log, pinging, service
from referral.webhooks.representations import (
    DeliveryPage,
    NewSecret,
    Tried,
    WebhookCreated,
    WebhookList,
    WebhookShown,
)
from referral.webhooks.schemas import LARGEST, NewWebhook, Replay, WebhookChanges
from referral.webhooks.sending import Sender

router = APIRouter(prefix="/api/v1/webhooks", tags=["Webhooks"], route_class=ApiRoute)
WebhookId = Annotated[
    UUID,
    Path(
        description="the id of a webhook of your clinic",
        examples=["5d0f6a3f-1c11-4b8e-9a53-0b9a7c9e3c56"],
    ),
]


async def _sender(request: Request) -> Sender:
    sender: Sender = request.app.state.sender
    return sender


SenderDep = Annotated[Sender, Depends(_sender)]


@router.post(
    "",
    status_code=201,
    operation_id="createWebhook",
    responses=PLACED | documented(400, 401, 403, 409, 413, 422, 429, 503),
)
def create_webhook(
    body: NewWebhook,
    response: Response,
    *,
    door: StaffDoorDep,
    sender: SenderDep,
    idempotency_key: IdempotencyKey = None,
) -> WebhookCreated:
    """Have your clinic's events sent to an address. The secret is shown only here."""
    _need_allowed(door, sender, str(body.url))
    vault, now = door.house.vault, door.house.now()
    made = door.creating(
        Call("createWebhook", idempotency_key, body, WebhookCreated),
        lambda session, staff: service.create(session, staff.clinic_id, body, vault=vault, now=now),
        scope=Scope.ADMIN,
    )
    response.headers["Location"] = f"/api/v1/webhooks/{made.id}"
    return made


@router.get("", operation_id="listWebhooks", responses=documented(401, 403, 422, 503))
def list_webhooks(door: StaffDoorDep) -> WebhookList:
    """Return your clinic's webhooks and how far each has come."""
    with door.reading(Scope.ADMIN) as (session, staff):
        return WebhookList(items=service.listing(session, staff.clinic_id))


@router.get(
    "/{webhook_id}", operation_id="getWebhook", responses=documented(401, 403, 404, 422, 503)
)
def get_webhook(webhook_id: WebhookId, door: StaffDoorDep) -> WebhookShown:
    """Return one webhook."""
    with door.reading(Scope.ADMIN) as (session, staff):
        return service.read(session, _place(staff, webhook_id))


@router.patch(
    "/{webhook_id}",
    operation_id="updateWebhook",
    responses=documented(400, 401, 403, 404, 413, 422, 429, 503),
)
def update_webhook(
    webhook_id: WebhookId, body: WebhookChanges, *, door: StaffDoorDep, sender: SenderDep
) -> WebhookShown:
    """Change the fields that are sent; pause it, or end the pause."""
    if "url" in body.model_fields_set:
        _need_allowed(door, sender, str(body.url))
    with door.writing(Scope.ADMIN) as (session, staff):
        return service.change(session, _place(staff, webhook_id), body, now=door.house.now())


@router.delete(
    "/{webhook_id}",
    status_code=204,
    operation_id="deleteWebhook",
    responses=documented(401, 403, 404, 422, 503),
)
def delete_webhook(webhook_id: WebhookId, door: StaffDoorDep) -> None:
    """Send nothing more, and forget the webhook and its log."""
    with door.writing(Scope.ADMIN) as (session, staff):
        service.delete(session, _place(staff, webhook_id))


@router.post(
    "/{webhook_id}/rotate",
    operation_id="rotateWebhookSecret",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def rotate_webhook_secret(webhook_id: WebhookId, door: StaffDoorDep) -> NewSecret:
    """Make a new secret, shown only here; the old one goes on signing beside it for 24 hours."""
    house = door.house
    with door.writing(Scope.ADMIN) as (session, staff):
        place = _place(staff, webhook_id)
        return service.rotate(session, place, vault=house.vault, now=house.now())


@router.post(
    "/{webhook_id}/ping",
    operation_id="pingWebhook",
    responses=documented(401, 403, 404, 422, 429, 503),
)
def ping_webhook(webhook_id: WebhookId, *, door: StaffDoorDep, sender: SenderDep) -> Tried:
    """Send a `webhook.ping` now, paused or not, and say what came of it within 15 seconds."""
    house = door.house
    with ExitStack() as turn:
        with door.writing(Scope.ADMIN) as (session, staff):
            turn.enter_context(sender.turns.of(staff.clinic_id))
            place = _place(staff, webhook_id)
            ping = pinging.prepare(session, place, vault=house.vault, now=house.now())
        outcome = pinging.send(ping, sender)
    with house.database.unit_of_work() as session:
        return pinging.note(session, ping, outcome, now=house.now())


@router.post(
    "/{webhook_id}/replay",
    operation_id="replayWebhook",
    responses=documented(400, 401, 403, 404, 413, 422, 503),
)
def replay_webhook(webhook_id: WebhookId, body: Replay, door: StaffDoorDep) -> WebhookShown:
    """Send all events after a number, in order; again, where they were delivered before."""
    with door.writing(Scope.ADMIN) as (session, staff):
        place = _place(staff, webhook_id)
        return service.replay(session, place, after=body.after, now=door.house.now())


@router.get(
    "/{webhook_id}/deliveries",
    operation_id="listWebhookDeliveries",
    responses=PAGED | documented(401, 403, 404, 422, 503),
)
def list_webhook_deliveries(
    webhook_id: WebhookId,
    request: Request,
    response: Response,
    *,
    door: StaffDoorDep,
    before: Annotated[
        int | None,
        Query(ge=1, le=LARGEST, description="the `next` of the page before", examples=[57]),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="how many at most", examples=[50])] = 50,
) -> DeliveryPage:
    """Return the attempts of the last 30 days, newest first."""
    with door.reading(Scope.ADMIN) as (session, staff):
        webhook = service.own(session, _place(staff, webhook_id))
        page = log.page(session, webhook, before=before, limit=limit)
    if page.next is not None:
        response.headers.update(next_page(request, before=page.next))
    return page


def _place(staff: Staff, webhook_id: UUID) -> service.Place:
    return service.Place(staff.clinic_id, webhook_id)


def _need_allowed(door: StaffDoor, sender: Sender, url: str) -> None:
    """Look where `url` leads, for whoever may name one: outside of any transaction."""
    with door.reading(Scope.ADMIN) as (_, staff):
        pass
    with sender.turns.of(staff.clinic_id):
        service.need_allowed(sender.targets, url)
