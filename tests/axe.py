"""Axe, put into a page once and asked about it as often as the page changes its looks."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# What the colors decide: other colors can break no other rule.
OF_COLOR = ["color-contrast", "link-in-text-block"]


class Judge:
    """Judges a page with every `details` open."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.evaluate(Axe().axe_script)

    def faults(self, **options: Any) -> list[str]:  # noqa: ANN401 - Axe's own
        """Return each rule that is broken, and where; `options` are those of `axe.run`."""
        options["resultTypes"] = ["violations"]
        found = self._tab.evaluate("options => axe.run(options)", options)["violations"]
        return [
            f"{fault['id']} at {[node['target'] for node in fault['nodes']]}" for fault in found
        ]
