"""The command that looks at all that the service needs, whether or not it can start."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from referral.cli.console import now
from referral.doctor.examination import examine
from referral.doctor.findings import Finding, Level

LEVELS = list(Level)


def doctor(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For programs: one document.")] = False,
) -> None:
    """Check all that the service needs, from settings to worker, and say how to mend each.

    Exits with 1 if a check fails; a warning alone is 0. Nothing is changed, and no mail sent.
    """
    found: list[Finding] = []
    for finding in examine(now=now()):
        found.append(finding)
        if not as_json:
            _tell(finding)
    worst = _worst(found)
    if as_json:
        checks = [asdict(finding) for finding in found]
        typer.echo(json.dumps({"status": worst, "checks": checks}, indent=2))
    raise typer.Exit(worst is Level.FAILING)


def _tell(finding: Finding) -> None:
    typer.echo(f"{finding.level:<8} {finding.check}: {finding.says}")
    if finding.mend:
        typer.echo(f"{'':<8} {finding.mend}")


def _worst(found: Iterable[Finding]) -> Level:
    return max((finding.level for finding in found), key=LEVELS.index)
