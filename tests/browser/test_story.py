"""The story the service is for: from the article to the answer of a clinic."""

import re

import pytest
from playwright.sync_api import expect

from browser.conftest import OpenTab
from browser.journey import Journey
from browser.service import Service

PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 900}


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_person_with_a_back_spasm_gets_an_appointment(
    open_tab: OpenTab, service: Service, *, scripts: bool, viewport: dict[str, int]
) -> None:
    # given someone who has read the article and answered the questions
    tab = open_tab(java_script_enabled=scripts, viewport=viewport)
    person = Journey(tab, service)
    person.read_the_article()
    person.answer_the_signs()
    person.answer_about_the_pain()
    person.answer_about_themselves()
    expect(tab).to_have_url(f"{service.origin}/check/outcome")
    expect(tab.get_by_role("heading", name="Ask a chiropractor near you")).to_be_visible()

    # when they ask a clinic nearby, having checked their answers
    person.look_for_clinics()
    person.choose_the_clinic()
    person.fill_in_the_request()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Check before you send")
    expect(tab.locator("main")).to_contain_text("sam@example.com")
    person.agree()
    person.send()

    # then it is recorded, and they hold a reference and a private link
    expect(tab.get_by_role("heading", level=1)).to_have_text("Your request is sent")
    link = tab.get_by_label("Your private link").input_value()
    assert service.requests_recorded() == 1

    # when the clinic opens and books it
    [received] = service.inbox()
    expect(tab.locator("main")).to_contain_text(received["reference"])
    service.move(received["id"], action="receive")
    booked = service.move(received["id"], action="book", starts_at="2026-12-02T15:30:00Z")
    assert booked["state"] == "booked"

    # then the person sees the time, by the clinic's clock
    tab.goto(link)
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Booked"))
    expect(tab.locator("main")).to_contain_text("10:30")


def test_a_person_with_only_a_phone_comes_back_by_the_slip_and_moves_the_visit(
    open_tab: OpenTab, service: Service
) -> None:
    # given someone without e-mail and without scripts, who has sent a request
    tab = open_tab(java_script_enabled=False, viewport=PHONE)
    person = Journey(tab, service)
    person.reach_the_request()
    tab.locator(".chip:has(:enabled)").first.click()
    tab.get_by_label("Your name").fill("Sam Sample")
    tab.get_by_label("Phone number").fill("212 555 0142")
    person.tap(("preferred_contact", "phone"))
    person.press("Check and send")
    person.agree()
    person.send()
    expect(tab.locator("main")).to_contain_text("The clinic will call you.")
    slip = person.read_the_slip()

    # when the clinic offers times, and the person comes back with nothing but the slip
    [received] = service.inbox()
    times = [{"starts_at": f"2026-12-02T{hour}:30:00Z"} for hour in (15, 16)]
    service.move(received["id"], action="offer", times=times)
    tab.goto("/")
    person.follow(tab.get_by_role("contentinfo").get_by_role("link", name="Find your request"))
    person.look_up(slip["Your reference"].lower(), slip["Your code"])

    # then they take one of the times
    expect(tab.get_by_role("radio")).to_have_count(2)
    person.take_the_first_time()
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile("Booked"))
    expect(tab.get_by_role("status")).to_contain_text("10:30")

    # and when they need another one, they keep it until the clinic moves the visit
    person.press("I need another time")
    person.choose_a_part_of_a_day()
    expect(tab.get_by_role("status")).to_contain_text("stays yours until the clinic moves it")
    [asked] = service.inbox()
    day, part = asked["preferred_windows"][0].values()
    hour = {"morning": "09", "afternoon": "13", "evening": "17"}[part]
    person.clinic_does("move", starts_at=f"{day}T{hour}:00:00-05:00")
    expect(tab.get_by_role("status")).not_to_contain_text("stays yours")
    expect(tab.locator("main")).to_contain_text("The clinic moved the visit")
