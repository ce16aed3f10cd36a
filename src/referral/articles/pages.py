"""The pages that are the same for everyone, made once: home, the articles and the privacy page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from referral.articles.catalog import Article
from referral.articles.feed import MEDIA_TYPE, feed
from referral.articles.pictures import Picture
from referral.articles.related import related
from referral.articles.structured import structured
from referral.articles.topics import Topic
from referral.languages import Language, in_words, place, speaking
from referral.text import N_
from referral.web.html import Html
from referral.web.ready import PAGE, Answer, InLanguages, Ready

Answers = Mapping[str, Answer]
Articles = Mapping[Language, Sequence[Article]]
Page = Callable[[], str]
INDEX, PRIVACY, FEED = "/articles", "/privacy", "/feed.xml"
HOME_TITLE = N_("The right door for back pain")


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages are made from."""

    html: Html
    origin: str


def ready(articles: Articles, site: Site) -> Answers:
    """Return every page by its path, in each language: chosen by the address, or by the header.

    The feeds are among them and the pictures. There is a feed for each language; who asks for the
    one of no language always gets that of the first, because readers of feeds keep what they got.
    """
    answers: dict[str, Answer] = {}
    unchosen: dict[str, dict[Language, Ready]] = {}
    for language in Language:
        for path, page in _pages(articles[language], site):
            with speaking(language, prefix=language.prefix, path=path):
                answers[language.prefix + path] = _ready(page(), vary="accept-encoding")
            with speaking(language, path=path):
                negotiated = _ready(page(), vary="accept-encoding, accept-language")
                unchosen.setdefault(path, {})[language] = negotiated
        answers[language.prefix] = answers[f"{language.prefix}/"]
        with speaking(language, prefix=language.prefix):
            answers |= {picture.path: picture for picture in _pictures(articles[language])}
            text = feed(articles[language], language, html=site.html, origin=site.origin)
        answers[language.prefix + FEED] = Ready.of(text.encode(), MEDIA_TYPE, cache=PAGE)
    answers[FEED] = answers[Language.ENGLISH.prefix + FEED]
    return answers | {path: InLanguages(of) for path, of in unchosen.items()}


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
    yield page("articles/privacy.html", PRIVACY)
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


def _ready(text: str, *, vary: str) -> Ready:
    return Ready.of(text.encode(), "text/html; charset=utf-8", cache=PAGE, vary=vary)
