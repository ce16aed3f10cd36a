# ruff: noqa: INP001 - a script run by hand
"""Takes the screenshots of the pages on which a clinic joins, keeps its details, and leaves.

Run it as `screenshots.py`, after it. One of the demo's clinics leaves, which takes the worker a
minute, and is invited again.
"""

import os
import re
import subprocess
import time
from pathlib import Path

import httpx
from playwright.sync_api import Page, sync_playwright
from screenshots import DEMO, FLAGS, ORIGIN, _press, _take, _visit

os.environ |= {
    "REFERRAL_KEYS": (DEMO / "keyring").read_text(encoding="utf-8"),
    "REFERRAL_DATABASE_URL": f"sqlite:///{(DEMO / 'referral.db').resolve()}",
    "REFERRAL_BASE_URL": ORIGIN,
}
PATIENCE = 120


def main() -> None:
    """Let a clinic leave, invite it, join as it, and keep a picture of each page."""
    _, zip_code, _ = (DEMO / "staff-key").read_text(encoding="utf-8").splitlines()
    near = httpx.get(f"{ORIGIN}/api/v1/clinics", params={"zip": zip_code}).raise_for_status()
    clinic_id = near.json()["clinics"][-1]["id"]
    _referral("leave", clinic_id)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=FLAGS)
        tab = browser.new_context(base_url=ORIGIN, color_scheme="light").new_page()
        asked = re.search(r"/confirm/[^\s<]+", tab.request.get("/demo/letters").text())
        own = asked[0] if asked else ""
        _visit(tab, {"confirm": own, "section-people": f"{own}/people", "leave": f"{own}/leave"})
        _join(tab, clinic_id)
        browser.close()


def _join(tab: Page, clinic_id: str) -> None:
    _visit(tab, {"join": "/join"})
    tab.get_by_label("Code").fill(_code(clinic_id))
    _press(tab, "Go on")
    _take(tab, "invitation")
    invitation = tab.url
    tab.goto(f"{invitation}/contact")
    tab.get_by_label("E-mail address for requests").fill("desk@example.com")
    _press(tab, "Save")
    tab.goto(f"{invitation}/hours")
    monday = tab.get_by_role("group", name="Monday")
    monday.get_by_label("Opens", exact=True).fill("09:00")
    monday.get_by_label("Closes", exact=True).first.fill("17:00")
    tab.locator("div:has(> [name=as_monday])").click()
    _take(tab, "section-hours")
    _press(tab, "Save")
    _press(tab, "All of this is right: join")
    _take(tab, "joined")


def _code(clinic_id: str) -> str:
    """Invite the clinic, as soon as it has left."""
    for _ in range(PATIENCE):
        found = re.search(r"now: (\S+)", _referral("invite", clinic_id))
        if found:
            return found[1]
        time.sleep(1)
    raise TimeoutError


def _referral(*command: str) -> str:
    program = Path(".venv/bin/referral")
    done = subprocess.run(  # noqa: S603 - our own command
        [program, "clinics", *command], capture_output=True, text=True, check=False
    )
    return done.stdout


if __name__ == "__main__":
    main()
