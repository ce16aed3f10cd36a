"""The Spanish texts: there for every English one, and of the same shape."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from referral.languages import Language, counted, speaking, words
from texts import FILE, SOURCE, kept, marked, updated, written

FACT = re.compile(r"%\(\w+\)s")
SPACE = re.compile(r"^\s+|\s+$")
WORD = re.compile(r"[^\W\d_]{2,}")
TEMPLATES = sorted(
    path
    for path in (SOURCE / "templates").rglob("*.*")
    if path.parent.name not in {"reference", "styleguide"}
)
JINJA = re.compile(r"\{#.*?#\}|\{% trans\b.*?\{% endtrans %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# What is the same in every language.
NAMES = {"Referral", "OpenStreetMap", "Google", "Maps"}
# What a template writes into a tag that begins elsewhere.
MARKUP = {"required"}


@pytest.fixture(scope="module")
def texts() -> Catalog:
    return kept()


def messages(texts: Catalog) -> Iterator[Message]:
    return (message for message in texts if message.id)


def forms(text: object) -> list[str]:
    """Return the one form of a text, or those of its plurals."""
    return [*text] if isinstance(text, tuple | list) else [str(text or "")]


def test_every_text_of_the_sources_is_in_the_file_and_no_other(texts: Catalog) -> None:
    found = {str(message.id) for message in messages(marked())}
    translated = {str(message.id) for message in messages(texts)}

    assert sorted(found - translated) == [], "run `make texts`, then translate these in es.po"
    assert sorted(translated - found) == [], "run `make texts`: these are gone"


def test_the_file_is_as_make_texts_writes_it() -> None:
    assert written(updated(kept(), marked())) == FILE.read_bytes(), "run `make texts`"


def test_every_text_is_translated_and_none_is_a_guess(texts: Catalog) -> None:
    missing = [m.id for m in messages(texts) if m.fuzzy or not all(forms(m.string) or [""])]

    assert missing == [], "translate these in es.po"


def test_a_translation_has_the_facts_and_the_forms_of_its_text(texts: Catalog) -> None:
    for message in messages(texts):
        *one, many = forms(message.id)
        *singular, last = translated = forms(message.string)
        assert len(translated) == (texts.num_plurals if message.pluralizable else 1), message.id
        assert sorted(FACT.findall(last)) == sorted(FACT.findall(many)), last
        for form in (*one, *singular):
            assert {*FACT.findall(form)} <= {*FACT.findall(many)}, form
        for form in translated:
            assert "%" not in FACT.sub("", form), "a page would take it for a fact"
            assert SPACE.findall(form) == SPACE.findall(many), form


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    shown = JINJA.sub("", path.read_text())
    outside_of_tags = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", " ", shown)
    read_aloud = re.findall(r'\b(?:title|alt|placeholder|aria-label)="([^"]+)"', shown)

    found = {word for text in [outside_of_tags, *read_aloud] for word in WORD.findall(text)}

    assert found - NAMES - MARKUP == set(), "put these into _() or trans"


def test_words_are_said_in_the_language_that_is_spoken() -> None:
    assert words("Closed on %(day)s", day="x") == "Closed on x"
    with speaking(Language.SPANISH):
        assert words("Closed on %(day)s", day="x") == "Cerrado el x"
        assert words("nobody marked this") == "nobody marked this"
        hours = [
            counted("about %(miles)s mile away", "about %(miles)s miles away", number)
            for number in (1, 2)
        ]
        assert hours == [
            "a %(miles)s milla más o menos",
            "a %(miles)s millas más o menos",
        ]
    assert words("Closed on %(day)s", day="x") == "Closed on x"
