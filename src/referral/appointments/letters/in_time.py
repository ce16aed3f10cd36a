"""What a letter may still say at the moment that it goes out, which may be late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from referral.appointments.letters import of_endings, to_clinics, to_patients
from referral.appointments.letters.visit_news import VisitNews
from referral.appointments.life.announcements import VISIT_CHANGED, WAITLIST_NEWS
from referral.appointments.life.clock import owes_move
from referral.appointments.models import Appointment
from referral.notices.models import Audience
from referral.text import N_

# What is said of a time that the reader was told of and that is no longer booked.
OFF: Mapping[tuple[Audience, str], str] = {
    **dict.fromkeys(
        ((Audience.PATIENT, "REQUEST"), (Audience.CLINIC, "REQUEST")),
        N_("The time before, %(off)s, is no longer booked."),
    ),
    (Audience.PATIENT, "CANCEL"): N_("Your visit on %(off)s is off. It is no longer booked."),
    (Audience.CLINIC, "CANCEL"): N_("The visit on %(off)s is off. It is no longer booked."),
}


@dataclass(frozen=True, slots=True)
class Present:
    """What a letter is about, as it is when it is written."""

    appointment: Appointment
    news: VisitNews
    at: datetime

    def is_past(self, moment: datetime | None) -> bool:
        """Say whether a moment has passed; a moment that there is not has not."""
        return moment is not None and moment <= self.at


# What makes a notice pointless though the request is in a state that it speaks of.
POINTLESS: Mapping[str, Callable[[Present], bool]] = {
    **dict.fromkeys(("offered", "offer_reminder"), lambda now: not _is_offer_open(now)),
    "half_time": lambda now: now.is_past(now.appointment.answer_by),
    "visit_soon": lambda now: now.is_past(now.appointment.starts_at),
    "moved": lambda now: now.news.is_known,
    VISIT_CHANGED: lambda now: now.news.is_known or now.news.method is None,
    "move_asked": lambda now: (
        not now.appointment.wants_move or now.is_past(now.appointment.starts_at)
    ),
    **dict.fromkeys(
        ("move_half_time", "move_late", "move_overdue", "move_unanswered"),
        lambda now: not owes_move(now.appointment) or now.is_past(now.appointment.starts_at),
    ),
    **dict.fromkeys(WAITLIST_NEWS, lambda now: now.appointment.quiet),
    **dict.fromkeys(
        ("declined", "expired", "list_ended", "cancelled_by_clinic"),
        lambda now: now.appointment.sent_on_to is not None,
    ),
}


_ANSWER_IS_LATE = N_(
    "We are sorry: the answer is late. It was promised by %(answer_by)s. If none comes by "
    "%(expires_at)s, we will tell you, and you can ask another clinic."
)

# By sentence: the moment that must not have passed, and what is said once it has.
LATE: Mapping[str, tuple[str, str]] = {
    to_patients.ANSWER_BY: ("answer_by", _ANSWER_IS_LATE),
    to_patients.GOES_ON: ("answer_by", _ANSWER_IS_LATE),
    to_patients.CHANGE_VISIT: (
        "visit",
        N_(
            "This time has passed. Our mail comes late, and we are sorry. If you were not there, "
            "please call the clinic."
        ),
    ),
    of_endings.AS_AGREED: (
        "other_answer_by",
        N_(
            "As you agreed beforehand, we sent your request to %(other_clinic)s. The answer is "
            "late: it was promised by %(other_answer_by)s. We are sorry."
        ),
    ),
    to_clinics.NEW: (
        "answer_by",
        N_("New request %(reference)s: the answer is overdue"),
    ),
    to_clinics.ANSWER_BY: (
        "answer_by",
        N_("The person was promised an answer by %(answer_by)s. Please answer now."),
    ),
}


def is_pointless(kind: str, present: Present) -> bool:
    """Say whether a notice of this kind would tell nothing that is true and new."""
    rule = POINTLESS.get(kind)
    return rule is not None and rule(present)


def in_time(sentence: str, moments: Mapping[str, datetime | None], now: datetime) -> str:
    """Return the sentence, or what is said instead once its moment has passed."""
    name, late = LATE.get(sentence, ("", sentence))
    moment = moments.get(name)
    return late if moment is not None and moment <= now else sentence


def _is_offer_open(now: Present) -> bool:
    ends = now.appointment.offer_expires_at
    return ends is not None and ends > now.at
