"""Demo data: fictional clinics, and for the first of them a staff key and a few requests."""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, select

from referral import schema
from referral.cli import demo_requests
from referral.cli.console import out
from referral.clinics.exchange import demo
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.membership.confirming import ask
from referral.clinics.models import Clinic
from referral.clinics.ranking import ASKED_AFTER
from referral.db import Database
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.staff.service import issue, recognise
from referral.vault import Vault


def prepare(settings: Settings, folder: Path, *, now: datetime) -> None:
    """Make the demo database if it is not there, and print the address and the staff key."""
    schema.upgrade(settings.database_url)
    key_file = folder / "staff-key"
    database = Database(settings.database_url, pool_size=1)
    with database.unit_of_work() as session:
        if session.exec(select(Clinic.id).limit(1)).first() is None:
            key_file.touch(mode=0o600)
            key_file.write_text(_fill(session, settings, now))
    database.engine.dispose()
    name, zip_code, key = key_file.read_text().splitlines()
    out.print(f"\n  Referral, demo:  [bold]{settings.origin}[/bold]")
    out.print(f"  Demo staff key:  [bold]{key}[/bold]   ({name}, ZIP {zip_code})")
    out.print(
        f"  Its letters:     [bold]{settings.origin}/demo/letters[/bold]   (none is ever sent)"
    )
    out.print(f'  Try:  curl -H "Authorization: Bearer {key}" {settings.origin}/api/v1/requests\n')


def _fill(session: Session, settings: Settings, now: datetime) -> str:
    zips = ZipCentroids.load(settings.data_dir / "zip_centroids.csv")
    clinics = demo.add(session, settings.data_dir / "demo_clinics.csv", zips=zips, now=now)
    clinic = clinics[0]
    _, key = issue(session, clinic.id, label="demo", scopes=[Scope.ADMIN], now=now)
    staff = recognise(session.connection(), key, now=now)
    demo_requests.add(session, clinic, staff, settings=settings, now=now)
    clinic.confirmed_at = now - ASKED_AFTER
    ask(session, clinic.id, vault=Vault(settings.ring), now=now)
    return f"{clinic.name}\n{clinic.postal_code}\n{key}\n"
