"""Turns the capitals of government files into names and addresses that read well (pure)."""

import re

_SMALL = frozenset(["and", "at", "by", "for", "in", "of", "on", "or", "the", "to", "with"])

# Kept in capitals although they hold a vowel; words without one are taken for initials anyway.
_INITIALS = frozenset([
    "dba", "ii", "iii", "iv", "ix", "ne", "pa", "po", "se", "us", "usa", "vi", "vii", "viii",
])  # fmt: skip

# Without a vowel, but not initials.
_ABBREVIATIONS = frozenset([
    "bldg", "blvd", "brg", "cntr", "crk", "ct", "ctr", "cv", "dr", "ft", "grp", "hts", "jr",
    "ln", "ltd", "mr", "mrs", "ms", "mt", "mtn", "pl", "plz", "rd", "rm", "sq", "sr", "st",
    "trl", "vlg",
])  # fmt: skip

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")
_VOWEL = re.compile(r"[aeiouy]")
_MC = re.compile(r"mc(?=[^\W\d]{3})")
_ELISION = re.compile(r"[dlo]'(?=[^\W\d]{3})")


def one_line(text: str) -> str:
    """Return `text` with single spaces, and without what cannot be printed."""
    if not text.isprintable():
        text = "".join(letter for letter in text if letter.isprintable() or letter.isspace())
    return " ".join(text.split())


def readable(line: str) -> str:
    """Return `line` in title case if it was SHOUTED; one small letter and it keeps its capitals."""
    if not line.isupper():
        return line
    cased = _WORD.sub(lambda word: _cased(word[0].lower()), line)
    return cased[:1].upper() + cased[1:]


def _cased(word: str) -> str:
    if word in _SMALL:
        return word
    if any(letter.isdigit() for letter in word):
        return word if _ORDINAL.fullmatch(word) else word.upper()
    if word in _INITIALS or not (_VOWEL.search(word) or word in _ABBREVIATIONS):
        return word.upper()
    if (start := _MC.match(word) or _ELISION.match(word)) is not None:
        return word[: start.end()].capitalize() + word[start.end() :].capitalize()
    return word.capitalize()
