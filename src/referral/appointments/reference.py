"""References that survive a bad telephone line: eight characters without look-alikes. Pure."""

import re

from referral.aloud import ALPHABET, plain

LENGTH = 8
REFERENCE = re.compile(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")


def reference_from(number: int) -> str:
    """Return the reference for a random `number` (32 bits or more), such as `K7QF-3M9P`."""
    letters = []
    for _ in range(LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return f"{''.join(letters[:4])}-{''.join(letters[4:])}"


def written(typed: str) -> str:
    """Return a reference as it is stored, however it was typed; it need not be one."""
    letters = plain(typed)
    return f"{letters[:4]}-{letters[4:]}"


def is_reference(text: str) -> bool:
    """Return whether `text` is spelled like a reference."""
    return REFERENCE.fullmatch(text) is not None
