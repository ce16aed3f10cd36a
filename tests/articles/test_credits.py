"""Who wrote an article, who checked it, and what it is about."""

from datetime import date
from pathlib import Path

import pytest

from article_files import GOOD, TOPICS, one, write
from referral.articles.catalog import ArticleError, load
from referral.articles.credits import Author, AuthorKind, Review
from referral.articles.topics import FILE, Topic
from referral.languages import Language

BROKEN_TOPICS = {
    "a list": (TOPICS, "- necks", 1, "this must be a group"),
    "shouted": ("necks:", "Necks:", 4, "only small letters"),
    "without its Spanish name": ("  es: Cuello\n", "", 5, "'es' is missing"),
    "in another language": ("  es: Cuello", "  fr: Cou", 6, "'fr' is unknown"),
    "no text": (TOPICS, "", 1, "there is no 'name: value' line"),
}


def test_an_article_names_its_author_and_says_that_nobody_has_checked_it(tmp_path: Path) -> None:
    article = one(tmp_path)
    assert article.author == Author("The Referral editors", AuthorKind.GROUP, "who write here")
    assert article.review is None
    assert article.modified == date(2026, 11, 25)


def test_a_review_has_a_name_a_training_and_a_day(tmp_path: Path) -> None:
    review = "{name: Made Up, credential: DC, date: 2026-11-26}"
    article = one(tmp_path, GOOD.replace("not yet", review).replace("updated: 2026-11-25\n", ""))
    assert article.review == Review("Made Up", "DC", date(2026, 11, 26))
    assert article.modified == article.published


def test_topics_stand_in_the_order_of_their_file_and_in_the_language(tmp_path: Path) -> None:
    write(tmp_path)
    (english,), (spanish,) = load(tmp_path), load(tmp_path, Language.SPANISH)
    assert english.topics == (Topic("self-care", "Care at home"), Topic("necks", "Necks"))
    assert [topic.name for topic in spanish.topics] == ["Cuidado en casa", "Cuello"]


@pytest.mark.parametrize("case", BROKEN_TOPICS.values(), ids=list(BROKEN_TOPICS))
def test_a_broken_file_of_topics_names_its_line(
    tmp_path: Path, case: tuple[str, str, int, str]
) -> None:
    old, new, line, sentence = case
    write(tmp_path)
    (tmp_path / FILE).write_text(TOPICS.replace(old, new), encoding="utf-8")
    with pytest.raises(ArticleError) as caught:
        load(tmp_path)
    assert caught.value.detail.startswith(f"{FILE}:{line}: ")
    assert sentence in caught.value.detail


def test_small_headings_that_ask_are_questions_with_the_text_below_them(tmp_path: Path) -> None:
    asking = "\n### Is it *bad*?\n\nSeldom [1](#source-1).\n\n- If it is, call.\n"
    text = f"{asking}\n### And?\n\n### No\n\nOh.\n\n## Ready?\n\nYes.\n"
    assert one(tmp_path, GOOD + text).questions == (("Is it bad?", "Seldom.\nIf it is, call."),)
