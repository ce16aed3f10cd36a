"""Many listeners at one server: the memory they add, and how long after a commit they hear of it.

`python benchmarks/listening.py [listeners] [events] [clinics] [database URL]`; on SQLite if no URL.
"""

import asyncio
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID, uuid4

import filling
from referral import schema
from referral.db import Database
from referral.record.service import Entry, append
from referral.settings import new_ring, parse_ring
from referral.vault import Vault
from serving import UNLIMITED, Server, call, serve

KEYS = new_ring()
VAULT = Vault(parse_ring(KEYS))


@dataclass(slots=True)
class Ear:
    """What one listener has heard: numbers and times."""

    heard: list[tuple[int, float]] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)


async def listen(port: int, key: str, ear: Ear, events: int) -> None:
    """Note when each of so many events arrives, then go."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(call("/api/v1/events/stream", f"Authorization: Bearer {key}").encode())
    async for line in reader:
        if line.startswith(b"retry: "):
            ear.started.set()
        if line.startswith(b"id: "):
            ear.heard.append((int(line[4:]), time.monotonic()))
            if len(ear.heard) == events:
                return


def happen(database: Database, clinic_id: UUID) -> float:
    """Store an event and return when it was committed."""
    with database.unit_of_work() as session:
        entry = Entry(clinic_id, uuid4(), "appointment.received", "system", {"from": "requested"})
        append(session, entry, vault=VAULT, now=datetime.now(UTC))
    return time.monotonic()


async def measure(server: Server, database: Database, sizes: tuple[int, int, int]) -> None:
    """Connect, let events happen, and print what it took."""
    listeners, events, clinics = sizes
    ids = filling.clinics(database, clinics)
    keys = [filling.staff_key(database, clinic_id) for clinic_id in ids]
    before = resident(server)
    ears = [Ear() for _ in range(listeners)]
    tasks = [
        asyncio.create_task(listen(server.port, keys[place % clinics], ear, events))
        for place, ear in enumerate(ears)
    ]
    await asyncio.gather(*(ear.started.wait() for ear in ears))
    silent, cpu, began = resident(server), server.cpu(), time.monotonic()
    await asyncio.sleep(5)
    idle = (server.cpu() - cpu) / (time.monotonic() - began)
    committed: dict[tuple[int, int], float] = {}
    for number in range(1, events + 1):
        for place, clinic_id in enumerate(ids):
            committed[place, number] = await asyncio.to_thread(happen, database, clinic_id)
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.35)
    after = resident(server)
    await asyncio.gather(*tasks)
    delays = sorted(
        at - committed[place % clinics, number]
        for place, ear in enumerate(ears)
        for number, at in ear.heard
    )
    expected = list(range(1, events + 1))
    assert all([number for number, _ in ear.heard] == expected for ear in ears)
    print(f"{listeners} listeners of {clinics} clinics heard {len(delays)} events")
    print(
        f"memory: {before:.0f} MiB, {silent - before:+.1f} silent, {after - before:+.1f} at the end"
    )
    print(f"processor while silent: {idle:.1%} of one core")
    for name, share in (("median", 0.5), ("99 %", 0.99), ("last", 1)):
        print(f"delay, {name}: {delays[round(share * (len(delays) - 1))] * 1000:.0f} ms")


def resident(server: Server) -> float:
    """Return the server's memory in MiB."""
    lines = Path(f"/proc/{server.pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def main(listeners: int = 500, events: int = 20, clinics: int = 1, *, url: str = "") -> None:
    """Serve a fresh database and listen."""
    with TemporaryDirectory() as folder:
        url = url or f"sqlite:///{folder}/events.db"
        schema.upgrade(url)
        environment = {"REFERRAL_DATABASE_URL": url, "REFERRAL_KEYS": KEYS, **UNLIMITED}
        database = Database(url, pool_size=5)
        with serve("referral.app:from_environment", environment, "--factory") as server:
            asyncio.run(measure(server, database, (listeners, events, clinics)))
        database.engine.dispose()


if __name__ == "__main__":
    numbers = [int(number) for number in sys.argv[1:4]]
    main(*numbers, url="".join(sys.argv[4:]))
