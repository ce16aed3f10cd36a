"""Who wrote an article and who checked it, as its front matter says."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import yaml

from referral.articles.faults import LineError
from referral.articles.front_matter import Fields, line_of

OF_AUTHOR = ("name", "kind", "about")
OF_REVIEW = ("name", "credential", "date")
NOT_YET = "not yet"


class AuthorKind(StrEnum):
    """Whether a name is that of one person, or of several who sign together."""

    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it; `about` says after the name what they are, such as `who write for us`."""

    name: str
    kind: AuthorKind
    about: str


@dataclass(frozen=True, slots=True)
class Review:
    """Who checked the facts, by what training, and on which day they did."""

    name: str
    credential: str
    day: date


def author_of(fields: Fields) -> Author:
    """Read `author: {name, kind, about}`."""
    author = Fields(fields.node("author"), required=OF_AUTHOR)
    kind = author.text("kind")
    if kind not in set(AuthorKind):
        raise LineError(author.line_of("kind"), "'kind' must be person or group")
    return Author(author.text("name"), AuthorKind(kind), author.text("about"))


def review_of(fields: Fields) -> Review | None:
    """Read `reviewed: {name, credential, date}`, or None from `reviewed: not yet`.

    One of them must be there: that nobody has checked a text is never said by leaving it out.
    """
    node = fields.node("reviewed")
    if isinstance(node, yaml.ScalarNode):
        if node.value != NOT_YET:
            raise LineError(line_of(node), f"'reviewed' must be '{NOT_YET}', or say by whom")
        return None
    review = Fields(node, required=OF_REVIEW)
    return Review(review.text("name"), review.text("credential"), review.day("date"))
