"""The pages that come from no database: one application serves all the tests of them."""

from collections.abc import Iterator

import pytest
from pydantic import HttpUrl, SecretStr
from starlette.testclient import TestClient

from article_files import ORIGIN
from referral.app import create_app
from referral.settings import Settings, new_ring


@pytest.fixture(scope="session")
def site() -> Iterator[TestClient]:
    settings = Settings(
        _env_file=None,
        keys=SecretStr(new_ring()),
        # Nothing here asks it.
        database_url="sqlite:////nowhere/referral.db",
        base_url=HttpUrl(ORIGIN),
    )
    with TestClient(create_app(settings), base_url=ORIGIN) as client:
        yield client
