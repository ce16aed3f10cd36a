"""The words by which a clinic can be found (pure)."""

import re
from collections.abc import Iterable

LONGEST = 40
_WORD = re.compile(r"[^\W_]+")


def words(texts: Iterable[str]) -> set[str]:
    """Return the words of `texts`, in small letters; an apostrophe inside a word is left out."""
    joined = (
        " ".join(texts).casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    )
    return {word[:LONGEST] for word in _WORD.findall(joined)}
