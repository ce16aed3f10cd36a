"""Commands for the record of changes and reads: verify it, and note how far it has come."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from referral.cli.console import database, now, out, settings
from referral.record import checkpoints
from referral.record.models import Log
from referral.record.verifying import Chain, chains, verify
from referral.retired import vault_of

app = typer.Typer(no_args_is_help=True, help="The record of every change and every read.")
ClinicId = Annotated[UUID | None, typer.Argument(help="The clinic's id; all if there is none.")]
Against = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="What `checkpoint` printed once.")
]
Recent = Annotated[bool, typer.Option("--recent", help="Only what follows the last checkpoint.")]


@app.command("verify")
def verify_record(
    clinic_id: ClinicId = None, *, against: Against = None, recent: Recent = False
) -> None:
    """Read the record and say what was altered, removed, moved or cut off; exit code 1 if any."""
    chosen = settings()
    kept = _kept(against)
    rows = faults = 0
    with database(chosen) as opened, out.status("Reading the record") as status:
        with opened.reading() as session:
            found = sorted({*chains(session, clinic_id), *(kept if clinic_id is None else ())})
        vault = vault_of(chosen, opened)
        for chain in found:
            status.update(f"{chain.clinic_id} {chain.log}")
            verdict = verify(opened, chain, vault=vault, known=kept.get(chain), recent=recent)
            rows, faults = rows + verdict.rows, faults + len(verdict.faults)
            for number, what in verdict.faults:
                out.print(f"{chain.clinic_id} {chain.log} {number}: {what}")
    out.print(f"Rows read: {rows:,}. Faults: {faults}.")
    raise typer.Exit(1 if faults else 0)


@app.command()
def checkpoint(clinic_id: ClinicId = None) -> None:
    """Note how far each chain has come, and print it, to be kept where nobody can alter it."""
    chosen = settings()
    with database(chosen) as opened:
        checkpoints.take(opened, vault=vault_of(chosen, opened), now=now())
        with opened.reading() as session:
            for one in checkpoints.newest(session, clinic_id):
                out.print(f"{one.clinic_id} {one.log} {one.number} {one.hash.hex()}")


def _kept(file: Path | None) -> dict[Chain, dict[int, bytes]]:
    """Return the hashes that a file of `checkpoint` names, by chain and number."""
    kept: dict[Chain, dict[int, bytes]] = {}
    for line in file.read_text().splitlines() if file else ():
        try:
            clinic_id, log, number, hash_ = line.split()
            chain = Chain(UUID(clinic_id), Log(log))
            kept.setdefault(chain, {})[int(number)] = bytes.fromhex(hash_)
        except ValueError:
            raise typer.BadParameter("This file is not what `checkpoint` printed.") from None
    return kept
