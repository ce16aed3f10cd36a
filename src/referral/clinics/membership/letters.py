"""The letters that tell a clinic of its place in the directory or its keys, and of no request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from referral.clinics.membership.confirming import ASKED, STOPPED_AFTER, WARNED, is_answered
from referral.clinics.membership.inviting import INVITED
from referral.clinics.membership.upkeep import PAUSED
from referral.clinics.models import Clinic, Confirmation, Invitation
from referral.clinics.standing import AutoPause
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from referral.settings import Settings
from referral.staff.models import StaffKey
from referral.staff.service import MADE, REVOKED
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
OWN_PAGE = N_("The page of your clinic, and the button that ends the pause:")
WHERE_KEYS = N_("Where your keys are listed, with an admin key:")
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
        OWN_PAGE,
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
            N_("If all is right, press the button on the page. If not, mend it there."),
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
INVITATION = Text(
    N_("%(clinic)s can take appointment requests online"),
    (
        N_(
            "%(operator)s invites %(clinic)s to take part in Referral (%(origin)s). There, people "
            "with back pain find out who can help them, and ask a clinic nearby for an appointment."
        ),
        N_("Once you take part, their requests reach you here, and you say yes or no to each."),
        N_("What it costs, if anything: please ask %(contact)s."),
        N_("On the page you check your details, and then join with one button. It takes minutes."),
        N_("The link is for your clinic alone, works once, and ends on %(day)s."),
        N_("If you would rather not, do nothing: the invitation ends by itself."),
    ),
    N_("The page to look at, which changes nothing by being opened:"),
)
KEYS: Mapping[str, Text] = {
    MADE: Text(
        N_("A new staff key of %(clinic)s"),
        (
            N_(
                "On %(made)s a staff key was made for %(clinic)s. Its name is “%(label)s”, and its "
                "scope is %(scopes)s."
            ),
            N_("If you wanted that, there is nothing to do."),
            N_("If not, please revoke it at once, with an admin key, and tell %(contact)s."),
        ),
        WHERE_KEYS,
    ),
    REVOKED: Text(
        N_("A staff key of %(clinic)s was revoked"),
        (
            N_("On %(revoked)s the staff key “%(label)s” of %(clinic)s was revoked."),
            N_("If you wanted that, there is nothing to do."),
            N_("If not, please look at your other keys at once, and tell %(contact)s."),
        ),
        WHERE_KEYS,
    ),
}
OPERATOR = N_("The operator of this service")
WHO_RUNS_IT = N_("who runs this service")


@dataclass(frozen=True, slots=True)
class ClinicLetters:
    """Writes these letters; the settings say who sends them, and from where."""

    html: Html
    vault: Vault
    settings: Settings
    now: Callable[[], datetime]

    def compose(self, session: Session, notice: Notice) -> Letter:
        """Return the letter for `notice` as things stand now.

        Raises Superseded where the pause or the invitation is over or the details are confirmed,
        and Undeliverable where the clinic has no address.
        """
        clinic = session.get_one(Clinic, notice.clinic_id)
        if notice.kind == INVITED:
            return self._invitation(session, clinic, notice)
        if notice.kind == PAUSED:
            return self._pause(session, clinic, notice)
        if notice.kind in KEYS:
            return self._key(session, clinic, notice)
        asked = session.get(Confirmation, UUID(notice.data["confirmation_id"]))
        if asked is None or is_answered(clinic.confirmed_at, asked.asked_at):
            raise Superseded
        stops = (asked.warned_at or asked.asked_at) + STOPPED_AFTER
        facts = {"clinic": clinic.name, "day": _day(stops)}
        return self._letter(clinic, CONFIRMATIONS[notice.kind], self._page(asked), facts=facts)

    def _pause(self, session: Session, clinic: Clinic, notice: Notice) -> Letter:
        because = AutoPause(notice.data["because"])
        mine = select(Confirmation).where(col(Confirmation.clinic_id) == clinic.id)
        page = session.exec(mine).one_or_none()
        if clinic.paused_because is not because or page is None:
            raise Superseded
        return self._letter(
            clinic, PAUSES[because], self._page(page), facts={"clinic": clinic.name}
        )

    def _invitation(self, session: Session, clinic: Clinic, notice: Notice) -> Letter:
        invitation = session.get(Invitation, UUID(notice.data["invitation_id"]))
        if invitation is None or invitation.expires_at <= self.now():
            raise Superseded
        token = self.vault.link_token(invitation.id, invitation.token_hash)
        facts = {
            "clinic": clinic.name,
            "operator": self.settings.operator_name or OPERATOR,
            "contact": self._contact(),
            "origin": self.settings.origin,
            "day": _day(invitation.expires_at),
        }
        call = f"{self.settings.origin}/join/{token}"
        return self._letter(clinic, INVITATION, call, facts=facts, to=invitation.email)

    def _key(self, session: Session, clinic: Clinic, notice: Notice) -> Letter:
        key = session.get_one(StaffKey, UUID(notice.data["key_id"]))
        zone = ZoneInfo(clinic.timezone)
        facts = {
            "clinic": clinic.name,
            "label": key.label,
            "scopes": ", ".join(key.scopes),
            "made": _day(key.created_at.astimezone(zone)),
            "revoked": _day((key.revoked_at or key.created_at).astimezone(zone)),
            "contact": self._contact(),
        }
        call = f"GET {self.settings.origin}/api/v1/keys"
        return self._letter(clinic, KEYS[notice.kind], call, facts=facts)

    def _contact(self) -> str:
        return self.settings.operator_email or self.settings.operator_name or WHO_RUNS_IT

    def _page(self, asked: Confirmation) -> str:
        return f"{self.settings.origin}/confirm/{self.vault.link_token(asked.id, asked.token_hash)}"

    def _letter(
        self,
        clinic: Clinic,
        text: Text,
        call: str,
        *,
        facts: Mapping[str, str],
        to: str | None = None,
    ) -> Letter:
        address = to or clinic.email
        if not address:
            raise Undeliverable("no-address")
        sheet = Sheet(
            subject=text.subject,
            paragraphs=text.paragraphs,
            facts=facts,
            foot={"reference": "", "where": text.where, "call": call},
            audience=Audience.CLINIC,
        )
        return letter(self.html, address, sheet)


def _day(moment: datetime) -> str:
    return dates.full_date(moment).replace(dates.NB, " ")
