# ruff: noqa: INP001 - a script run by hand
"""Takes the screenshots of docs/screenshots on a service with demo data.

Run `make run`, then in another terminal: `.venv/bin/python docs/screenshots.py STAFF_KEY`.
Reduce the files to a palette afterwards, with any tool that can: they are part of the README.
"""

import os
import shutil
import sys
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import FloatRect, Page, ViewportSize, sync_playwright

ORIGIN = os.environ.get("ORIGIN", "http://127.0.0.1:8000")
FOLDER = Path(__file__).parent / "screenshots"
PHONE: ViewportSize = {"width": 360, "height": 800}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
TALLEST = 1400
ZIP_CODE, ZONE = "10001", ZoneInfo("America/New_York")
SIGNS = ("emergency_signs=none", "unwell_signs=none")
PAIN = (
    "regions=lower_back",
    "spread=none",
    "duration=1_6w",
    "trend=same",
    "onset=lifting_exercise",
    "pain=6",
    "function=limited",
)


def main(key: str) -> None:
    """Walk the journey once and keep a picture of each page."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--headless", "--no-sandbox"]
        )
        tab = browser.new_context(base_url=ORIGIN, color_scheme="light").new_page()
        _until_the_outcome(tab)
        _until_the_answer(tab, key)
        browser.close()


def _until_the_outcome(tab: Page) -> None:
    tab.goto("/articles/back-spasms")
    _take(tab, "article", desktop=True)
    tab.goto("/check")
    _tap(tab, "emergency_signs=saddle_numbness", "unwell_signs=none")
    _press(tab, "Continue")
    _take(tab, "emergency")
    _clear(tab)
    _tap(tab, *SIGNS)
    _press(tab, "Continue")
    _tap(tab, *PAIN)
    _take(tab, "form")
    _press(tab, "Continue")
    tab.get_by_label("How old are you?").fill("41")
    _tap(tab, "history=none", "tried=heat")
    _press(tab, "See where to go")
    _take(tab, "outcome")


def _until_the_answer(tab: Page, key: str) -> None:
    tab.get_by_label("Your ZIP code").fill(ZIP_CODE)
    _press(tab, "Show clinics near me")
    _take(tab, "clinics", desktop=True)
    tab.get_by_role("link", name="Ask for an appointment").first.click()
    window = tab.locator(".chip:has(:enabled)").first
    day = str(window.locator("input").get_attribute("value")).partition("_")[0]
    window.click()
    tab.get_by_label("Your name").fill("Sam Sample")
    tab.get_by_label("E-mail address").fill("sam@example.com")
    _tap(tab, "preferred_contact=email")
    _take(tab, "request")
    _press(tab, "Check and send")
    tab.locator(".choice").click()
    _take(tab, "review")
    _press(tab, "Send the request")
    _take(tab, "confirmation")
    _book(key, day)
    tab.goto(tab.get_by_label("Your private link").input_value())
    _take(tab, "booked", desktop=True)


def _book(key: str, day: str) -> None:
    starts_at = datetime.combine(datetime.fromisoformat(day), time(10, 30), ZONE).isoformat()
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{ORIGIN}/api/v1", headers=headers) as staff:
        newest = staff.get("/requests").raise_for_status().json()["items"][0]["id"]
        for move in ({"action": "receive"}, {"action": "book", "starts_at": starts_at}):
            tag = staff.get(f"/requests/{newest}").headers["ETag"]
            moved = staff.post(f"/requests/{newest}/moves", json=move, headers={"If-Match": tag})
            moved.raise_for_status()


def _clear(tab: Page) -> None:
    _press(tab, "Clear my answers")
    tab.goto("/check")


def _tap(tab: Page, *choices: str) -> None:
    for name, _, value in (choice.partition("=") for choice in choices):
        tab.locator(f'div:has(> [name="{name}"][value="{value}"])').click()


def _press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def _take(tab: Page, name: str, *, desktop: bool = False) -> None:
    if desktop:
        tab.set_viewport_size(DESKTOP)
        tab.screenshot(path=FOLDER / f"{name}-desktop.png")
    tab.set_viewport_size(PHONE)
    tab.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    height = min(TALLEST, tab.evaluate("document.documentElement.scrollHeight"))
    clip: FloatRect = {"x": 0, "y": 0, "width": PHONE["width"], "height": height}
    tab.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)


if __name__ == "__main__":
    main(sys.argv[1])
