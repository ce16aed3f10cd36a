"""Where a clinic stands: whether it has joined, and whether it takes new patients. Pure."""

from enum import StrEnum


class Standing(StrEnum):
    """`listed`: known from a public register, to be called; `joined`: receives requests online."""

    LISTED = "listed"
    JOINED = "joined"


class Accepting(StrEnum):
    """Whether the clinic takes new patients."""

    YES = "yes"
    WAITLIST = "waitlist"
    NO = "no"
    UNKNOWN = "unknown"


class AutoPause(StrEnum):
    """Why the service itself paused a clinic; without a reason, the clinic did."""

    LEFT_UNANSWERED = "left_unanswered"
    UNCONFIRMED = "unconfirmed"


def takes_requests(standing: Standing, accepting: Accepting, *, paused: bool) -> bool:
    """Say whether a request can be sent to such a clinic online."""
    return standing is Standing.JOINED and accepting is not Accepting.NO and not paused
