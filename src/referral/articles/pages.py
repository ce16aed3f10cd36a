"""The pages that are the same for everyone, made once: home, the articles and the privacy page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from referral.articles.catalog import Article
from referral.articles.feed import MEDIA_TYPE, feed
from referral.articles.pictures import Picture
from referral.articles.related import related
from referral.articles.structured import structured
from referral.articles.topics import Topic
from referral.languages import Language, in_words, place, speaking
from referral.text import N_
from referral.web.headers import OPEN
from referral.web.html import Html
from referral.web.ready import PAGE, Answer, InLanguages, OnceMade, Ready

Answers = Mapping[str, Answer]
Articles = Mapping[Language, Sequence[Article]]
Page = Callable[[], str]
INDEX, PRIVACY, FEED = "/articles", "/privacy", "/feed.xml"
HOME_TITLE = N_("The right door for back pain")


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are made from; `kept` has the numbers of the privacy page."""

    html: Html
    origin: str
    kept: Mapping[str, int]


def ready(articles: Articles, site: Site) -> Answers:
    """Return every page by its path, made when it is first asked for, with feeds and pictures.

    In each language it is one page where the address chose it, and one where the header did. Who
    asks for the feed of no language always gets that of the first: readers of feeds keep what they
    got.
    """
    pages = {language: dict(_pages(articles[language], site)) for language in Language}
    answers: dict[str, Answer] = {}
    for path in pages[Language.ENGLISH]:
        answers[path] = InLanguages(_maker(path, pages, is_chosen=False))
        chosen = _maker(path, pages, is_chosen=True)
        answers |= {of.prefix + path: OnceMade(chosen, of) for of in Language}
    for language in Language:
        answers[language.prefix + FEED] = OnceMade(_feed_maker(articles, site), language)
        with speaking(language):
            answers |= {picture.path: picture for picture in _pictures(articles[language])}
    answers[FEED] = answers[Language.ENGLISH.prefix + FEED]
    return answers | {of.prefix: answers[f"{of.prefix}/"] for of in Language}


def _feed_maker(articles: Articles, site: Site) -> Callable[[Language], Ready]:
    @cache
    def make(language: Language) -> Ready:
        with speaking(language, prefix=language.prefix):
            text = feed(articles[language], language, html=site.html, origin=site.origin)
        return Ready.of(text.encode(), MEDIA_TYPE, cache=PAGE)

    return make


def _maker(
    path: str, pages: Mapping[Language, Mapping[str, Page]], *, is_chosen: bool
) -> Callable[[Language], Ready]:
    vary = "accept-encoding" if is_chosen else "accept-encoding, accept-language"

    @cache
    def make(language: Language) -> Ready:
        with speaking(language, prefix=language.prefix if is_chosen else "", path=path):
            text = pages[language][path]()
        page = "text/html; charset=utf-8"
        return Ready.of(text.encode(), page, cache=PAGE, vary=vary, security=OPEN)

    return make


def topics_in(articles: Sequence[Article]) -> list[Topic]:
    """Return the topics that have an article, in the order of the articles."""
    return list(dict.fromkeys(topic for article in articles for topic in article.topics))


def topic_path(topic: Topic) -> str:
    """Return the address of the page of a topic, inside a language."""
    return f"{INDEX}/topics/{topic.slug}"


def _pages(articles: Sequence[Article], site: Site) -> Iterator[tuple[str, Page]]:
    def page(template: str, path: str, **context: object) -> tuple[str, Page]:
        def render() -> str:
            picture = _home_picture()
            return site.html.text(template, **{"canonical": path, "picture": picture, **context})

        return path, render

    yield page("articles/home.html", "/", articles=articles)
    yield page("articles/index.html", INDEX, articles=articles, topics=topics_in(articles))
    yield page("articles/privacy.html", PRIVACY, **site.kept)
    for topic in topics_in(articles):
        about = [article for article in articles if topic in article.topics]
        yield page("articles/topic.html", topic_path(topic), topic=topic, articles=about)
    for article in articles:
        yield article.path, _article(article, articles, site)


def _article(article: Article, articles: Sequence[Article], site: Site) -> Page:
    def page() -> str:
        # What is marked up in the text is written as markup there, and this is no text.
        text = article.html.replace('href="/', f'href="{place().prefix}/')
        picture = _picture(article)
        return site.html.text(
            "articles/article.html",
            canonical=article.path,
            article=article,
            text=text,
            related=related(article, articles),
            picture=picture,
            structured=structured(
                article,
                url=_full(article.path, site),
                picture=f"{site.origin}{picture.path}",
                trail=[
                    ("Referral", _full("/", site)),
                    (in_words(N_("Articles")), _full(INDEX, site)),
                ],
            ),
        )

    return page


def _full(path: str, site: Site) -> str:
    return f"{site.origin}{place().address(path)}"


def _pictures(articles: Sequence[Article]) -> Iterator[Picture]:
    yield _home_picture()
    yield from map(_picture, articles)


def _home_picture() -> Picture:
    return Picture(f"referral-{place().language}", in_words(HOME_TITLE))


def _picture(article: Article) -> Picture:
    return Picture(f"{article.slug}-{article.language}", article.title)
