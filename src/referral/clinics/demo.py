"""The demo directory: plainly fictional clinics, all of them joined."""

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from referral.clinics import hours
from referral.clinics.models import Chiropractor, Clinic
from referral.clinics.standing import Accepting, Standing
from referral.clinics.upkeep import rank_anew
from referral.clinics.zips import ZipCentroids
from referral.record.service import open_log

COPIED = ("name", "address_1", "address_2", "city", "state", "postal_code", "phone", "email")


def add(session: Session, file: Path, *, zips: ZipCentroids, now: datetime) -> list[Clinic]:
    """Store every clinic of `file` and return them in its order."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [_add_one(session, row, zips, now) for row in csv.DictReader(lines)]


def _add_one(session: Session, row: dict[str, str], zips: ZipCentroids, now: datetime) -> Clinic:
    place = zips.find(row["postal_code"])
    copied: dict[str, Any] = {name: row[name] for name in COPIED}
    clinic = Clinic(
        **copied,
        standing=Standing.JOINED,
        latitude=place.point.latitude,
        longitude=place.point.longitude,
        timezone=place.timezone,
        accepting=Accepting(row["accepting"]),
        hours=hours.to_json(hours.parse(row["hours"])),
        languages=_listed(row["languages"]),
        techniques=_listed(row["techniques"]),
        accessibility=_listed(row["accessibility"]),
        insurance=_listed(row["insurance"]),
        prices={kind: int(dollars) for kind, dollars in map(str.split, _listed(row["prices"]))},
        source="demo",
        confirmed_at=now,
        updated_at=now,
    )
    rank_anew(clinic, now=now)
    session.add(clinic)
    session.flush()
    open_log(session, clinic.id)
    for person in _listed(row["chiropractors"]):
        name, _, credential = person.partition(", ")
        session.add(Chiropractor(clinic_id=clinic.id, name=name, credential=credential))
    return clinic


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
