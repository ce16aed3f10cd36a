"""The demo directory: plainly fictional clinics, all of them joined."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from referral.clinics.exchange import listing, lists
from referral.clinics.exchange.entries import Bearings
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.membership.upkeep import rank_anew
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing

SOURCE = "demo"


def add(session: Session, file: Path, *, zips: ZipCentroids, now: datetime) -> list[Clinic]:
    """Store every clinic of `file`, a list in our own form, and return them in its order."""
    form = lists.recognize(file)
    found = form.read(file, lists.Wanted(Bearings(zips)), SOURCE) if form else ()
    entries = [read.entry for _, read in found if read.entry is not None]
    listing.take(session, entries, source=SOURCE, now=now)
    return [_joined(session.get_one(Clinic, entry.id), now) for entry in entries]


def _joined(clinic: Clinic, now: datetime) -> Clinic:
    clinic.standing, clinic.confirmed_at = Standing.JOINED, now
    rank_anew(clinic, now=now)
    return clinic
