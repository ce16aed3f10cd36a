"""The articles in Spanish say what the English ones say: no more, and with the same doubts."""

import re
from pathlib import Path

import pytest

from referral.articles.catalog import Article, ArticleError, load
from referral.languages import Language

FOLDER = Path(__file__).parents[2] / "content" / "articles"
PAIRS = list(zip(load(FOLDER), load(FOLDER, Language.SPANISH), strict=True))


def shape(article: Article) -> list[str]:
    """Return the marks of an article in their order: headings, lists, sources, links."""
    return re.findall(r"<(?:h2|h3|li|p|strong)|#source-\d+|href=\"(?!#)[^\"]*", article.html)


@pytest.mark.parametrize(("english", "spanish"), PAIRS, ids=[pair[0].slug for pair in PAIRS])
def test_a_translation_follows_its_original(english: Article, spanish: Article) -> None:
    assert spanish.language is Language.SPANISH
    for name in ("slug", "sources", "published", "updated", "reviewed_by"):
        assert getattr(spanish, name) == getattr(english, name)
    assert len(spanish.emergency) == len(english.emergency)
    assert shape(spanish) == shape(english)


def test_what_is_not_translated_is_there_in_english_and_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "back-spasms.md").write_bytes((FOLDER / "back-spasms.md").read_bytes())
    [article] = load(tmp_path, Language.SPANISH)
    assert article.language is Language.ENGLISH

    (tmp_path / "es").mkdir()
    other = "when-back-pain-is-an-emergency.md"
    (tmp_path / "es" / other).write_bytes((FOLDER / "es" / other).read_bytes())
    with pytest.raises(ArticleError, match=f"es/{other}:.*: there is no English article"):
        load(tmp_path, Language.SPANISH)
