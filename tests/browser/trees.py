"""The accessibility tree of each state, kept in a file: what a screen reader is told, in its order.

After a change of a page, read what the test says of it; `RENEW_TREES=1 pytest
tests/browser/test_every_page.py` then writes the files anew.
"""

import os
import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

from playwright.sync_api import Page

from referral.styleguide.states import LONG_NAME

FOLDER = Path(__file__).parent / "trees"
RENEWED = "RENEW_TREES" in os.environ
# Where links lead is the business of other tests; the frame stands in the tree of the first page.
LINK = re.compile(r"^ *- /url: .*\n", re.MULTILINE)
FRAME = re.compile(r"^- (banner|contentinfo):\n(?: .*\n)+", re.MULTILINE)
# Letters are in any order where they were put at the same moment.
BY_CHANCE = {"letters of the demo"}
# Another one in each run, or too long to read.
MADE_UP = {
    "THE CLINIC": re.compile(re.escape(LONG_NAME)),
    "ORIGIN": re.compile(r"http://127\.0\.0\.1:\d+"),
    "TOKEN": re.compile(r"(?<=/follow/)[\w-]{20,}"),
    "KEY": re.compile(r"rk_[\w-]{43}"),
    "ID": re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "CODE": re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b"),
}


def changes(tab: Page, state: str) -> Iterator[str]:
    """Yield the lines in which the tree of the page differs from the one that is kept."""
    if state in BY_CHANCE:
        return
    told = _tree(tab, framed=state == "/")
    file = _file_of(state)
    if RENEWED:
        file.write_text(told, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    yield from unified_diff(kept.splitlines(), told.splitlines(), "kept", "told", n=2, lineterm="")


def _file_of(state: str) -> Path:
    words = re.findall("[a-z]+", f"page {state}" if state.startswith("/") else state.lower())
    return FOLDER / f"{'-'.join(words)}.yaml"


def _tree(tab: Page, *, framed: bool) -> str:
    tree = LINK.sub("", tab.locator("body").aria_snapshot() + "\n")
    if not framed:
        tree = FRAME.sub(r"- \1\n", tree)
    for name, made_up in MADE_UP.items():
        tree = made_up.sub(name, tree)
    return tree
