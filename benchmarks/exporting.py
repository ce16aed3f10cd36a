"""One export of many requests: how long it takes, and the memory the server needs for it.

`python benchmarks/exporting.py [requests] [database URL]`; on SQLite if no URL.
"""

import sys
import time
from contextlib import closing
from http.client import HTTPConnection
from tempfile import TemporaryDirectory

import filling
from listening import resident
from referral.settings import new_ring
from serving import Server, serve

FORMATS = ("csv", "ndjson")


def export(server: Server, key: str, kind: str) -> tuple[int, float]:
    """Read one export to its end; return its lines and the most memory seen meanwhile, in MiB."""
    lines, most = 0, 0.0
    connection = HTTPConnection("127.0.0.1", server.port)
    headers = {"Authorization": f"Bearer {key}"}
    connection.request("GET", f"/api/v1/requests/export?format={kind}", headers=headers)
    with closing(connection), connection.getresponse() as answer:
        while received := answer.read(1 << 20):
            lines += received.count(b"\n")
            most = max(most, resident(server))
    return lines, most


def main(requests: int = 1_000_000, *, url: str = "") -> None:
    """Fill a database, and export it twice in each form."""
    with TemporaryDirectory() as folder:
        database = filling.migrated(url or f"sqlite:///{folder}/export.db")
        ids = filling.clinics(database, 1)
        filling.requests(database, ids, requests)
        filling.settled(database)
        key = filling.staff_key(database, ids[0])
        environment = {
            "REFERRAL_DATABASE_URL": url or f"sqlite:///{folder}/export.db",
            "REFERRAL_KEYS": new_ring(),
        }
        with serve("referral.app:from_environment", environment, "--factory") as server:
            for kind in (*FORMATS, *FORMATS):
                before, cpu, began = resident(server), server.cpu(), time.monotonic()
                lines, most = export(server, key, kind)
                took, used = time.monotonic() - began, server.cpu() - cpu
                print(
                    f"{kind}: {lines} lines in {took:.0f} s, {used:.0f} s of CPU;"
                    f" {before:.0f} MiB before, {most:.0f} at most, {resident(server):.0f} after"
                )
        database.engine.dispose()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), url="".join(sys.argv[2:]))
