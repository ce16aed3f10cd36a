"""The commands beside the moves: notes, finding a person, and the export."""

import json
import stat
from datetime import timedelta
from pathlib import Path

from starlette.testclient import TestClient

from client.running import Run, document, done, told
from client.unreliable import Refusal, Unreliable
from conftest import Clock
from referral.client import Client
from referral.staff.scopes import Scope
from world import PERSON, Practice, add_key, send_request


def test_notes_are_kept_and_the_newest_are_shown(run: Run, clock: Clock, reference: str) -> None:
    kept = document(run("note", reference, "Prefers Dr. Made Up", "--json"))
    for number in range(5):
        clock.now += timedelta(minutes=1)
        assert done(run("note", reference, f"Note {number} \u202eback")) == "Noted.\n"

    shown = done(run("show", reference, "--peek"))
    listed = done(run("notes", reference))
    lines = done(run("notes", reference, "--json")).splitlines()

    assert kept["author"]["label"] == "test"
    assert [shown.count(f"Note {number} \ufffdback") for number in range(5)] == [1] * 5
    assert "Dr. Made Up" not in shown
    assert f"There are more: referral notes {reference}" in shown
    assert "Prefers Dr. Made Up" in listed
    assert "Tue 1 Dec 2026, 10:00 (America/New_York)  test" in listed
    assert len(lines) == 6
    assert kept in map(json.loads, lines)


def test_a_request_is_given_to_a_colleague_to_me_or_to_nobody(
    run: Run, admin: Client, practice: Practice, reference: str
) -> None:
    other = admin.issue_key("Front desk")

    assert done(run("assign", reference, "front DESK")) == f"{reference}: given to Front desk.\n"
    assert "Given to" in (shown := done(run("show", reference, "--peek")))
    assert "Front desk" in shown
    assert reference not in done(run("inbox", "--mine"))
    assert reference in done(run("inbox", "--assignee", "Front desk"))
    assert done(run("assign", reference)) == f"{reference}: given to test.\n"
    assert reference in done(run("inbox", "--mine"))
    assert document(run("export", "--json", "--assignee", "me"))["assignee"] == str(practice.key_id)
    given = document(run("assign", reference, str(other.id), "--json"))
    assert given["assignee"] == str(other.id)
    admin.revoke_key(other.id)
    assert f"the key {other.id}, which is not in use" in done(run("show", reference, "--peek"))
    assert done(run("assign", reference, "nobody")) == f"{reference}: given to nobody.\n"
    assert reference in done(run("inbox", "--assignee", "nobody"))


def test_a_name_that_is_nobodys_or_several_keys_is_refused_with_those_there_are(
    run: Run, admin: Client, reference: str
) -> None:
    made = [admin.issue_key("Front desk").id for _ in range(2)]

    unknown = told(run("assign", reference, "Nobody else"), 2)
    several = told(run("assign", reference, "Front desk"), 2)

    assert unknown.startswith("Your clinic has no such key in use. Write one of these names")
    assert "test  " in unknown
    assert {*several.splitlines()[1:]} == {f"Front desk  {key_id}" for key_id in made}
    assert "not both" in run("inbox", "--mine", "--assignee", "nobody").stderr
    # Also what a key left behind that nobody uses any more is found.
    admin.revoke_key(made[0])
    assert done(run("inbox", "--json", "--assignee", str(made[0]))) == ""
    assert "no request" in told(run("assign", "K7QF-3M9P", "me"), 4)


def test_what_is_personal_can_be_piped_in(run: Run, reference: str) -> None:
    done(run("note", reference, typed="Called on Monday\n"))

    assert document(run("notes", reference, "--json"))["text"] == "Called on Monday"
    assert reference in done(run("find", typed=f"{PERSON['email']}\n"))


def test_a_person_is_found_also_after_the_end(
    client: TestClient, run: Run, practice: Practice, reference: str
) -> None:
    done(run("move", reference, "cancel"))
    send_request(client, practice.clinic_id, email="other@example.com", phone=None)

    (line,) = done(run("find", PERSON["phone"], "--json")).splitlines()

    assert json.loads(line)["reference"] == reference
    assert reference in done(run("find", PERSON["email"].upper()))
    assert "contact: Write one e-mail address" in told(run("find", "Quillon"), 2)


def test_the_export_goes_to_standard_output_or_to_a_file_for_its_owner(
    client: TestClient, run: Run, practice: Practice, *, reference: str, tmp_path: Path
) -> None:
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    file = tmp_path / "requests.csv"

    assert done(run("export", "-o", str(file), "--include", "person", REFERRAL_KEY=key)) == ""
    assert PERSON["name"] in file.read_text("utf-8-sig")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert document(run("export", "--json"))["reference"] == reference
    assert done(run("export", "--format", "ndjson", "--state", "booked")) == ""
    sent = ("--from", "2026-12-01 09:00", "--before", "2026-12-01 10:00")
    assert done(run("export", "--json", *sent)) == ""
    assert reference in done(run("export", "--json", *sent[:2]))


def test_an_export_that_fails_leaves_no_file(run: Run, between: Unreliable, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    half = {"Content-Type": "text/csv", "Content-Length": "1000"}
    between.plan.append(Refusal(200, half, b"id"))

    cut = run("export", "-o", str(folder / "a.csv"), REFERRAL_ADDRESS=between.address)

    assert "did not answer" in told(cut, 6)
    assert "scope" in told(run("export", "-o", str(folder / "a.csv"), "--include", "person"), 3)
    assert "No such file" in told(run("export", "-o", str(folder / "no" / "a.csv")), 2)
    assert [*folder.iterdir()] == []
