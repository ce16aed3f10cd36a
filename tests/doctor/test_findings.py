"""What each check makes of what it sees, without a service."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from referral.appointments.states import State
from referral.backup.saving import KEYS
from referral.backup.sealing import Head, written
from referral.doctor import around, inside
from referral.doctor.findings import Finding, Level, span
from referral.notices.models import NoticeStatus
from referral.operations.gauges import Gauges
from referral.settings import Settings, new_ring, parse_ring
from referral.vault import Vault
from referral.web.maintenance import Sign

OK, WARNING, FAILING = Level
QUIET = Gauges(
    beat_age=4,
    sends_mail=True,
    notices=dict.fromkeys(NoticeStatus, 0),
    notice_age=0,
    due_age=0,
    requests=dict.fromkeys(State, 0),
    overdue=0,
    webhooks_behind=0,
    webhooks_paused=0,
    event_age=0,
)
DEAD = {**QUIET.notices, NoticeStatus.DEAD: 3}


@pytest.mark.parametrize(
    ("found", "level", "word"),
    [
        (inside.worker(QUIET), OK, "4 seconds ago"),
        (inside.worker(replace(QUIET, beat_age=None)), FAILING, "never"),
        (inside.worker(replace(QUIET, beat_age=600)), FAILING, "10 minutes ago"),
        (inside.worker(replace(QUIET, beat_age=-7200)), WARNING, "2 hours ahead"),
        (inside.worker(replace(QUIET, sends_mail=False)), WARNING, "without a mail server"),
        (inside.queues(QUIET), OK, "Nothing"),
        (inside.queues(replace(QUIET, notice_age=299)), OK, "Nothing"),
        (inside.queues(replace(QUIET, notice_age=400, due_age=301)), WARNING, "a letter"),
        (inside.queues(replace(QUIET, due_age=3600)), FAILING, "a deadline: 1 hour."),
        (inside.queues(replace(QUIET, event_age=90_000)), FAILING, "a webhook: 1 day."),
        (inside.dead(QUIET), OK, "Every notice"),
        (inside.dead(replace(QUIET, notices=DEAD)), WARNING, "sent: 3."),
        (around.space(Path("/x"), 3 * 2**30), OK, "3.0 GiB"),
        (around.space(Path("/x"), 2**30), WARNING, "1.0 GiB"),
        (around.space(Path("/x"), 2**20), FAILING, "/x"),
    ],
)
def test_a_finding_says_how_it_stands_and_how_to_mend_it(
    found: Finding, level: Level, word: str
) -> None:
    assert (found.level, word in found.says) == (level, True), found
    assert bool(found.mend) is (level is not OK)
    assert found.says.endswith(".")


@pytest.mark.parametrize(
    ("hours", "level", "word"),
    [
        (None, WARNING, "No such file"),
        (0.5, OK, "within the last hour"),
        (-2, OK, "within the last hour"),
        (3, WARNING, "erased in the last 3 hours"),
    ],
)
def test_keys_of_backups_that_are_not_renewed_are_a_warning(
    tmp_path: Path, hours: float | None, level: Level, word: str
) -> None:
    ring, now = new_ring(), datetime(2026, 12, 1, tzinfo=UTC)
    chosen = Settings(_env_file=None, keys=SecretStr(ring), backup_dir=tmp_path)
    if hours is not None:
        taken_at = (now - timedelta(hours=hours)).isoformat()
        head = Head("keys", "0001", taken_at, "k1")
        with written(tmp_path / KEYS, head, Vault(parse_ring(ring))):
            pass
    found = around.backup(chosen, now=now)
    assert (found.level, word in found.says) == (level, True), found


def test_a_service_that_is_closed_is_a_warning_that_says_since_when(tmp_path: Path) -> None:
    chosen = Settings(_env_file=None, keys=SecretStr(new_ring()), maintenance_file=tmp_path / "x")
    now = datetime(2026, 12, 1, tzinfo=UTC)
    assert around.maintenance(chosen, now=now).level is OK

    Sign(chosen.maintenance_file).put_up(until=None)
    put_up = (now - timedelta(hours=3)).timestamp()
    os.utime(chosen.maintenance_file, (put_up, put_up))

    found = around.maintenance(chosen, now=now)
    assert (found.level, "closed 3 hours ago" in found.says) == (WARNING, True)
    assert "`referral maintenance off`" in found.mend


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (59.4, "59 seconds"), (60, "1 minute"), (7300, "2 hours")],
)
def test_a_length_of_time_is_told_in_the_unit_a_person_would_choose(
    seconds: float, said: str
) -> None:
    assert span(seconds) == said
