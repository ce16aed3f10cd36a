"""The clinic's list of requests: once, or on the screen for as long as it is watched."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from itertools import islice
from typing import Annotated

import typer
from rich.live import Live
from rich.table import Table

from referral.appointments.representations import RequestRow
from referral.appointments.states import LIVE
from referral.cli import exits, tables, times
from referral.cli.choosing import (
    Assignee,
    Chiropractor,
    Levels,
    Needs,
    Overdue,
    Reference,
    States,
    chosen,
)
from referral.cli.colleagues import ME, whose
from referral.cli.desk import AsJson, Desk, at_desk, console, now, write_json
from referral.client.requests import Filters
from referral.client.retries import PASSING

ON_A_SCREEN = 50
LARGEST_PAGE = 200


class Order(StrEnum):
    """What comes first."""

    DUE = "due"
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"


SORTS = {
    Order.DUE: "answer_by",
    Order.NEWEST: "-created_at",
    Order.OLDEST: "created_at",
    Order.CHANGED: "-updated_at",
}
Ended = Annotated[bool, typer.Option("--ended", help="Those that have ended, too.")]
Mine = Annotated[bool, typer.Option("--mine", help="The same as --assignee me.")]
Limit = Annotated[int | None, typer.Option(help=f"At most; {ON_A_SCREEN} in a table.", min=1)]
Sort = Annotated[
    Order | None,
    typer.Option(
        help="What comes first: `newest`, or `due` where an answer or a new time is owed."
    ),
]
Watch = Annotated[bool, typer.Option("--watch", help="Go on until interrupted.")]


def inbox(  # noqa: PLR0913 - its filters are its options
    *,
    needs: Needs = None,
    state: States = None,
    level: Levels = None,
    overdue: Overdue = False,
    reference: Reference = None,
    chiropractor: Chiropractor = None,
    assignee: Assignee = None,
    mine: Mine = False,
    ended: Ended = False,
    sort: Sort = None,
    limit: Limit = None,
    watch: Watch = False,
    as_json: AsJson = False,
) -> None:
    """List your clinic's requests; with --watch, as they change.

    Those that have ended are left out, unless you name a reference. With --json, a line for each.
    """
    is_owed = overdue or needs in {"answer", "rebooking"}
    most = limit or (LARGEST_PAGE if as_json else ON_A_SCREEN)
    if mine and assignee:
        raise typer.BadParameter("--mine or --assignee, not both.")
    with at_desk() as desk:
        wanted: Filters = chosen(
            state=state or ([] if ended or reference else [*LIVE]),
            needs=needs,
            level=level,
            overdue=overdue,
            reference=reference,
            chiropractor_id=chiropractor,
            assignee=whose(desk, ME if mine else assignee),
            sort=SORTS[sort or (Order.DUE if is_owed else Order.NEWEST)],
            limit=min(most + 1, LARGEST_PAGE),  # one more says that there are more
        )
        if watch:
            _watch(desk, wanted, most, as_json=as_json)
        else:
            tell(desk, desk.client.requests(**wanted), limit, as_json=as_json)


def tell(desk: Desk, rows: Iterator[RequestRow], limit: int | None, *, as_json: bool) -> None:
    """Write up to `limit` rows: lines of JSON, or a table, which says whether there are more."""
    if as_json:
        for row in islice(rows, limit):
            write_json(row)
    else:
        most = limit or ON_A_SCREEN
        console().print(_table(desk, [*islice(rows, most + 1)], most))


def _table(desk: Desk, rows: Sequence[RequestRow], limit: int, *, note: str = "") -> Table:
    more = f"There are more: --limit {limit * 2} lists them." if len(rows) > limit else ""
    return tables.inbox(rows[:limit], desk.zone, note, more, width=console().width)


def _rows(desk: Desk, wanted: Filters, limit: int) -> Sequence[RequestRow]:
    """Return up to `limit` requests, and one more where there are more."""
    return [*islice(desk.client.requests(**wanted), limit + 1)]


def _watch(desk: Desk, wanted: Filters, limit: int, *, as_json: bool) -> None:
    screen = console()
    if as_json or not screen.is_terminal:
        exits.leave(exits.USAGE, "--watch draws on a terminal. Programs read the event feed.")
    after = desk.client.newest_event()
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
