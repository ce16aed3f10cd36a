"""The command line of the staff against the real service: what it prints, asks, and exits with."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner, Result

from client.unreliable import Refusal, Unreliable
from conftest import Clock
from referral.cli import app
from referral.staff.scopes import Scope
from world import PERSON, Practice, add_key, send_request

Run = Callable[..., Result]
BOTH = "2026-12-03 09:30"


@pytest.fixture
def run(address: str, practice: Practice, tmp_path: Path) -> Run:
    """Run a command with the clinic's key, and return what became of it."""
    env = {"REFERRAL_ADDRESS": address, "REFERRAL_KEY": practice.key, "COLUMNS": "160"}

    def run(*command: str, **changes: str) -> Result:
        runner = CliRunner(env=env | {"XDG_CONFIG_HOME": str(tmp_path)} | changes)
        return runner.invoke(app, command, catch_exceptions=False)

    return run


@pytest.fixture
def reference(client: TestClient, practice: Practice) -> str:
    """The reference of a request to the clinic."""
    return str(send_request(client, practice.clinic_id)["reference"])


def done(result: Result) -> str:
    """Return what a command printed that ended well."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def told(result: Result, code: int) -> str:
    """Return why a command failed; nothing of it may stand where programs read."""
    assert (result.exit_code, result.stdout) == (code, ""), result.stderr
    return result.stderr


def document(result: Result) -> Any:  # noqa: ANN401 - JSON
    return json.loads(done(result))


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


def test_the_width_of_a_terminal_cuts_no_reference_and_no_wish(run: Run, reference: str) -> None:
    lines = done(run("inbox", COLUMNS="80")).splitlines()

    assert max(map(len, lines)) <= 80
    assert reference in lines[2]
    assert "Thu 3 Dec morning" in lines[2]


@pytest.mark.parametrize("written", [str, str.lower, lambda text: text.replace("-", " ")])
def test_show_opens_a_request_however_its_reference_is_written(
    run: Run, reference: str, written: Callable[[str], str]
) -> None:
    shown = done(run("show", written(reference)))

    assert PERSON["name"] in shown
    assert "received" in shown
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


def test_watching_needs_a_terminal(run: Run) -> None:
    assert "terminal" in told(run("inbox", "--watch"), 2)


NO_VARIABLES = {"REFERRAL_ADDRESS": "", "REFERRAL_KEY": ""}


def logged_in(address: str, key: str, folder: Path) -> Result:
    runner = CliRunner(env=NO_VARIABLES | {"XDG_CONFIG_HOME": str(folder)})
    return runner.invoke(app, ["login", "--address", address], input=f"{key}\n")


def test_login_keeps_what_it_has_tried_for_its_owner_only(
    run: Run, address: str, practice: Practice, tmp_path: Path
) -> None:
    before = told(run("inbox", **NO_VARIABLES), 3)
    said = done(logged_in(f"{address}/api/v1/", practice.key, tmp_path))
    file = tmp_path / "referral" / "staff.toml"

    assert "referral login" in before
    assert said == f"This is the desk of Fictional Spine now. Kept in {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Reference" in done(run("inbox", **NO_VARIABLES))


def test_a_key_that_does_not_open_is_not_kept(address: str, tmp_path: Path) -> None:
    result = logged_in(address, "rk_unknown", tmp_path)

    assert result.exit_code == 3
    assert not (tmp_path / "referral").exists()


@pytest.mark.skipif(os.name != "posix", reason="other systems have no such permissions")
def test_a_file_that_others_can_read_is_refused(
    run: Run, address: str, practice: Practice, tmp_path: Path
) -> None:
    logged_in(address, practice.key, tmp_path)
    file = tmp_path / "referral" / "staff.toml"
    file.chmod(0o640)

    said = told(run("inbox", **NO_VARIABLES), 3)

    assert said == f"Others on this machine can read your clinic's key: chmod 600 {file}\n"


def test_a_file_that_is_broken_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "referral" / "staff.toml"
    file.parent.mkdir()
    file.touch(mode=0o600)
    file.write_text("key = ")

    assert "referral login" in told(run("inbox", **NO_VARIABLES), 3)
