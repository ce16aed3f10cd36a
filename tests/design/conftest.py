"""A small server that sends the pages under the strictest content policy."""

import threading
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from design.gallery import SOURCE, page
from referral.web.headers import POLICY

TYPES = {"css": "text/css", "js": "text/javascript"}


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Gallery) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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


class Gallery(BaseHTTPRequestHandler):
    """Answers `/NAME` with a gallery page and `/static/NAME` with the file."""

    def do_GET(self) -> None:
        *folder, name = self.path.strip("/").split("/")
        if folder == ["static"]:
            content = (SOURCE / "static" / name).read_bytes()
            content_type = TYPES[name.rpartition(".")[2]]
        else:
            content, content_type = _page(name), "text/html; charset=utf-8"
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Security-Policy", POLICY)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in http.server
        """Stay silent: a passing test prints nothing."""


@cache
def _page(name: str) -> bytes:
    return page(name).encode()
