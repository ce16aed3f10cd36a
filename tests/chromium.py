"""A real browser for the tests: the one that is named, one on PATH, or Playwright's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for a second: what is optimized for longer is thrown away with it.
    "--js-flags=--no-opt,--no-maglev",
]


@contextmanager
def start_browser() -> Iterator[Browser]:
    """Yield a running Chromium; fails, and never skips, where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_found(playwright), args=FLAGS)
        yield browser
        browser.close()


def _found(playwright: Playwright) -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    own = playwright.chromium.executable_path
    if found is None and not Path(own).exists():
        pytest.fail("No Chromium: put it on PATH, or its path into CHROMIUM.")
    return found or own
