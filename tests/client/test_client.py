"""The client for staff against the real service: moves, the clinic's record, errors."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from looping import run
from referral.client import AsyncClient, Client
from referral.client.errors import (
    ClientError,
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    ProblemError,
    StaleError,
    UnauthorizedError,
)
from referral.staff.scopes import Scope
from world import INSIDE_WINDOW, PERSON, Practice, add_key, open_practice, send_request

TIME = datetime.fromisoformat(INSIDE_WINDOW)


def test_a_request_is_answered_from_the_first_look_to_the_booking_and_back(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    request = staff.get(send_request(client, practice.clinic_id)["id"])
    assert request.person is not None
    assert request.person.name == PERSON["name"]

    seen = staff.receive(request)
    offered = staff.offer(seen, [TIME, {"starts_at": TIME + timedelta(hours=1), "minutes": 45}])
    undone = staff.move(offered, "undo")
    booked = staff.book(undone, TIME, minutes=20, chiropractor_id=practice.chiropractor_id)
    moved = staff.reschedule(booked, TIME + timedelta(minutes=30))
    released = staff.release(moved, message="Our lamp is broken")
    waiting = staff.waitlist(released)
    ended = staff.decline(waiting, "no_capacity", "other_clinic", message="Sorry")

    states = [each.state for each in (seen, offered, undone, booked, moved, released, waiting)]
    assert " ".join(states) == "received offered received booked booked received waitlisted"
    assert [time.starts_at for time in offered.offered_times] == [TIME, TIME + timedelta(hours=1)]
    assert booked.ends_at == TIME + timedelta(minutes=20)
    assert moved.starts_at == TIME + timedelta(minutes=30)
    assert ended.decision is not None
    assert (ended.state, ended.decision.reason, ended.decision.message) == (
        "declined",
        "no_capacity",
        "Sorry",
    )


def test_a_row_of_a_list_can_be_moved_as_it_stands(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    send_request(client, practice.clinic_id)
    (row,) = staff.requests()

    assert staff.cancel(row, message="Closed for good").state == "cancelled"


def test_what_changed_in_between_is_not_overwritten(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    request = staff.get(send_request(client, practice.clinic_id)["id"])
    staff.receive(request)

    with pytest.raises(StaleError) as caught:
        staff.cancel(request)

    assert (caught.value.status, caught.value.facts) == (412, {"version": 2})
    assert staff.get(request.id).state == "received"


def test_a_move_that_is_not_allowed_says_what_is(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    request = staff.get(send_request(client, practice.clinic_id)["id"])

    with pytest.raises(ConflictError) as caught:
        staff.move(request, "complete")

    assert caught.value.code == "move-not-allowed"
    assert caught.value.available_actions == tuple(request.available_actions)
    assert caught.value.facts["state"] == "requested"


def test_the_clinics_record_is_changed_as_it_was_read(admin: Client) -> None:
    before = admin.clinic()

    after = admin.update_clinic(before, phone="212 555 0199", closed_on=["2026-12-24"])

    assert (after.phone, [str(day) for day in after.closed_on]) == ("+12125550199", ["2026-12-24"])
    assert admin.clinic() == after
    assert "etag" not in after.model_dump()
    with pytest.raises(StaleError):
        admin.update_clinic(before, accepting="no")


def test_people_who_treat_are_added_changed_and_removed(admin: Client) -> None:
    (first,) = admin.clinic().chiropractors
    added = admin.add_chiropractor("Dr. Other")
    changed = admin.update_chiropractor(added.id, credential="DC")
    admin.remove_chiropractor(first.id)

    assert (changed.name, changed.credential) == ("Dr. Other", "DC")
    assert admin.clinic().chiropractors == [changed]


def test_a_clinic_leaves_and_thinks_better_of_it(admin: Client) -> None:
    left = admin.leave()
    assert admin.clinic().leaving_since == left.leaving_since
    assert admin.update_clinic(admin.clinic(), paused=False).leaving_since is None


@pytest.mark.parametrize("path", ["../clinic", "", "x"])
def test_an_id_that_is_none_makes_no_call(staff: Client, path: str) -> None:
    with pytest.raises(ValueError, match="badly formed"):
        staff.get(path)


def test_each_refusal_has_its_error(
    client: TestClient, address: str, staff: Client, practice: Practice
) -> None:
    other = open_practice(client)
    theirs = send_request(client, other.clinic_id)["id"]
    ours = staff.get(send_request(client, practice.clinic_id)["id"])
    _, key = add_key(client, practice.clinic_id, Scope.READ)

    with Client(address, "rk_unknown") as stranger, pytest.raises(UnauthorizedError):
        stranger.clinic()
    with Client(address, key) as reader:
        assert reader.get(ours.id).available_actions == []
        with pytest.raises(ForbiddenError) as forbidden:
            reader.receive(ours)
    with pytest.raises(NotFoundError):
        staff.get(theirs)
    with pytest.raises(InvalidError) as invalid:
        staff.book(ours, TIME.replace(minute=33))
    with pytest.raises(NotFoundError):
        staff.get(uuid4())

    assert forbidden.value.facts == {"scope": "write"}
    assert [one["pointer"] for one in invalid.value.errors] == ["/starts_at"]
    assert all(issubclass(each, ProblemError) for each in (NotFoundError, InvalidError))
    assert issubclass(ProblemError, ClientError)


def test_the_client_and_its_errors_never_show_the_key(address: str) -> None:
    with Client(address, "rk_secret-of-the-clinic") as stranger:
        with pytest.raises(UnauthorizedError) as caught:
            stranger.clinic()
        shown = f"{stranger!r} {caught.value!r} {caught.value.__dict__}"

    assert "secret" not in shown


def test_programs_on_asyncio_do_the_same(
    client: TestClient, address: str, practice: Practice
) -> None:
    for _ in range(3):
        send_request(client, practice.clinic_id)

    async def story() -> list[str]:
        async with AsyncClient(address, practice.key) as staff:
            rows = [row async for row in staff.requests(limit=2)]
            offered = await staff.offer(await staff.receive(rows[0]), [TIME])
            with pytest.raises(StaleError):
                await staff.cancel(rows[0])
            heard = [offered.state, (await staff.clinic()).name]
            async for event in staff.live(after=2):
                heard.append(event.type)
                if event.number == 5:
                    break
            return [str(len(rows)), *heard]

    assert run(story()) == [
        *("3", "offered", "Fictional Spine"),
        *("request.requested", "request.received", "request.offered"),
    ]
