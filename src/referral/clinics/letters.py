"""The letters that tell a clinic of its own place in the directory; they concern no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from referral.clinics.confirming import ASKED, STOPPED_AFTER, WARNED, is_answered
from referral.clinics.models import Clinic, Confirmation
from referral.clinics.standing import AutoPause
from referral.clinics.upkeep import PAUSED
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from referral.text import N_
from referral.vault import Vault
from referral.web import dates
from referral.web.html import Html
from referral.web.letters import Sheet, letter


@dataclass(frozen=True, slots=True)
class Text:
    """What a letter says, and what its last line leads to."""

    subject: str
    paragraphs: tuple[str, ...]
    where: str


CONFIRM = N_("The page with your details, and one button:")
PAUSES: Mapping[AutoPause, Text] = {
    AutoPause.LEFT_UNANSWERED: Text(
        N_("%(clinic)s takes no requests here for now"),
        (
            N_(
                "The last three requests to %(clinic)s ended without an answer, so it is paused: "
                "nobody can send it a new one. The directory says so, and shows its phone number."
            ),
            N_("What is booked stays booked, and open requests can still be answered."),
            N_("Please end the pause once somebody is there to answer."),
        ),
        N_("Where to end it, with an admin key:"),
    ),
    AutoPause.UNCONFIRMED: Text(
        N_("%(clinic)s takes no requests here until its details are confirmed"),
        (
            N_(
                "We asked whether the details of %(clinic)s are still right, and had no answer. So "
                "that nobody is sent to the wrong door, nobody can send it a new request."
            ),
            N_("What is booked stays booked, and open requests can still be answered."),
            N_("Confirm the details, and %(clinic)s takes requests again at once."),
        ),
        CONFIRM,
    ),
}
CONFIRMATIONS: Mapping[str, Text] = {
    ASKED: Text(
        N_("Are the details of %(clinic)s still right?"),
        (
            N_("Four times a year we ask each clinic to look at what the directory says of it."),
            N_("If all is right, press the button on the page. It takes a minute."),
            N_("Opening the page changes nothing. The link is for your clinic alone."),
        ),
        CONFIRM,
    ),
    WARNED: Text(
        N_("%(clinic)s will soon receive no requests: please confirm its details"),
        (
            N_(
                "A month ago we asked whether the details of %(clinic)s are still right. Since "
                "nobody has said so, it stands lower in the list."
            ),
            N_("From %(day)s on, nobody will be able to send it a new request."),
            N_("If all is right, press the button on the page, and all is well again."),
        ),
        CONFIRM,
    ),
}


@dataclass(frozen=True, slots=True)
class ClinicLetters:
    """Writes these letters; `origin` is the public address of the installation."""

    html: Html
    vault: Vault
    origin: str

    def compose(self, session: Session, notice: Notice) -> Letter:
        """Return the letter for `notice` as things stand now.

        Raises Superseded where the pause is over or the details are confirmed, and Undeliverable
        where the clinic has no address.
        """
        clinic = session.get_one(Clinic, notice.clinic_id)
        if notice.kind == PAUSED:
            return self._pause(session, clinic, notice)
        asked = session.get(Confirmation, UUID(notice.data["confirmation_id"]))
        if asked is None or is_answered(clinic.confirmed_at, asked.asked_at):
            raise Superseded
        stops = (asked.warned_at or asked.asked_at) + STOPPED_AFTER
        facts = {"clinic": clinic.name, "day": dates.full_date(stops).replace(dates.NB, " ")}
        return self._letter(clinic, CONFIRMATIONS[notice.kind], self._page(asked), facts=facts)

    def _pause(self, session: Session, clinic: Clinic, notice: Notice) -> Letter:
        because = AutoPause(notice.data["because"])
        if clinic.paused_because is not because:
            raise Superseded
        call = f'PATCH {self.origin}/api/v1/clinic {{"paused": false}}'
        if because is AutoPause.UNCONFIRMED:
            mine = select(Confirmation).where(col(Confirmation.clinic_id) == clinic.id)
            call = self._page(session.exec(mine).one())
        return self._letter(clinic, PAUSES[because], call, facts={"clinic": clinic.name})

    def _page(self, asked: Confirmation) -> str:
        return f"{self.origin}/confirm/{self.vault.link_token(asked.id, asked.token_hash)}"

    def _letter(self, clinic: Clinic, text: Text, call: str, *, facts: Mapping[str, str]) -> Letter:
        if not clinic.email:
            raise Undeliverable("no-address")
        sheet = Sheet(
            subject=text.subject,
            paragraphs=text.paragraphs,
            facts=facts,
            foot={"reference": "", "where": text.where, "call": call},
            audience=Audience.CLINIC,
        )
        return letter(self.html, clinic.email, sheet)
