"""Bringing a database to the newest schema, by Alembic."""

from enum import Enum, auto
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from referral.settings import ROOT


class Standing(Enum):
    """How the schema of a database stands to the migrations that this program knows.

    A newer one serves us too: what was added asks nothing of those who do not know it.
    """

    EMPTY = auto()
    BEHIND = auto()
    NEWEST = auto()
    NEWER = auto()


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    command.upgrade(config(database_url), revision)


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the schema that `connection` sees, None without any."""
    return MigrationContext.configure(connection).get_current_revision()


def standing_of(revision: str | None) -> Standing:
    """Return how a revision stands to ours; one that we do not know is newer."""
    if revision is None:
        return Standing.EMPTY
    ours = known()
    if revision not in ours:
        return Standing.NEWER
    return Standing.NEWEST if revision == ours[0] else Standing.BEHIND


def standing(engine: Engine) -> Standing:
    """Return how the schema of a database stands to our migrations."""
    with engine.connect() as connection:
        return standing_of(revision_of(connection))


@cache
def known() -> tuple[str, ...]:
    """Return the revisions of this program, the newest first."""
    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    return tuple(script.revision for script in scripts.walk_revisions())


def config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    alembic = Config(str(ROOT / "alembic.ini"))
    # ConfigParser reads % as its own; a password in a URL is full of them.
    alembic.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return alembic
