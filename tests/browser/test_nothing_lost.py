"""Mistakes, the back button, a reload and a double click cost a person nothing."""

import pytest
from playwright.sync_api import expect

from browser.conftest import OpenTab
from browser.journey import Journey
from browser.service import Service

TIMES = [{"starts_at": f"2026-12-0{day}T15:30:00Z"} for day in (2, 3)]


@pytest.fixture
def person(open_tab: OpenTab, service: Service) -> Journey:
    # No page on the way has a script, and none may be needed.
    return Journey(open_tab(java_script_enabled=False), service)


def test_back_and_reload_lose_nothing(person: Journey) -> None:
    person.reach_the_review()
    tab = person.tab
    tab.reload()
    expect(tab.locator("main")).to_contain_text("sam@example.com")
    tab.goto(tab.url.removesuffix("/review"))
    tab.reload()
    expect(tab.get_by_label("Your name")).to_have_value("Sam Sample")
    expect(tab.locator(".chip :checked")).to_have_count(1)
    tab.goto("/check/age")
    expect(tab.get_by_label("How old are you?")).to_have_value("41")
    person.press("Back")
    expect(tab.locator("[name=function][aria-current]")).to_have_attribute("value", "limited")
    tab.go_back()
    tab.reload()
    expect(tab.get_by_label("How old are you?")).to_have_value("41")


def test_the_back_button_of_the_browser_goes_over_mistakes(person: Journey) -> None:
    tab = person.tab
    tab.goto("/check")
    person.answer_the_signs()
    person.answer_about_the_pain()
    person.press("Continue")
    expect(tab.get_by_role("alert", name="There is a problem")).to_be_focused()
    person.answer_about_themselves()
    for _ in range(4):
        tab.go_back()
    expect(tab.get_by_label("How old are you?")).to_have_value("41")
    expect(tab.get_by_role("alert")).to_have_count(0)
    tab.goto("/check/outcome")
    person.look_for_clinics()
    person.choose_the_clinic()
    tab.get_by_label("Your name").fill("Sam Sample")
    person.press("Check and send")
    person.fill_in_the_request()
    person.send()
    expect(tab.get_by_role("alert", name="There is a problem")).to_be_focused()
    tab.go_back()
    tab.go_back()
    expect(tab.get_by_label("Your name")).to_have_value("Sam Sample")


def test_back_and_reload_go_over_mistakes_behind_the_private_link(person: Journey) -> None:
    tab = person.tab
    person.reach_the_confirmation()
    slip = person.read_the_slip()
    tab.goto("/find")
    person.look_up(slip["Your reference"], "0000-0000")
    problem = expect(tab.get_by_role("alert", name="There is a problem"))
    problem.to_be_focused()
    expect(tab.get_by_label("Code")).to_have_value("0000-0000")
    person.look_up(slip["Your reference"], slip["Your code"])
    tab.go_back()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Find your request")
    problem.to_have_count(0)
    tab.go_forward()
    person.clinic_does("offer", times=TIMES)
    person.press("Take this time")
    problem.to_be_focused()
    tab.reload()
    problem.to_be_focused()
    person.press("None of these fit")
    person.press("Send to the clinic")
    problem.to_be_focused()
    person.choose_a_part_of_a_day()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Opened by the clinic")
    for _ in range(2):
        tab.go_back()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("Opened by the clinic")
        problem.to_have_count(0)


def test_who_leaves_the_form_comes_back_to_where_they_stopped(person: Journey) -> None:
    tab, origin = person.tab, person.service.origin
    tab.goto("/check")
    person.answer_the_signs()
    person.answer_about_the_pain()
    tab.get_by_label("How old are you?").fill("abc")
    person.press("Back")
    expect(tab).to_have_url(f"{origin}/check/function")
    expect(tab.locator("[aria-current]", has_text="Your answer")).to_have_attribute(
        "value", "limited"
    )
    tab.goto("/")
    tab.goto("/check")
    person.press("Go on where you stopped")
    expect(tab).to_have_url(f"{origin}/check/age")
    expect(tab.get_by_label("How old are you?")).to_have_value("abc")
    tab.goto("/check/note")
    tab.get_by_label("Is there anything else").fill("hello\nworld <b>")
    person.press("Back")
    expect(tab).to_have_url(f"{origin}/check/tried")
    tab.goto("/check/note")
    expect(tab.get_by_label("Is there anything else")).to_have_value("hello\nworld <b>")


def test_an_answer_is_changed_from_the_outcome_and_leads_back_to_it(person: Journey) -> None:
    tab = person.tab
    person.reach_the_outcome()
    tab.get_by_text("Your answers", exact=True).click()
    person.press("Change (Does the pain travel?)")
    person.answer(("spread", "arm"))
    expect(tab.get_by_role("heading", level=1)).to_have_text("See a doctor first")


def test_back_to_the_clinic_keeps_the_half_filled_request(person: Journey) -> None:
    tab = person.tab
    person.reach_the_request()
    form = tab.url
    tab.locator(".chip:has(:enabled)").first.click()
    tab.get_by_label("Your name").fill("Sam <Sample>")
    tab.get_by_label("E-mail address").fill("sam at example")
    person.press("Back to the clinic")
    expect(tab).to_have_url(form.removesuffix("/request"))
    person.press("Ask for an appointment")
    expect(tab.locator(".chip :checked")).to_have_count(1)
    expect(tab.get_by_label("Your name")).to_have_value("Sam <Sample>")
    expect(tab.get_by_label("E-mail address")).to_have_value("sam at example")
    expect(tab.get_by_role("alert")).to_have_count(0)


def test_enter_in_a_field_still_goes_on_and_never_back(person: Journey) -> None:
    tab = person.tab
    tab.goto("/check")
    person.answer_the_signs()
    person.answer_about_the_pain()
    tab.get_by_label("How old are you?").fill("41")
    with tab.expect_event("load"):
        tab.keyboard.press("Enter")
    expect(tab).to_have_url(f"{person.service.origin}/check/history")
    person.reach_the_request()
    tab.get_by_label("Your name").fill("Sam Sample")
    with tab.expect_event("load"):
        tab.keyboard.press("Enter")
    expect(tab.get_by_role("alert", name="There is a problem")).to_be_focused()


def test_a_double_click_on_send_records_one_request(person: Journey) -> None:
    person.reach_the_review()
    person.agree()
    person.tab.get_by_role("button", name="Send the request").dblclick()
    expect(person.tab.get_by_role("heading", level=1)).to_have_text("Your request is sent")
    assert person.service.requests_recorded() == 1


def test_back_after_sending_leads_to_what_was_sent(person: Journey) -> None:
    person.reach_the_confirmation()
    link = person.tab.get_by_label("Your private link").input_value()
    person.tab.go_back()
    expect(person.tab.get_by_label("Your private link")).to_have_value(link)
    assert person.service.requests_recorded() == 1


def test_sending_a_review_again_that_was_left_open_records_one_request(
    person: Journey, service: Service
) -> None:
    person.reach_the_review()
    second = Journey(person.tab.context.new_page(), service)
    second.tab.goto(person.tab.url)
    for tab in (person, second):
        tab.agree()
        tab.send()
        expect(tab.tab.get_by_role("heading", level=1)).to_have_text("Your request is sent")
    assert service.requests_recorded() == 1
