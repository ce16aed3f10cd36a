"""A replica that is asked for long reads, where it knows all that the reader may expect of it."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from referral.engines import make_engine
from referral.troubles import code_of, trouble_of

log = logging.getLogger(__name__)
Result = TypeVar("Result")
# In seconds: how long a call waits for one of its connections, and how long it is left alone after
# it failed.
PATIENCE = 1.0
LEFT_FOR = 10.0


class Replica:
    """A server that follows the primary, and may be behind or away: asked, never relied on."""

    def __init__(self, url: str, *, pool_size: int) -> None:
        self.engine = make_engine(url, pool_size=pool_size, patience=PATIENCE)
        self._selecting = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._failed_at: float | None = None

    def ask(
        self, verb: Callable[[Connection], Result], *, knows: Callable[[Connection], bool]
    ) -> Result | None:
        """Return what `verb` selects, None where too little is known here yet, or it is in trouble.

        Each statement sees at least what those before it saw.
        """
        if not self._is_due():
            return None
        try:
            with self._selecting.connect() as connection:
                answer = verb(connection) if knows(connection) else None
        except (DBAPIError, PoolTimeoutError) as error:
            # Whatever is wrong, a table that has not arrived too: the primary is asked instead.
            log.warning("the replica failed a call: %s (%s)", trouble_of(error), code_of(error))
            if isinstance(error, DBAPIError):
                self._failed_at = time.monotonic()
            return None
        self._failed_at = None
        return answer

    def _is_due(self) -> bool:
        """Say whether it answered last time, or whether it is time for one call to look again."""
        if self._failed_at is None:
            return True
        now = time.monotonic()
        if now - self._failed_at < LEFT_FOR:
            return False
        self._failed_at = now
        return True
