"""An article in the words of schema.org, for search engines (pure).

It is a `MedicalWebPage` for patients. Only a review that took place is told, and a page is a
`FAQPage` as well only where its headings ask and its text answers.
"""

from typing import Any

from referral.articles.catalog import Article
from referral.articles.credits import Author, AuthorKind, Review

Json = dict[str, Any]

KINDS = {AuthorKind.PERSON: "Person", AuthorKind.GROUP: "Organization"}
# One question is only a heading.
FEWEST_QUESTIONS = 2


def structured(article: Article, *, url: str, picture: str, trail: list[tuple[str, str]]) -> Json:
    """Return the JSON-LD of an article at `url`.

    `trail` leads to it: the (name, address) of the pages above, from the first one on.
    """
    asks = len(article.questions) >= FEWEST_QUESTIONS
    page = {
        "@type": ["MedicalWebPage", "FAQPage"] if asks else "MedicalWebPage",
        "@id": url,
        "url": url,
        "name": article.title,
        "headline": article.title,
        "description": article.description,
        "inLanguage": article.language.value,
        "datePublished": article.published.isoformat(),
        "dateModified": article.modified.isoformat(),
        "author": _author(article.author),
        "about": [{"@type": "Thing", "name": topic.name} for topic in article.topics],
        "medicalAudience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "isAccessibleForFree": True,
        "primaryImageOfPage": {"@type": "ImageObject", "url": picture},
        "citation": [
            {
                "@type": "CreativeWork",
                "name": source.title,
                "publisher": {"@type": "Organization", "name": source.publisher},
                "datePublished": str(source.year),
                "url": source.url,
            }
            for source in article.sources
        ],
        "breadcrumb": _trail([*trail, (article.title, url)]),
    }
    page |= _reviewed(article.review) if article.review else {}
    page |= {"mainEntity": [_question(*pair) for pair in article.questions]} if asks else {}
    return {"@context": "https://schema.org"} | page


def _author(author: Author) -> Json:
    return {"@type": KINDS[author.kind], "name": author.name}


def _reviewed(review: Review) -> Json:
    reviewer = {"@type": "Person", "name": review.name, "honorificSuffix": review.credential}
    return {"reviewedBy": reviewer, "lastReviewed": review.day.isoformat()}


def _trail(pages: list[tuple[str, str]]) -> Json:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": name, "item": address}
            for position, (name, address) in enumerate(pages, start=1)
        ],
    }


def _question(asked: str, answer: str) -> Json:
    return {
        "@type": "Question",
        "name": asked,
        "acceptedAnswer": {"@type": "Answer", "text": answer},
    }
