"""A sealed file of lines: compressed, encrypted in chunks, and refused where a byte is not ours.

The first line says in the clear what the file is. Its key is made from that line, which holds a
random salt, so that no other line fits. A chunk's nonce is its number and whether it is the last
one: none can be left out, doubled, moved or cut off.
"""

import base64
import fcntl
import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from referral.vault import Vault

FORM = "referral-backup-1"
CHUNK = 256 * 1024
LONGEST_HEAD = 1000
Write = Callable[[object], None]


class BackupError(Exception):
    """A sentence for the operator: why there is no backup, or nothing was restored."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a file is: `data` or `keys`, of which schema and moment (ISO), under which ring key.

    `requests` is how many there were: they are never fewer later, erased ones among them.
    """

    kind: str
    revision: str
    taken_at: str
    ring_key: str
    requests: int = 0
    form: str = FORM
    salt: str = field(default_factory=lambda: base64.b64encode(os.urandom(32)).decode())


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Let one process at a time into the block; the turn of one that was killed is over."""
    with open(folder / "referral.lock", "ab", opener=_for_us_alone) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def written(path: Path, head: Head, vault: Vault) -> Iterator[Write]:
    """Yield `write`, which adds a line; the file takes its place when the block ends well."""
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb", opener=_for_us_alone) as file:
            line = json.dumps(asdict(head)).encode() + b"\n"
            file.write(line)
            chunks = _Chunks(file, AESGCM(vault.backup_key(head.ring_key, line)))
            yield chunks.write
            chunks.close()
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def head_of(path: Path) -> Head:
    """Return what `path` says that it is; BackupError if it is no backup of ours."""
    try:
        with path.open("rb") as file:
            head = Head(**json.loads(file.readline(LONGEST_HEAD)))
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, TypeError):
        raise BackupError(f"{path} is no backup of this service.") from None
    if head.form != FORM:
        raise BackupError(f"{path} was made by another version of this service.")
    return head


def lines_of(path: Path, vault: Vault) -> Iterator[object]:
    """Yield the lines of a sealed file; BackupError where it is not as it was written."""
    head = head_of(path)
    with path.open("rb") as file:
        try:
            key = vault.backup_key(head.ring_key, file.readline(LONGEST_HEAD))
        except KeyError:
            raise BackupError(
                f"{path} is sealed under the ring key {head.ring_key!r}, which REFERRAL_KEYS lacks."
            ) from None
        rest = b""
        for piece in _unpacked(path, file, AESGCM(key)):
            *lines, rest = (rest + piece).split(b"\n")
            yield from map(json.loads, lines)


class _Chunks:
    def __init__(self, file: IO[bytes], cipher: AESGCM) -> None:
        self._file, self._cipher = file, cipher
        self._packer = zlib.compressobj(6)
        self._waiting = bytearray()
        self._number = 0

    def write(self, line: object) -> None:
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=_told)
        self._waiting += self._packer.compress(text.encode() + b"\n")
        while len(self._waiting) > CHUNK:
            self._put(CHUNK, last=False)

    def close(self) -> None:
        self._waiting += self._packer.flush()
        while len(self._waiting) > CHUNK:
            self._put(CHUNK, last=False)
        self._put(CHUNK, last=True)

    def _put(self, size: int, *, last: bool) -> None:
        plain = bytes(self._waiting[:size])
        del self._waiting[:size]
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), plain, None))
        self._number += 1


def _unpacked(path: Path, file: IO[bytes], cipher: AESGCM) -> Iterator[bytes]:
    """Yield what was packed, piece by piece; only the last chunk may end the file."""
    size, number, unpacker = CHUNK + 16, 0, zlib.decompressobj()
    chunk = file.read(size)
    while True:
        following = file.read(size)
        try:
            plain = cipher.decrypt(_nonce(number, last=not following), chunk, None)
        except (InvalidTag, ValueError):
            says = f"{path} was altered, is cut off, or is sealed under another key of that name."
            raise BackupError(says) from None
        yield unpacker.decompress(plain)
        if not following:
            return
        chunk, number = following, number + 1


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _for_us_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _told(value: object) -> str:
    """Write what JSON has no word for; the column's type says how to read it."""
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case _ if hasattr(value, "isoformat"):
            return str(value.isoformat())
        case _:
            return value.hex if hasattr(value, "hex") else str(value)
