"""Who writes the letter of which notice: most concern a request, and a few do not."""

from collections.abc import Mapping

from sqlmodel import Session

from referral.appointments.letters.writing import Letters
from referral.clinics.membership import confirming, inviting, upkeep
from referral.clinics.membership.letters import ClinicLetters
from referral.languages import Language, speaking
from referral.notices.delivery import Compose
from referral.notices.mail import Letter
from referral.notices.models import Notice
from referral.staff import service as staff
from referral.web.deps import House
from referral.webhooks.leasing import PAUSED
from referral.webhooks.letters import WebhookLetters


def composer_of(house: House) -> Compose:
    """Return what composes the letters of a house, by the kind of the notice."""
    of_requests = Letters(house.settings, house.html, house.vault, house.now).compose
    of_clinics = ClinicLetters(house.html, house.vault, house.settings, house.now).compose
    kinds_of_clinics = (
        *(upkeep.PAUSED, confirming.ASKED, confirming.WARNED, inviting.INVITED),
        *(staff.MADE, staff.REVOKED),
    )
    others: Mapping[str, Compose] = {
        PAUSED: WebhookLetters(house.html, house.settings.origin).compose,
        **dict.fromkeys(kinds_of_clinics, of_clinics),
    }

    def compose(session: Session, notice: Notice) -> Letter:
        if notice.kind not in others:
            return of_requests(session, notice)
        # To clinics, whatever the one who looks at them in a demo speaks.
        with speaking(Language.ENGLISH):
            return others[notice.kind](session, notice)

    return compose
