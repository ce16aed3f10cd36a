"""Keys, webhooks, notes and figures through the client, sync and on asyncio."""

from datetime import timedelta
from operator import attrgetter

import pytest
from starlette.testclient import TestClient

from conftest import NOON
from looping import run
from referral.client import AsyncClient, Client, Step
from referral.client.errors import ConflictError, NotFoundError, UnauthorizedError
from referral.settings import Settings
from world import PERSON, Practice, send_request


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A service that sends webhooks to this machine, too."""
    return settings.model_copy(update={"webhook_private_targets": True})


def test_keys_are_made_listed_and_revoked(admin: Client, address: str) -> None:
    made = admin.issue_key("report", ["read"], expires_at=NOON + timedelta(days=7))
    (mine,) = (key for key in admin.staff_keys() if key.is_calling)

    with Client(address, made.key) as reader:
        assert reader.newest_event() == 0
        admin.revoke_key(made.id)
        admin.revoke_key(made.id)
        with pytest.raises(UnauthorizedError):
            reader.newest_event()
    assert made.id not in [key.id for key in admin.staff_keys()]
    with pytest.raises(ConflictError):
        admin.revoke_key(mine.id)


def test_a_webhook_from_its_making_to_its_end(
    client: TestClient, admin: Client, practice: Practice
) -> None:
    send_request(client, practice.clinic_id)
    made = admin.create_webhook("http://127.0.0.1:9/events", "Desk", after=0)
    paused = admin.update_webhook(made.id, label="Front desk", paused=True)
    pings = [admin.ping_webhook(made.id).error]
    log = [*admin.webhook_deliveries(made.id, limit=1)]

    assert made.secret.startswith("whsec_")
    assert (paused.label, paused.paused_because, paused.behind) == ("Front desk", "clinic", 1)
    assert pings == ["connection"] == [each.error for each in log]
    assert admin.rotate_webhook_secret(made.id).secret != made.secret
    assert admin.replay_webhook(made.id, 1).delivered == 1
    assert [hook.id for hook in admin.webhooks()] == [made.id]
    admin.delete_webhook(made.id)
    with pytest.raises(NotFoundError):
        admin.webhook(made.id)


def test_notes_are_read_over_all_pages(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    request_id = send_request(client, practice.clinic_id)["id"]
    for text in ("one", "two", "three"):
        staff.add_note(request_id, text)

    notes = [*staff.notes(request_id, limit=2)]

    assert sorted(map(attrgetter("text"), notes)) == ["one", "three", "two"]
    assert {note.author.key_id for note in notes} == {practice.key_id}


def test_figures_of_a_period(client: TestClient, staff: Client, practice: Practice) -> None:
    send_request(client, practice.clinic_id)

    figures = staff.statistics(NOON - timedelta(days=1), NOON + timedelta(days=1))

    assert (figures.received, figures.closure.open) == (1, 1)
    assert figures.starts_at == NOON - timedelta(days=1)


def test_a_clinic_pauses(admin: Client) -> None:
    paused = admin.update_clinic(admin.clinic(), paused=True)
    assert (paused.paused, paused.takes_requests) == (True, False)


def test_on_asyncio_lists_are_lists_and_iterators_too(
    client: TestClient, address: str, practice: Practice
) -> None:
    request_id = send_request(client, practice.clinic_id)["id"]

    async def story() -> list[object]:
        async with AsyncClient(address, practice.key) as staff:
            await staff.add_note(request_id, "one")
            (moved,) = await staff.move_many([Step(await staff.get(request_id), "receive")])
            found = [row.state async for row in staff.search(PERSON["email"])]
            notes = [note.text async for note in staff.notes(request_id)]
            return [moved.error, *found, *notes]

    assert run(story()) == [None, "received", "one"]


def test_a_clinic_that_is_in_no_register_differs_from_none(admin: Client) -> None:
    assert admin.register_differences().items == []
