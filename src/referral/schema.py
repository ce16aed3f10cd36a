"""Bringing a database to the newest schema, by Alembic."""

from alembic import command
from alembic.config import Config

from referral.settings import ROOT


def upgrade(database_url: str, revision: str = "head") -> None:
    """Run the migrations up to `revision`."""
    command.upgrade(config(database_url), revision)


def config(database_url: str) -> Config:
    """Return Alembic's configuration for one database."""
    alembic = Config(str(ROOT / "alembic.ini"))
    # ConfigParser reads % as its own; a password in a URL is full of them.
    alembic.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    return alembic
