"""Encryption at rest: a key per row with personal data, wrapped by the installation's key ring.

AES-256-GCM throughout; the associated data binds every box to its place (table, column, row), so
a box copied elsewhere does not open. Destroying a row's wrapped key makes its boxes unreadable,
here, in every later copy of the database, and in backups, which hold no keys (see `backup`).
"""

import base64
import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
# What has left the ring, as the database keeps it: ids, and keys wrapped like those of rows.
Kept = Callable[[], Iterable[tuple[UUID, bytes]]]


@dataclass(frozen=True, slots=True)
class RowKey:
    """The key of one row: the row stores `wrapped`; `seal` and `unseal` use the bare key."""

    row: UUID
    wrapped: bytes
    _bare: bytes

    def seal(self, place: str, data: Mapping[str, Any]) -> bytes:
        """Encrypt `data` (JSON) for the column named `place`, such as `appointments.person`."""
        return _encrypt(self._bare, json.dumps(data, ensure_ascii=False).encode(), self._at(place))

    def unseal(self, place: str, box: bytes) -> dict[str, Any]:
        """Return what was sealed at `place`; InvalidTag if the box is not from there."""
        opened: dict[str, Any] = json.loads(_decrypt(self._bare, box, self._at(place)))
        return opened

    def _at(self, place: str) -> bytes:
        return f"{place}:{self.row}".encode()


class Vault:
    """The key ring in use: the first key seals, every key opens.

    `kept` returns the keys that were retired. They open nothing; they make again what they made
    once: links, codes, hashes. They are asked for where no key of the ring fits.
    """

    def __init__(self, ring: Mapping[str, bytes], kept: Kept = tuple) -> None:
        self._ring = dict(ring)
        self._current = next(iter(self._ring))
        self._kept = kept
        self._retired: tuple[bytes, ...] | None = None

    def new_key(self, row: UUID) -> RowKey:
        """Return a fresh key for `row`."""
        bare = os.urandom(32)
        return RowKey(row, self._wrapped(row, bare), bare)

    def open_key(self, row: UUID, wrapped: bytes) -> RowKey:
        """Return the key that `row` stores as `wrapped`; KeyError if its ring key is gone."""
        name, _, box = wrapped.partition(b":")
        return RowKey(row, wrapped, _decrypt(self._ring[name.decode()], box, b"key:" + row.bytes))

    def rewrapped(self, row: UUID, wrapped: bytes) -> bytes:
        """Return the same key of `row`, wrapped by the first key of the ring; or as `open_key`."""
        return self._wrapped(row, self.open_key(row, wrapped)._bare)  # noqa: SLF001 - our own class

    def retiring(self, row: UUID, name: str) -> bytes:
        """Return the ring's key of this name as the key of `row`, wrapped by the first one."""
        return self._wrapped(row, self._ring[name])

    def is_retired(self, name: str) -> bool:
        """Return whether the ring's key of this name is kept, so that it may leave the ring."""
        return any(hmac.compare_digest(self._ring[name], key) for key in self._left())

    @property
    def names(self) -> tuple[str, ...]:
        """The ids of the ring's keys, the one that seals first."""
        return tuple(self._ring)

    def link_token(self, row: UUID, stored: bytes | None = None) -> str:
        """Return the private-link token of `row`: 192 bits, made from its id and a ring key.

        `stored` is the token's hash, which tells the key; without it, the token is a new one. It
        can be made again as often as it is needed, yet nothing stored reveals it. KeyError if the
        ring key is gone.
        """
        return _token(self._key_of(row, stored), row)

    def spoken_code(self, row: UUID, stored: bytes | None = None) -> str:
        """Return eight digits that open `row` together with its reference, such as `4821-0937`.

        `stored` is the hash of the row's token, as for `link_token`.
        """
        key = self._key_of(row, stored)
        digest = _keyed(key, "spoken code", row.bytes)
        digits = f"{int.from_bytes(digest[:8]) % 10**8:08}"
        return f"{digits[:4]}-{digits[4:]}"

    def fingerprint(self, data: bytes) -> bytes:
        """Return a keyed hash: equal data can be recognised, and not guessed from the hash."""
        return _fingerprint(self._ring[self._current], data)

    def is_fingerprint(self, data: bytes, stored: bytes) -> bool:
        """Return whether `stored` is the fingerprint of `data` under any key, retired or not."""
        return any(hmac.compare_digest(_fingerprint(key, data), stored) for key in self._makers())

    def blind_index(self, kind: str, data: bytes) -> bytes:
        """Return a keyed hash to store beside a sealed value of this `kind`, to find it by."""
        return _blind(self._ring[self._current], kind, data)

    def blind_indexes(self, kind: str, data: bytes) -> list[bytes]:
        """Return what may be stored as the blind index of `data`: one for each key there was."""
        return [_blind(key, kind, data) for key in self._makers()]

    def mac(self, purpose: str, data: bytes) -> bytes:
        """Return a keyed hash that nobody can make for other data without the ring."""
        return _keyed(self._ring[self._current], purpose, data)

    def macs(self, purpose: str, data: bytes) -> Iterator[bytes]:
        """Yield what `mac` returned under each key there was, the current one first."""
        return (_keyed(key, purpose, data) for key in self._makers())

    def is_mac(self, purpose: str, data: bytes, mac: bytes) -> bool:
        """Return whether a key of the ring made `mac` for `data`; a retired one does not count."""
        keys = self._ring.values()
        return any(hmac.compare_digest(_keyed(key, purpose, data), mac) for key in keys)

    def seal_text(self, purpose: str, data: Mapping[str, Any]) -> str:
        """Pack and encrypt `data` for a place outside the database: a cookie named `purpose`."""
        plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
        key = _derived(self._ring[self._current], purpose)
        box = _encrypt(key, zlib.compress(plain, 9), purpose.encode())
        return base64.urlsafe_b64encode(box).decode().rstrip("=")

    def unseal_text(self, purpose: str, text: str) -> dict[str, Any] | None:
        """Return what `seal_text` sealed under a key of the ring, or None for any other text.

        Retired keys are not asked for: who sends something foreign costs no look at the database.
        """
        try:
            box = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except ValueError:
            return None
        for key in self._ring.values():
            with suppress(ValueError, InvalidTag, zlib.error):
                packed = _decrypt(_derived(key, purpose), box, purpose.encode())
                opened: dict[str, Any] = json.loads(zlib.decompress(packed))
                return opened
        return None

    def backup_key(self, name: str, head: bytes) -> bytes:
        """Return the key of the one backup file that begins with `head`; KeyError as above."""
        return _keyed(self._ring[name], "backup", head)

    def _key_of(self, row: UUID, stored: bytes | None) -> bytes:
        """Return the ring key from which the ways into `row` were made."""
        if stored is None:
            return self._ring[self._current]
        for key in self._makers():
            if hmac.compare_digest(token_hash(_token(key, row)), stored):
                return key
        raise KeyError("the ring key of this link is gone")

    def _wrapped(self, row: UUID, bare: bytes) -> bytes:
        box = _encrypt(self._ring[self._current], bare, b"key:" + row.bytes)
        return mark(self._current) + box

    def _makers(self) -> Iterator[bytes]:
        yield from self._ring.values()
        yield from self._left()

    def _left(self) -> tuple[bytes, ...]:
        """Return the retired keys, read once: one can leave the ring only by a new start."""
        if self._retired is None:
            self._retired = tuple(self._opened(self._kept()))
        return self._retired

    def _opened(self, kept: Iterable[tuple[UUID, bytes]]) -> Iterator[bytes]:
        for row, wrapped in kept:
            with suppress(KeyError, InvalidTag):
                yield self.open_key(row, wrapped)._bare  # noqa: SLF001 - our own class


def mark(name: str) -> bytes:
    """Return how every row key begins that is wrapped by the ring's key of this name."""
    return name.encode() + b":"


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of a random token: all that the database keeps of it."""
    return hashlib.sha256(token.encode()).digest()


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.digest(key, b"referral:" + purpose.encode(), "sha256")


def _keyed(key: bytes, purpose: str, data: bytes) -> bytes:
    """Return the hash of `data` under a ring key, as this `purpose` and no other has it."""
    return hmac.digest(_derived(key, purpose), data, "sha256")


def _token(key: bytes, row: UUID) -> str:
    digest = _keyed(key, "link", row.bytes)
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _fingerprint(key: bytes, data: bytes) -> bytes:
    return _keyed(key, "fingerprint", data)


def _blind(key: bytes, kind: str, data: bytes) -> bytes:
    return _keyed(key, f"blind index of {kind}", data)


def _encrypt(key: bytes, plain: bytes, place: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def _decrypt(key: bytes, box: bytes, place: bytes) -> bytes:
    return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], place)
