"""The loop that sends: several webhooks at once, each one's events one after another."""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from referral.db import Database
from referral.errors import UnavailableError
from referral.feed import service as feed
from referral.feed.representations import FeedEvent
from referral.logs import facts
from referral.vault import Vault
from referral.webhooks import leasing, signing
from referral.webhooks.codes import Failure
from referral.webhooks.leasing import Pace
from referral.webhooks.models import Webhook
from referral.webhooks.sending import Line, Outcome, Sender

log = logging.getLogger(__name__)

# A receiver that is slow holds up one of these, and a dead one soon none.
THREADS = 8
# One webhook's turn: then the others that wait come first.
MOST_EVENTS = 20
LONGEST_TURN = 10.0
AFTER_TROUBLE = 10.0


@dataclass(slots=True)
class Deliverer:
    """What sends the events of all clinics, from one process of any number."""

    database: Database
    vault: Vault
    sender: Sender
    clock: Callable[[], datetime]
    stop: threading.Event
    pace: Pace = field(default_factory=Pace)
    _running: dict[UUID, Future[None]] = field(default_factory=dict)

    def run(self) -> None:
        """Send what is due until `stop` is set; what is on its way then is finished."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="webhooks") as pool:
            while not self.stop.wait(self.pace.look):
                try:
                    self._look(pool)
                except UnavailableError:
                    log.warning("the database does not answer; webhooks wait")
                    self.stop.wait(AFTER_TROUBLE)
                except Exception as error:  # noqa: BLE001 - whatever it is, webhooks go on
                    log.error("looking for webhooks failed: %s", type(error).__name__)  # noqa: TRY400 - a traceback could show what was typed
                    self.stop.wait(AFTER_TROUBLE)

    def turn(self, webhook_id: UUID) -> None:
        """Send one webhook's next events in order, up to twenty, if it is due and nobody else does.

        Each is settled in a unit of work of its own, so a crash repeats at most the one that was on
        its way, once the lease has ended.
        """
        with self.database.unit_of_work() as session:
            leased = leasing.lease(session, webhook_id, pace=self.pace, now=self.clock())
        if leased is None:
            return
        with self.database.reading() as session:
            after = leased.delivered
            events = feed.events(session, leased.clinic_id, after=after, limit=MOST_EVENTS)
        if not events:
            with self.database.unit_of_work() as session:
                leasing.put_off(session, leased, now=self.clock())
            return
        ends_at = time.monotonic() + LONGEST_TURN
        with self.sender.line(leased.url) as line:
            for event in events:
                is_over = event is events[-1] or time.monotonic() > ends_at or self.stop.is_set()
                going_on = self._delivered(leased, line, event, holds=not is_over)
                if going_on is None:
                    return
                leased = going_on

    def _look(self, pool: ThreadPoolExecutor) -> None:
        self._running = {id_: job for id_, job in self._running.items() if not job.done()}
        with self.database.reading() as session:
            found = leasing.due(session, now=self.clock(), limit=THREADS)
        free = THREADS - len(self._running)
        for webhook_id in [id_ for id_ in found if id_ not in self._running][:free]:
            self._running[webhook_id] = pool.submit(self._turn_safely, webhook_id)

    def _turn_safely(self, webhook_id: UUID) -> None:
        try:
            self.turn(webhook_id)
        except UnavailableError:
            words = "the database does not answer; the webhook waits"
            log.warning(words, extra=facts(webhook=webhook_id))
        except Exception as error:  # noqa: BLE001 - one webhook that fails holds up no other
            _failed(webhook_id, error)

    def _delivered(
        self, leased: Webhook, line: Line, event: FeedEvent, *, holds: bool
    ) -> Webhook | None:
        """Send one event and settle it; return the webhook if the next one may follow."""
        outcome = self._sent(leased, line, event)
        with self.database.unit_of_work() as session:
            return leasing.settle(
                session,
                leased,
                event.number,
                outcome,
                holds=holds,
                pace=self.pace,
                now=self.clock(),
                jitter=random.random,
            )

    def _sent(self, leased: Webhook, line: Line, event: FeedEvent) -> Outcome:
        try:
            key = self.vault.open_key(leased.id, leased.wrapped_key)
            known = signing.unseal(key, leased.secrets)
            body = event.as_json().encode()
            return line.post(signing.signed(str(event.id), body, known, now=self.clock()), body)
        except Exception as error:  # noqa: BLE001 - a bug is an attempt that failed, and is paused in the end
            _failed(leased.id, error)
            return Outcome(0, failure=Failure.UNEXPECTED)


def _failed(webhook_id: UUID, error: Exception) -> None:
    log.error("a webhook failed: %s", type(error).__name__, extra=facts(webhook=webhook_id))
