"""The style guide of a demo, and one tab to look at it."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page
from pydantic import HttpUrl, SecretStr

from live import serving
from referral.app import create_app
from referral.settings import Settings, new_ring


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        # Nothing that these tests look at opens the database.
        settings = Settings(
            _env_file=None,
            keys=SecretStr(new_ring()),
            base_url=HttpUrl(origin),
            demo=True,
        )
        with serving(create_app(settings), listener):
            yield origin


@pytest.fixture(scope="session")
def window(browser: Browser, site: str) -> Iterator[Page]:
    context = browser.new_context(base_url=site)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(window: Page) -> Page:
    """The one tab of these tests, on a small phone that asks for nothing special."""
    window.set_viewport_size({"width": 320, "height": 640})
    window.emulate_media(
        media="null", color_scheme="null", reduced_motion="null", forced_colors="null"
    )
    return window
