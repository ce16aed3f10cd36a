"""Sitemaps, as sitemaps.org has them: which pages there are, and when each has changed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/xml"
INDEX_PATH, PAGES_PATH = "/sitemap.xml", "/sitemaps/pages.xml"
# In one file, by the protocol.
MOST = 50_000
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
LINKS = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


class Listed(NamedTuple):
    """One address, in full; `others` are those of the same page by language or `x-default`."""

    address: str
    modified: date | None = None
    others: Mapping[str, str] = {}


def pages(listed: Iterable[Listed]) -> str:
    """Return a sitemap of pages: one at least, `MOST` at most."""
    return f"{HEAD}<urlset {NAMES} {LINKS}>\n{''.join(map(_page, listed))}</urlset>\n"


def index(addresses: Iterable[str]) -> str:
    """Return the sitemap of sitemaps."""
    found = "".join(f"<sitemap><loc>{escape(each)}</loc></sitemap>\n" for each in addresses)
    return f"{HEAD}<sitemapindex {NAMES}>\n{found}</sitemapindex>\n"


def _page(page: Listed) -> str:
    day = f"<lastmod>{page.modified}</lastmod>" if page.modified else ""
    links = "".join(
        f"<xhtml:link rel='alternate' hreflang={quoteattr(language)} href={quoteattr(address)}/>"
        for language, address in page.others.items()
    )
    return f"<url><loc>{escape(page.address)}</loc>{day}{links}</url>\n"
