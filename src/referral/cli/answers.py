"""Answering a request: offer, book, decline, and every other move."""

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer

from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.representations import RequestDetail
from referral.appointments.states import MOVES, Actor
from referral.cli import times
from referral.cli.desk import AsJson, Desk, Request, at_desk, write_json
from referral.client.requests import VisitTime

CLOCK = "By the clinic's clock, such as '2026-12-01 09:30', or RFC 3339."
STAFF = {Actor.STAFF, Actor.ADMIN}
# Read from the table, so that help and completion know every move that staff have.
StaffAction = StrEnum(  # type: ignore[misc] # mypy wants the names written out
    "StaffAction", [*dict.fromkeys(move.action.value for move in MOVES if move.actors & STAFF)]
)

Time = Annotated[str, typer.Argument(metavar="TIME", help=CLOCK)]
Times = Annotated[list[str], typer.Argument(metavar="TIME…", help=CLOCK)]
Minutes = Annotated[int | None, typer.Option(help="How long it takes, 30 unless you say so.")]
Chiropractor = Annotated[UUID | None, typer.Option(help="With whom: a chiropractor's id.")]
Message = Annotated[str | None, typer.Option(help="A few words to the person.")]


def offer(
    request: Request,
    times_: Times,
    *,
    minutes: Minutes = None,
    chiropractor: Chiropractor = None,
    until: Annotated[str | None, typer.Option(help=f"When the offer ends. {CLOCK}")] = None,
    message: Message = None,
    as_json: AsJson = False,
) -> None:
    """Hold one to five times for the person to choose from, for a day unless told otherwise."""
    with at_desk() as desk:
        ends = times.moment(until, desk.zone) if until else None
        shared: dict[str, Any] = {"minutes": minutes, "chiropractor_id": chiropractor}
        given = {name: value for name, value in shared.items() if value is not None}
        starts = [times.moment(each, desk.zone) for each in times_]
        offered = [VisitTime({"starts_at": at, **given}) for at in starts]  # type: ignore[typeddict-item] # made of options
        after = desk.client.offer(desk.find(request), offered, expires_at=ends, message=message)
        _tell(desk, after, as_json=as_json)


def book(
    request: Request,
    time: Time,
    *,
    minutes: Minutes = None,
    chiropractor: Chiropractor = None,
    as_json: AsJson = False,
) -> None:
    """Book a time inside a window that the person gave."""
    with at_desk() as desk:
        at = times.moment(time, desk.zone)
        after = desk.client.book(
            desk.find(request), at, minutes=minutes, chiropractor_id=chiropractor
        )
        _tell(desk, after, as_json=as_json)


def decline(
    request: Request,
    *,
    reason: Annotated[DeclineReason, typer.Option(help="Why; `other` needs a message.")],
    next_step: Annotated[NextStep, typer.Option(help="What the person can do.")],
    message: Message = None,
    as_json: AsJson = False,
) -> None:
    """Say no, why, and what the person can do next."""
    with at_desk() as desk:
        after = desk.client.decline(desk.find(request), reason, next_step, message=message)
        _tell(desk, after, as_json=as_json)


def move(
    request: Request,
    action: Annotated[StaffAction, typer.Argument(help="`show` says which are possible.")],
    *,
    at: Annotated[str | None, typer.Option(help=f"The new time of a visit. {CLOCK}")] = None,
    minutes: Minutes = None,
    message: Message = None,
    as_json: AsJson = False,
) -> None:
    """Make any other move that is possible now."""
    with at_desk() as desk:
        starts_at = times.moment(at, desk.zone) if at else None
        given = {"starts_at": starts_at, "minutes": minutes, "message": message}
        after = desk.client.move(desk.find(request), action, **given)
        _tell(desk, after, as_json=as_json)


def _tell(desk: Desk, after: RequestDetail, *, as_json: bool) -> None:
    if as_json:
        write_json(after)
        return
    visit = f", {times.full(after.starts_at, desk.zone)}" if after.starts_at else ""
    typer.echo(f"{after.reference}: {after.state.replace('_', ' ')}{visit}.")
    typer.echo(f"Possible now: {', '.join(after.available_actions) or 'nothing'}.")
