"""The pages that are the same for everyone, made once: home, the articles and the privacy page."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from referral.articles.catalog import Article
from referral.languages import Language, place, speaking
from referral.web.html import Html
from referral.web.ready import PAGE, Answer, InLanguages, Ready

Answers = Mapping[str, Answer]
Articles = Mapping[Language, Sequence[Article]]
Page = Callable[[], str]


def ready(articles: Articles, html: Html) -> Answers:
    """Return every page by its path, in each language: chosen by the address, or by the header."""
    answers: dict[str, Answer] = {}
    unchosen: dict[str, dict[Language, Ready]] = {}
    for language in Language:
        for path, page in _pages(articles[language], html):
            with speaking(language, prefix=language.prefix, path=path):
                answers[language.prefix + path] = _ready(page(), vary="accept-encoding")
            with speaking(language, path=path):
                negotiated = _ready(page(), vary="accept-encoding, accept-language")
                unchosen.setdefault(path, {})[language] = negotiated
        answers[language.prefix] = answers[f"{language.prefix}/"]
    return answers | {path: InLanguages(of) for path, of in unchosen.items()}


def _pages(articles: Sequence[Article], html: Html) -> Iterator[tuple[str, Page]]:
    yield "/", lambda: html.text("articles/home.html", articles=articles)
    yield "/articles", lambda: html.text("articles/index.html", articles=articles)
    yield "/privacy", lambda: html.text("articles/privacy.html")
    for article in articles:
        yield f"/articles/{article.slug}", _article(article, articles, html)


def _article(article: Article, articles: Sequence[Article], html: Html) -> Page:
    others = [other for other in articles if other is not article]
    path = f"/articles/{article.slug}"

    def page() -> str:
        # What is marked up in the text is written as markup there, and this is no text.
        text = article.html.replace('href="/', f'href="{place().prefix}/')
        return html.text(
            "articles/article.html", article=article, text=text, others=others, path=path
        )

    return page


def _ready(text: str, *, vary: str) -> Ready:
    return Ready.of(text.encode(), "text/html; charset=utf-8", cache=PAGE, vary=vary)
