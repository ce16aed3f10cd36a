"""The forms in which a text may lie in a file: as it is, spelled otherwise, or encoded."""

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote


def forms(text: str) -> set[bytes]:
    """Return what to look for in the bytes of a file to find `text`, however it was written."""
    return {found for spelled in _spelled(text) for found in _encoded(spelled)}


def _spelled(text: str) -> Iterator[str]:
    digits = "".join(filter(str.isdigit, text))
    yield from (text, text.lower(), text.upper(), text.casefold())
    # A phone number, with or without the code of its country.
    if len(digits) > 8 and not any(map(str.isalpha, text)):
        yield digits[-10:]


def _encoded(text: str) -> Iterator[bytes]:
    plain = text.encode()
    yield plain
    yield json.dumps(text)[1:-1].encode()
    yield quote(text).encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield text.encode("utf-16-le")
    for shift in range(3):
        # Where the text begins within a group of three bytes, its first and last signs vary.
        whole = base64.b64encode(bytes(shift) + plain)
        yield whole[-(-shift * 4 // 3) : len(whole) // 4 * 4 - 4]
        yield base64.urlsafe_b64encode(bytes(shift) + plain)[-(-shift * 4 // 3) : -4]
