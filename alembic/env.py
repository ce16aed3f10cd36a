"""Alembic's entry: migrates the database that the caller names, or the one of the settings."""

from alembic import context
from sqlmodel import SQLModel

from referral import limits, repeats, tries
from referral.appointments import models as appointments
from referral.clinics import models as clinics
from referral.clinics.register import models as register
from referral.engines import beginning, make_engine
from referral.notices import models as notices
from referral.operations import models as operations
from referral.record import models as record
from referral.settings import Settings
from referral.staff import models as staff
from referral.symptoms import models as symptoms
from referral.webhooks import models as webhooks

# Importing the models fills the metadata; naming them here says which ones.
MODELS = (
    appointments,
    clinics,
    limits,
    notices,
    operations,
    record,
    register,
    repeats,
    staff,
    symptoms,
    tries,
    webhooks,
)

LOCK_PATIENCE = "5s"


def run() -> None:
    """Run the migrations on one connection, in one transaction.

    SQLite changes a table by building it anew and dropping the old one, and with foreign keys on,
    that deletes what refers to its rows. So they are off, which must be said before the
    transaction, and are checked at its end.
    """
    url = context.config.get_main_option("sqlalchemy.url")
    engine = beginning(make_engine(url or Settings().database_url, pool_size=1), "BEGIN IMMEDIATE")
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=is_sqlite,
            compare_type=True,
        )
        with context.begin_transaction():
            if not is_sqlite:
                # Whoever waits for a lock of a table makes all others wait behind it.
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
            context.run_migrations()
            if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise RuntimeError("the migration would leave rows that refer to nothing")
    engine.dispose()


run()
