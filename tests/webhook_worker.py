"""The worker as a process, in a hurry: `python webhook_worker.py`, with the settings as always."""

from datetime import UTC, datetime, timedelta

from referral.settings import Settings
from referral.web.deps import House
from referral.webhooks.leasing import Pace
from referral.worker import Worker

# What takes hours elsewhere takes moments, so that a test sees it; a kill costs one lease.
HURRY = Pace(look=0.05, lease=timedelta(seconds=1), delays=[timedelta(seconds=0.1)] * 1000)

if __name__ == "__main__":
    worker = Worker.of(House.of(Settings(), now=lambda: datetime.now(UTC)))
    worker.deliverer.pace = HURRY
    worker.run()
