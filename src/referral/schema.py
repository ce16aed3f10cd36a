"""Bringing a database to the newest schema, by Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from referral.settings import ROOT


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    command.upgrade(config(database_url), revision)


def is_behind(engine: Engine) -> bool:
    """Say whether migrations of ours are missing; a newer schema than we know is not behind."""
    scripts = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini")))
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    ours = {script.revision for script in scripts.walk_revisions()}
    return current is None or current in ours - {scripts.get_current_head()}


def config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    alembic = Config(str(ROOT / "alembic.ini"))
    # ConfigParser reads % as its own; a password in a URL is full of them.
    alembic.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return alembic
