"""What a page of a very long list costs beside its first one: deep, filtered, in another order.

`python benchmarks/scaling.py [requests] [database URL]`; on SQLite if no URL. Half of the requests
are one clinic's, the others those of 499 more. Then what is late on very full desks.
"""

import statistics
import sys
from itertools import chain
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlmodel import col, select

import filling
from referral.appointments.desk.places import Place, Sort
from referral.appointments.models import Appointment
from referral.db import Database
from referral.settings import new_ring
from serving import UNLIMITED, call, measure, serve

WAITING, LATE = 10_000, (0, 10, 5_000, 10_000)
CLIENTS, CALLS, ROUNDS, LIMIT = 8, 400, 5, 50
FILTERS = (
    *("state=requested", "needs=answer", "needs=rebooking", "overdue=true", "level=chiropractor"),
    *(
        "assignee=nobody",
        "updated_since=2026-02-01T00:00:00Z",
        "created_before=2026-06-01T00:00:00Z",
    ),
    *(f"sort={sort}" for sort in Sort),
)


def main(requests: int = 1_002_000, *, url: str = "") -> None:
    """Fill a database, and print each page's cost as a multiple of the first page's."""
    with TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/scaling.db"
        database = filling.migrated(url)
        large, *small = filling.clinics(database, 500)
        desks = dict(zip(LATE, filling.clinics(database, len(LATE)), strict=True))
        filling.requests(database, [*chain.from_iterable((large, one) for one in small)], requests)
        for place, (late, clinic) in enumerate(desks.items()):
            first = requests + place * WAITING
            filling.desk(database, clinic, WAITING, late=late, first=first)
        filling.settled(database)
        page = requests // 2 // LIMIT - 10
        pages = {"first page": "", f"page {page:,}": f"&cursor={_cursor(database, large, page)}"}
        compare(url, filling.staff_key(database, large), pages | {f: f"&{f}" for f in FILTERS})
        for late, clinic in desks.items():
            name = f"{late:,} of {WAITING:,} late"
            overdue = {"first page": "", name: "&overdue=true"}
            compare(url, filling.staff_key(database, clinic), overdue)
        database.engine.dispose()


def compare(url: str, key: str, pages: dict[str, str]) -> None:
    """Load the server with each page in turn, and print the medians of the ratios."""
    environment = {"REFERRAL_DATABASE_URL": url, "REFERRAL_KEYS": new_ring(), **UNLIMITED}
    bearer = f"Authorization: Bearer {key}"
    calls = {
        name: [call(f"/api/v1/requests?limit={LIMIT}{query}", bearer)] * CALLS
        for name, query in pages.items()
    }
    with serve("referral.app:from_environment", environment, "--factory") as server:
        for some in calls.values():
            measure(server, some[:CLIENTS], CLIENTS)
        rounds = [
            {name: measure(server, some, CLIENTS) for name, some in calls.items()}
            for _ in range(ROUNDS)
        ]
    print("| page | time for each call, multiple of the first page's |")
    print("|---|---|")
    for name in pages:
        ratio = statistics.median(each["first page"].rate / each[name].rate for each in rounds)
        print(f"| {name} | {ratio:.2f} |", flush=True)


def _cursor(database: Database, clinic: UUID, page: int) -> str:
    """Return the cursor with which a page begins, counted from 1."""
    newest_first = (col(Appointment.created_at).desc(), col(Appointment.id).desc())
    last = select(Appointment.created_at, Appointment.id).where(Appointment.clinic_id == clinic)
    last = last.order_by(*newest_first).offset((page - 1) * LIMIT - 1).limit(1)
    with database.reading() as session:
        created, row_id = session.exec(last).one()
    return Place(Sort.NEWEST, created, row_id).cursor()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), url="".join(sys.argv[2:]))
