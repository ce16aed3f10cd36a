"""When to make a call again: bounded in number and time, and spread by chance."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from referral.client.calls import Call
from referral.client.errors import (
    ClientError,
    NoAnswerError,
    StaleError,
    TooManyError,
    UnavailableError,
)

PASSING = (NoAnswerError, TooManyError, UnavailableError)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often to try again, and within how many `seconds` from the first try in all.

    The wait before a retry is drawn between half of and a whole step; steps double from `first` to
    `longest` seconds. A `Retry-After` of the service is waited out, with up to one step more, or
    not at all where it leads beyond `seconds`.
    """

    count: int = 4
    seconds: float = 30.0
    first: float = 0.5
    longest: float = 8.0

    def step(self, number: int, *, chance: Callable[[], float] = random.random) -> float:
        """Return the seconds before retry `number`, counted from 0; `chance` draws from 0 to 1."""
        whole = min(self.longest, self.first * 2.0 ** min(number, 30))
        return whole * (1 + chance()) / 2


NEVER = Retries(count=0)


@dataclass(slots=True)
class Tries:
    """The tries of one call."""

    call: Call[Any]
    retries: Retries
    clock: Callable[[], float] = time.monotonic
    made: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def pause(self, error: ClientError) -> float:
        """Return the seconds to wait before the next try, or raise `error`."""
        if not (isinstance(error, PASSING) and self.call.is_repeatable):
            raise error
        asked = getattr(error, "retry_after", None)
        pause = self.retries.step(self.made) + (asked or 0.0)
        if self.made >= self.retries.count or self._passed + pause > self.retries.seconds:
            raise error
        self.made += 1
        return pause

    def may_be_done(self, error: ClientError) -> bool:
        """Say whether `error` may come from the call's own earlier try."""
        return self.made > 0 and isinstance(error, StaleError)

    @property
    def _passed(self) -> float:
        return self.clock() - self.began
