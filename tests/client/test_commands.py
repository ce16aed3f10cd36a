"""The command line of the staff against the real service: what it prints, asks, and exits with."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from client.running import Run, document, done, told
from client.unreliable import Refusal, Unreliable
from referral.staff.scopes import Scope
from world import MILD, PERSON, Practice, add_key, send_request

BOTH = "2026-12-03 09:30"


@pytest.mark.parametrize("written", [str, str.lower, lambda text: text.replace("-", " ")])
def test_show_opens_a_request_however_its_reference_is_written(
    run: Run, reference: str, written: Callable[[str], str]
) -> None:
    shown = done(run("show", written(reference)))

    assert PERSON["name"] in shown
    assert "received" in shown
    assert "tried: saw_doctor" in shown
    assert "Wed 2 Dec 2026, 17:00 (America/New_York)" in shown


def test_a_peek_tells_nobody_and_neither_does_a_key_that_may_only_read(
    client: TestClient, run: Run, practice: Practice, reference: str
) -> None:
    _, key = add_key(client, practice.clinic_id, Scope.READ)

    assert document(run("show", reference, "--peek", "--json"))["state"] == "requested"
    assert document(run("show", reference, "--json", REFERRAL_KEY=key))["state"] == "requested"
    opened = document(run("show", reference, "--json"))
    assert opened["state"] == "received"
    assert document(run("show", opened["id"], "--json")) == opened


def test_show_leaves_out_what_was_not_answered(
    client: TestClient, run: Run, practice: Practice
) -> None:
    least = {
        name: MILD[name] for name in MILD.keys() - {"spread", "trend", "function", "tried", "note"}
    }
    answer = client.post("/api/v1/assessments", json={"answers": least})
    sent = send_request(client, practice.clinic_id, assessment_id=answer.json()["id"])

    shown = done(run("show", sent["id"]))

    assert "onset: lifting_exercise" in shown
    assert not {"None", "tried:", "note:"} & {*shown.split()}


def test_what_a_person_typed_cannot_steer_the_terminal(
    client: TestClient, run: Run, practice: Practice
) -> None:
    note = "red \x9b31m [bold]loud[/bold] \u202eback"
    sent = send_request(client, practice.clinic_id, note=note)

    shown = done(run("show", sent["id"]))

    assert "red \ufffd31m [bold]loud[/bold] \ufffdback" in shown


def test_a_request_is_answered_by_the_clinics_clock(run: Run, reference: str) -> None:
    offered = document(
        run("offer", reference, BOTH, "2026-12-03T10:30:00-05:00", "--minutes", "45", "--json")
    )
    assert [time["starts_at"] for time in offered["offered_times"]] == [
        "2026-12-03T09:30:00-05:00",
        "2026-12-03T10:30:00-05:00",
    ]
    assert "requested" in done(run("move", reference, "undo"))
    said = done(run("book", reference, BOTH, "--minutes", "20"))
    assert said.startswith(f"{reference}: booked, Thu 3 Dec 2026, 09:30 (America/New_York).\n")
    assert "Possible now: offer, move, release, cancel, undo." in said
    assert "10:00" in done(run("move", reference, "move", "--at", "2026-12-03 10:00"))
    assert "received" in done(run("move", reference, "release", "--message", "Our lamp broke"))
    no = ("--reason", "no_capacity", "--next-step", "other_clinic", "--message", "Sorry")
    declined = document(run("decline", reference, *no, "--json"))
    assert declined["decision"]["message"] == "Sorry"


def test_a_move_that_is_not_possible_says_what_is(run: Run, reference: str) -> None:
    said = told(run("move", reference, "complete", "--json"), 5)

    assert said == (
        "The request is not in a state that allows this.\n"
        "Possible now: receive, offer, book, decline, cancel.\n"
    )


@pytest.mark.parametrize(
    ("time", "says"),
    [
        ("tomorrow", "Write a time like"),
        ("2026-12-03", "Write a time like"),
        ("2027-03-14 02:30", "leave that time out"),
        ("2026-11-01 01:30", "2026-11-01T01:30:00-05:00"),
    ],
)
def test_a_time_that_is_none_is_a_mistake(
    run: Run, reference: str, *, time: str, says: str
) -> None:
    assert says in " ".join(told(run("book", reference, time), 2).replace("│", " ").split())


def test_each_failure_has_its_exit_code(run: Run, reference: str, between: Unreliable) -> None:
    far = told(run("book", reference, "2026-12-05 09:30"), 2)
    assert far == "starts_at: Choose a time inside one of the windows that the person gave.\n"
    over = told(run("inbox", "--reference", "zz"), 2)
    assert over.startswith("reference: Write a reference as we gave it")
    assert "Write a reference" in told(run("show", "zz"), 2)
    assert "valid staff key" in told(run("inbox", REFERRAL_KEY="rk_unknown"), 3)
    assert "no request with this reference" in told(run("show", "2222-2222"), 4)
    assert "no request with this id" in told(run("show", "0" * 32), 4)
    between.plan.append(Refusal(503, {"Retry-After": "60"}))
    assert "503" in told(run("inbox", REFERRAL_ADDRESS=between.address), 6)
    between.plan.append(Refusal(500))
    assert "500" in told(run("inbox", REFERRAL_ADDRESS=between.address), 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"REFERRAL_KEY": ""},
        {"REFERRAL_ADDRESS": ""},
        {"REFERRAL_ADDRESS": "http://clinic.example"},
        {"REFERRAL_ADDRESS": "clinic.example"},
        {"REFERRAL_KEY": "sk_1"},
        {"REFERRAL_KEY": "rk_ü"},
    ],
    ids=str,
)
def test_a_key_goes_only_to_the_address_it_was_given_for(run: Run, changes: dict[str, str]) -> None:
    told(run("inbox", **changes), 2)
