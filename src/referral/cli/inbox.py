"""The clinic's list of requests: once, or on the screen for as long as it is watched."""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Annotated, Any, Literal
from uuid import UUID

import typer
from rich.live import Live
from rich.table import Table

from referral.appointments.representations import RequestRow
from referral.appointments.states import LIVE, State
from referral.cli import exits, tables, times
from referral.cli.desk import AsJson, Desk, at_desk, console, now, write_json
from referral.client import Client, feed
from referral.client.requests import Filters
from referral.client.retries import PASSING
from referral.symptoms.levels import Level

ON_A_SCREEN = 50
LARGEST_PAGE = 200

Needs = Annotated[
    Literal["answer", "rebooking", "call"] | None, typer.Option(help="What waits for you.")
]
States = Annotated[list[State] | None, typer.Option(help="May be given more than once.")]
Levels = Annotated[list[Level] | None, typer.Option(help="May be given more than once.")]
Overdue = Annotated[bool, typer.Option("--overdue", help="Past their promised time.")]
Chiropractor = Annotated[UUID | None, typer.Option(help="A chiropractor's id.")]
Ended = Annotated[bool, typer.Option("--ended", help="Those that have ended, too.")]
Limit = Annotated[
    int | None,
    typer.Option(help=f"How many at most, newest first; {ON_A_SCREEN} in a table.", min=1),
]
Watch = Annotated[bool, typer.Option("--watch", help="Go on until interrupted.")]


def inbox(  # noqa: PLR0913 - its filters are its options
    *,
    needs: Needs = None,
    state: States = None,
    level: Levels = None,
    overdue: Overdue = False,
    chiropractor: Chiropractor = None,
    ended: Ended = False,
    limit: Limit = None,
    watch: Watch = False,
    as_json: AsJson = False,
) -> None:
    """List your clinic's requests; with --watch, as they change.

    Those that have ended are left out. With --json, a line for each.
    """
    given: dict[str, Any] = {
        "state": state or ([] if ended else [*LIVE]),
        "needs": needs,
        "level": level,
        "overdue": overdue,
        "chiropractor_id": chiropractor,
    }
    wanted = Filters(**{name: value for name, value in given.items() if value})  # type: ignore[typeddict-item] # made of options
    with at_desk() as desk:
        if watch:
            _watch(desk, wanted, limit or ON_A_SCREEN, as_json=as_json)
        elif as_json:
            for row in islice(desk.client.requests(**wanted), limit):
                write_json(row)
        else:
            most = limit or ON_A_SCREEN
            console().print(_table(desk, _rows(desk, wanted, most), most))


def _table(desk: Desk, rows: Sequence[RequestRow], limit: int, *, note: str = "") -> Table:
    more = f"There are more: --limit {limit * 2} lists them." if len(rows) > limit else ""
    return tables.inbox(rows[:limit], desk.zone, note, more, width=console().width)


def _rows(desk: Desk, wanted: Filters, limit: int) -> Sequence[RequestRow]:
    """Return up to `limit` requests, and one more where there are more."""
    wanted = {**wanted, "limit": min(limit + 1, LARGEST_PAGE)}
    return [*islice(desk.client.requests(**wanted), limit + 1)]


def _watch(desk: Desk, wanted: Filters, limit: int, *, as_json: bool) -> None:
    screen = console()
    if as_json or not screen.is_terminal:
        exits.leave(exits.USAGE, "--watch draws on a terminal. Programs read the event feed.")
    after = newest(desk.client)
    rows, read_at = _rows(desk, wanted, limit), now()
    with Live(console=screen, screen=True, auto_refresh=False) as live, suppress(KeyboardInterrupt):
        for heard in desk.client.listen(after=after):
            is_new = False
            with suppress(*PASSING):
                if heard.lost is None:
                    rows, read_at, is_new = _rows(desk, wanted, limit), now(), True
            as_of = f"As of {times.short(read_at, desk.zone)}."
            note = as_of if is_new else f"NO CONNECTION. {as_of}"
            live.update(_table(desk, rows, limit, note=note), refresh=True)


def newest(client: Client) -> int:
    """Return the number of the clinic's last event, found by halving, for none is left out."""

    def is_last(number: int) -> bool:
        return not client.send(feed.events(after=number, limit=1)).items

    beyond = 1
    while not is_last(beyond):
        beyond *= 2
    return bisect_left(range(beyond), True, key=is_last)  # noqa: FBT003 - what is searched for
