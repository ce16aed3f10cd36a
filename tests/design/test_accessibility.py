"""What a person meets who reads by screen reader, moves by keyboard or needs other colors."""

from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from axe import OF_COLOR, Judge

AriaRole = Literal["group", "radiogroup"]
GUIDE, MISTAKES = "/styleguide", "/styleguide/errors"
PHONE = (320, 640)
# What a zoom of 200 % leaves of a screen of 1280 by 800: half the CSS pixels each way, each drawn
# twice as big. That is all that a browser's zoom changes for a page; the wide layout begins here.
ZOOMED = (640, 400)
PAPER = (700, 900)
PLAIN = {
    "media": "screen",
    "color_scheme": "light",
    "forced_colors": "none",
    # Axe would judge a color on its way.
    "reduced_motion": "reduce",
}
# Colors break no other rules: test_tokens.py sees that a scheme changes nothing else. With forced
# colors the reader's system picks them, and axe would still judge ours.
WAYS: tuple[tuple[dict[str, Any], tuple[int, int], dict[str, Any]], ...] = (
    ({}, PHONE, {}),
    ({}, ZOOMED, {}),
    ({"color_scheme": "dark"}, PHONE, {"runOnly": OF_COLOR}),
    ({"forced_colors": "active"}, PHONE, {"runOnly": ["target-size", "link-in-text-block"]}),
    ({"media": "print"}, PAPER, {"runOnly": OF_COLOR}),
)

# Returns the ring that a sighted person sees for the focused element, wherever it is drawn.
RING = """() => {
  const at = document.activeElement;
  const shown = at.closest(".choice, .chip") ?? at;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  return [at.id || at.textContent.trim(), `${outlineStyle} ${outlineWidth}`];
}"""


@pytest.mark.parametrize("path", [GUIDE, MISTAKES])
def test_axe_finds_nothing(tab: Page, path: str) -> None:
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(path)
    judge = Judge(tab)
    for looks, (width, height), options in WAYS:
        tab.emulate_media(**PLAIN | looks)
        tab.set_viewport_size({"width": width, "height": height})
        assert judge.faults(**options) == [], (looks, width)
    assert complaints == []


def test_axe_minds_a_target_that_is_too_small_to_hit(tab: Page) -> None:
    tab.goto(MISTAKES)
    tab.locator("main").evaluate(
        "main => main.insertAdjacentHTML('beforeend', '<p>' + '<button>.</button>'.repeat(2))"
    )
    (fault,) = Judge(tab).faults(runOnly=["wcag22aa"])
    assert fault.startswith("target-size at [['p:nth-child")


def test_the_keyboard_reaches_every_control_with_a_visible_ring(tab: Page) -> None:
    tab.goto(MISTAKES)
    reachable = tab.locator("a, button, summary, select, textarea, input:enabled").count()
    # Radio buttons are one stop; a time is several.
    reachable -= tab.locator("[type=radio]").count() - 1
    tab.locator(".skip").focus()
    rings = {"Skip to the main content": {"solid 3px"}}
    while len(rings) < reachable:
        tab.keyboard.press("Tab")
        name, ring = tab.evaluate(RING)
        rings.setdefault(name, set()).add(ring)
    assert [name for name, seen in rings.items() if "solid 3px" not in seen] == []
    assert [*rings][-1] == "Your privacy"


def test_the_skip_link_is_seen_when_focused_and_leads_to_the_main_part(tab: Page) -> None:
    tab.goto(GUIDE)
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("link", name="Skip to the main content")).to_be_in_viewport()
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_focused()


def test_the_error_summary_has_the_focus_and_its_links_land_on_the_fields(tab: Page) -> None:
    tab.goto(MISTAKES)
    summary = tab.get_by_role("alert", name="There is a problem")
    expect(summary).to_be_focused()
    for link in summary.get_by_role("link").all():
        target = link.get_attribute("href") or ""
        link.click()
        expect(tab.locator(target)).to_be_focused()
        assert tab.locator(target).is_enabled()


def test_a_field_says_its_label_hint_and_error(tab: Page) -> None:
    tab.goto(MISTAKES)
    age = tab.get_by_role("textbox", name="How old are you?")
    expect(age).to_have_accessible_description(
        "In years. Error: Enter your age as a number, such as 42."
    )
    expect(age).to_have_attribute("aria-invalid", "true")
    expect(age).to_have_value("forty")


@pytest.mark.parametrize(
    ("role", "name", "description"),
    [
        ("radiogroup", "How did it start?", "Error: Choose how it started."),
        ("group", "Monday", "Error: Enter when it opens."),
        ("group", "How strong is the pain?", "Error: Choose a number from 0 to 10."),
        ("group", "When could you come?", "Choose up to six. Error: Choose no more than six."),
    ],
)
def test_a_group_says_its_question_hint_and_error(
    tab: Page, role: AriaRole, name: str, description: str
) -> None:
    tab.goto(MISTAKES)
    expect(tab.get_by_role(role, name=name)).to_have_accessible_description(description)


def test_parts_of_a_day_name_their_day_and_ends_of_the_scale_their_meaning(tab: Page) -> None:
    tab.goto(GUIDE)
    morning = tab.get_by_role("checkbox", name="Morning 8 to 12 Wednesday December 2")
    expect(morning).not_to_be_checked()
    expect(tab.get_by_role("checkbox", name="Morning 8 to 12 Tuesday December 1")).to_be_disabled()
    expect(tab.get_by_role("button", name="10 (the worst you can imagine)")).to_be_visible()
    expect(tab.get_by_role("button", name="3 Your answer")).to_be_visible()


def test_an_optional_field_says_so_and_a_needed_one_is_required(tab: Page) -> None:
    tab.goto(GUIDE)
    assert (
        tab.get_by_role("textbox", name="Phone number (optional)").get_attribute("required") is None
    )
    assert tab.get_by_role("textbox", name="Your name").get_attribute("required") == ""


def test_a_change_link_says_what_it_changes(tab: Page) -> None:
    tab.goto(GUIDE)
    expect(tab.get_by_role("link", name="Change (Where it hurts)")).to_be_visible()


def test_nothing_moves_for_a_person_who_asked_for_less_motion(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, reduced_motion="reduce")
    tab = context.new_page()
    tab.goto(GUIDE)
    moving = tab.evaluate(
        """() => [...document.querySelectorAll("*")].filter(one => {
          const style = getComputedStyle(one);
          return style.transitionDuration !== "0s" || style.animationName !== "none";
        }).length"""
    )
    context.close()
    assert moving == 0
