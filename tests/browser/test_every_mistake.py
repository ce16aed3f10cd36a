"""Who makes every mistake there is on the way reads each at its place, and loses nothing."""

from playwright.sync_api import expect

from browser.conftest import OpenTab
from browser.journey import PAIN, Journey
from browser.service import Service

TIMES = [{"starts_at": f"2026-12-0{day}T15:30:00Z"} for day in (2, 3)]
# Of each mistake in the list: its field, what the list says, what stands before the field itself.
READ = """() => [...document.querySelectorAll("#error-summary a")].map(link => {
  const field = document.querySelector(link.hash);
  const said = document.getElementById(link.hash.replace("#f-", "e-"));
  const isBefore = said.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING;
  return [link.hash, `Error: ${link.textContent}`, isBefore ? said.textContent : "after its field"];
})"""


class Mistaken(Journey):
    """Reads what is wrong as a person does: all of it first, then each at its field."""

    def reads_of(self, *wrong: str) -> None:
        """Check that the list of mistakes has the focus, in the order of the fields."""
        expect(self.tab.get_by_role("alert", name="There is a problem")).to_be_focused()
        assert self.tab.title().startswith("Error: ")
        mistakes = self.tab.evaluate(READ)
        assert [field for field, _, _ in mistakes] == [f"#f-{name}" for name in wrong]
        assert [there for _, _, there in mistakes] == [listed for _, listed, _ in mistakes]

    def still_has(self, **typed: str) -> None:
        """Check that what was typed is still there."""
        for name, text in typed.items():
            expect(self.tab.locator(f"#f-{name}")).to_have_value(text)


def test_a_person_who_makes_every_mistake_reads_each_and_arrives(
    open_tab: OpenTab, service: Service
) -> None:
    # given someone who chooses nothing, or too much, or writes what cannot be read
    person = Mistaken(open_tab(), service)
    answers_wrongly(person)
    person.have_answered()
    # when every field of the request is wrong once
    asks_wrongly(person)
    # then it is sent all the same, and what is wrong afterwards is read the same way
    follows_wrongly(person)
    expect(person.tab.get_by_role("heading", level=1)).to_contain_text("Opened by the clinic")


def answers_wrongly(person: Mistaken) -> None:
    tab = person.tab
    tab.goto("/check")
    person.press("Continue")
    person.reads_of("emergency_signs")
    person.answer(("emergency_signs", "none"))
    person.tap(("unwell_signs", "weight_loss"), ("unwell_signs", "none"))
    person.press("Continue")
    person.reads_of("unwell_signs")
    expect(tab.locator(":checked")).to_have_count(2)
    person.tap(("unwell_signs", "weight_loss"))
    person.press("Continue")
    person.press("Continue")
    person.reads_of("regions")
    person.answer(*PAIN)
    tab.get_by_label("How old are you?").fill("abc")
    person.press("Continue")
    person.reads_of("age")
    person.still_has(age="abc")
    tab.get_by_label("How old are you?").fill("41")
    person.press("Continue")
    person.press("Continue")
    person.reads_of("history")
    person.answer(("history", "none"))


def asks_wrongly(person: Mistaken) -> None:
    tab = person.tab
    tab.goto("/clinics?place=00000")
    expect(tab.locator("#error-summary a")).to_have_attribute("href", "#f-place")
    person.still_has(place="00000")
    tab.goto(f"/clinics/{person.service.clinic_id}/request")
    person.tap(("requesting_for", "someone_else"))
    tab.get_by_label("Phone number").fill("12")
    tab.get_by_label("E-mail address").fill("sam at <example>")
    person.press("Check and send")
    person.reads_of(
        "preferred_windows", "name", "patient_name", "phone", "email", "preferred_contact"
    )
    person.still_has(phone="12", email="sam at <example>")
    tab.locator(".chip:has(:enabled)").first.click()
    tab.get_by_label("Your name").fill("Sam <Sample>")
    tab.get_by_label("Name of the person").fill("Ma Sample")
    tab.get_by_label("Phone number").fill("")
    tab.get_by_label("E-mail address").fill("sam@example.com")
    person.tap(("preferred_contact", "phone"))
    person.press("Check and send")
    person.reads_of("preferred_contact")
    person.still_has(name="Sam <Sample>", patient_name="Ma Sample", email="sam@example.com")
    expect(tab.locator(".chip :checked")).to_have_count(1)
    person.tap(("preferred_contact", "email"))
    person.press("Check and send")
    person.send()
    person.reads_of("consent_version")
    person.agree()
    person.send()


def follows_wrongly(person: Mistaken) -> None:
    slip = person.read_the_slip()
    person.tab.goto("/find")
    person.look_up(slip["Your reference"], "0000-0000")
    person.reads_of("reference")
    person.still_has(reference=slip["Your reference"], code="0000-0000")
    person.look_up(slip["Your reference"], slip["Your code"])
    person.clinic_does("offer", times=TIMES)
    person.press("Take this time")
    person.reads_of("time_id")
    person.press("None of these fit")
    person.press("Send to the clinic")
    person.reads_of("preferred_windows")
    person.choose_a_part_of_a_day()
