"""What articles are about: the topics of a folder, each with a name in every language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from referral.articles.faults import LineError
from referral.articles.front_matter import SLUG, Fields, compose, decoded, line_of
from referral.languages import Language

FILE = "topics.yaml"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic; its address ends in `slug`, the same in all languages."""

    slug: str
    name: str


def load_topics(folder: Path, language: Language) -> tuple[Topic, ...]:
    """Read the topics in their order, named in `language`; without the file, there are none.

    Raises `LineError` where it is broken.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    return _read(path.read_bytes(), language)


def topics_of(fields: Fields, known: Sequence[Topic]) -> tuple[Topic, ...]:
    """Return those that an article names, in the order of the file of topics."""
    slugs = fields.texts("topics")
    for slug, node in zip(slugs, fields.items("topics"), strict=True):
        if slug not in {topic.slug for topic in known}:
            raise LineError(line_of(node), f"the topic '{slug}' is not in {FILE}")
    return tuple(topic for topic in known if topic.slug in slugs)


@lru_cache
def _read(content: bytes, language: Language) -> tuple[Topic, ...]:
    return tuple(_topics(compose(decoded(content)), language))


def _topics(node: yaml.Node, language: Language) -> Iterator[Topic]:
    if not isinstance(node, yaml.MappingNode):
        raise LineError(line_of(node), "this must be a group of 'topic:' with its names below")
    for key, names in node.value:
        if not SLUG.fullmatch(str(key.value)):
            raise LineError(line_of(key), "a topic has only small letters, digits and hyphens")
        yield Topic(str(key.value), Fields(names, required=tuple(Language)).text(language))
