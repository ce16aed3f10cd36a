"""Loads the articles of a folder, and says the file and line of whatever is wrong with one."""

import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from referral.articles.faults import LineError
from referral.articles.front_matter import Fields, compose, split
from referral.articles.rendering import render
from referral.errors import ReferralError
from referral.languages import Language

REQUIRED = ("title", "slug", "description", "published", "author", "topics", "emergency", "sources")
OPTIONAL = ("updated", "reviewed_by")
OF_SOURCE = ("title", "publisher", "year", "url")
LONGEST_DESCRIPTION = 160  # what search engines show
WORDS_PER_MINUTE = 200
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class ArticleError(ReferralError):
    """An article cannot be shown: one `file:line: what is wrong` per broken file, one per line."""

    code = "article"


@dataclass(frozen=True, slots=True)
class Source:
    """A published source; `number` is what the text cites, from 1."""

    number: int
    title: str
    publisher: str
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article, ready to show.

    `emergency` are the signs for the box that stands before the text. `html` is safe to put into a
    page; its h2 and h3 carry ids, `headings` lists the h2 as (id, text). `words` counts the text
    without the numbers of sources; `minutes` is the reading time, rounded up.
    """

    language: Language
    slug: str
    title: str
    description: str
    published: date
    updated: date | None
    author: str
    reviewed_by: str | None
    topics: tuple[str, ...]
    emergency: tuple[str, ...]
    sources: tuple[Source, ...]
    html: str
    headings: tuple[tuple[str, str], ...]
    words: int
    minutes: int


def load(folder: Path, language: Language = Language.ENGLISH) -> tuple[Article, ...]:
    """Read the articles in a language, newest first; raise `ArticleError` if any is broken.

    English ones are the `*.md` in `folder`; translations lie in a folder of it under the same name,
    such as `es/back-spasms.md`. What is not translated is there in English.
    """
    if not folder.is_dir():
        raise ArticleError(f"{folder.name}: there is no such folder")
    slugs = frozenset(path.stem for path in folder.glob("*.md"))
    broken: list[str] = []
    articles = _read(folder, slugs, Language.ENGLISH, broken)
    if language is not Language.ENGLISH:
        articles |= _read(folder / language, slugs, language, broken)
    if broken:
        raise ArticleError("\n".join(broken))
    # Files come sorted by name and sorting keeps ties, so the order never depends on the disk.
    return tuple(sorted(articles.values(), key=lambda article: article.published, reverse=True))


def _read(
    folder: Path, slugs: frozenset[str], language: Language, broken: list[str]
) -> dict[str, Article]:
    """Return the articles of one folder by slug; what is wrong with others is added to `broken`."""
    shown = "" if language is Language.ENGLISH else f"{folder.name}/"
    articles: dict[str, Article] = {}
    for path in sorted(folder.glob("*.md")):
        try:
            articles[path.stem] = _article(path.stem, path.read_bytes(), language, slugs=slugs)
        except LineError as fault:
            broken.append(f"{shown}{path.name}:{fault.line}: {fault.sentence}")
    return articles


@lru_cache
def _article(stem: str, content: bytes, language: Language, *, slugs: frozenset[str]) -> Article:
    front, body = split(_decoded(content))
    fields = Fields(compose(front), required=REQUIRED, optional=OPTIONAL)
    sources = tuple(_source(n, node) for n, node in enumerate(fields.items("sources"), start=1))
    published = fields.day("published")
    slug = _slug(fields, stem=stem, slugs=slugs)
    page = render(body, sources=len(sources), slugs=slugs)
    return Article(
        language=language,
        slug=slug,
        title=fields.text("title"),
        description=_description(fields),
        published=published,
        updated=_updated(fields, published=published),
        author=fields.text("author"),
        reviewed_by=fields.text("reviewed_by") if "reviewed_by" in fields else None,
        topics=fields.texts("topics"),
        emergency=fields.texts("emergency"),
        sources=sources,
        html=page.html,
        headings=page.headings,
        words=page.words,
        minutes=max(1, math.ceil(page.words / WORDS_PER_MINUTE)),
    )


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LineError(line, "the file is not written in UTF-8") from error


def _source(number: int, node: yaml.Node) -> Source:
    fields = Fields(node, required=OF_SOURCE)
    url = fields.text("url")
    if not url.startswith("https://"):
        raise LineError(fields.line_of("url"), "'url' must begin with https://")
    return Source(
        number, fields.text("title"), fields.text("publisher"), fields.number("year"), url
    )


def _slug(fields: Fields, *, stem: str, slugs: Collection[str]) -> str:
    slug, line = fields.text("slug"), fields.line_of("slug")
    if stem not in slugs:
        raise LineError(line, "there is no English article of this name")
    if slug != stem and slug in slugs:
        raise LineError(line, f"{slug}.md already has this slug")
    if slug != stem:
        raise LineError(line, f"the slug must be the name of the file, {stem}")
    if not SLUG.fullmatch(slug):
        raise LineError(line, "a slug has only small letters, digits and single hyphens")
    return slug


def _description(fields: Fields) -> str:
    description = fields.text("description")
    if len(description) > LONGEST_DESCRIPTION:
        raise LineError(
            fields.line_of("description"),
            f"'description' has {len(description)} characters; {LONGEST_DESCRIPTION} is the most",
        )
    return description


def _updated(fields: Fields, *, published: date) -> date | None:
    if "updated" not in fields:
        return None
    updated = fields.day("updated")
    if updated < published:
        raise LineError(fields.line_of("updated"), "'updated' is before 'published'")
    return updated
