"""The command that brings single providers up to the public register, asked over the network."""

from typing import Annotated

import typer

from referral.cli.console import database, now, out, settings
from referral.cli.importing import say_who_has_gone
from referral.cli.reports import why
from referral.clinics.geography.zips import ZipCentroids
from referral.clinics.register import npi_registry
from referral.clinics.register.absorbing import TAKINGS
from referral.clinics.register.asking import Asker
from referral.clinics.register.importing import refresh as take
from referral.clinics.register.npi_registry import Told
from referral.clinics.register.providers import is_npi
from referral.clinics.register.reasons import Reason
from referral.db import Database
from referral.errors import InvalidError
from referral.text import N_

NOT_KNOWN = N_(
    "The register has no active provider with this NPI. Nothing has changed here: whether it has "
    "ended, the report of deactivated NPIs says."
)


def refresh(
    npis: Annotated[list[str], typer.Argument(metavar="NPI…", help="One or more, ten digits.")],
) -> None:
    """Ask the public register about single providers, and bring the directory up to its answer.

    Exit code 1 where one of them is not to be had or not for the directory; the others are done.
    """
    for npi in npis:
        if not is_npi(npi.encode()):
            raise InvalidError.at("npi", code="npi", detail=f"{npi}: {Reason.NPI.label}")
    chosen = settings()
    asker = Asker(str(chosen.npi_registry_url))
    zips = ZipCentroids.load(chosen.data_dir / "zip_centroids.csv")
    with database(chosen) as target:
        done = [_refresh(npi, asker, target, zips) for npi in dict.fromkeys(npis)]
    if not all(done):
        raise typer.Exit(1)


def _refresh(npi: str, asker: Asker, target: Database, zips: ZipCentroids) -> bool:
    answer = asker.ask(npi)
    try:
        told = npi_registry.read(answer, npi, zips)
    except InvalidError as error:
        _say(npi, error.detail)
        return False
    if told is None:
        _say(npi, NOT_KNOWN)
        return False
    for reason in told.reasons:
        _say(npi, why(reason))
    return bool(told.found) and _take(npi, told, target, zips)


def _take(npi: str, told: Told, target: Database, zips: ZipCentroids) -> bool:
    # Once more if an import has stored the same provider in the meantime.
    published = target.settle(lambda session: take(session, told.found, zips=zips, now=now()))
    for taking in published.takings:
        _say(npi, TAKINGS[taking])
    if published.taken_off or published.staying:
        say_who_has_gone(published)
    return bool(published.takings or published.taken_off)


def _say(npi: str, words: str) -> None:
    out.print(f"{npi}: {words}", markup=False)
