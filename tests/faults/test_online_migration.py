"""The schema grows while the program of before goes on: it serves, stops, and starts again."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from starlette.testclient import TestClient
from typer.testing import CliRunner

from faults.audit import audit
from faults.load import Load, filled_in, under_load, wait_for_answers
from faults.programs import environment, running, server
from referral import schema
from referral.cli import app
from referral.settings import Settings
from world import Practice

# As a later version may bring it: nothing that those who do not know it would have to fill in.
MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "9001", {newest!r}


def upgrade() -> None:
    op.add_column("appointments", sa.Column("later", sa.Text(), nullable=True))
    op.add_column("events", sa.Column("later", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("events", "later")
    op.drop_column("appointments", "later")
"""


@pytest.fixture
def later(settings: Settings, tmp_path: Path) -> Config:
    """The migrations of a later version."""
    config = schema.config(settings.database_url)
    folder = tmp_path / "later"
    folder.mkdir()
    (folder / "9001_later.py").write_text(MIGRATION.format(newest=schema.known()[0]))
    ours = Path(str(config.get_main_option("script_location"))) / "versions"
    config.set_main_option("version_locations", f"{ours}:{folder}")
    return config


def test_a_column_is_added_under_load_and_the_program_of_before_goes_on(
    client: TestClient, settings: Settings, *, practice: Practice, later: Config, tmp_path: Path
) -> None:
    program, origin = server(settings, tmp_path, "--no-worker")
    load = Load(practice, [origin], filled_in(client, practice, 8))
    with running(program):
        with under_load(load):
            wait_for_answers(load, 8)
            command.upgrade(later, "head")
            wait_for_answers(load, 12)
        assert load.statuses[503] == 0
        program.ask_to_stop()
        assert program.exit_code(20) == 0
        program.start()
        again = Load(practice, [origin], load.forms)
        with under_load(again):
            wait_for_answers(again, 4)
    assert "a newer schema than this program knows" in program.said
    load.add(again)
    assert audit(client, load).doubles == 0

    variables = environment(settings)
    migrated = CliRunner(env=variables).invoke(app, ["migrate"], catch_exceptions=False)
    assert (migrated.exit_code, "nothing was done" in migrated.output) == (0, True)
    command.downgrade(later, schema.known()[0])
