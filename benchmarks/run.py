"""Measures the service against its raw limits, in one run, and prints the ratios."""

import json
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import httpx
from sqlmodel import col, select

import filling
from inserting import bare_inserts
from postgresql import start_cluster
from referral.appointments import consent
from referral.appointments.desk.inbox import NAMES as REQUEST_COLUMNS
from referral.appointments.desk.places import Place, Sort
from referral.appointments.models import Appointment
from referral.clinics.finding.search import NAMES as CLINIC_COLUMNS
from referral.clinics.traits import bits
from referral.db import Database
from referral.settings import new_ring
from serving import UNLIMITED, Figures, Server, call, measure, post, ratios, serve

SERVICE = "referral.app:from_environment"
CLIENTS = 8
SUBMITTERS = 32
PLACE = (41.88, -87.63)
FITTING_QUERY = "&language=es&open=saturday"
FITTING = (("language", "es"), ("open", "saturday"))
KEYS = new_ring()


@dataclass(frozen=True, slots=True)
class Size:
    """How much data and how many calls."""

    pages: int
    rows: int
    clinics: int
    calls: int
    submits: int
    rounds: int


FULL = Size(pages=6000, rows=1_000_000, clinics=150_000, calls=1500, submits=2000, rounds=3)
# One round of enough calls: the clock that counts CPU ticks every 10 ms.
QUICK = Size(pages=600, rows=500, clinics=100, calls=100, submits=32, rounds=1)


def main() -> None:
    """Run every benchmark and print the table."""
    size = QUICK if "--quick" in sys.argv else FULL
    print("| what | throughput, ratio to the floor | CPU per call, ratio | note |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        sqlite = f"sqlite:///{folder}/{{}}.db".format
        reads("SQLite", sqlite("reads"), size, folder=Path(folder))
        submit("SQLite", sqlite("submit"), sqlite("floor"), size)
    with start_cluster(Path(tempfile.mkdtemp()), durable=True) as cluster:
        reads("PostgreSQL", cluster.create(), size)
        submit("PostgreSQL", cluster.create(), cluster.create(), size)


def reads(name: str, url: str, size: Size, *, folder: Path | None = None) -> None:
    """Measure what is read from one database; the article, which is read from none, only once."""
    database = filling.migrated(url)
    clinics = filling.clinics(database, size.clinics)
    filling.requests(database, clinics[:500], size.rows)
    filling.settled(database)
    with serve(SERVICE, _environment(url), "--factory") as ours:
        if folder is not None:
            article(ours, folder, size)
        nearest(ours, name, url, size)
        staff_list(ours, database, clinics[0], size)
    database.engine.dispose()


def article(ours: Server, folder: Path, size: Size) -> None:
    """Serve the article page, against the same bytes."""
    body = folder / "article.html"
    path = "/articles/back-spasms"
    address = f"http://127.0.0.1:{ours.port}{path}"
    body.write_bytes(httpx.get(address, headers={"Accept-Encoding": "identity"}).content)
    with serve("floors:article", {"FLOOR_BODY": str(body)}) as raw:
        _report("article page", *_rounds(ours, raw, size, [call(path)] * size.pages))


def nearest(ours: Server, name: str, url: str, size: Size) -> None:
    """Find the ten nearest clinics, of all and of those that fit, against one bare query for them.

    The box just holds the ten that fit: whoever searches cannot know how large it has to be.
    """
    lat, lon = PLACE
    box = [lat - 0.15, lat + 0.15, lon - 0.2, lon + 0.2]
    wanted = [bits(FITTING)] * 2
    for what, query, fits, more in (
        ("nearest ten", "", "", []),
        ("nearest ten that fit", FITTING_QUERY, "AND traits & ? = ? ", wanted),
    ):
        sql = (
            f"SELECT {', '.join(CLINIC_COLUMNS)} FROM clinics "
            f"WHERE latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ? {fits}ORDER BY "
            "(latitude - ?) * (latitude - ?) + (longitude - ?) * (longitude - ?) LIMIT 10"
        )
        bare = [call("/?" + quote(json.dumps([*box, *more, lat, lat, lon, lon])))] * size.calls
        ask = [call(f"/api/v1/clinics?near={lat},{lon}{query}")] * size.calls
        note = f"{size.clinics:,} clinics"
        with serve("floors:rows", _floor(url, sql)) as raw:
            _report(f"{what}, {name}", *_rounds(ours, raw, size, ask, bare=bare), note=note)


def staff_list(ours: Server, database: Database, clinic: UUID, size: Size) -> None:
    """List fifty requests of one clinic, first and deep page, against the same SQL."""
    key = f"Authorization: Bearer {filling.staff_key(database, clinic)}"
    url = database.engine.url.render_as_string(hide_password=False)
    columns = ", ".join(REQUEST_COLUMNS)
    base = f"SELECT {columns} FROM appointments WHERE clinic_id = ?"
    order = " ORDER BY created_at DESC, id DESC LIMIT 51"
    given, cursor = _middle(database, clinic)
    pages: tuple[tuple[str, str, list[str], str], ...] = (
        ("first page", "", [], ""),
        ("deep page", " AND (created_at, id) < (?, ?)", given, f"&cursor={cursor}"),
    )
    dialect = "SQLite" if database.in_process else "PostgreSQL"
    for name, more, values, query in pages:
        ask = [call(f"/api/v1/requests?limit=50{query}", key)] * size.calls
        bare = [call("/?" + quote(json.dumps([clinic.hex, *values])))] * size.calls
        with serve("floors:rows", _floor(url, base + more + order)) as raw:
            pairs = _rounds(ours, raw, size, ask, bare=bare)
        note = f"{size.rows:,} requests"
        _report(f"staff list, {name}, {dialect}", *pairs, note=note)


def submit(name: str, url: str, floor_url: str, size: Size) -> None:
    """Send requests from 32 clients, against the same rows by the bare driver, one commit each."""
    database, floor = filling.migrated(url), filling.migrated(floor_url)
    rates, figures = [], []
    for _ in range(size.rounds):
        clinic = filling.clinics(database, 1)[0]
        asked = filling.assessments(database, size.submits)
        with serve(SERVICE, _environment(url), "--factory") as ours:
            calls = [
                post("/api/v1/requests", _wish(a, clinic), f"Idempotency-Key: {a}") for a in asked
            ]
            figures.append(measure(ours, calls, SUBMITTERS))
        rates.append(figures[-1].rate / bare_inserts(database, floor, clinic))
    spread = statistics.median(f.p99 / f.p50 for f in figures)
    rate = statistics.median(rates)
    print(f"| submit, {name} | {rate:.2f} | | 32 clients, p99 {spread:.1f} x p50 |", flush=True)
    for each in (database, floor):
        each.engine.dispose()


def _wish(assessment: UUID, clinic: UUID) -> str:
    return json.dumps(
        {
            "assessment_id": str(assessment),
            "clinic_id": str(clinic),
            "name": "Ada Example",
            "email": "ada@example.com",
            "phone": "+12125550142",
            "preferred_contact": "email",
            "preferred_windows": [{"date": _soon(), "part": "morning"}],
            "consent_version": consent.VERSION,
        }
    )


def _soon() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 5 * 86_400))


def _middle(database: Database, clinic: UUID) -> tuple[list[str], str]:
    """Return the place half-way down the clinic's list: as SQL values, and as our cursor."""
    columns = select(Appointment.created_at, Appointment.id)
    ours = columns.where(col(Appointment.clinic_id) == clinic)
    with database.reading() as session:
        rows = session.exec(ours.order_by(col(Appointment.created_at))).all()
    created, row_id = rows[len(rows) // 2]
    place = Place(Sort.NEWEST, created, row_id)
    return [f"{created:%Y-%m-%d %H:%M:%S.%f}", row_id.hex], place.cursor()


def _spelled(sql: str, url: str) -> str:
    """Return `sql` with the driver's own marks, and in the time zone that its moments are in."""
    if url.startswith("sqlite"):
        return sql
    return sql.replace("?", "%s").replace("(%s, %s)", "(%s::timestamp AT TIME ZONE 'UTC', %s)")


def _floor(url: str, sql: str) -> dict[str, str]:
    return {"FLOOR_DATABASE": url, "FLOOR_SQL": _spelled(sql, url)}


def _environment(url: str) -> dict[str, str]:
    return {"REFERRAL_KEYS": KEYS, "REFERRAL_DATABASE_URL": url, **UNLIMITED}


def _rounds(
    ours: Server, raw: Server, size: Size, calls: list[str], *, bare: list[str] | None = None
) -> tuple[list[Figures], list[Figures]]:
    """Measure the two in turn; the first, short round warms them up."""
    bare = bare or calls
    for server, some in ((ours, calls[:50]), (raw, bare[:50])):
        measure(server, some, CLIENTS)
    pairs = [
        (measure(ours, calls, CLIENTS), measure(raw, bare, CLIENTS)) for _ in range(size.rounds)
    ]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _report(name: str, ours: list[Figures], raw: list[Figures], note: str = "") -> None:
    rate, cpu = ratios(ours, raw)
    print(f"| {name} | {rate:.2f} | {cpu:.2f} | {note} |", flush=True)


if __name__ == "__main__":
    main()
