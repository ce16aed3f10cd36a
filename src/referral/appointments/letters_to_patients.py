"""What the notices say to the person who asked: nothing of health, only the request. Pure."""

from referral.appointments.letter_lines import File, Line, table
from referral.appointments.states import WAITING, State
from referral.text import N_

_ANSWER_BY = N_("You will have an answer by %(answer_by)s.")
_CHOOSE = N_(
    "Choose one by %(offer_ends)s. Until then the clinic holds these times for you. If none of "
    "them fits, say so on the page of your request."
)
_CHANGE_VISIT = N_(
    "If you need another time, or cannot come, say so on the page of your request, or call the "
    "clinic."
)
_STOP_NEWS = N_(
    "If you want no more news about the waiting list, you can stop it on the page of your request."
)
_TURN_COMES = N_(
    "The clinic will offer you a time when one is free. Your place on the list lasts until "
    "%(waits_until)s. We write to you every week."
)
_CORRECTED = N_("Your request %(reference)s: a correction")
_SORRY = N_(
    "Our last message no longer holds: the clinic undid that step. We are sorry. This is how it "
    "stands now:"
)

LINES = table(
    (
        "requested",
        (State.REQUESTED,),
        Line(
            N_("Your request %(reference)s was sent"),
            (N_("Your request is now with %(clinic)s."), _ANSWER_BY),
        ),
    ),
    (
        "received",
        (State.RECEIVED,),
        Line(
            N_("Your request %(reference)s: the clinic opened it"),
            (N_("%(clinic)s opened your request and is looking at it."), _ANSWER_BY),
        ),
    ),
    (
        "offered",
        (State.OFFERED,),
        Line(
            N_("Your request %(reference)s: the clinic offers times"),
            (N_("%(clinic)s offers you these times."), _CHOOSE),
            times=True,
        ),
    ),
    (
        "offered",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: the clinic offers another time"),
            (
                N_(
                    "%(clinic)s offers you these other times. Your visit on %(visit)s stays booked "
                    "until you choose one."
                ),
                _CHOOSE,
            ),
            file=File.VISIT,
            times=True,
        ),
    ),
    (
        "offer_reminder",
        (State.OFFERED,),
        Line(
            N_("Your request %(reference)s: please choose a time"),
            (N_("%(clinic)s still holds these times for you."), _CHOOSE),
            times=True,
        ),
    ),
    (
        "lapsed",
        WAITING,
        Line(
            N_("Your request %(reference)s: the offered times ran out"),
            (
                N_(
                    "Nobody chose one of the times that %(clinic)s offered, so they are free again."
                ),
                N_("Your request goes on. The clinic will answer again by %(answer_by)s."),
            ),
        ),
    ),
    (
        "lapsed",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit stays as it was"),
            (
                N_("The other times that %(clinic)s offered have run out."),
                N_("Your visit is still booked for %(visit)s."),
            ),
            file=File.VISIT,
        ),
    ),
    (
        "booked",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit is booked"),
            (N_("Your visit to %(clinic)s is booked for %(visit)s."), _CHANGE_VISIT),
            file=File.VISIT,
        ),
    ),
    (
        "moved",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit has a new time"),
            (
                N_("%(clinic)s moved your visit to %(visit)s."),
                N_("The time before, %(off)s, is no longer booked."),
                _CHANGE_VISIT,
            ),
            file=File.VISIT,
        ),
    ),
    (
        "visit_soon",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit is soon"),
            (N_("Your visit to %(clinic)s is on %(visit)s."), _CHANGE_VISIT),
            file=File.VISIT,
        ),
    ),
    (
        "released",
        (State.RECEIVED,),
        Line(
            N_("Your request %(reference)s: the clinic cannot keep your time"),
            (
                N_(
                    "We are sorry. %(clinic)s cannot keep your visit on %(off)s. It is no longer "
                    "booked."
                ),
                N_("Your request goes on. The clinic will answer again by %(answer_by)s."),
            ),
            file=File.VISIT_OFF,
        ),
    ),
    (
        "move_unanswered",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: no answer about another time yet"),
            (
                N_(
                    "We are sorry. %(clinic)s has not answered your wish for another time. Your "
                    "visit on %(visit)s is still booked."
                ),
                N_(
                    "We have reminded them. If you cannot come then, please call the clinic, or "
                    "cancel on the page of your request."
                ),
            ),
        ),
    ),
    (
        "waitlisted",
        (State.WAITLISTED,),
        Line(
            N_("Your request %(reference)s: you are on the waiting list"),
            (N_("%(clinic)s put you on its waiting list."), _TURN_COMES, _STOP_NEWS),
        ),
    ),
    (
        "still_waiting",
        (State.WAITLISTED,),
        Line(
            N_("Your request %(reference)s: still on the waiting list"),
            (N_("You are still on the waiting list of %(clinic)s."), _TURN_COMES, _STOP_NEWS),
        ),
    ),
    (
        "waiting_ends_soon",
        (State.WAITLISTED,),
        Line(
            N_("Your request %(reference)s: your place on the list ends soon"),
            (
                N_(
                    "You are still on the waiting list of %(clinic)s. Your place ends on "
                    "%(waits_until)s."
                ),
                N_(
                    "If the clinic has no time for you by then, we will tell you, and you can ask "
                    "another clinic."
                ),
                _STOP_NEWS,
            ),
        ),
    ),
    (
        "corrected",
        WAITING,
        Line(
            _CORRECTED,
            (_SORRY, N_("Your request is with %(clinic)s. No time is booked."), _ANSWER_BY),
            file=File.VISIT_OFF,
        ),
    ),
    (
        "corrected",
        (State.OFFERED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("%(clinic)s offers you these times. No time is booked yet."), _CHOOSE),
            file=File.VISIT_OFF,
            times=True,
        ),
    ),
    (
        "corrected",
        (State.WAITLISTED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("You are on the waiting list of %(clinic)s."), _TURN_COMES, _STOP_NEWS),
            file=File.VISIT_OFF,
        ),
    ),
    (
        "corrected",
        (State.BOOKED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("Your visit to %(clinic)s is booked for %(visit)s."), _CHANGE_VISIT),
            file=File.VISIT,
        ),
    ),
    (
        "corrected",
        (State.NO_SHOW,),
        Line(
            _CORRECTED,
            (
                _SORRY,
                N_("%(clinic)s noted that you did not come to your visit on %(visit)s."),
                N_(
                    "You can ask for another time until %(asks_until)s on the page of your request."
                ),
            ),
        ),
    ),
)
