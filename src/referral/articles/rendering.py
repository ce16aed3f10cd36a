"""Turns the Markdown of an article into HTML and checks every link on the way.

A source is cited as `[3](#source-3)`: the page shows `[3]` as a link to the third source.
"""

import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

from referral.articles.faults import LineError

LINKED_SCHEMES = ("https://", "mailto:", "tel:")
CITATION = re.compile(r"#source-(\d+)")
WORD = re.compile(r"\w+(?:['.,\u2019-]\w+)*")  # U+2019 is the typographic apostrophe
BREAKS = {"softbreak", "hardbreak"}


class Rendered(NamedTuple):
    """HTML, the h2 headings as (id, text), and the number of words a reader reads."""

    html: str
    headings: tuple[tuple[str, str], ...]
    words: int


class _Place(NamedTuple):
    """One inline token with its line in the file and the token after it."""

    line: int
    token: Token
    following: Token | None


def render(body: str, *, sources: int, slugs: Collection[str]) -> Rendered:
    """Render CommonMark with tables; raw HTML comes out as text.

    `body` keeps the line numbers of its file, `sources` is how many there are to cite, `slugs` are
    the articles that a link may name. Raises `LineError` at the first bad heading or link.
    """
    markdown = _markdown()
    tokens = markdown.parse(body)
    words = sum(len(WORD.findall(text)) for text in _texts(tokens))
    named = _name_headings(tokens)
    fragments = {f"#{name}" for _, name, _ in named}
    for place in _places(tokens):
        _check_link(place, sources=sources, allowed={*slugs, *fragments})
    headings = tuple((name, text) for level, name, text in named if level == "h2")
    return Rendered(markdown.renderer.render(tokens, markdown.options, {}), headings, words)


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    # The library drops links it dislikes without a word; here each one is judged and named.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign] # noqa: ARG005 - its signature
    return markdown


def _name_headings(tokens: Sequence[Token]) -> list[tuple[str, str, str]]:
    """Give h2 and h3 their ids; return (tag, id, text) for each."""
    named: list[tuple[str, str, str]] = []
    for opening, inline in itertools.pairwise(tokens):
        if opening.type != "heading_open":
            continue
        if opening.tag == "h1":
            raise LineError(_line(opening), "one # is kept for the title: begin with ##")
        if opening.tag in {"h2", "h3"}:
            text = "".join(_texts([inline]))
            name = _free_id(text, taken={taken for _, taken, _ in named})
            opening.attrSet("id", name)
            named.append((opening.tag, name, text))
    return named


def _free_id(text: str, *, taken: Collection[str]) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"
    count = 2
    free = name
    while free in taken:
        free, count = f"{name}-{count}", count + 1
    return free


def _places(tokens: Sequence[Token]) -> Iterator[_Place]:
    line = 1
    for token in tokens:
        line = _line(token) if token.map else line
        children = token.children or []
        for child, following in zip(children, [*children[1:], None], strict=False):
            yield _Place(line, child, following)
            line += child.type in BREAKS


def _check_link(place: _Place, *, sources: int, allowed: Collection[str]) -> None:
    if place.token.type == "image":
        if not _is_path(str(place.token.attrGet("src"))):
            raise LineError(place.line, "a picture must come from this site: begin with /")
    elif place.token.type == "link_open":
        href = str(place.token.attrGet("href"))
        if citation := CITATION.fullmatch(href):
            _cite(place, number=int(citation[1]), sources=sources)
        elif not (href.startswith(LINKED_SCHEMES) or _is_path(href) or href in allowed):
            raise LineError(place.line, _refusal(href))


def _cite(place: _Place, *, number: int, sources: int) -> None:
    if not 1 <= number <= sources:
        raise LineError(place.line, f"there is no source {number}")
    text = place.following
    if text is None or text.content != str(number):
        raise LineError(
            place.line,
            f"a link to source {number} must read {number}",
        )
    text.content = f"[{number}]"
    place.token.attrSet("class", "citation")
    place.token.attrSet("role", "doc-noteref")


def _is_path(href: str) -> bool:
    # //host and /\host leave the site.
    return re.match(r"/(?![/\\])", href) is not None


def _refusal(href: str) -> str:
    if re.match(r"[a-z][a-z0-9+.-]*:|//|/\\", href, re.IGNORECASE):
        return "a link may only begin with https://, mailto:, tel: or /"
    if href.startswith("#"):
        return f"there is no heading for the link {href}"
    return f"the link '{href}' names no article"


def _texts(tokens: Sequence[Token]) -> list[str]:
    """Return what is read, without the numbers of sources."""
    texts: list[str] = []
    cited = False
    for token in tokens:
        texts += _texts(token.children) if token.children else []
        if token.type == "link_open":
            cited = CITATION.fullmatch(str(token.attrGet("href"))) is not None
        elif token.type in {"text", "code_inline", "code_block", "fence"} and not cited:
            texts.append(token.content)
        elif token.type in BREAKS:
            texts.append(" ")
        elif token.type == "link_close":
            cited = False
    return texts


def _line(token: Token) -> int:
    return (token.map or [0])[0] + 1
