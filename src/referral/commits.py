"""One commit for several callers, so that they wait for the disk together."""

import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlmodel import Session

Result = TypeVar("Result")
Verb = Callable[[Session], Result]


class Turn:
    """The turn to write: one thread has it, and who waits for it too long gets a TimeoutError.

    Waiting here is fair and quick, polling the lock of a file is neither. `patience` in seconds.
    """

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        """Wait for it and take it."""
        if not self._lock.acquire(timeout=self._patience):
            raise TimeoutError

    def __exit__(self, *_error: object) -> None:
        """Let the next one have it."""
        self._lock.release()


class SharedCommits:
    """Runs the verbs of all who wait in one transaction, each in a savepoint of its own.

    Whoever gets the turn works for everybody; the others find their verb done when theirs comes.
    What a verb raises undoes that verb alone. If the transaction fails nothing is kept, and all
    are told. For a database with one writer: elsewhere verbs that share a transaction would hold
    each other's locks and could block one another for good.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[Session]],
        turn: AbstractContextManager[Any],
    ) -> None:
        self._transaction = transaction
        self._turn = turn
        self._waiting: deque[tuple[Verb[Any], Future[Any]]] = deque()

    def settle(self, verb: Verb[Result]) -> Result:
        """Return what `verb` returns, once it is committed; raise what it or the commit raised.

        TimeoutError where the turn did not come: then it is not done, and will not be.
        """
        outcome: Future[Result] = Future()
        # In the thread of another caller, too, it speaks its own language.
        own = copy_context()
        self._waiting.append((lambda session: own.run(verb, session), outcome))
        try:
            with self._turn:
                if not outcome.done():
                    self._settle_waiting()
        except TimeoutError:
            # Whoever has the turn may be doing it just now.
            if outcome.cancel():
                raise
        return outcome.result()

    def _settle_waiting(self) -> None:
        # Only those who wait now: a steady stream must not put off the commit.
        waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
        batch = [one for one in waiting if one[1].set_running_or_notify_cancel()]
        try:
            with self._transaction() as session:
                results = [(outcome, _attempt(session, verb, outcome)) for verb, outcome in batch]
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of any end
            _tell((outcome for _, outcome in batch), error)
            return
        for outcome, result in results:
            if not outcome.done():
                outcome.set_result(result)


def _attempt(session: Session, verb: Verb[Result], outcome: Future[Result]) -> Result | None:
    try:
        with session.begin_nested():
            return verb(session)
    except Exception as error:
        # After such an error the whole transaction may be gone, and with it what others did.
        if isinstance(error, SQLAlchemyError) and not isinstance(error, IntegrityError):
            raise
        outcome.set_exception(error)
        return None
    finally:
        # The next caller must not meet the objects of this one.
        session.expunge_all()


def _tell(outcomes: Iterable[Future[Any]], error: BaseException) -> None:
    for outcome in outcomes:
        if not outcome.done():
            outcome.set_exception(error)
