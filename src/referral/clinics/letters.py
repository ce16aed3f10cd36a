"""The letters that tell a clinic of its own place in the directory; they concern no request."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session

from referral.clinics.models import Clinic
from referral.clinics.standing import AutoPause
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Notice
from referral.text import N_
from referral.web.html import Html

SUBJECT = N_("%(clinic)s takes no requests here for now")
PARAGRAPHS: Mapping[AutoPause, tuple[str, ...]] = {
    AutoPause.LEFT_UNANSWERED: (
        N_(
            "The last three requests to %(clinic)s ended without an answer, so it is paused: "
            "nobody can send it a new one. The directory says so, and shows its phone number."
        ),
        N_("What is booked stays booked, and open requests can still be answered."),
        N_("Please end the pause once somebody is there to answer."),
    ),
}
WHERE = N_("Where to end it, with an admin key:")


@dataclass(frozen=True, slots=True)
class ClinicLetters:
    """Writes these letters; `origin` is the public address of the installation."""

    html: Html
    origin: str

    def paused(self, session: Session, notice: Notice) -> Letter:
        """Return the letter about a pause; Superseded where it is over, or Undeliverable."""
        clinic = session.get_one(Clinic, notice.clinic_id)
        because = AutoPause(notice.data["because"])
        if clinic.paused_because is not because:
            raise Superseded
        if not clinic.email:
            raise Undeliverable("no-address")
        facts = {"clinic": clinic.name}
        call = f'PATCH {self.origin}/api/v1/clinic {{"paused": false}}'
        shown = {
            "subject": SUBJECT,
            "paragraphs": PARAGRAPHS[because],
            "facts": facts,
            "times": [],
            "foot": {"reference": "", "where": WHERE, "call": call},
            "audience": notice.audience.value,
        }
        return Letter(
            to=clinic.email,
            subject=self.html.text("letters/sentence.txt", sentence=SUBJECT, facts=facts),
            text=self.html.text("letters/letter.txt", **shown),
            html=self.html.text("letters/letter.html", **shown),
        )
