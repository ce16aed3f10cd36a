"""The work that happens by itself: one round after another, in a thread or a process of its own."""

import logging
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlmodel import Session

from referral import limits, repeats, tries
from referral.appointments.desk.indexing import OlderRequests
from referral.appointments.life import reaching
from referral.appointments.life.clockwork import Clockwork
from referral.appointments.life.retention import erase_ended, forget_unused
from referral.backup.renewing import Renewal
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.membership import confirming, inviting
from referral.db import Database
from referral.errors import UnavailableError
from referral.leaving import service as leaving
from referral.letters import composer_of
from referral.logs import about, facts, new_id
from referral.notices.delivery import Delivery
from referral.notices.models import Notice, NoticeStatus
from referral.notices.transport import Smtp
from referral.operations import service
from referral.record import checkpoints
from referral.settings import Settings
from referral.statistics import service as statistics
from referral.web.deps import House
from referral.webhooks import log as webhook_log
from referral.webhooks.delivery import Deliverer
from referral.webhooks.sending import Sender
from referral.webhooks.targets import Targets

log = logging.getLogger(__name__)
SECONDS_BETWEEN_ROUNDS = 10.0
BETWEEN_FORGETTING = timedelta(minutes=10)
BETWEEN_CHECKPOINTS = timedelta(hours=1)


@dataclass(slots=True)
class Worker:
    """What a round needs; `stop` ends it after its round."""

    database: Database
    clockwork: Clockwork
    older: OlderRequests
    delivery: Delivery
    clock: Callable[[], datetime]
    deliverer: Deliverer
    renewal: Renewal
    stop: threading.Event
    zips: Callable[[], ZipCentroids]
    ended_kept: timedelta
    _forgot_at: datetime | None = None
    _noted_at: datetime | None = None

    @classmethod
    def of(cls, house: House) -> Self:
        """Return the worker of a house. A demo never sends mail, whatever its settings say."""
        settings, stop = house.settings, threading.Event()
        sender = Sender(Targets.of(settings))
        return cls(
            database=house.database,
            clockwork=Clockwork(house.database, house.vault, settings.answer_days),
            older=OlderRequests(house.database, house.vault),
            delivery=_delivery_of(house, stop),
            clock=house.now,
            deliverer=Deliverer(house.database, house.vault, sender, house.now, stop),
            renewal=Renewal(house.database, house.vault, settings.backup_dir, house.now, stop),
            stop=stop,
            zips=lambda: ZipCentroids.load(settings.data_dir / "zip_centroids.csv"),
            ended_kept=timedelta(days=settings.ended_requests_kept_days),
        )

    def run(self) -> None:
        """Work until `stop` is set.

        Mail, webhooks and the keys of backups have threads of their own: a server or a disk that
        is slow to take them holds up no deadline.
        """
        warn_without(self.delivery.transport)
        aside = (self.deliverer.run, self._send_on, self.renewal.run)
        threads = [threading.Thread(target=work, daemon=True) for work in aside]
        for thread in threads:
            thread.start()
        while not self.stop.is_set():
            self.round(with_mail=False)
            self.stop.wait(SECONDS_BETWEEN_ROUNDS)
        for thread in threads:
            thread.join()

    def round(self, *, with_mail: bool = True) -> bool:
        """Do all that is due, and return whether every part of it went well.

        A part that fails is logged and tried again in the next round; the others go on.
        """
        parts = (
            self._let_time_pass,
            self._let_clinics_go,
            *([self._send_mail] if with_mail else ()),
            self._forget,
            self._erase_ended,
            self._index_older,
            self._take_stock,
            self._note_checkpoints,
        )
        with about(round=new_id()):
            failed = [part for part in parts if not _is_done(part)]
            return not failed and _is_done(self._beat)

    def _let_time_pass(self) -> None:
        done = self.clockwork.run_due(now=self.clock())
        if done:
            log.info("did what was due", extra=facts(count=done))

    def _let_clinics_go(self) -> None:
        gone = leaving.finish_all(self.database, zips=self.zips, now=self.clock())
        if gone:
            log.info("clinics have left", extra=facts(count=gone))

    def _send_on(self) -> None:
        while not self.stop.is_set():
            with about(round=new_id()):
                _is_done(self._send_mail)
            self.stop.wait(SECONDS_BETWEEN_ROUNDS)

    def _send_mail(self) -> None:
        while not self.stop.is_set():
            became = self.delivery.batch()
            if became.total:
                log.info("notices were settled", extra=facts(**asdict(became)))
            # Where only failures came back, the server is away: the next round is soon enough.
            if became.total == became.failed:
                return

    def _forget(self) -> None:
        now = self.clock()
        if self._forgot_at is not None and now < self._forgot_at + BETWEEN_FORGETTING:
            return
        with self.database.unit_of_work() as session:
            wrong_tries = tries.forget(session, now=now)
            webhook_log.forget(session, now=now)
            limits.forget(session, now=now)
            inviting.forget(session, now=now)
        looked_at = self._to_the_end(lambda session: forget_unused(session, now=now))
        answers = self._to_the_end(lambda session: repeats.forget(session, now=now))
        self.database.forget_overwritten()
        self._forgot_at = now
        gone = facts(looked_at=looked_at, wrong_tries=wrong_tries, kept_answers=answers)
        log.info("forgot what is old", extra=gone)

    def _to_the_end(self, batch: Callable[[Session], int]) -> int:
        done = 0
        while some := self.database.settle(batch):
            done += some
        return done

    def _erase_ended(self) -> None:
        vault, now = self.clockwork.vault, self.clock()
        erased = erase_ended(self.database, kept=self.ended_kept, vault=vault, now=now)
        if erased:
            log.info("erased requests long over", extra=facts(count=erased))

    def _index_older(self) -> None:
        done = self.older.index_some()
        if done:
            log.info("older requests can be found by contact", extra=facts(count=done))

    def _take_stock(self) -> None:
        if statistics.take_stock(self.database, now=self.clock()):
            log.info("counted all clinics", extra=facts(days=statistics.DAYS))
            self._attend_to_clinics()

    def _note_checkpoints(self) -> None:
        now = self.clock()
        if self._noted_at is not None and now < self._noted_at + BETWEEN_CHECKPOINTS:
            return
        noted = checkpoints.take(self.database, vault=self.clockwork.vault, now=now)
        self._noted_at = now
        log.info("noted how far chains of the record have come", extra=facts(count=noted))

    def _attend_to_clinics(self) -> None:
        # Where no mail goes out, nobody could be asked, or warned of anything.
        if self.delivery.transport is None:
            return
        done = confirming.attend_all(self.database, self.clockwork.vault, now=self.clock())
        if done:
            log.info("asked clinics to confirm, warned or paused them", extra=facts(count=done))

    def _beat(self) -> None:
        now, sends_mail = self.clock(), self.delivery.transport is not None
        self.database.settle(lambda session: service.beat(session, now=now, sends_mail=sends_mail))


def _delivery_of(house: House, stop: threading.Event) -> Delivery:
    def ended(session: Session, notice: Notice, status: NoticeStatus) -> None:
        reaching.ended(session, notice, status, vault=house.vault, now=house.now())

    return Delivery(
        house.database,
        composer_of(house),
        mail_of(house.settings),
        ended=ended,
        clock=house.now,
        jitter=random.random,
        stop=stop,
    )


def mail_of(settings: Settings) -> Smtp | None:
    """Return the mail server of the settings, if there is one; a demo has none."""
    return None if settings.demo else Smtp.of(settings)


def warn_without(transport: Smtp | None) -> None:
    """Say at the start that no mail goes out, where none can."""
    if transport is None:
        log.warning("no SMTP server is set: notices wait and are not sent")


@contextmanager
def in_background(worker: Worker) -> Iterator[None]:
    """Run the worker as a thread for as long as the block lasts."""
    thread = threading.Thread(target=worker.run, name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop.set()
        thread.join(timeout=5)


def _is_done(part: Callable[[], None]) -> bool:
    try:
        part()
    except UnavailableError:
        log.warning("the database does not answer; trying again in the next round")
    except Exception as error:  # noqa: BLE001 - one part that fails does not stop the others
        log.error("%s failed: %s", part.__name__, type(error).__name__)  # noqa: TRY400 - a traceback could show what was typed
    else:
        return True
    return False
