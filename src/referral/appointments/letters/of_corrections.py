"""What the notices say to the person after a step of the clinic was undone. Pure."""

from referral.appointments.letters.lines import Line, table
from referral.appointments.letters.to_patients import (
    ANSWER_BY,
    CHANGE_VISIT,
    CHOOSE,
    STOP_NEWS,
    TURN_COMES,
)
from referral.appointments.states import WAITING, State
from referral.text import N_

_CORRECTED = N_("Your request %(reference)s: a correction")
_SORRY = N_(
    "Our last message no longer holds: the clinic undid that step. We are sorry. This is how it "
    "stands now:"
)

LINES = table(
    (
        "corrected",
        WAITING,
        Line(
            _CORRECTED,
            (_SORRY, N_("Your request is with %(clinic)s. No time is booked."), ANSWER_BY),
        ),
    ),
    (
        "corrected",
        (State.OFFERED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("%(clinic)s offers you these times. No time is booked yet."), CHOOSE),
            times=True,
        ),
    ),
    (
        "corrected",
        (State.WAITLISTED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("You are on the waiting list of %(clinic)s."), TURN_COMES, STOP_NEWS),
        ),
    ),
    (
        "corrected",
        (State.BOOKED,),
        Line(
            _CORRECTED,
            (_SORRY, N_("Your visit to %(clinic)s is booked for %(visit)s."), CHANGE_VISIT),
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
