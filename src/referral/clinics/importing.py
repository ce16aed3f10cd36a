"""One import: what is staged becomes the directory, all at once."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from referral.clinics.models import ImportRun
from referral.clinics.register import Taking, absorb
from referral.clinics.regrouping import regroup
from referral.clinics.staging import finish
from referral.clinics.zips import ZipCentroids


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the NPIs, how many clinics were taken off, and who stays without its NPI."""

    takings: Counter[Taking]
    taken_off: int
    staying: Collection[str]


def publish(
    session: Session,
    run: ImportRun,
    *,
    zips: ZipCentroids,
    now: datetime,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Published:
    """Make the directory what is staged, and end the run.

    In one transaction: who reads sees the directory of before until it commits. `told` hears how
    many of how many addresses are done.
    """
    absorbed = absorb(session, run.kinds, now=now)
    taken_off, staying = regroup(
        session,
        absorbed.spots,
        absorbed.bereft,
        zips=zips,
        now=now,
        done=lambda count: told(count, len(absorbed.spots)),
    )
    counted = Counter({str(taking): count for taking, count in absorbed.counts.items()})
    finish(session, run, counted, now=now)
    return Published(absorbed.counts, taken_off, staying)
