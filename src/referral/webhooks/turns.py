"""A look outside while the caller waits: one of a clinic at a time, as each holds a thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from referral.errors import TooManyError
from referral.text import N_

# A name is looked up for five seconds, a ping is given fifteen.
WAIT = timedelta(seconds=5)


class Turns:
    """Whose turn it is: names and receivers that say nothing hold up their own clinic only."""

    def __init__(self) -> None:
        self._busy: set[UUID] = set()
        self._lock = threading.Lock()

    @contextmanager
    def of(self, clinic_id: UUID) -> Iterator[None]:
        """Keep the clinic's turn for the block; TooManyError where another call has it."""
        with self._lock:
            if clinic_id in self._busy:
                raise TooManyError(
                    N_("We are still trying an address of your clinic. Wait a little."), wait=WAIT
                )
            self._busy.add(clinic_id)
        try:
            yield
        finally:
            with self._lock:
                self._busy.remove(clinic_id)
