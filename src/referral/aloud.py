"""Codes that survive a bad telephone line: signs without look-alikes, however typed. Pure."""

import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NO_SIGN = re.compile(r"[^0-9A-Z]")


def plain(typed: str) -> str:
    """Return only the signs of what was typed: hyphens, blanks and small letters do not matter."""
    return NO_SIGN.sub("", typed.upper())
