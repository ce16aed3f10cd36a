"""Every error the service raises on purpose.

ReferralError
├── InvalidError      422  what was sent cannot be taken; `problems` says what and where
├── NotFoundError     404  no such thing, or not this caller's
├── UnauthorizedError 401  no key, or not a valid one
├── ForbiddenError    403  a valid key without the scope
├── ForeignFormError  403  a form of ours that another site made a browser send
├── ConflictError     409  not possible in the present state
├── ErasedError       410  it was there, and its data were erased
├── StaleError        412  somebody changed it first
├── MisdirectedError  421  sent to a name under which the service does not answer
├── UnconditionalError 428 a write without If-Match
├── TooManyError      429  tried too often; try again after `wait`
├── UnavailableError  503  the database does not answer; try again
└── MaintenanceError  503  the operator has closed the service for a while; try again after `wait`

`code` is for programs and stays stable. `detail` is for people, and never repeats what was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from referral.text import N_


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what was sent: where (path of names), a stable code and a sentence."""

    loc: tuple[str | int, ...]
    code: str
    detail: str


class ReferralError(Exception):
    """The root: carries an HTTP status and the facts that every door shows.

    `facts` are extra members of the answer (for example the moves that are allowed).
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = N_("Something went wrong on our side")

    def __init__(
        self, detail: str, *, code: str | None = None, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = code or self.code
        self.facts = dict(facts or {})


class InvalidError(ReferralError):
    """422: carries the list of problems."""

    status = 422
    code = "invalid"
    title = N_("Some of what was sent cannot be used")

    def __init__(self, problems: Sequence[Problem], *, code: str | None = None) -> None:
        super().__init__(problems[0].detail, code=code)
        self.problems = tuple(problems)

    @classmethod
    def at(cls, *loc: str | int, code: str, detail: str) -> "InvalidError":
        """Return the error for a single problem at `loc`."""
        return cls([Problem(loc, code, detail)], code=code)


class NotFoundError(ReferralError):
    """404."""

    status = 404
    code = "not-found"
    title = N_("Not found")


class UnauthorizedError(ReferralError):
    """401."""

    status = 401
    code = "unauthorized"
    title = N_("A valid key is needed")


class ForbiddenError(ReferralError):
    """403."""

    status = 403
    code = "forbidden"
    title = N_("This key may not do that")


class ForeignFormError(ReferralError):
    """403."""

    status = 403
    code = "foreign-form"
    title = N_("This form came from another site")


class ConflictError(ReferralError):
    """409."""

    status = 409
    code = "conflict"
    title = N_("Not possible now")


class ErasedError(ReferralError):
    """410."""

    status = 410
    code = "erased"
    title = N_("This request was erased")


class StaleError(ReferralError):
    """412."""

    status = 412
    code = "stale"
    title = N_("It has changed since you read it")


class MisdirectedError(ReferralError):
    """421."""

    status = 421
    code = "misdirected"
    title = N_("Not at this address")


class UnconditionalError(ReferralError):
    """428."""

    status = 428
    code = "precondition-required"
    title = N_("Say which version you mean")


class TooManyError(ReferralError):
    """429; `wait` is how long nothing can be tried."""

    status = 429
    code = "too-many"
    title = N_("Too many tries")

    def __init__(
        self, detail: str, *, wait: timedelta, facts: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(detail, facts=facts)
        self.wait = wait


class UnavailableError(ReferralError):
    """503: nothing was stored; the same call may be made again after a moment.

    Under the code `outcome-unknown` it may have been stored: the connection broke meanwhile.
    """

    status = 503
    code = "unavailable"
    title = N_("We cannot answer just now")


class MaintenanceError(ReferralError):
    """503; `wait` is how long it is expected to last."""

    status = 503
    code = "maintenance"
    title = N_("We are at work on this service")

    def __init__(self, detail: str, *, wait: timedelta) -> None:
        super().__init__(detail)
        self.wait = wait
