"""What the notices say to a clinic and to the operator: no name, no contact, no health. Pure."""

from referral.appointments.letters.lines import Line, table
from referral.appointments.states import ENDS, WAITING, State
from referral.text import N_

NEW = N_("New request %(reference)s: answer by %(answer_by)s")
ANSWER_BY = N_("Please answer by %(answer_by)s.")
_AFTER_THAT = N_(
    "If there is no answer by %(expires_at)s, the request ends, and the person is told to ask "
    "another clinic."
)
_CANNOT_COME = N_(
    "The person cannot come on %(visit)s and asked for another time. The visit is still booked."
)
_NEW_TIME = N_("Please offer times, or book one inside the times that the person gave now.")
_YOUR_CALENDAR = N_("The file with this mail brings your calendar up to date.")
_OFF = (*WAITING, State.OFFERED, State.WAITLISTED, *ENDS)

TO_CLINICS = table(
    (
        "new_request",
        (State.REQUESTED,),
        Line(
            NEW,
            (N_("A person asks %(clinic)s for an appointment."), ANSWER_BY, _AFTER_THAT),
        ),
    ),
    (
        "half_time",
        WAITING,
        Line(
            N_("Request %(reference)s still waits: answer by %(answer_by)s"),
            (N_("Half of the time to answer is over."), ANSWER_BY, _AFTER_THAT),
        ),
    ),
    (
        "deadline",
        WAITING,
        Line(
            N_("Request %(reference)s is overdue"),
            (
                N_("The person was promised an answer by %(answer_by)s. None has come."),
                N_("Please answer now."),
                _AFTER_THAT,
            ),
        ),
    ),
    (
        "request_expired",
        (State.EXPIRED,),
        Line(
            N_("Request %(reference)s ended without an answer"),
            (
                N_("Nobody gave the person a time. The request is over, and the person was told."),
                N_("There is nothing left to do. Please check why it was missed."),
            ),
        ),
    ),
    (
        "list_ran_out",
        (State.EXPIRED,),
        Line(
            N_("Request %(reference)s: the place on your waiting list has ended"),
            (
                N_("No time came free. The request is over, and the person was told."),
                N_("There is nothing left to do."),
            ),
        ),
    ),
    (
        "accepted",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: a visit is booked"),
            (
                N_("The person chose a time that you offered: %(visit)s."),
                N_("There is nothing else to do. The other offered times are free again."),
            ),
        ),
    ),
    (
        "refused",
        (State.RECEIVED,),
        Line(
            N_("Request %(reference)s: none of the times fits"),
            (N_("The person cannot come at the times that you offered."), _NEW_TIME, ANSWER_BY),
        ),
    ),
    (
        "refused",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: none of the other times fits"),
            (
                N_(
                    "The person cannot come at the other times that you offered. The visit on "
                    "%(visit)s stays booked until you move it."
                ),
                _NEW_TIME,
            ),
        ),
    ),
    (
        "offer_lapsed",
        (State.RECEIVED,),
        Line(
            N_("Request %(reference)s: the offered times ran out"),
            (
                N_(
                    "The person did not choose one of the times that you offered. They are free "
                    "again."
                ),
                N_("Please offer other times, or call the person."),
                ANSWER_BY,
            ),
        ),
    ),
    (
        "offer_lapsed",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: the visit stays as it was"),
            (
                N_(
                    "The person did not choose one of the other times that you offered. They are "
                    "free again."
                ),
                N_(
                    "The visit is still booked for %(visit)s. If it cannot stay, please call the "
                    "person."
                ),
            ),
        ),
    ),
    (
        "move_asked",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: the person needs another time"),
            (
                N_(
                    "The person cannot come on %(visit)s. That time stays booked until you move "
                    "the visit."
                ),
                N_("Please do so, or offer times. The person was promised news by %(answer_by)s."),
            ),
        ),
    ),
    (
        "move_half_time",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: the person still needs another time"),
            (_CANNOT_COME, N_("Please move it, or offer times, by %(answer_by)s.")),
        ),
    ),
    (
        "move_late",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: the wish for another time is overdue"),
            (_CANNOT_COME, N_("An answer was promised by %(answer_by)s. Please call the person.")),
        ),
    ),
    (
        "asked_again",
        (State.RECEIVED,),
        Line(
            N_("Request %(reference)s: another time after a missed visit"),
            (N_("The person missed a visit and asks for another time."), _NEW_TIME, ANSWER_BY),
        ),
    ),
    (
        "cancelled",
        (State.CANCELLED,),
        Line(
            N_("Request %(reference)s was canceled"),
            (
                N_("The person canceled. What the request held in your calendar is free again."),
                N_("There is nothing else to do."),
            ),
        ),
    ),
    (
        "visit_changed",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: the visit is on %(visit)s"),
            (N_("The visit of this request is booked for %(visit)s."), _YOUR_CALENDAR),
        ),
    ),
    (
        "visit_changed",
        _OFF,
        Line(
            N_("Request %(reference)s: the visit is off"),
            (N_("No visit is booked for this request any more."), _YOUR_CALENDAR),
        ),
    ),
    (
        "outcome_asked",
        (State.BOOKED,),
        Line(
            N_("Request %(reference)s: what became of the visit?"),
            (
                N_("The visit was on %(visit)s, and nobody noted what became of it."),
                N_(
                    "Please note whether the person came. Without a word from you, the visit "
                    "counts as done on %(closes_on)s."
                ),
            ),
        ),
    ),
)

TO_OPERATORS = table(
    (
        "move_overdue",
        (State.BOOKED,),
        Line(
            N_("Overdue: another time for request %(reference)s at %(clinic)s"),
            (
                N_(
                    "%(clinic)s has not answered a wish for another time by %(answer_by)s, as was "
                    "promised. The visit on %(visit)s is still booked. Please call the clinic."
                ),
            ),
        ),
    ),
    (
        "overdue",
        WAITING,
        Line(
            N_("Overdue: request %(reference)s at %(clinic)s"),
            (
                N_(
                    "%(clinic)s has not answered request %(reference)s by %(answer_by)s, as was "
                    "promised."
                ),
                N_(
                    "Requests that are overdue at this clinic: %(overdue)s. Please call the clinic."
                ),
                _AFTER_THAT,
            ),
        ),
    ),
)
