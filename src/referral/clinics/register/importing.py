"""What was read of the register becomes the directory, all at once: an import, or one provider."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register.absorbing import SUPPLEMENTS, News, Taking, absorb
from referral.clinics.register.models import ImportRun
from referral.clinics.register.nppes import Found, Kind
from referral.clinics.register.regrouping import regroup
from referral.clinics.register.staging import batches, finish


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
    published = _settle(session, batches(session), run.kinds, zips=zips, now=now, told=told)
    counted = Counter({str(taking): count for taking, count in published.takings.items()})
    finish(session, run, counted, now=now)
    return published


def refresh(
    session: Session, found: Sequence[Found], *, zips: ZipCentroids, now: datetime
) -> Published:
    """Make the directory what the register says of one NPI; an import that waits goes on waiting.

    `found` holds its provider, all of its other places and all of its other names.
    """
    news = [{found[0].npi: found}]
    return _settle(session, news, [Kind.PROVIDERS, *SUPPLEMENTS], zips=zips, now=now)


def _settle(
    session: Session,
    news: Iterable[News],
    kinds: Collection[str],
    *,
    zips: ZipCentroids,
    now: datetime,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Published:
    absorbed = absorb(session, news, kinds, now=now)
    taken_off, staying = regroup(
        session,
        absorbed.spots,
        absorbed.bereft,
        zips=zips,
        now=now,
        done=lambda count: told(count, len(absorbed.spots)),
    )
    return Published(absorbed.counts, taken_off, staying)
