"""What the notices say to the person who asked: nothing of health, only the request. Pure."""

from referral.appointments.letters.lines import Line, table
from referral.appointments.states import WAITING, State
from referral.text import N_

ANSWER_BY = N_("You will have an answer by %(answer_by)s.")
GOES_ON = N_("Your request goes on. The clinic will answer again by %(answer_by)s.")
CHOOSE = N_(
    "Choose one by %(offer_ends)s. Until then the clinic holds these times for you. If none of "
    "them fits, say so on the page of your request."
)
CHANGE_VISIT = N_(
    "If you need another time, or cannot come, say so on the page of your request, or call the "
    "clinic."
)
STOP_NEWS = N_(
    "If you want no more news about the waiting list, you can stop it on the page of your request."
)
TURN_COMES = N_(
    "The clinic will offer you a time when one is free. Your place on the list lasts until "
    "%(waits_until)s. We write to you every week."
)
_NO_VISIT = tuple(
    state for state in State if state not in {State.BOOKED, State.ARRIVED, State.NO_SHOW}
)

LINES = table(
    (
        "requested",
        (State.REQUESTED,),
        Line(
            N_("Your request %(reference)s was sent"),
            (N_("Your request is now with %(clinic)s."), ANSWER_BY),
        ),
    ),
    (
        "received",
        (State.RECEIVED,),
        Line(
            N_("Your request %(reference)s: the clinic opened it"),
            (N_("%(clinic)s opened your request and is looking at it."), ANSWER_BY),
        ),
    ),
    (
        "offered",
        (State.OFFERED,),
        Line(
            N_("Your request %(reference)s: the clinic offers times"),
            (N_("%(clinic)s offers you these times."), CHOOSE),
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
                CHOOSE,
            ),
            times=True,
        ),
    ),
    (
        "offer_reminder",
        (State.OFFERED,),
        Line(
            N_("Your request %(reference)s: please choose a time"),
            (N_("%(clinic)s still holds these times for you."), CHOOSE),
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
                GOES_ON,
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
        ),
    ),
    (
        "booked",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit is booked"),
            (N_("Your visit to %(clinic)s is booked for %(visit)s."), CHANGE_VISIT),
        ),
    ),
    (
        "moved",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit has a new time"),
            (
                N_("Your visit to %(clinic)s is now on %(visit)s."),
                CHANGE_VISIT,
            ),
        ),
    ),
    (
        "visit_changed",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit"),
            (N_("Your visit to %(clinic)s is booked for %(visit)s."), CHANGE_VISIT),
        ),
    ),
    (
        "visit_changed",
        _NO_VISIT,
        Line(
            N_("Your request %(reference)s: your visit is off"),
            (
                N_("You have no visit to %(clinic)s now."),
                N_("The page of your request shows how it goes on."),
            ),
        ),
    ),
    (
        "visit_soon",
        (State.BOOKED,),
        Line(
            N_("Your request %(reference)s: your visit is soon"),
            (N_("Your visit to %(clinic)s is on %(visit)s."), CHANGE_VISIT),
        ),
    ),
    (
        "released",
        (State.RECEIVED,),
        Line(
            N_("Your request %(reference)s: the clinic cannot keep your time"),
            (
                N_("We are sorry. %(clinic)s cannot keep the time that it booked for you."),
                GOES_ON,
            ),
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
            (N_("%(clinic)s put you on its waiting list."), TURN_COMES, STOP_NEWS),
        ),
    ),
    (
        "still_waiting",
        (State.WAITLISTED,),
        Line(
            N_("Your request %(reference)s: still on the waiting list"),
            (N_("You are still on the waiting list of %(clinic)s."), TURN_COMES, STOP_NEWS),
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
                STOP_NEWS,
            ),
        ),
    ),
)
