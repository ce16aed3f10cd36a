"""All checks, in the order in which one depends on another."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlmodel import Session

from referral.db import Database
from referral.doctor import around, beside, inside, rings
from referral.doctor.findings import Finding, Level
from referral.errors import UnavailableError
from referral.operations import gauges
from referral.retired import vault_of
from referral.schema import Standing
from referral.settings import Settings
from referral.vault import Vault

UNKNOWN = Finding(
    "database",
    Level.FAILING,
    "REFERRAL_DATABASE_URL names no database that we know.",
    "It takes sqlite:///FILE or postgresql+psycopg://user:password@host/name.",
)
AWAY = Finding(
    "database",
    Level.FAILING,
    "The database does not let us in.",
    "Start it, mend the host, user and password in REFERRAL_DATABASE_URL, or have it allow more"
    " connections.",
)
# In seconds: whoever waits for the doctor has a service that does not work.
PATIENCE = 3.0
ANSWERS = Finding("database", Level.OK, "The database answers.")


def examine(*, now: datetime) -> Iterator[Finding]:
    """Yield what each check finds; nothing is changed, made or sent.

    What is wrong with the settings or the database is named, and ends what depends on it.
    """
    try:
        chosen = Settings()
    except ValidationError as error:
        yield from around.wrong_settings(error)
        return
    yield around.settings(chosen)
    yield around.maintenance(chosen, now=now)
    yield around.mail(chosen)
    yield around.backup(chosen, now=now)
    try:
        yield around.disk(chosen)
        yield from _database(chosen, now)
    except (ArgumentError, ImportError):
        yield UNKNOWN


def _database(chosen: Settings, now: datetime) -> Iterator[Finding]:
    url = make_url(chosen.database_url)
    # Whoever connects to a file that is not there makes it.
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield inside.SCHEMAS[Standing.EMPTY]
        return
    database = Database(chosen.database_url, pool_size=1, patience=PATIENCE)
    try:
        with database.reading() as session:
            found = list(_inside(session, vault_of(chosen, database), now))
            if chosen.replica_url:
                primary = session.connection()
                found.append(beside.replica(chosen.replica_url, primary, patience=PATIENCE))
        yield from found
        if all(each.level is not Level.FAILING for each in found if each.check == "schema"):
            yield inside.writing(database, now=now)
    except (UnavailableError, SQLAlchemyError, sqlite3.DatabaseError):
        yield AWAY
    finally:
        database.engine.dispose()


def _inside(session: Session, vault: Vault, now: datetime) -> Iterator[Finding]:
    standing = inside.migrations(session)
    yield ANSWERS
    yield standing
    yield inside.clock(session, now=now)
    if standing.level is Level.FAILING:
        return
    yield rings.keys(session, vault)
    measured = gauges.measure(session, now=now)
    yield from (inside.worker(measured), inside.queues(measured), inside.dead(measured))
