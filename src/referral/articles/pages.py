"""The pages that are the same for everyone, made once: home, the articles and the privacy page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

from referral.articles.catalog import Article
from referral.languages import Language, place, speaking
from referral.web.html import Html
from referral.web.ready import PAGE, Answer, InLanguages, OnceMade, Ready

Answers = Mapping[str, Answer]
Articles = Mapping[Language, Sequence[Article]]
Page = Callable[[], str]


def ready(articles: Articles, html: Html) -> Answers:
    """Return every page by its path, made when it is first asked for.

    In each language it is one page where the address chose it, and one where the header did.
    """
    pages = {language: dict(_pages(articles[language], html)) for language in Language}
    answers: dict[str, Answer] = {}
    for path in pages[Language.ENGLISH]:
        answers[path] = InLanguages(_maker(path, pages, is_chosen=False))
        chosen = _maker(path, pages, is_chosen=True)
        answers |= {of.prefix + path: OnceMade(chosen, of) for of in Language}
    return answers | {of.prefix: answers[f"{of.prefix}/"] for of in Language}


def _maker(
    path: str, pages: Mapping[Language, Mapping[str, Page]], *, is_chosen: bool
) -> Callable[[Language], Ready]:
    vary = "accept-encoding" if is_chosen else "accept-encoding, accept-language"

    @cache
    def make(language: Language) -> Ready:
        with speaking(language, prefix=language.prefix if is_chosen else "", path=path):
            text = pages[language][path]()
        return Ready.of(text.encode(), "text/html; charset=utf-8", cache=PAGE, vary=vary)

    return make


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
