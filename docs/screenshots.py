# ruff: noqa: INP001 - a script run by hand
"""Takes the screenshots of docs/screenshots, one of every page, on a service with demo data.

Run `make run` with a REFERRAL_OPERATOR_PASSWORD, then, with the same one, in the same folder and in
another terminal, `.venv/bin/python docs/screenshots.py`. ORIGIN and DEMO name another service and
the folder of its data. Reduce the files to a palette afterwards, with any tool that can: they are
part of the README.
"""

import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
from playwright.sync_api import FloatRect, Page, ViewportSize, sync_playwright

ORIGIN = os.environ.get("ORIGIN", "http://127.0.0.1:8000")
DEMO = Path(os.environ.get("DEMO", ".demo"))
PASSWORD = os.environ["REFERRAL_OPERATOR_PASSWORD"]
FOLDER = Path(__file__).parent / "screenshots"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE: ViewportSize = {"width": 360, "height": 800}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
TALLEST = 1200
ABOVE = 16
ZONE = ZoneInfo("America/New_York")
ANSWERS = {
    "emergency_signs": "none",
    "unwell_signs": "none",
    "regions": "lower_back",
    "spread": "none",
    "duration": "1_6w",
    "trend": "same",
    "onset": "lifting_exercise",
    "pain": "6",
    "function": "limited",
    "age": "41",
    "history": "none",
    "tried": "heat",
    "note": "",
}
# The questions that are shown, each as the first of its kind.
SHOWN = {"emergency_signs": "form-signs", "regions": "form-where", "onset": "form-start"}
# The outcomes, by what is answered otherwise.
OUTCOMES: Mapping[str, Mapping[str, str]] = {
    "outcome-urgent": {"unwell_signs": "fever_chills"},
    "outcome-self-care": {"duration": "lt_1w", "pain": "3"},
    "outcome-doctor": {"history": "cancer"},
}
PATHS = {
    "home": "/",
    "articles": "/articles",
    "article": "/articles/back-spasms",
    "article-emergency": "/articles/when-back-pain-is-an-emergency",
    "article-first-visit": "/articles/your-first-visit-to-a-chiropractor",
    "clinics-far": "/clinics?zip=99723",
    "find": "/find",
    "how-clinics-answer": "/how-clinics-answer",
    "privacy": "/privacy",
    "api": "/api/v1/docs",
    "not-found": "/no-such-page",
}
FOR_OPERATORS = {"letters": "/demo/letters", "operator": "/operator"}
ON_A_DESK = {"article", "clinics", "booked"}


def main() -> None:
    """Walk the journey and keep a picture of each page."""
    _, zip_code, key = (DEMO / "staff-key").read_text(encoding="utf-8").splitlines()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        tab = browser.new_context(
            base_url=ORIGIN,
            color_scheme="light",
            http_credentials={"username": "operator", "password": PASSWORD},
        ).new_page()
        _visit(tab, PATHS)
        tab.goto(PATHS["article"])
        _take(tab, "article-share", part="#share")
        _doors_before_the_chiropractor(tab)
        _until_the_outcome(tab)
        _until_the_confirmation(tab, zip_code)
        _until_the_visit(tab, key)
        _after_a_no(tab, key, zip_code)
        _visit(tab, FOR_OPERATORS)
        # The demo's clinic is asked for it in one of its letters.
        asked = re.search(r"/confirm/[^\s<]+", tab.request.get("/demo/letters").text())
        _visit(tab, {"confirm": asked[0] if asked else ""})
        browser.close()


def _visit(tab: Page, paths: Mapping[str, str]) -> None:
    for name, path in paths.items():
        tab.goto(path)
        _take(tab, name)


def _doors_before_the_chiropractor(tab: Page) -> None:
    tab.goto("/check")
    _press(tab, "Continue")
    _take(tab, "form-mistake")
    _answer(tab, {"emergency_signs": "saddle_numbness"})
    _take(tab, "emergency")
    for name, changes in OUTCOMES.items():
        _check(tab, changes)
        _take(tab, name)


def _until_the_outcome(tab: Page) -> None:
    _clear(tab)
    for question, value in ANSWERS.items():
        _answer(tab, {question: value}, shown_as=SHOWN.get(question, ""))
    _take(tab, "outcome")


def _until_the_confirmation(tab: Page, zip_code: str) -> None:
    _look_for_clinics(tab, zip_code)
    _take(tab, "clinics")
    tab.locator("article a").first.click()
    _take(tab, "clinic")
    tab.get_by_role("link", name="Ask for an appointment").click()
    _fill_in_the_request(tab)
    _take(tab, "request")
    _press(tab, "Check and send")
    tab.locator(".choice").click()
    _take(tab, "review")
    _take(tab, "review-end", part="main h2:last-of-type")
    _send(tab)
    _take(tab, "confirmation")


def _until_the_visit(tab: Page, key: str) -> None:
    """Let the clinic offer a time for the request that was just sent, and take it."""
    link = _follow(tab, "waiting")
    _move(key, "receive")
    _move(key, "offer")
    _visit(tab, {"offered": link, "times-instead": f"{link}/refuse"})
    tab.goto(link)
    tab.locator(".choice").first.click()
    _press(tab, "Take this time")
    _take(tab, "booked")
    _visit(tab, {"times-move": f"{link}/ask_move", "cancel": f"{link}/cancel"})
    _visit(tab, {"copy": f"{link}/copy", "erase": f"{link}/erase"})


def _after_a_no(tab: Page, key: str, zip_code: str) -> None:
    """Send one more request, and let the clinic decline it."""
    _check(tab, {})
    _look_for_clinics(tab, zip_code)
    tab.get_by_role("link", name="Ask for an appointment").first.click()
    form = tab.url
    _fill_in_the_request(tab)
    _press(tab, "Check and send")
    tab.locator(".choice").click()
    _send(tab)
    _move(key, "decline")
    link = _follow(tab, "declined")
    _visit(tab, {"elsewhere": f"{link}/elsewhere", "asked-before": form})
    tab.goto(f"{link}/erase")
    _press(tab, "Yes, erase it")
    _take(tab, "erased")


def _send(tab: Page) -> None:
    """Read for as long as a person would at least, and send."""
    tab.wait_for_timeout(3000)
    _press(tab, "Send the request")


def _follow(tab: Page, name: str) -> str:
    link = tab.get_by_label("Your private link").input_value()
    _visit(tab, {name: link})
    return link


def _move(key: str, action: str) -> None:
    """Make a move on the newest request."""
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{ORIGIN}/api/v1", headers=headers) as staff:
        newest = staff.get("/requests").raise_for_status().json()["items"][0]
        day = datetime.fromisoformat(newest["preferred_windows"][0]["date"])
        starts = [datetime.combine(day, time(hour, 30), ZONE).isoformat() for hour in (10, 11)]
        moves = {
            "receive": {},
            "offer": {"times": [{"starts_at": start} for start in starts]},
            "decline": {
                "reason": "no_capacity",
                "next_step": "other_clinic",
                "message": "We are fully booked until next week. We hope you feel better soon.",
            },
        }
        tag = staff.get(f"/requests/{newest['id']}").headers["ETag"]
        move = {"action": action} | moves[action]
        moved = staff.post(f"/requests/{newest['id']}/moves", json=move, headers={"If-Match": tag})
        moved.raise_for_status()


def _check(tab: Page, changes: Mapping[str, str]) -> None:
    """Answer the questions from the start."""
    _clear(tab)
    _answer(tab, ANSWERS | changes)


def _answer(tab: Page, answers: Mapping[str, str], *, shown_as: str = "") -> None:
    """Answer question after question: by a button alone, or by choosing or writing, and sending."""
    for question, value in answers.items():
        button = tab.locator(f'button[name="{question}"][value="{value}"]')
        if question in {"age", "note"}:
            tab.locator(f'[name="{question}"]').fill(value)
        elif not button.count():
            _tap(tab, {question: value})
        if shown_as:
            _take(tab, shown_as)
        sends = tab.locator("main form .button-primary").first
        (button if button.count() else sends).click()


def _look_for_clinics(tab: Page, zip_code: str) -> None:
    tab.get_by_label("Your ZIP code").fill(zip_code)
    _press(tab, "Show clinics near me")


def _fill_in_the_request(tab: Page) -> None:
    # A morning, so that half past ten lies inside it.
    tab.locator(".chip:has(:enabled[value$=morning])").first.click()
    tab.get_by_label("Your name").fill("Sam Sample")
    tab.get_by_label("E-mail address").fill("sam@example.com")
    _tap(tab, {"preferred_contact": "email"})


def _clear(tab: Page) -> None:
    tab.goto("/check")
    _press(tab, "Clear my answers")
    tab.goto("/check")


def _tap(tab: Page, choices: Mapping[str, str]) -> None:
    for name, value in choices.items():
        tab.locator(f'div:has(> [name="{name}"][value="{value}"])').click()


def _press(tab: Page, name: str) -> None:
    tab.get_by_role("button", name=name, exact=True).click()


def _take(tab: Page, name: str, *, part: str = "") -> None:
    """Keep a picture of the page, or of the part that begins at an element."""
    tab.wait_for_load_state()
    tab.mouse.move(0, 0)
    if name in ON_A_DESK:
        tab.set_viewport_size(DESKTOP)
        tab.screenshot(path=FOLDER / f"{name}-desktop.png", animations="disabled")
    tab.set_viewport_size(PHONE)
    tab.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    whole = tab.evaluate("document.documentElement.scrollHeight")
    box = tab.locator(part or "html").first.bounding_box()
    top = max(0, box["y"] - ABOVE) if box else 0
    height = min(TALLEST, whole - top)
    clip: FloatRect = {"x": 0, "y": top, "width": PHONE["width"], "height": height}
    file = FOLDER / f"{name}.png"
    tab.screenshot(path=file, full_page=True, clip=clip, animations="disabled")


if __name__ == "__main__":
    main()
