"""The list on the command line: a table by the clinic's clock, or lines of JSON."""

import json
from datetime import timedelta

from starlette.testclient import TestClient

from client.running import Run, done, told
from conftest import Clock
from referral.client import Client
from world import Practice, send_request


def test_the_inbox_is_a_table_by_the_clinics_clock(run: Run, reference: str) -> None:
    lines = done(run("inbox")).splitlines()

    assert lines[0].strip() == "Times in America/New_York."
    assert " ".join(lines[1].split()) == "Reference State Urgency Promised by Wishes Phone"
    assert lines[2].split("  ")[0] == reference
    # Asked on a Tuesday at ten in New York, where the clinic closes at five.
    assert "requested   chiropractor  Wed 2 Dec 17:00" in lines[2]
    assert "Thu 3 Dec morning" in lines[2]


def test_the_inbox_tells_what_is_late_who_has_only_a_phone_and_that_there_is_more(
    client: TestClient, run: Run, practice: Practice, clock: Clock
) -> None:
    by_phone = {"email": None, "preferred_contact": "phone"}
    for _ in range(3):
        send_request(client, practice.clinic_id, **by_phone)
    clock.now = clock.now.replace(day=4)

    shown = done(run("inbox", "--limit", "2"))

    assert shown.count("overdue") == shown.count("only") == 2
    assert "There are more: --limit 4 lists them." in shown


def test_the_inbox_leaves_out_what_has_ended_unless_asked(run: Run, reference: str) -> None:
    done(run("move", reference, "cancel"))

    assert reference not in done(run("inbox"))
    assert reference in done(run("inbox", "--ended"))
    assert reference in done(run("inbox", "--state", "cancelled"))
    assert reference not in done(run("inbox", "--ended", "--needs", "answer"))


def test_the_inbox_is_a_line_of_json_for_each_request(
    client: TestClient, run: Run, practice: Practice
) -> None:
    sent = [send_request(client, practice.clinic_id)["id"] for _ in range(3)]

    lines = done(run("inbox", "--json")).splitlines()

    assert sorted(json.loads(line)["id"] for line in lines) == sorted(sent)
    assert len(done(run("inbox", "--json", "--limit", "2")).splitlines()) == 2


def test_what_is_due_first_comes_first_where_something_is_owed(
    client: TestClient, run: Run, practice: Practice, clock: Clock
) -> None:
    sent = []
    for _ in range(3):
        sent.append(send_request(client, practice.clinic_id)["reference"])
        clock.now += timedelta(days=1)

    def listed(*options: str) -> list[str]:
        return [
            json.loads(line)["reference"]
            for line in done(run("inbox", "--json", *options)).splitlines()
        ]

    assert listed("--needs", "answer") == sent
    assert listed() == listed("--needs", "answer", "--sort", "newest") == sent[::-1]
    assert listed("--sort", "due") == listed("--sort", "oldest") == sent
    assert listed("--overdue") == sent[:2]


def test_the_inbox_keeps_to_a_reference_or_to_one_key(
    run: Run, staff: Client, practice: Practice, reference: str
) -> None:
    (row,) = staff.requests()
    staff.cancel(staff.assign(row, practice.key_id))

    assert reference in done(run("inbox", "--reference", reference.lower()))
    assert reference not in done(run("inbox", "--ended", "--assignee", "nobody"))
    assert reference in done(run("inbox", "--ended", "--assignee", str(practice.key_id)))


def test_the_width_of_a_terminal_cuts_no_reference_and_no_wish(run: Run, reference: str) -> None:
    lines = done(run("inbox", COLUMNS="80")).splitlines()

    assert max(map(len, lines)) <= 80
    assert reference in lines[2]
    assert "Thu 3 Dec morning" in lines[2]


def test_watching_needs_a_terminal(run: Run) -> None:
    assert "terminal" in told(run("inbox", "--watch"), 2)
