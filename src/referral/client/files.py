"""A file that has its name only once it is whole."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def written_whole(path: str | PathLike[str]) -> Iterator[IO[bytes]]:
    """Yield a file for its owner only, which takes the place of `path` if the block ends well.

    Otherwise it is gone, and what was at `path` stays. OSError where nothing can be put there.
    """
    place = Path(path).resolve()
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "Not an ordinary file", str(path))
    # A temporary file is its owner's alone from the first byte on.
    fresh = NamedTemporaryFile(dir=place.parent, prefix=f".{place.name}.", delete=False)  # noqa: SIM115 - renamed after it is closed
    unfinished = Path(fresh.name)
    try:
        with fresh:
            yield fresh
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
