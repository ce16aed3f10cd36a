"""The whole journey without a mouse or a touch screen: Tab, Space, Enter and typing."""

from playwright.sync_api import Locator, expect

from browser.conftest import OpenTab
from browser.focus import where
from browser.journey import PAIN, SIGNS, YOU
from browser.service import Service
from referral.web.opening import SHORTEST

MOST_STOPS = 60


class Keyboard:
    """Moves by Tab alone, never looks at where the pointer is, and always sees the focus."""

    def __init__(self, service: Service, open_tab: OpenTab) -> None:
        self.tab = open_tab()
        self.service = service

    def reach(self, target: Locator) -> None:
        """Press Tab until the focus is there; at each stop on the way it must be seen."""
        for _ in range(MOST_STOPS):
            is_there, fault = where(target)
            assert not fault, f"{self.tab.url}: the focus {fault} on the way to {target}"
            if is_there:
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"Tab never reached {target}")

    def pass_over_the_head(self) -> None:
        """Go to the main part by the link that comes first on each page."""
        self.reach(self.tab.get_by_role("link", name="Skip to the main content"))
        self.tab.keyboard.press("Enter")

    def choose(self, *choices: tuple[str, str]) -> None:
        for name, value in choices:
            option = self.tab.locator(f'[name="{name}"][value="{value}"]')
            self.reach_in_group(option, name)
            self.tab.keyboard.press("Space")
            expect(option).to_be_checked()

    def answer(self, *choices: tuple[str, str]) -> None:
        """Answer question after question: by a button alone, or by choosing and sending."""
        for name, value in choices:
            self.pass_over_the_head()
            button = self.tab.locator(f'button[name="{name}"][value="{value}"]')
            if button.count():
                self.reach(button)
                self.press_enter()
            else:
                self.choose((name, value))
                self.enter("Continue")

    def reach_in_group(self, option: Locator, name: str) -> None:
        """Radio buttons are one stop; the arrow keys move inside."""
        if option.get_attribute("type") != "radio":
            self.reach(option)
            return
        group = self.tab.locator(f'[name="{name}"]')
        chosen = self.tab.locator(f'[name="{name}"]:checked')
        self.reach(chosen if chosen.count() else group.first)
        for _ in range(group.count()):
            if option.evaluate("one => one === document.activeElement"):
                return
            self.tab.keyboard.press("ArrowDown")

    def write(self, label: str, text: str) -> None:
        self.reach(self.tab.get_by_label(label))
        self.tab.keyboard.type(text)

    def enter(self, name: str) -> None:
        main = self.tab.locator("main")
        link = main.get_by_role("link", name=name, exact=True)
        self.reach(link.or_(main.get_by_role("button", name=name, exact=True)).first)
        self.press_enter()

    def press_enter(self) -> None:
        with self.tab.expect_event("load"):
            self.tab.keyboard.press("Enter")

    def mend(self, mistake: str) -> None:
        """Follow the sentence that has the focus after a mistake to its field."""
        expect(self.tab.get_by_role("alert", name="There is a problem")).to_be_focused()
        self.reach(self.tab.get_by_role("link", name=mistake))
        self.tab.keyboard.press("Enter")


def test_the_whole_journey_works_by_keyboard_alone_with_the_focus_in_sight(
    open_tab: OpenTab, service: Service
) -> None:
    person = Keyboard(service, open_tab)
    person.tab.goto("/articles/back-spasms")
    person.pass_over_the_head()
    person.enter("Check your symptoms")
    person.answer(*SIGNS, *PAIN)
    person.enter("Continue")
    person.mend("Enter your age")
    person.write("How old are you?", "41")
    person.press_enter()
    person.answer(*YOU)
    person.enter("See where to go")
    person.write("Your ZIP code", service.zip_code)
    person.enter("Show clinics near me")
    person.enter(service.clinic)
    person.enter("Ask for an appointment")
    person.reach(person.tab.locator("[name=preferred_windows]:enabled").first)
    person.tab.keyboard.press("Space")
    person.write("E-mail address", "sam@example.com")
    person.enter("Check and send")
    person.mend("Enter your name")
    person.write("Your name", "Sam Sample")
    person.press_enter()
    person.reach(person.tab.get_by_label("I agree"))
    person.tab.keyboard.press("Space")
    # No person is as fast as a keyboard that is driven.
    service.pass_time(SHORTEST)
    person.enter("Send the request")
    expect(person.tab.get_by_role("heading", level=1)).to_have_text("Your request is sent")
    person.enter("See how your request stands")
    person.enter("Cancel the request")
    person.enter("Yes, cancel it")
    assert [request["state"] for request in service.inbox()] == ["cancelled"]
