"""The five doors a person can be sent to, in order of how soon they need to be seen."""

from enum import StrEnum


class Level(StrEnum):
    """Where the answers lead; `<`, `>`, `max` and `sorted` compare urgency, not spelling."""

    EMERGENCY = "emergency"
    URGENT_MEDICAL = "urgent-medical"
    SEE_DOCTOR_FIRST = "see-doctor-first"
    CHIROPRACTOR = "chiropractor"
    SELF_CARE = "self-care"

    @property
    def rank(self) -> int:
        """From 4 (emergency) down to 0 (self-care)."""
        return _LOW_TO_HIGH.index(self)

    @property
    def is_medical(self) -> bool:
        """Whether only medical care will do: no request is offered, no contact details asked."""
        return self in {Level.EMERGENCY, Level.URGENT_MEDICAL}

    @property
    def needs_doctor_cleared(self) -> bool:
        """Whether a request waits until a doctor has agreed to hands-on care."""
        return self is Level.SEE_DOCTOR_FIRST

    def __lt__(self, other: str, /) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str, /) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str, /) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str, /) -> bool:
        return self.rank >= Level(other).rank


_LOW_TO_HIGH = tuple(reversed(Level))
