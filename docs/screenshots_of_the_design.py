# ruff: noqa: INP001 - a script run by hand
"""Takes the pictures of docs/design.md: six pages, on a phone and a desk, in light and dark.

Run it as `screenshots.py`, with the name of the folder: `before` or `after`. The program of before
is that of commit 05060de; its form has three pages, so this answers whatever a page asks.
"""

import io
import os
import shutil
import sys
from collections.abc import Mapping
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright
from screenshots import ANSWERS, DEMO, DESKTOP, FLAGS, FOLDER, ORIGIN, PHONE, _fill_in_the_request

SCREENS: Mapping[str, ViewportSize] = {"phone": PHONE, "desktop": DESKTOP}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
QUALITY = 55


def main() -> None:
    """Walk to each of the pages and keep its pictures."""
    zip_code = (DEMO / "staff-key").read_text(encoding="utf-8").splitlines()[1]
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_context(base_url=ORIGIN, viewport=PHONE).new_page()
        tab.goto("/articles/back-spasms")
        _take(tab, "article")
        _check(tab, {"history": "cancer"})
        _take(tab, "outcome-doctor")
        tab.context.clear_cookies()
        _check(tab, {}, shown="regions")
        _take(tab, "outcome")
        tab.get_by_label("Your ZIP code").fill(zip_code)
        _send(tab)
        _take(tab, "clinics")
        tab.get_by_role("link", name="Ask for an appointment").first.click()
        _fill_in_the_request(tab)
        _send(tab)
        tab.locator(".choice").first.click()
        _send(tab)
        tab.get_by_role("link", name="See how your request stands").click()
        _take(tab, "follow")
        browser.close()


def _check(tab: Page, changes: Mapping[str, str], *, shown: str = "") -> None:
    """Answer the questions of each page until there is an outcome."""
    tab.goto("/check")
    answers = ANSWERS | changes
    while not tab.url.endswith("/outcome"):
        asked = [name for name in answers if tab.locator(f'[name="{name}"]').count()]
        if shown in asked:
            _take(tab, "question")
        for name in asked:
            if tab.locator(f'button[name="{name}"]').count():
                tab.locator(f'button[name="{name}"][value="{answers[name]}"]').click()
            elif name in {"age", "note"}:
                tab.locator(f'[name="{name}"]').fill(answers[name])
            else:
                tab.locator(f'div:has(> [name="{name}"][value="{answers[name]}"])').click()
        if asked and tab.locator(f'[name="{asked[0]}"]').count():
            _send(tab)
        tab.wait_for_load_state()


def _send(tab: Page) -> None:
    with tab.expect_event("load"):
        tab.locator("main form .button-primary").first.click()


def _take(tab: Page, name: str) -> None:
    """Keep what a screen shows of the page, without scrolling, on each screen in each scheme."""
    tab.wait_for_load_state()
    tab.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    for screen, size in SCREENS.items():
        tab.set_viewport_size(size)
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            picture = Image.open(io.BytesIO(tab.screenshot(animations="disabled")))
            file = FOLDER / sys.argv[1] / f"{name}-{screen}-{scheme}.webp"
            file.parent.mkdir(exist_ok=True)
            picture.convert("RGB").save(file, quality=QUALITY, method=6)
    tab.set_viewport_size(PHONE)
    tab.emulate_media(color_scheme="light")


if __name__ == "__main__":
    main()
