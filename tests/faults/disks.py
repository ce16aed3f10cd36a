"""A small disk of a test's own: memory, mounted where only its own processes see it.

It needs no rights but to make a namespace, touches nothing of the machine, and is gone with the
last process that has it.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

MOUNT = 'mount -t tmpfs -o "size=$1" small "$0" && echo mounted && read _'
A_BLOCK = bytes(64 * 1024)


@dataclass(frozen=True, slots=True)
class Disk:
    """Commands that begin with `inside` find it at `folder`; everybody else finds it at `seen`."""

    folder: Path
    seen: Path
    inside: Sequence[str]

    def fill(self) -> None:
        """Have a file take all the room that is left."""
        with self._filling.open("ab", buffering=0) as file:
            try:
                while file.write(A_BLOCK):
                    pass
            except OSError:
                return

    def clear(self) -> None:
        """Make room again."""
        self._filling.unlink()

    @property
    def _filling(self) -> Path:
        return self.seen / "filling"


@contextmanager
def small_disk(size: str) -> Iterator[Disk]:
    """Mount an empty disk of `size` for as long as the block lasts, or skip the test.

    What runs inside is root to nobody and not root to itself: PostgreSQL refuses to be root.
    """
    if shutil.which("unshare") is None:
        pytest.skip("no small disk here: it takes the namespaces of Linux, and there is no unshare")
    alone, pipe = "unshare --user --map-root-user --mount sh -c", subprocess.PIPE
    with TemporaryDirectory(prefix="referral-") as parent:
        folder = Path(parent) / "disk"
        folder.mkdir()
        mount = [*alone.split(), MOUNT, str(folder), size]
        # It ends with its input: when the block ends, or whoever runs it dies.
        with subprocess.Popen(mount, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as holder:  # noqa: S603 - our own
            yield _mounted(folder, holder)


def _mounted(folder: Path, holder: subprocess.Popen[str]) -> Disk:
    assert holder.stdout is not None
    assert holder.stderr is not None
    if holder.stdout.readline() != "mounted\n":
        pytest.skip(f"no small disk can be mounted here: {holder.stderr.read().strip()}")
    enter = f"nsenter --target {holder.pid} --user --mount --preserve-credentials"
    inside = [*enter.split(), "unshare", "--user", "--map-user=1"]
    entered = subprocess.run([*inside, "true"], check=False, capture_output=True, text=True)  # noqa: S603 - our own
    if entered.returncode:
        pytest.skip(f"a small disk can be mounted here, and not used: {entered.stderr.strip()}")
    return Disk(folder, Path(f"/proc/{holder.pid}/root{folder}"), inside)
