"""The articles of a language as an Atom feed (RFC 4287), whole, to be read anywhere."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from referral.articles.catalog import Article
from referral.languages import Language
from referral.web.html import Html

MEDIA_TYPE = "application/atom+xml"
# Somebody who has been away that long reads the index.
MOST = 20
# In the names of feeds: the day is that of the program, and only has to stay.
FIRST = date(2026, 11, 26)
HREF = re.compile(r'(?<=href=")[^"]*')


class Entry(NamedTuple):
    """One article with its address, a name that it keeps for ever, and its text as HTML."""

    article: Article
    url: str
    id: str
    content: str


def feed(articles: Sequence[Article], language: Language, *, html: Html, origin: str) -> str:
    """Return the feed, or one without entries where there are none. The newest entry comes first.

    `updated` is the day of the last change to any of them.
    """
    recent = sorted(articles, key=lambda article: article.modified, reverse=True)[:MOST]
    home = f"{origin}{language.prefix}"
    return html.text(
        "articles/feed.xml",
        home=home,
        id=_id(origin, f"{language.prefix}/articles", FIRST),
        entries=[_entry(article, language, html=html, origin=origin) for article in recent],
        updated=recent[0].modified if recent else date.min,
    )


def _entry(article: Article, language: Language, *, html: Html, origin: str) -> Entry:
    path = f"{language.prefix}{article.path}"
    url = f"{origin}{path}"
    content = html.text("articles/feed_entry.html", article=article)
    name = _id(origin, path, article.published)
    return Entry(article, url, name, absolute(content, url, language))


def absolute(content: str, url: str, language: Language) -> str:
    """Return HTML whose links lead, from wherever it is read, to where they lead at `url`."""

    def full(found: re.Match[str]) -> str:
        link = found[0]
        return urljoin(url, language.prefix + link if link.startswith("/") else link)

    return HREF.sub(full, content)


def _id(origin: str, path: str, day: date) -> str:
    """Return a tag URI (RFC 4151): it outlives a change from http to https, or of a port."""
    return f"tag:{urlsplit(origin).hostname},{day}:{path}"
