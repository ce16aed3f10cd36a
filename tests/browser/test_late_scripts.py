"""On a slow line a script comes long after the page: what it adds pushes nothing away."""

import pytest
from playwright.sync_api import Route

from browser.conftest import OpenTab
from browser.shifts import shifts

PAINTED = """() => new Promise(done =>
  new PerformanceObserver(() => done()).observe({ type: "paint", buffered: true }))"""

DRAWN = """() => new Promise(done =>
  requestAnimationFrame(() => requestAnimationFrame(() => done())))"""


@pytest.mark.parametrize(
    ("path", "adds"),
    [
        ("/clinics?place=10001", "Use my location"),
        ("/articles/back-spasms#share", "Copy link"),
    ],
)
def test_nothing_jumps_when_the_script_arrives(open_tab: OpenTab, path: str, adds: str) -> None:
    tab, held = open_tab(is_mobile=True, has_touch=True), list[Route]()
    tab.route("**/*.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    tab.goto(path, wait_until="commit")
    tab.evaluate(PAINTED)
    assert tab.get_by_role("button", name=adds).count() == 0

    held[0].continue_()
    tab.get_by_role("button", name=adds).wait_for()
    tab.evaluate(DRAWN)

    assert shifts(tab) == []
