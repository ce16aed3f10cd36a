"""Checks of what is in the database: schema, writing, clock, worker, queues, dead notices."""

from datetime import datetime
from secrets import token_bytes
from uuid import uuid4

from sqlmodel import Session, func, select

from referral import schema
from referral.db import Database, UtcDateTime
from referral.doctor.findings import Finding, Level, graded, span
from referral.errors import UnavailableError
from referral.notices.models import NoticeStatus
from referral.operations.gauges import Gauges
from referral.operations.service import SILENT_AFTER
from referral.repeats import Repeat
from referral.schema import Standing
from referral.troubles import Trouble, trouble_of

MIGRATE = "Run `referral migrate`, then start the service again."
SCHEMAS = {
    Standing.EMPTY: Finding("schema", Level.FAILING, "The database has no tables yet.", MIGRATE),
    Standing.BEHIND: Finding("schema", Level.FAILING, "The database lacks migrations.", MIGRATE),
    Standing.NEWEST: Finding("schema", Level.OK, "The database has the newest schema."),
    Standing.NEWER: Finding(
        "schema",
        Level.WARNING,
        "The database has a newer schema than this program knows.",
        "Bring this program to the version that migrated the database.",
    ),
}

WRITES = {
    Trouble.READ_ONLY: (
        "it takes no writes",
        "Name the primary server in REFERRAL_DATABASE_URL, or let this user write to the file.",
    ),
    Trouble.LOCKED: (
        "another program holds a lock on it",
        "End what has it open: an import, a migration, or somebody's shell.",
    ),
    Trouble.FULL: ("its disk is full or failing", "Make room, and look at the disk's own log."),
    Trouble.BUSY: (
        "it has no connection to spare",
        "Raise its max_connections, or lower REFERRAL_DATABASE_POOL.",
    ),
    Trouble.AWAY: ("it went away meanwhile", "Look whether it has just been restarted."),
}

# In bytes: where a disk is full, a small row may still find a place in what its table has already.
BULKY = 64 * 1024


def writing(database: Database, *, now: datetime) -> Finding:
    """Write and take it back: refused is who may not, has no room, or has to wait for too long."""
    bulky = Repeat(
        id=uuid4(), fingerprint=b"", made_at=now, wrapped_key=b"", answer=token_bytes(BULKY)
    )
    try:
        with database.unit_of_work() as session:
            session.add(bulky)
            session.flush()
            session.rollback()
    except UnavailableError as error:
        why, mend = WRITES[trouble_of(error.__cause__ or error)]
        return Finding("writing", Level.FAILING, f"Nothing can be stored: {why}.", mend)
    return Finding("writing", Level.OK, "The database takes writes.")


def migrations(session: Session) -> Finding:
    """Compare the schema with the migrations of this program."""
    return SCHEMAS[schema.standing_of(schema.revision_of(session.connection()))]


def clock(session: Session, *, now: datetime) -> Finding:
    """Compare `now` with the clock of the database; SQLite has that of this machine."""
    theirs = session.scalar(select(func.current_timestamp(type_=UtcDateTime)))
    apart = abs((now - theirs).total_seconds()) if theirs else 0.0
    level = graded(apart, warn=5, fail=60)
    if level is Level.OK:
        return Finding("clock", level, "This clock and that of the database agree.")
    says = f"This clock and that of the database are {span(apart)} apart."
    return Finding("clock", level, says, "Let both machines keep time by NTP.")


def worker(gauges: Gauges) -> Finding:
    """Look when the worker last did a whole round."""
    start = "Start `referral worker`, or `referral serve` without --no-worker, and read its log."
    if gauges.beat_age is None:
        return Finding("worker", Level.FAILING, "The worker has never done a round.", start)
    if gauges.beat_age < 0:
        says = f"The worker's last round lies {span(-gauges.beat_age)} ahead of this clock."
        return Finding("worker", Level.WARNING, says, "Let all machines keep time by NTP.")
    says = f"The worker did its last round {span(gauges.beat_age)} ago."
    if gauges.beat_age >= SILENT_AFTER.total_seconds():
        return Finding("worker", Level.FAILING, says, start)
    if not gauges.sends_mail:
        mend = "Give its process the REFERRAL_SMTP_ settings, too."
        return Finding("worker", Level.WARNING, f"{says[:-1]}, without a mail server.", mend)
    return Finding("worker", Level.OK, says)


def queues(gauges: Gauges) -> Finding:
    """Look how long that waits which is due: letters, deadlines, events for webhooks."""
    ages = {
        "a letter": gauges.notice_age,
        "a deadline": gauges.due_age,
        "an event for a webhook": gauges.event_age,
    }
    what, longest = max(ages.items(), key=lambda pair: pair[1])
    level = graded(longest, warn=300, fail=3600)
    if level is Level.OK:
        return Finding("queues", level, "Nothing that is due waits.")
    mend = "Look at the worker, at mail and at `referral outbox list`; a receiver may be away, too."
    return Finding("queues", level, f"What waits longest is {what}: {span(longest)}.", mend)


def dead(gauges: Gauges) -> Finding:
    """Count the notices that could not be sent."""
    count = gauges.notices[NoticeStatus.DEAD]
    if not count:
        return Finding("dead notices", Level.OK, "Every notice was sent, or still can be.")
    mend = "See why in `referral outbox list`, mend it, then `referral outbox retry --all-dead`."
    return Finding("dead notices", Level.WARNING, f"Notices that could not be sent: {count}.", mend)
