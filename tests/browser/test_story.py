"""The stories the service is for: from the article to the answer of a clinic."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import OpenTab
from browser.journey import Journey
from browser.service import Service

PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 900}
TIMES = [{"starts_at": f"2026-12-02T{hour}:30:00Z"} for hour in (15, 16)]


@pytest.fixture
def person(open_tab: OpenTab, service: Service) -> Journey:
    return Journey(open_tab(), service)


def title(tab: Page, words: str) -> None:
    expect(tab.get_by_role("heading", level=1)).to_have_text(re.compile(words))


# The same on a phone: without scripts in test_story_in_spanish.py, with them in test_keyboard.py.
def test_a_person_with_a_back_spasm_gets_an_appointment(
    open_tab: OpenTab, service: Service
) -> None:
    # given someone who has read the article and answered the questions
    tab = open_tab(viewport=DESKTOP)
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
    title(tab, "Check before you send")
    expect(tab.locator("main")).to_contain_text("sam@example.com")
    person.agree()
    person.send()

    # then it is recorded, and they hold a reference and a private link
    title(tab, "Your request is sent")
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
    title(tab, "Booked")
    expect(tab.locator("main")).to_contain_text("10:30")


def test_a_person_with_an_emergency_sign_is_led_straight_to_help_and_to_no_request(
    person: Journey,
) -> None:
    # given someone who is numb between the legs
    tab = person.tab
    tab.goto("/check")

    # when they say so in the first answer
    person.answer(("emergency_signs", "saddle_numbness"))

    # then nothing more is asked: they are told to call, and what to say
    expect(tab).to_have_url(f"{person.service.origin}/check/outcome")
    title(tab, "Get emergency help now")
    expect(tab.get_by_role("link", name="Call 911 now")).to_be_visible()
    expect(tab.locator('main [href*="/clinics"], main [action*="/clinics"]')).to_have_count(0)
    sheets = [re.findall(rb"/Type\s*/Page\b", tab.pdf(format=size)) for size in ("A4", "Letter")]
    assert [len(pages) for pages in sheets] == [1, 1]

    # and no way leads on to a clinic: not a changed mind, and not the address of a form
    tab.get_by_text("Your answers", exact=True).click()
    person.press("Change (Do you have any of these now, or since the pain began?)")
    person.press("Go on where you stopped")
    title(tab, "Get emergency help now")
    tab.goto(f"/clinics/{person.service.clinic_id}/request")
    title(tab, "Get emergency help now")


def test_a_person_who_should_see_a_doctor_first_asks_once_a_doctor_has_agreed(
    person: Journey,
) -> None:
    # given someone with weak bones
    tab, form = person.tab, f"/clinics/{person.service.clinic_id}/request"
    person.reach_the_outcome(history="osteoporosis")
    title(tab, "See a doctor first")

    # when they try to ask a clinic, by its address or without a doctor's word
    # then they stay before that door
    tab.goto(form)
    title(tab, "See a doctor first")
    person.press("Continue to clinics")
    expect(tab.get_by_role("alert", name="There is a problem")).to_be_focused()

    # when a doctor has agreed, they can ask, and the clinic is told
    person.tap(("doctor_cleared", "yes"))
    person.press("Continue to clinics")
    expect(tab).to_have_url(f"{person.service.origin}/clinics")
    tab.go_back()
    title(tab, "See a doctor first")
    expect(tab.get_by_role("alert")).to_have_count(0)
    tab.goto(form)
    person.fill_in_the_request()
    expect(tab.locator("main")).to_contain_text("A doctor has examined this episode")
    person.agree()
    person.send()
    [received] = person.service.inbox()
    assert received["level"] == "see-doctor-first"


def test_a_person_asks_for_a_relative(person: Journey) -> None:
    # given a daughter who has answered for her mother
    person.reach_the_request()

    # when she sends the request under both names
    person.tap(("requesting_for", "someone_else"))
    person.field("Name of the person who needs care").fill("Ma Sample")
    person.fill_in_the_request()
    expect(person.tab.locator("main")).to_contain_text("Ma Sample")
    person.agree()
    person.send()

    # then the clinic knows who is in pain, and whom to answer
    title(person.tab, "Your request is sent")
    [row] = person.service.inbox()
    received = person.service.staff.get(f"/requests/{row['id']}").json()["person"]
    assert (received["patient_name"], received["name"]) == ("Ma Sample", "Sam Sample")


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
    service.move(received["id"], action="offer", times=TIMES)
    tab.goto("/")
    person.follow(tab.get_by_role("contentinfo").get_by_role("link", name="Find your request"))
    person.look_up(slip["Your reference"].lower(), slip["Your code"])

    # then they take one of the times
    expect(tab.get_by_role("radio")).to_have_count(2)
    person.take_the_first_time()
    title(tab, "Booked")
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


def test_a_person_whom_no_offered_time_fits_picks_others_and_takes_one(person: Journey) -> None:
    # given someone to whom the clinic has offered times
    person.reach_the_confirmation()
    person.press("See how your request stands")
    person.clinic_does("offer", times=TIMES)

    # when none of them fits, they say when they could come instead
    person.press("None of these fit")
    person.choose_a_part_of_a_day()

    # then the clinic has the request again, and its next offer is taken
    title(person.tab, "Opened by the clinic")
    person.clinic_does("offer", times=TIMES[1:])
    person.take_the_first_time()
    title(person.tab, "Booked")
    expect(person.tab.get_by_role("status")).to_contain_text("11:30")


def test_a_person_cancels_by_the_button_alone_and_looking_never_does(person: Journey) -> None:
    # given someone with a booked visit
    person.reach_the_confirmation()
    person.press("See how your request stands")
    person.clinic_does("offer", times=TIMES)
    person.take_the_first_time()

    # when they look at the page that cancels, even twice, the visit stands
    person.press("Cancel the visit")
    person.tab.reload()
    assert [request["state"] for request in person.service.inbox()] == ["booked"]

    # when they press the button, then it is off, and both sides are told
    person.press("Yes, cancel it")
    title(person.tab, "Canceled")
    assert [request["state"] for request in person.service.inbox()] == ["cancelled"]
    told = [letter.to for letter in person.service.letters() if "canceled" in letter.subject]
    assert sorted(told) == ["front-desk@maple-main.example", "sam@example.com"]
