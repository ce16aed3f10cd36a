"""What the notices say to the person when a request, or a visit, comes to its end. Pure."""

from referral.appointments.letters.lines import Line, table
from referral.appointments.states import State
from referral.text import N_

_ON_YOUR_PAGE = N_(
    "The page of your request shows what the clinic wrote and what you can do next. Please read it "
    "today."
)
_OVER = N_("You can ask another clinic. The page of your request shows how.")
_PASSED_ON = N_("Your request %(reference)s: sent to another clinic")
AS_AGREED = N_(
    "As you agreed beforehand, we sent your request to %(other_clinic)s. You will have an answer "
    "by %(other_answer_by)s."
)

LINES = table(
    (
        "declined",
        (State.DECLINED,),
        Line(
            N_("Your request %(reference)s: the clinic cannot take it"),
            (N_("%(clinic)s cannot take your request."), _ON_YOUR_PAGE),
        ),
    ),
    (
        "missed",
        (State.NO_SHOW,),
        Line(
            N_("Your request %(reference)s: the visit was missed"),
            (
                N_("%(clinic)s noted that you did not come to your visit on %(visit)s."),
                N_(
                    "You can ask for another time until %(asks_until)s on the page of your "
                    "request. If this is a mistake, please call the clinic."
                ),
            ),
        ),
    ),
    (
        "cancelled_by_clinic",
        (State.CANCELLED,),
        Line(
            N_("Your request %(reference)s: the clinic called it off"),
            (N_("We are sorry. %(clinic)s called your request off."), _ON_YOUR_PAGE),
        ),
    ),
    (
        "cancelled_by_you",
        (State.CANCELLED,),
        Line(
            N_("Your request %(reference)s is canceled"),
            (
                N_("You canceled your request to %(clinic)s. Nothing is booked there any more."),
                N_("There is nothing else to do. If this was not you, please call the clinic."),
            ),
        ),
    ),
    (
        "closed",
        (State.CANCELLED,),
        Line(
            N_("Your request %(reference)s is closed"),
            (
                N_(
                    "Your visit to %(clinic)s was missed, and nobody asked for another time. So "
                    "your request is closed now."
                ),
                N_("You can send a new request at any time."),
            ),
        ),
    ),
    (
        "withdrawn",
        (State.ENTERED_IN_ERROR,),
        Line(
            N_("Your request %(reference)s was withdrawn"),
            (
                N_(
                    "%(clinic)s withdrew this request because it was made by mistake. Nothing is "
                    "booked. Your data will be erased in a day."
                ),
                N_("If you think that this is wrong, please call the clinic."),
            ),
        ),
    ),
    (
        "expired",
        (State.EXPIRED,),
        Line(
            N_("Your request %(reference)s: the clinic gave no answer in time"),
            (
                N_("We are sorry. %(clinic)s did not give you a time, and this request is over."),
                _OVER,
            ),
        ),
    ),
    (
        "list_ended",
        (State.EXPIRED,),
        Line(
            N_("Your request %(reference)s: your place on the waiting list has ended"),
            (
                N_(
                    "We are sorry. No time came free at %(clinic)s while you were on its waiting "
                    "list, and this request is over."
                ),
                _OVER,
            ),
        ),
    ),
    (
        "sent_on",
        (State.DECLINED,),
        Line(_PASSED_ON, (N_("%(clinic)s cannot take your request."), AS_AGREED)),
    ),
    (
        "sent_on",
        (State.EXPIRED,),
        Line(_PASSED_ON, (N_("We are sorry. %(clinic)s did not give you a time."), AS_AGREED)),
    ),
    (
        "sent_on",
        (State.CANCELLED,),
        Line(_PASSED_ON, (N_("%(clinic)s called your request off."), AS_AGREED)),
    ),
)
