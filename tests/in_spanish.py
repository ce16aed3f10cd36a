"""Looking for English in what is to be Spanish."""

import re
from collections.abc import Callable
from functools import cache
from html import unescape

from referral.languages import Language, catalogue

FACT = re.compile(r"%\(\w+\)s")
TEXT = re.compile(r">([^<>]+)<")
# Written for search engines, in the words of schema.org.
DATA = re.compile(r"<script type=\"application/ld\+json\">.*?</script>", re.DOTALL)
# The switch says in English that there is English.
AS_IT_IS = {"English"}
Finder = Callable[[str], object]


def english_in(page: str) -> set[str]:
    """Return the English texts of the catalogue that stand in a Spanish page."""
    shown = {" ".join(unescape(text).split()) for text in TEXT.findall(DATA.sub("", page))}
    return {text for text, finds in _english().items() for part in shown if part and finds(part)}


@cache
def _english() -> dict[str, Finder]:
    """Return each English text that is another one in Spanish, and what finds it in a text."""
    texts, plurals, _ = catalogue(Language.SPANISH)
    pairs = [*texts.items(), *((one, forms[0]) for one, forms in plurals.items())]
    chosen = {one for one, other in pairs if one != other and _tells(one)} - AS_IT_IS
    return {one: _finder(one) for one in chosen}


def _tells(text: str) -> bool:
    """Say whether a text has enough words of its own to be known again."""
    facts = FACT.findall(text)
    return not facts or len(FACT.sub("", text).split()) > 1


def _finder(text: str) -> Finder:
    pattern = re.compile(".+?".join(map(re.escape, FACT.split(text))))
    # A single word may be part of a name, or a word of both languages.
    return pattern.search if " " in text else pattern.fullmatch
