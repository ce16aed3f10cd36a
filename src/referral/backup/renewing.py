"""Renewing the keys of backups by itself, so that what is erased is soon in none of them."""

import logging
import threading
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from referral.backup.saving import Clock, renew
from referral.backup.sealing import BackupError
from referral.db import Database
from referral.vault import Vault

log = logging.getLogger(__name__)
BETWEEN_RENEWALS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Renewal:
    """Renews the keys in `folder`, if there is one, until `stop` is set."""

    database: Database
    vault: Vault
    folder: Path | None
    clock: Clock
    stop: threading.Event

    def run(self) -> None:
        """Renew them every ten minutes; a failure is logged, and tried again the next time."""
        while self.folder and not self.stop.is_set():
            self.once(self.folder)
            self.stop.wait(BETWEEN_RENEWALS.total_seconds())

    def once(self, folder: Path) -> None:
        """Renew the keys in `folder`, or say in the log why not."""
        try:
            renew(self.database, self.vault, folder, clock=self.clock)
        except (BackupError, OSError) as error:
            log.warning("the keys of backups were not renewed: %s", error)
        except Exception as error:  # noqa: BLE001 - it is tried again, whatever it was
            log.warning("the keys of backups were not renewed: %s", type(error).__name__)
