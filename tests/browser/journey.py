"""A person on their way from the article to the answer, one method for each thing they do."""

from typing import Any

from playwright.sync_api import Locator, Page

from browser.service import Service
from referral.languages import Language, in_words, speaking
from referral.symptoms.doors import PATHS
from referral.web.opening import SHORTEST

SIGNS = (("emergency_signs", "none"), ("unwell_signs", "none"))
PAIN = (
    ("regions", "lower_back"),
    ("spread", "none"),
    ("duration", "1_6w"),
    ("trend", "same"),
    ("onset", "lifting_exercise"),
    ("pain", "6"),
    ("function", "limited"),
)
YOU = (("history", "none"), ("tried", "heat"))


class Journey:
    """Walks in one tab; every method starts on the page where the one before it ended."""

    def __init__(self, tab: Page, service: Service, language: Language = Language.ENGLISH) -> None:
        self.tab = tab
        self.service = service
        self.language = language

    def said(self, text: str) -> str:
        """Return what stands on the pages for an English text."""
        with speaking(self.language):
            return in_words(text)

    def field(self, label: str) -> Locator:
        """Return the text field with this label."""
        return self.tab.get_by_role("textbox", name=self.said(label))

    def tap(self, *choices: tuple[str, str]) -> None:
        """Tap the row of each choice, given as its field's name and its value."""
        for name, value in choices:
            self.tab.locator(f'div:has(> [name="{name}"][value="{value}"])').click()

    def answer(self, *choices: tuple[str, str]) -> None:
        """Answer question after question, each on its own page."""
        for name, value in choices:
            button = self.tab.locator(f'button[name="{name}"][value="{value}"]')
            if button.count():
                self.follow(button)
            else:
                self.tap((name, value))
                self.press("Continue")

    def press(self, name: str) -> None:
        """Press the button, or follow the link that looks like one."""
        exact: dict[str, Any] = {"name": self.said(name), "exact": True}
        button = self.tab.get_by_role("button", **exact)
        self.follow(self.tab.locator("main").get_by_role("link", **exact).or_(button))

    def follow(self, leads_on: Locator) -> None:
        """Click it and wait until the next page is there."""
        with self.tab.expect_event("load"):
            leads_on.click()

    def read_the_article(self) -> None:
        self.tab.goto("/articles/back-spasms")
        self.press("Check your symptoms")

    def answer_the_signs(self) -> None:
        self.answer(*SIGNS)

    def answer_about_the_pain(self) -> None:
        self.answer(*PAIN)

    def answer_about_themselves(self) -> None:
        self.field("How old are you?").fill("41")
        self.press("Continue")
        self.answer(*YOU)
        self.press("See where to go")

    def look_for_clinics(self) -> None:
        self.field("Your ZIP code, or city and state").fill(self.service.zip_code)
        self.press("Show clinics near me")

    def choose_the_clinic(self) -> None:
        card = self.tab.get_by_role("article").filter(has_text=self.service.clinic)
        self.follow(card.get_by_role("link", name=self.said("Ask for an appointment")))

    def fill_in_the_request(self) -> None:
        self.tab.locator(".chip:has(:enabled)").first.click()
        self.field("Your name").fill("Sam Sample")
        self.field("E-mail address").fill("sam@example.com")
        self.tap(("preferred_contact", "email"))
        self.press("Check and send")

    def agree(self) -> None:
        # The clock of the service stands still, and a tab that is driven reads in no time.
        self.service.pass_time(SHORTEST)
        self.tap(("consent_version", self._consent()))

    def send(self) -> None:
        self.press("Send the request")

    def read_the_slip(self) -> dict[str, str]:
        """Return what stands on the confirmation, by its words."""
        rows = self.tab.locator(".summary-list > div").all()
        return {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in rows}

    def look_up(self, reference: str, code: str) -> None:
        self.field("Reference").fill(reference)
        self.field("Code").fill(code)
        self.press("Find it")

    def take_the_first_time(self) -> None:
        self.tab.locator(".choice").first.click()
        self.press("Take this time")

    def choose_a_part_of_a_day(self) -> None:
        self.tab.locator(".chip:has(:enabled)").first.click()
        self.press("Send to the clinic")

    def clinic_does(self, action: str, **more: object) -> None:
        """Let the clinic move its only request, and look again."""
        [received] = self.service.inbox()
        self.service.move(received["id"], action=action, **more)
        self.tab.reload()

    def have_answered(self, **otherwise: str) -> None:
        """Have every question answered, without a look at its page."""
        answers = dict((*SIGNS, *PAIN, ("age", "41"), *YOU, ("note", ""))) | otherwise
        for question, value in answers.items():
            page = f"{self.service.origin}{PATHS[question]}"
            self.tab.request.post(page, form={question: value}, max_redirects=0)

    def reach_the_outcome(self, **otherwise: str) -> None:
        self.have_answered(**otherwise)
        self.tab.goto("/check/outcome")

    def reach_the_request(self) -> None:
        self.have_answered()
        self.tab.goto(f"/clinics/{self.service.clinic_id}/request")

    def reach_the_review(self) -> None:
        self.reach_the_request()
        self.fill_in_the_request()

    def reach_the_confirmation(self) -> None:
        self.reach_the_review()
        self.agree()
        self.send()

    def _consent(self) -> str:
        value = self.tab.locator("[name=consent_version]").get_attribute("value")
        assert value
        return value
