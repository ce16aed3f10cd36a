"""The migrations: they lead to the models' schema, and back to nothing, on both databases."""

from datetime import timedelta

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from conftest import NOON, Clock
from referral import schema
from referral.clinics.models import Clinic
from referral.engines import make_engine
from situations import TO_THE_VISIT, begin, bring
from world import add_clinic, house


def test_up_gives_what_the_models_say(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_down_leaves_nothing_and_up_works_again(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    full = set(inspect(engine).get_table_names())
    engine.dispose()
    assert full == {*SQLModel.metadata.tables, "alembic_version"}

    command.downgrade(schema.config(database_url), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    engine.dispose()

    schema.upgrade(database_url)
    assert set(inspect(engine).get_table_names()) == full
    engine.dispose()


def test_no_check_is_lost_on_the_way(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    wanted = {
        (table.name, constraint.name)
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    inspector = inspect(engine)
    found = {
        (table, check["name"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }
    engine.dispose()

    assert len(wanted) > 4
    assert found == wanted


def test_requests_from_before_have_a_day_of_grace_and_answers_that_hold(
    client: TestClient, clock: Clock
) -> None:
    clock.now += timedelta(microseconds=12345)
    sent = begin(client, clock)
    bring(sent, "booked")
    before, held = sent.row(), sent.held()
    database = house(client).database
    database.engine.dispose()
    url = database.engine.url.render_as_string(hide_password=False)

    command.downgrade(schema.config(url), "0004")
    schema.upgrade(url)

    after = sent.row()
    assert sent.held() == held != []
    assert after.expires_at == before.answer_by + timedelta(days=1)
    assert after.answers_until == before.created_at + timedelta(days=30)


def test_answers_and_missed_visits_from_before_are_counted(
    client: TestClient, clock: Clock
) -> None:
    waiting, answered, missed, undone = (begin(client, clock) for _ in range(4))
    clock.now += timedelta(seconds=90, microseconds=1)
    for case, situation in ((answered, "declined"), (missed, "no_show"), (undone, "no_show")):
        bring(case, situation)
        clock.now = NOON + timedelta(seconds=90, microseconds=1)
    clock.now = NOON + TO_THE_VISIT
    assert undone.staff("undo").status_code == 200
    cases = (waiting, answered, missed, undone)
    before = [(case.row().answer_seconds, case.row().missed) for case in cases]
    database = house(client).database
    database.engine.dispose()
    url = database.engine.url.render_as_string(hide_password=False)

    command.downgrade(schema.config(url), "0005")
    schema.upgrade(url)

    assert [(case.row().answer_seconds, case.row().missed) for case in cases] == before
    assert before == [(None, False), (90, False), (90, True), (90, False)]


def test_what_clinics_from_before_can_be_filtered_by_is_filled_in(client: TestClient) -> None:
    has = {"languages": ["es"], "hours": {"sa": [["09:00", "19:00"]]}, "insurance": ["none"]}
    clinics = [add_clinic(client, standing=standing, **has) for standing in ("joined", "listed")]
    database = house(client).database

    def kept() -> list[int]:
        with database.reading() as session:
            return [session.get_one(Clinic, clinic_id).traits for clinic_id in clinics]

    before = kept()
    database.engine.dispose()
    url = database.engine.url.render_as_string(hide_password=False)

    command.downgrade(schema.config(url), "0020")
    schema.upgrade(url)

    assert kept() == before
    assert [number.bit_count() for number in before] == [6, 5]
