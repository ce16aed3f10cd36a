"""The letter that tells a clinic of a webhook that is paused; it concerns no request."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from referral.clinics.models import Clinic
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.mail import Letter
from referral.notices.models import Notice
from referral.text import N_
from referral.web.html import Html
from referral.web.letters import Sheet, letter
from referral.webhooks.codes import Pause
from referral.webhooks.models import Webhook

SUBJECT = N_("Webhook paused: %(label)s")
NOTHING_LOST = N_("No event is lost. They wait, and the webhook goes on from where it stopped.")
PARAGRAPHS: Mapping[Pause, tuple[str, ...]] = {
    Pause.FAILING: (
        N_(
            "The webhook “%(label)s” did not take an event in ten attempts over three days, "
            "so it is paused."
        ),
        NOTHING_LOST,
        N_("Please mend what receives it, then end the pause. Its log says what went wrong."),
    ),
    Pause.GONE: (
        N_(
            "What receives the webhook “%(label)s” answered that it is gone (410), so it is paused."
        ),
        NOTHING_LOST,
        N_("Please end the pause if that was a mistake, or delete the webhook."),
    ),
}
WHERE = N_("Where to read of it and end the pause, with an admin key:")


@dataclass(frozen=True, slots=True)
class WebhookLetters:
    """Writes these letters; `origin` is the public address of the installation."""

    html: Html
    origin: str

    def compose(self, session: Session, notice: Notice) -> Letter:
        """Return the letter for `notice` as things stand now.

        Raises Superseded where the pause is over or the webhook deleted, and Undeliverable where
        the clinic has no address.
        """
        webhook = session.get(Webhook, UUID(notice.data["webhook_id"]))
        paragraphs = webhook and webhook.paused_because and PARAGRAPHS.get(webhook.paused_because)
        if webhook is None or not paragraphs:
            raise Superseded
        clinic = session.get_one(Clinic, webhook.clinic_id)
        if not clinic.email:
            raise Undeliverable("no-address")
        call = f"GET {self.origin}/api/v1/webhooks/{webhook.id}"
        sheet = Sheet(
            subject=SUBJECT,
            paragraphs=paragraphs,
            facts={"label": webhook.label},
            foot={"reference": "", "where": WHERE, "call": call},
            audience=notice.audience,
        )
        return letter(self.html, clinic.email, sheet)
