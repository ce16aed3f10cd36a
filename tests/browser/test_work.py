"""Where many send, a browser with scripts works for a moment while its reader checks the page."""

from playwright.sync_api import expect

from browser.conftest import OpenTab
from browser.journey import Journey
from browser.service import Service
from referral.policies import POLICIES
from referral.web.callers import Caller


def test_the_work_is_done_while_the_page_is_read(open_tab: OpenTab, service: Service) -> None:
    caller = Caller(service.house, {"client": ("127.0.0.1", 0)})
    for _ in range(POLICIES["submit"].most - 5):
        caller.take("submit")
    person = Journey(open_tab(), service)
    person.reach_the_review()

    expect(person.tab.locator("[name=work]")).not_to_have_value("")
    person.agree()
    person.send()

    expect(person.tab.locator("h1")).to_contain_text("Your request is sent")
    assert service.requests_recorded() == 1
