"""Imports a generated provider file, beside Python's csv.reader over the same file, in one run."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import registering
from postgresql import start_cluster
from referral import schema
from referral.settings import ROOT, new_ring

FULL, QUICK = 2_000_000, 2_000
COMMAND = "from referral.cli import main; main()"
KEYS = new_ring()


def main() -> None:
    """Print for each database how many times as long the import takes, and its memory."""
    count = QUICK if "--quick" in sys.argv else FULL
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "npidata_pfile.csv"
        registering.write(file, count)
        print(f"{count:,} records, {file.stat().st_size / 1e6:,.0f} MB")
        print("| what | seconds | CPU seconds | times csv.reader | CPU, times | MiB at most |")
        print("|---|---|---|---|---|---|")
        measure("SQLite", f"sqlite:///{folder}/referral.db", file)
        with start_cluster(Path(tempfile.mkdtemp()), durable=True) as cluster:
            measure("PostgreSQL", cluster.create(), file)


def measure(name: str, url: str, file: Path) -> None:
    """Import the file into an empty database and again, and let csv.reader pass before each."""
    schema.upgrade(url)
    for what in ("the first time", "again"):
        wall, cpu = _timed(lambda: _pass(file))
        ours, our_cpu = _timed(lambda: _import(url, file))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"| csv.reader | {wall:.1f} | {cpu:.1f} | 1 | 1 | |")
        print(
            f"| {name}, {what} | {ours:.1f} | {our_cpu:.1f} | {ours / wall:.2f}"
            f" | {our_cpu / cpu:.2f} | {memory} |",
            flush=True,
        )


def _pass(file: Path) -> None:
    """Read with csv.reader in a process of its own, as the import is."""
    code = "import csv, sys\nfor _ in csv.reader(open(sys.argv[1], newline='')): pass"
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)


def _import(url: str, file: Path) -> None:
    command = [sys.executable, "-c", COMMAND, "clinics", "import", str(file)]
    given = os.environ | {"REFERRAL_KEYS": KEYS, "REFERRAL_DATABASE_URL": url}
    subprocess.run(command, check=True, env=given, cwd=ROOT, stdout=subprocess.DEVNULL)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that `work` takes, and those of its processes on a core."""
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, cpu


if __name__ == "__main__":
    main()
