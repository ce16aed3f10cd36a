"""Where things stand: on a narrow phone, on a wide screen, on paper, and with big letters."""

import pytest
from playwright.sync_api import Page, expect

GUIDE, MISTAKES = PAGES = "/styleguide", "/styleguide/errors"
FILL = "one => getComputedStyle(one).fill"
CONTROLS = ".input, .button, .choice, .chip, .scale button, summary"
VISIBLE_BOXES = """all => all.filter(one => one.checkVisibility()).map(one => {
  const { width, height } = one.getBoundingClientRect();
  return [one.innerText.slice(0, 20), width, height];
})"""


def open_all(tab: Page, path: str) -> None:
    tab.goto(path)
    tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")


def overhang(tab: Page) -> int:
    """Return by how many pixels the page, or a box that would cut it off, is too narrow."""
    return int(
        tab.evaluate(
            """() => Math.max(
              ...[...document.querySelectorAll("html, .choices, .card, .notice")].map(
                one => one.scrollWidth - one.clientWidth))"""
        )
    )


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_at_320_pixels(tab: Page, path: str) -> None:
    open_all(tab, path)
    assert overhang(tab) <= 0


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_with_letters_twice_as_big(tab: Page, path: str) -> None:
    # 639: the wide layout starts at 40rem, and a browser's letter size moves that point as well.
    tab.set_viewport_size({"width": 639, "height": 800})
    open_all(tab, path)
    tab.evaluate("document.documentElement.style.fontSize = '225%'")
    assert overhang(tab) <= 0


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [320, 1280])
def test_every_control_is_big_enough_for_a_thumb(tab: Page, path: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    open_all(tab, path)
    boxes = tab.locator(CONTROLS).evaluate_all(VISIBLE_BOXES)
    assert [box for box in boxes if min(box[1:]) < 44] == []


@pytest.mark.parametrize("width", [320, 1280])
def test_links_outside_of_sentences_are_at_least_24_pixels_high(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        open_all(tab, path)
        links = tab.locator("nav a, .change a, .error-summary a, .wordmark")
        boxes = links.evaluate_all(VISIBLE_BOXES)
        assert len(boxes) == links.count()
        assert [box for box in boxes if box[2] < 24] == [], path


def test_a_tap_anywhere_on_a_row_chooses_it(tab: Page) -> None:
    tab.goto(GUIDE)
    row = tab.locator(".choice:has(#f-onset-fall)")
    box = row.bounding_box()
    assert box is not None
    row.click(position={"x": box["width"] - 6, "y": box["height"] - 6})
    expect(tab.locator("#f-onset-fall")).to_be_checked()


def test_a_tap_on_a_place_of_the_figure_chooses_it_and_fills_the_place(tab: Page) -> None:
    tab.goto(GUIDE)
    place = tab.locator(".map .choice", has_text="Neck").locator(".place")
    place.scroll_into_view_if_needed()
    empty = place.evaluate(FILL)
    box = place.bounding_box()
    assert box is not None
    tab.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(tab.get_by_role("checkbox", name="Neck", exact=True)).to_be_checked()
    assert place.evaluate(FILL) not in {empty, "none"}


def test_without_the_style_sheet_the_figure_is_a_plain_list(tab: Page) -> None:
    tab.goto(GUIDE)
    tab.evaluate("document.querySelector('link[rel=stylesheet]').remove()")
    sizes = tab.locator(".slice").evaluate_all("all => all.map(one => one.clientHeight)")
    assert sizes == [0] * 6
    expect(tab.get_by_role("checkbox", name="Neck", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_text_stands_in_the_middle_of_the_screen(tab: Page, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.goto("/articles/back-spasms")
    box = tab.locator("article").bounding_box()
    assert box is not None
    free = width - box["x"] - box["width"]
    assert abs(free - box["x"]) < 12


def test_a_day_shows_its_three_parts_side_by_side_below_its_date_on_a_phone(tab: Page) -> None:
    tab.goto(GUIDE)
    date, *parts = [
        one.bounding_box() for one in tab.locator(".slot-day").nth(1).locator("> *").all()
    ]
    assert date is not None
    tops = {part["y"] for part in parts if part}
    assert len(parts) == 3
    assert len(tops) == 1
    assert date["y"] + date["height"] <= tops.pop()


def test_a_day_and_its_parts_share_a_line_on_a_wide_screen(tab: Page) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(GUIDE)
    boxes = [one.bounding_box() for one in tab.locator(".slot-day").nth(1).locator("> *").all()]
    assert len({box["y"] for box in boxes if box}) == 1


def test_lines_of_an_article_stay_short_enough_to_read(tab: Page) -> None:
    tab.set_viewport_size({"width": 1920, "height": 1000})
    tab.goto("/articles/back-spasms")
    letters = tab.locator(".prose > p").last.evaluate(
        "one => one.getBoundingClientRect().width / parseFloat(getComputedStyle(one).fontSize)"
    )
    assert letters <= 45


def test_paper_keeps_the_emergency_box_and_drops_the_menu(tab: Page) -> None:
    tab.goto("/articles/back-spasms")
    tab.emulate_media(media="print")
    call = tab.get_by_role("link", name="Call 911 now").first
    expect(call).to_be_visible()
    # Axe leaves open whether letters can be read that have the very color of what is behind them.
    expect(call).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    expect(tab.get_by_role("navigation")).to_have_count(0)
    expect(tab.get_by_role("link", name="Español")).to_have_count(0)
