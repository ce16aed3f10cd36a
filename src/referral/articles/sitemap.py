"""The sitemap of the pages that do not come from the database, and the file for robots."""

from collections.abc import Iterator, Sequence

from referral.articles.catalog import Article
from referral.articles.pages import INDEX, PRIVACY, topic_path, topics_in
from referral.languages import Language
from referral.web.ready import PAGE, Ready
from referral.web.sitemaps import INDEX_PATH, MEDIA_TYPE, PAGES_PATH, Listed, pages

# Forms behind the first page, private links, and what is for programs.
NOT_FOR_ROBOTS = (
    "/api/",
    "/check/",
    "/clinics/*/request",
    "/confirm/",
    "/demo/",
    "/find",
    "/follow/",
    "/operator",
)


def ready(articles: Sequence[Article], *, others: Sequence[str], origin: str) -> dict[str, Ready]:
    """Return the sitemap and robots.txt by their paths; `others` are further pages to be found."""
    listed = list(_listed(articles, others, origin))
    return {
        PAGES_PATH: Ready.of(pages(listed).encode(), MEDIA_TYPE, cache=PAGE),
        "/robots.txt": Ready.of(robots(origin).encode(), "text/plain; charset=utf-8", cache=PAGE),
    }


def robots(origin: str) -> str:
    """Return the rules of RFC 9309, and where the sitemaps are."""
    prefixes = ("", *(language.prefix for language in Language))
    rules = "".join(f"Disallow: {prefix}{path}\n" for path in NOT_FOR_ROBOTS for prefix in prefixes)
    return f"User-agent: *\n{rules}\nSitemap: {origin}{INDEX_PATH}\n"


def _listed(articles: Sequence[Article], others: Sequence[str], origin: str) -> Iterator[Listed]:
    newest = max((article.modified for article in articles), default=None)
    days = {"/": newest, INDEX: newest, PRIVACY: None, **dict.fromkeys(others)}
    days |= {article.path: article.modified for article in articles}
    for topic in topics_in(articles):
        about = (article for article in articles if topic in article.topics)
        days[topic_path(topic)] = max(article.modified for article in about)
    for path, day in days.items():
        addresses = {language.value: f"{origin}{language.prefix}{path}" for language in Language}
        addresses["x-default"] = f"{origin}{path}"
        yield from (Listed(address, day, addresses) for address in addresses.values())
