"""Every error the client raises: one class for each thing a caller may do about it.

ClientError
├── NoAnswerError             the service could not be reached, or did not answer in time
├── UnreadableError           an answer that is not in the API's words
└── ProblemError              an answer that says what is wrong (RFC 9457)
    ├── InvalidError          400, 413, 422  what was sent cannot be taken; `errors` says where
    ├── UnauthorizedError     401  no key, or not a valid one
    ├── ForbiddenError        403  a valid key without the scope
    ├── NotFoundError         404  no such thing, or another clinic's
    ├── ConflictError         409  not possible now; `available_actions` says what is
    ├── StaleError            412, 428  somebody changed it first: read it again
    ├── TooManyError          429  too often; `retry_after` says how long to wait
    └── UnavailableError      502, 503, 504  nothing was done; try again later

Messages hold the service's own sentences, which never repeat what was typed, and nothing of a
person.
"""

from collections.abc import Mapping, Sequence
from typing import Any


class ClientError(Exception):
    """The root; `str()` is a sentence for people."""


class NoAnswerError(ClientError):
    """The service could not be reached, or did not answer in time; what was sent may be done."""


class UnreadableError(ClientError):
    """The answer is not in the words of this version of the API."""


class ProblemError(ClientError):
    """The service said what is wrong: `status`, a stable `code`, `detail` for people, and `facts`.

    `retry_after` is in seconds, None where the service named no time.
    """

    def __init__(
        self, status: int, problem: Mapping[str, Any], *, retry_after: float | None = None
    ) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.title = str(problem.get("title", "The service refused"))
        self.detail = str(problem.get("detail", f"The service answered {status}."))
        self.facts = {name: value for name, value in problem.items() if name not in MEMBERS}
        self.retry_after = retry_after
        super().__init__(self.detail)

    @property
    def available_actions(self) -> Sequence[str]:
        """What may be done with the request instead, where the service says so."""
        return tuple(self.facts.get("available_actions") or ())

    @property
    def errors(self) -> Sequence[Mapping[str, str]]:
        """What is wrong with what was sent: `pointer`, `code` and `detail` of each thing."""
        return tuple(self.facts.get("errors") or ())


class InvalidError(ProblemError):
    """400, 413 or 422: what was sent cannot be taken."""


class UnauthorizedError(ProblemError):
    """401: no key, or not a valid one."""


class ForbiddenError(ProblemError):
    """403: the key lacks a scope, which `facts` names."""


class NotFoundError(ProblemError):
    """404: no such thing, or another clinic's."""


class ConflictError(ProblemError):
    """409: not possible in the present state."""


class StaleError(ProblemError):
    """412 or 428: it has changed since it was read."""


class TooManyError(ProblemError):
    """429: too often."""


class UnavailableError(ProblemError):
    """502, 503 or 504: nothing was done."""


MEMBERS = frozenset({"type", "title", "status", "detail", "code", "instance"})
BY_STATUS: Mapping[int, type[ProblemError]] = {
    400: InvalidError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: StaleError,
    413: InvalidError,
    422: InvalidError,
    428: StaleError,
    429: TooManyError,
    502: UnavailableError,
    503: UnavailableError,
    504: UnavailableError,
}
