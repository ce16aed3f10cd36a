"""Asks the NPI Registry API about one provider: bounded in time, and again where that may help."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from referral import __version__, retry_after
from referral.errors import UnavailableError
from referral.text import N_

VERSION = "2.1"
UNREACHABLE = N_("The register cannot be reached at %(host)s (%(why)s). Try again later.")
# More than the longest answer by far.
MOST_BYTES = 2**20


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask, and how long to wait, in seconds.

    `answer` is for each question as a whole. Pauses double from `first` on, each drawn between half
    of it and all; a `Retry-After` up to `longest` is waited out.
    """

    tries: int = 4
    answer: float = 10.0
    first: float = 0.5
    longest: float = 30.0


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks at one address; `sleep` waits."""

    address: str
    patience: Patience = Patience()
    sleep: Callable[[float], None] = time.sleep

    def ask(self, npi: str) -> bytes:
        """Return the answer about one NPI; UnavailableError with one sentence if none comes."""
        for tried in range(1, self.patience.tries + 1):
            asked = 0.0
            try:
                status, headers, content = self._once(npi)
            except httpx.RequestError as error:
                why = type(error).__name__
            else:
                if status == HTTPStatus.OK:
                    return content
                why, asked = f"HTTP {status}", retry_after.seconds(headers) or 0.0
                if not (
                    status == HTTPStatus.TOO_MANY_REQUESTS or httpx.codes.is_server_error(status)
                ):
                    break
            if tried == self.patience.tries or asked > self.patience.longest:
                break
            self.sleep(asked + self._pause(tried))
        host = httpx.URL(self.address).host
        raise UnavailableError(UNREACHABLE % {"host": host, "why": why})

    def _once(self, npi: str) -> tuple[int, httpx.Headers, bytes]:
        question = {"version": VERSION, "number": npi}
        headers = {"Accept": "application/json", "User-Agent": f"referral/{__version__}"}
        began, content = time.monotonic(), b""
        with httpx.stream(
            "GET", self.address, params=question, headers=headers, timeout=self.patience.answer
        ) as response:
            for piece in response.iter_bytes():
                content += piece
                # The time-out is for each piece: one answer that trickles could take for ever.
                if time.monotonic() - began > self.patience.answer or len(content) > MOST_BYTES:
                    raise httpx.ReadTimeout("the answer does not end")
        return response.status_code, response.headers, content

    def _pause(self, tried: int) -> float:
        return self.patience.first * 2.0 ** (tried - 1) * random.uniform(0.5, 1)  # noqa: S311 - no secret
