"""The pages that are the same for everyone, rendered once: home, the blog and the privacy page."""

from collections.abc import Mapping, Sequence

from referral.articles.catalog import Article
from referral.web.html import Html
from referral.web.ready import PAGE, Ready

Answers = Mapping[str, Ready]


def ready(articles: Sequence[Article], html: Html) -> Answers:
    """Return every page by its path."""
    pages = {
        "/": html.text("articles/home.html", articles=articles),
        "/articles": html.text("articles/index.html", articles=articles),
        "/privacy": html.text("articles/privacy.html"),
    }
    for article in articles:
        path = f"/articles/{article.slug}"
        others = [other for other in articles if other is not article]
        pages[path] = html.text("articles/article.html", article=article, others=others, path=path)
    return {
        path: Ready.of(text.encode(), "text/html; charset=utf-8", cache=PAGE)
        for path, text in pages.items()
    }
