"""Alembic's entry: migrates the database that the caller names, or the one of the settings."""

from alembic import context
from sqlmodel import SQLModel

from referral import tries
from referral.appointments import models as appointments
from referral.clinics import models as clinics
from referral.db import make_engine
from referral.notices import models as notices
from referral.operations import models as operations
from referral.record import models as record
from referral.settings import Settings
from referral.staff import models as staff
from referral.symptoms import models as symptoms

# Importing the models fills the metadata; naming them here says which ones.
MODELS = (appointments, clinics, notices, operations, record, staff, symptoms, tries)


def run() -> None:
    """Run the migrations on one connection, in one transaction."""
    url = context.config.get_main_option("sqlalchemy.url")
    engine = make_engine(url or Settings().database_url, pool_size=1)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=SQLModel.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
