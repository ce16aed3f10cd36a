"""Sharing works without script, and better with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

ADDRESS = "https://example.org/a?b=1&c=2"


@contextmanager
def shared(
    browser: Browser,
    site: str,
    script: str = "",
    *,
    scripts_on: bool = True,
    permissions: tuple[str, ...] = (),
) -> Iterator[Page]:
    """Open the page with the share box, after `script` has changed the browser."""
    context = browser.new_context(
        base_url=site, java_script_enabled=scripts_on, permissions=permissions
    )
    context.add_init_script(script)
    tab = context.new_page()
    tab.goto("/styleguide")
    yield tab
    context.close()


def test_without_script_there_is_the_address_and_the_mail_link(browser: Browser, site: str) -> None:
    with shared(browser, site, scripts_on=False) as tab:
        expect(tab.get_by_label("Link to this page")).to_have_value(ADDRESS)
        expect(tab.get_by_role("link", name="Send by e-mail")).to_be_visible()
        expect(tab.locator(".share").get_by_role("button")).to_have_count(0)
        # A link can be copied by pressing and holding it, in every browser.
        expect(tab.get_by_role("link", name="this link")).to_have_attribute("href", ADDRESS)


def test_copying_says_so_aloud(browser: Browser, site: str) -> None:
    with shared(browser, site, permissions=("clipboard-read", "clipboard-write")) as tab:
        tab.get_by_role("button", name="Copy link").click()
        expect(tab.locator(".share").get_by_role("status")).to_have_text("Link copied")
        assert tab.evaluate("navigator.clipboard.readText()") == ADDRESS


def test_where_copying_is_refused_the_address_is_selected(browser: Browser, site: str) -> None:
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new Error('refused'));"
    with shared(browser, site, refuse) as tab:
        tab.get_by_role("button", name="Copy link").click()
        tab.wait_for_function(f"document.getSelection().toString() === '{ADDRESS}'")
        expect(tab.locator(".share").get_by_role("status")).to_be_empty()


def test_the_share_sheet_of_the_device_is_used_where_there_is_one(
    browser: Browser, site: str
) -> None:
    sheet = """
      navigator.share = what => { window.shared = what; return Promise.reject("closed"); };
      addEventListener("unhandledrejection", () => { window.fault = true; });
    """
    with shared(browser, site, sheet) as tab:
        tab.get_by_role("button", name="Share", exact=True).click()
        assert tab.evaluate("window.shared") == {
            "title": "When your back seizes up",
            "url": ADDRESS,
        }
        assert tab.evaluate("new Promise(done => setTimeout(() => done(window.fault)))") is None


def test_where_the_device_offers_nothing_no_button_is_shown(browser: Browser, site: str) -> None:
    nothing = """
      Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined });
      Object.defineProperty(Navigator.prototype, "share", { value: undefined });
    """
    with shared(browser, site, nothing) as tab:
        expect(tab.locator(".share").get_by_role("button")).to_have_count(0)
