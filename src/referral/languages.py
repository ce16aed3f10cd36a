"""The languages that people read: which one is spoken now, and a sentence in it with its facts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from functools import cache
from gettext import c2py
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from babel.messages.pofile import read_po

# Of these there is one for everybody; the API goes by the header alone.
WITHOUT_CHOICE = ("/api/", "/static/")
FOLDER = Path(__file__).parent / "locales"


class Language(StrEnum):
    """A language by its ISO 639-1 code; the first one is spoken where nobody says which."""

    ENGLISH = "en"
    SPANISH = "es"

    @property
    def prefix(self) -> str:
        """What addresses begin with where this language was chosen."""
        return f"/{self.value}"


NAMES: Mapping[Language, str] = {Language.ENGLISH: "English", Language.SPANISH: "Español"}


class Place(NamedTuple):
    """What is spoken where a person is: `prefix` is empty unless they chose it by the address.

    `path` (without the prefix) and `query` are the page that they see.
    """

    language: Language
    prefix: str = ""
    path: str = "/"
    query: str = ""

    def address(self, path: str) -> str:
        """Return an address of ours, such as `/clinics`, inside the chosen language."""
        is_ours = path.startswith("/") and not path.startswith(WITHOUT_CHOICE)
        return self.prefix + path if is_ours else path

    def other(self) -> tuple[Language, str]:
        """Return the other language, and the address of the same page in it."""
        other = next(language for language in Language if language is not self.language)
        query = f"?{self.query}" if self.query else ""
        return other, f"{other.prefix}{quote(self.path)}{query}"


class Catalogue(NamedTuple):
    """The texts of one language: by the English one, and for plurals a text for each form."""

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]
    form_of: Callable[[int], int]


AT_HOME = Place(Language.ENGLISH)
# Threads that work for a call are given it by whoever starts them.
PLACE: ContextVar[Place] = ContextVar("place", default=AT_HOME)


def place() -> Place:
    """Return where the person is for whom this is worked out."""
    return PLACE.get()


def spoken() -> Language:
    """Return the language that is spoken now."""
    return PLACE.get().language


@contextmanager
def speaking(language: Language, *, prefix: str = "", path: str = "/") -> Iterator[None]:
    """Speak a language inside the block."""
    token = PLACE.set(Place(language, prefix, path))
    try:
        yield
    finally:
        PLACE.reset(token)


def words(message: str, **facts: object) -> str:
    """Return a marked sentence in the language that is spoken, with its facts in it."""
    text = in_words(message)
    return text % facts if facts else text


def in_words(message: str) -> str:
    """Return a marked sentence in the language that is spoken, its facts still missing."""
    language = spoken()
    if language is Language.ENGLISH:
        return message
    return catalogue(language).texts.get(message, message)


def counted(one: str, many: str, number: int) -> str:
    """Return the form of a marked sentence that belongs to `number`, its facts still missing."""
    language = spoken()
    if language is not Language.ENGLISH:
        found = catalogue(language)
        if one in found.plurals:
            return found.plurals[one][found.form_of(number)]
    return one if number == 1 else many


@cache
def catalogue(language: Language) -> Catalogue:
    """Return the texts of a language, read once from its file."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language)
    messages = [message for message in read if message.id and message.string]
    return Catalogue(
        texts={m.id: str(m.string) for m in messages if isinstance(m.id, str)},
        plurals={m.id[0]: tuple(m.string or ()) for m in messages if not isinstance(m.id, str)},
        form_of=c2py(read.plural_expr),
    )
