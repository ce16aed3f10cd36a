"""The reference of the API: read without a script, and calls are tried on the page itself."""

import re

from playwright.sync_api import Locator, Page, expect

from axe import OF_COLOR, Judge
from browser.conftest import OpenTab
from browser.service import Service

DOCS = "/api/v1/docs"
# All are made by the same template; axe would take ten seconds for all of them.
OF_EACH_KIND = ("listRequests", "moveRequest", "exportRequests", "streamEvents", "shape-RequestRow")
KEEP = """kept => document.querySelectorAll(".operation").forEach(one => {
  if (!one.querySelector(kept.join())) one.remove();
})"""


def operation(tab: Page, name: str) -> Locator:
    """Follow the link to an operation, which opens it."""
    tab.goto(f"{DOCS}#{name}")
    return tab.locator(f"#{name}")


def test_it_is_read_without_a_script_and_has_no_forms_then(open_tab: OpenTab) -> None:
    tab = open_tab(java_script_enabled=False)

    book = operation(tab, "moveRequest")

    expect(book.get_by_role("heading", name="Parameters")).to_be_visible()
    expect(book).to_contain_text("curl -sS -X POST")
    expect(book.get_by_role("button")).to_have_count(0)
    expect(tab.get_by_label("Your staff key")).to_be_hidden()


def test_a_call_is_tried_and_the_version_goes_into_the_next(
    open_tab: OpenTab, service: Service
) -> None:
    tab = open_tab()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.goto(DOCS)
    key = service.staff.headers["Authorization"].removeprefix("Bearer ")
    tab.get_by_label("Your staff key").fill(key)

    own = operation(tab, "getOwnClinic")
    own.get_by_role("button", name="Send the call").press("Enter")

    expect(own.get_by_role("status")).to_have_text("200 OK")
    expect(own.get_by_role("group", name="getOwnClinic: answer")).to_contain_text(service.clinic)
    change = operation(tab, "updateOwnClinic")
    expect(change.get_by_label("If-Match")).to_have_value(re.compile(r'^"\w+"$'))
    assert complaints == []
    change.get_by_role("button", name="Send the call").press("Enter")
    expect(change.get_by_role("status")).to_have_text("403 Forbidden")
    assert tab.evaluate("localStorage.length + sessionStorage.length + document.cookie.length") == 0


def test_what_is_typed_goes_into_the_path_the_query_and_the_body(open_tab: OpenTab) -> None:
    tab = open_tab()

    near = operation(tab, "listClinics")
    near.get_by_label("zip").fill("60601")
    near.get_by_label("limit").fill("2")
    with tab.expect_response("**/api/v1/clinics?zip=60601&limit=2") as answer:
        near.get_by_role("button", name="Send the call").click()
    assert len(answer.value.json()["clinics"]) == 2

    assess = operation(tab, "createAssessment")
    assess.get_by_role("button", name="Send the call").click()
    expect(assess.get_by_role("status")).to_have_text("201 Created")


def test_it_fits_the_smallest_phone_and_passes_axe_in_light_and_dark(open_tab: OpenTab) -> None:
    tab = open_tab(viewport={"width": 320, "height": 640})
    tab.goto(DOCS)
    tab.emulate_media(color_scheme="light", reduced_motion="reduce")
    judge = Judge(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320

    tab.evaluate(KEEP, [f"#{name}" for name in OF_EACH_KIND])
    assert judge.faults() == []
    tab.emulate_media(color_scheme="dark")
    assert judge.faults(runOnly=OF_COLOR) == []
