"""What to read next (pure)."""

from collections.abc import Sequence

from referral.articles.catalog import Article

MOST = 3


def related(article: Article, articles: Sequence[Article]) -> tuple[Article, ...]:
    """Return up to `MOST` others that share a topic, those that share most of them first.

    Those that share as many stay in the order of `articles`. None is there only because it is new.
    """
    shared = {
        other.slug: len({*article.topics} & {*other.topics})
        for other in articles
        if other.slug != article.slug
    }
    near = sorted(
        (other for other in articles if shared.get(other.slug)),
        key=lambda other: shared[other.slug],
        reverse=True,
    )
    return tuple(near[:MOST])
