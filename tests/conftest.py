"""Real parts for the tests: a browser, both databases freshly migrated, the application."""

import gc
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser
from pydantic import SecretStr
from sqlmodel import SQLModel
from starlette.testclient import TestClient

from chromium import start_browser
from dialects import keep_compiled
from post_office import PostOffice, open_post_office
from postgresql import Cleared, start_cluster
from referral import schema
from referral.app import create_app
from referral.clinics.geography.gazetteer import Gazetteer
from referral.db import Database
from referral.policies import MOST, POLICIES
from referral.settings import Settings, new_ring

# A Tuesday, ten in the morning in New York: clinics are open.
NOON = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
A_GIBIBYTE = 2**30


def pytest_sessionstart() -> None:
    """Let the engines of all tests share what was compiled."""
    keep_compiled()


def pytest_collection_finish() -> None:
    """Keep the collector from looking through all that was imported, over and over."""
    gc.freeze()
    gc.set_threshold(20_000)


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session", autouse=True)
def tables_of_places() -> Iterator[None]:
    """Read them once for all applications: they are files of ours that nobody changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Gazetteer, "load", cache(Gazetteer.load))
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with start_browser() as running:
        yield running


@pytest.fixture(scope="session")
def kept_database() -> Iterator[Cleared]:
    # Not in pytest's own folder: other runs of pytest tidy that up.
    with TemporaryDirectory(prefix="referral-") as folder, start_cluster(Path(folder)) as cluster:
        database = Cleared(cluster, schema.upgrade, reversed(SQLModel.metadata.sorted_tables))
        yield database
        database.drop()


@pytest.fixture
def postgresql_url(kept_database: Cleared) -> Iterator[str]:
    yield kept_database.url
    kept_database.clear()


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    # SQLite waits for the disk at each commit, as in real use: one in memory, where there is room.
    memory = Path("/dev/shm")  # noqa: S108 - the folder gets a name of its own
    has_room = memory.is_dir() and shutil.disk_usage(memory).free > A_GIBIBYTE
    with TemporaryDirectory(prefix="referral-", dir=memory if has_room else None) as folder:
        file = Path(folder) / "template.db"
        schema.upgrade(f"sqlite:///{file}")
        yield file


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[str]:
    with TemporaryDirectory(dir=sqlite_template.parent) as folder:
        file = shutil.copy(sqlite_template, Path(folder) / "referral.db")
        yield f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database; each test that asks runs once on either."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, pool_size=5)
    yield database
    database.engine.dispose()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as running:
        yield running


@pytest.fixture
def limits() -> dict[str, int]:
    """What an address may do: all tests call from one. Those about limits name their own."""
    return dict.fromkeys(POLICIES, MOST)


@pytest.fixture
def settings(database_url: str, limits: dict[str, int]) -> Settings:
    return Settings(
        _env_file=None,
        keys=SecretStr(new_ring()),
        database_url=database_url,
        database_pool=5,
        limits=limits,
    )


@pytest.fixture
def client(settings: Settings, clock: Callable[[], datetime]) -> Iterator[TestClient]:
    app = create_app(settings, clock=clock)
    with TestClient(app, base_url=settings.origin, raise_server_exceptions=False) as client:
        yield client
    app.state.house.key_calls.settle()
    app.state.house.database.engine.dispose()
