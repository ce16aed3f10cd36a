"""Every page and state is fit for a screen reader, a keyboard, the dark and a very small screen."""

import os
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, NamedTuple

from playwright.sync_api import Page

from axe import OF_COLOR, Judge
from browser.conftest import OPERATOR, OpenTab
from browser.focus import unseen
from browser.journey import PAIN, SIGNS, Journey
from browser.service import Service
from browser.shifts import shifts
from browser.trees import changes
from conftest import Clock
from referral.styleguide.states import LONG_NAME

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Such as landmarks: a letter has none, because the mail program puts it inside a page of its own.
PAGE_RULES = [*RULES, "best-practice"]
PHONE, ZOOMED, DESK = (320, 640), (640, 400), (1280, 900)


class Look(NamedTuple):
    """How a page is looked at; `some` are the rules that can differ from the looks before.

    With forced colors the reader's system picks them, and axe would still judge ours: `but`.
    """

    name: str
    size: tuple[int, int]
    media: dict[str, Any]
    some: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


# The dark scheme changes colors and nothing else: test_tokens.py.
LOOKS: tuple[Look, ...] = (
    Look("light", PHONE, {"color_scheme": "light"}),
    Look("dark", PHONE, {"color_scheme": "dark"}, tuple(OF_COLOR)),
)
# `make axe` has all of them. A zoom of 200 % leaves half of a screen of 1280 by 800.
MORE_LOOKS = (
    Look("forced colors", PHONE, {"forced_colors": "active"}, but=("color-contrast",)),
    Look("zoomed", ZOOMED, {"color_scheme": "light", "forced_colors": "none"}),
    Look("desk", DESK, {"color_scheme": "light"}),
    Look("desk, dark", DESK, {"color_scheme": "dark"}),
)
if os.environ.get("REFERRAL_ALL_LOOKS"):
    LOOKS += MORE_LOOKS
JOIN = "All of this is right: join"
LONG_MESSAGE = (f"Sorry. {LONG_NAME} " + "Our roof leaks, and the rain comes in. " * 11)[:500]
TIMES = [{"starts_at": f"2026-12-0{day}T15:30:00Z"} for day in (2, 3, 4)]


def test_every_page_is_told_in_order_passes_axe_shows_the_focus_and_fits_the_smallest_phone(
    open_tab: OpenTab, service: Service, clock: Clock
) -> None:
    tab = open_tab(http_credentials=OPERATOR)
    _look(tab, LOOKS[0])
    faults = [
        f"{state}, {fault}"
        for state in _states(Journey(tab, service.renamed(LONG_NAME)), clock)
        for fault in _faults(tab, state)
    ]
    assert not faults, "\n".join(faults)


def _faults(tab: Page, state: str) -> Iterator[str]:
    is_letter = state.startswith("mail:")
    if not is_letter:
        # Before axe, which opens whatever is folded.
        yield from changes(tab, state)
        yield from shifts(tab)
    yield from _axe(tab, RULES if is_letter else PAGE_RULES)
    if not is_letter:
        yield from unseen(tab)


def _axe(tab: Page, rules: list[str]) -> Iterator[str]:
    judge = Judge(tab)
    for look in LOOKS:
        _look(tab, look)
        yield from (f"{look.name}: {fault}" for fault in _too_wide(tab))
        without = {rule: {"enabled": False} for rule in look.but}
        for fault in judge.faults(runOnly=[*look.some] or rules, rules=without):
            yield f"{look.name}: {fault}"
    _look(tab, LOOKS[0])


def _look(tab: Page, look: Look) -> None:
    width, height = look.size
    tab.set_viewport_size({"width": width, "height": height})
    tab.emulate_media(**look.media, reduced_motion="reduce")


def _too_wide(tab: Page) -> Iterator[str]:
    if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield "scrolls sideways"


def _states(person: Journey, clock: Clock) -> Iterator[str]:
    """Walk past every page, making each mistake once; yields a name whenever one is shown."""
    yield from _reading(person)
    yield from _checking(person)
    yield from _asking(person)
    yield from _following(person)
    yield from _operating(person, clock)
    yield from _joining(person)
    yield from _receiving_mail(person)


def _reading(person: Journey) -> Iterator[str]:
    for path in (
        "/",
        "/articles",
        "/articles/back-spasms",
        "/privacy",
        "/nowhere",
        "/follow/nothing",
        "/clear",
        "/demo/letters",
        "/clinics",
        "/how-clinics-answer",
    ):
        person.tab.goto(path)
        yield path


def _checking(person: Journey) -> Iterator[str]:
    person.tab.goto("/check")
    person.answer(("emergency_signs", "saddle_numbness"))
    yield "emergency"
    person.press("Clear my answers")
    person.tab.goto("/check")
    yield "a list to choose from"
    person.press("Continue")
    yield "a list to choose from, with an error"
    person.answer(*SIGNS)
    for question in PAIN:
        if question[0] in {"regions", "duration", "pain"}:  # the others look like these
            yield question[0]
        person.answer(question)
    yield "a number"
    person.press("Continue")
    yield "a number, with an error"
    person.answer_about_themselves()
    yield "outcome"


def _asking(person: Journey) -> Iterator[str]:
    person.tab.goto("/clinics?zip=00000")
    yield "clinics with an error"
    person.tab.goto("/check/outcome")
    person.look_for_clinics()
    yield "clinics"
    person.follow(person.tab.get_by_role("link", name=person.service.clinic))
    yield "clinic"
    person.press("Ask for an appointment")
    yield "request"
    person.press("Check and send")
    yield "request with errors"
    person.fill_in_the_request()
    yield "review"
    person.send()
    yield "review with errors"
    person.agree()
    person.send()
    yield "confirmation"


def _following(person: Journey) -> Iterator[str]:
    slip = person.read_the_slip()
    person.press("See how your request stands")
    yield "sent"
    person.tab.goto("/find")
    yield "find"
    person.look_up(slip["Your reference"], "0000-0000")
    yield "find with an error"
    person.look_up(slip["Your reference"], slip["Your code"])
    request = person.tab.url
    for page in ("copy", "erase"):
        person.tab.goto(f"{request}/{page}")
        yield page
    person.tab.goto(request)
    yield from _choosing(person)
    yield from _sending_on(person)


def _choosing(person: Journey) -> Iterator[str]:
    person.clinic_does("receive")
    person.clinic_does("offer", times=TIMES)
    yield "offered"
    person.press("Take this time")
    yield "offered with an error"
    person.press("None of these fit")
    yield "other times"
    person.press("Send to the clinic")
    yield "other times with an error"
    person.press("Back to your request")
    person.take_the_first_time()
    yield "booked"
    person.press("I need another time")
    person.choose_a_part_of_a_day()
    yield "booked, to be moved"
    person.press("Cancel the visit")
    yield "cancel"


def _sending_on(person: Journey) -> Iterator[str]:
    person.press("No, keep it")
    person.clinic_does("release", message=LONG_MESSAGE)
    yield "released"
    person.clinic_does("waitlist")
    yield "waiting list"
    person.clinic_does(
        "decline", reason="no_capacity", next_step="other_clinic", message=LONG_MESSAGE
    )
    yield "declined"
    link = person.tab.url
    person.tab.goto(f"/clinics?zip={person.service.zip_code}")
    person.choose_the_clinic()
    yield "asked before"
    person.tab.goto(link)
    person.press("Send it to another clinic")
    yield "other clinics"
    person.follow(person.tab.get_by_role("button", name="Send it here").first)
    yield "sent on"
    person.press("Cancel the request")
    person.press("Yes, cancel it")
    yield "canceled"


def _operating(person: Journey, clock: Clock) -> Iterator[str]:
    person.tab.goto("/operator")
    assert person.tab.get_by_text("The worker has not run yet").is_visible()
    yield "operator, before the worker ran"
    person.tab.context.clear_cookies()
    person.reach_the_confirmation()
    clock.now += timedelta(days=3)
    person.service.work()
    person.tab.goto("/operator")
    assert person.tab.get_by_role("heading", name="Dead notices").is_visible()
    assert person.tab.get_by_text("the oldest since").is_visible()
    yield "operator"
    person.press("What everybody sees of it")
    assert person.tab.get_by_text("fewer than 5").count()
    yield "how clinics answer"
    person.service.ask_to_confirm()
    person.tab.goto("/demo/letters")
    assert person.tab.get_by_text("Things have moved on").count()
    yield "letters of the demo"
    (asked,) = re.findall(r"/confirm/[^\s<]+", person.tab.content())
    person.tab.goto(asked)
    yield "details to confirm"
    person.press("Yes, all of this is right")
    assert person.tab.get_by_role("heading", name="The details are confirmed").is_visible()
    yield "details confirmed"
    person.follow(person.tab.get_by_role("link", name="Leave this service"))
    yield "leave"
    person.press("Yes, leave")
    assert person.tab.get_by_role("heading", name="You are leaving").is_visible()


def _joining(person: Journey) -> Iterator[str]:
    person.tab.goto("/join")
    person.press("Go on")
    yield "join with an error"
    person.tab.get_by_label("Code").fill(person.service.invite())
    person.press("Go on")
    yield "invitation"
    invitation = person.tab.url
    person.press(JOIN)
    person.tab.get_by_label("E-mail address for requests").fill("desk@example.com")
    person.press("Save")
    person.tab.goto(f"{invitation}/people")
    yield "who treats"
    person.tab.goto(f"{invitation}/hours")
    monday = person.tab.get_by_role("group", name="Monday")
    monday.get_by_label("Opens", exact=True).fill("09:00")
    person.press("Save")
    yield "hours with an error"
    monday.get_by_label("Closes", exact=True).first.fill("17:00")
    person.press("Save")
    assert person.tab.get_by_role("heading", name="Saved").is_visible()
    person.press(JOIN)
    yield "joined"
    person.press("I have copied it: show it no more")
    assert person.tab.get_by_role("heading", name="The key is not shown any more").is_visible()
    person.tab.goto(invitation)
    yield "invitation that was used"


def _receiving_mail(person: Journey) -> Iterator[str]:
    letters = person.service.letters()
    assert letters
    person.tab.goto("about:blank")
    for letter in letters:
        assert letter.html
        person.tab.set_content(letter.html)
        # A letter has no color of its own: axe must see the paper that the program draws it on.
        person.tab.add_style_tag(content=":root { background: Canvas }")
        yield f"mail: {letter.subject}"
