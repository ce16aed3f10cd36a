"""A small Flesch-Kincaid: the American school grade that each shipped text asks of its reader."""

import re
from html import unescape
from pathlib import Path

import pytest

from referral.articles.catalog import Article, load

ROOT = Path(__file__).parents[2]
ARTICLES = load(ROOT / "content/articles")
HARDEST_GRADE = 9.5
FIRST_VISIT = (ROOT / "src/referral/templates/clinics/first_visit.html").read_text()
HARDEST_OF_A_PAGE = 6

WORD = re.compile(r"[A-Za-z]+(?:['\u2019][A-Za-z]+)?")
SENTENCE_END = re.compile(r"[.!?]+(?=[\"\u201d)]*(?:\s|$))")
VOWELS = re.compile(r"[aeiouy]+")
TWO_IN_A_ROW = re.compile(
    r"(?<![cgst])i(?:a|o|u|e(?=[nt]))|ea$|eo(?!p)|ua(?=t)|[aeiouy]ing|iz(?=$)"
)
SILENT_END = re.compile(r"(?<![aeiouyl])(?:es|ed)$|(?<![aeiouyl])e$")
VOICED_END = re.compile(r"(?:[dt]ed|(?:[sxz]|ch|sh|[cg])es)$")


def syllables(word: str) -> int:
    """Count the vowel groups of an English word, without a silent e, es or ed at its end."""
    spoken = word.lower().replace("\u2019", "'").split("'")[0]
    if not VOICED_END.search(spoken):
        spoken = SILENT_END.sub("", spoken)
    return max(1, len(VOWELS.findall(spoken)) + len(TWO_IN_A_ROW.findall(spoken)))


def grade(blocks: list[str]) -> float:
    """Return the Flesch-Kincaid grade; each block (a paragraph, a list entry) ends a sentence."""
    words = [word for block in blocks for word in WORD.findall(block)]
    sentences = sum(
        1 for block in blocks for sentence in SENTENCE_END.split(block) if WORD.search(sentence)
    )
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def blocks(article: Article) -> list[str]:
    """Return the paragraphs and list entries, without the numbers of sources."""
    html = re.sub(r'<a [^>]*class="citation".*?</a>', "", article.html)
    read = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", html, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", block)) for block in read]


@pytest.mark.parametrize("article", ARTICLES, ids=[article.slug for article in ARTICLES])
def test_the_reading_grade_suits_a_tired_reader(article: Article) -> None:
    assert grade(blocks(article)) <= HARDEST_GRADE
    assert grade(list(article.emergency)) <= HARDEST_GRADE


def test_what_to_expect_at_a_first_visit_reads_even_more_easily() -> None:
    said = re.findall(r'_\("(.+?)"\)|%}([^<>{}]+){{', FIRST_VISIT)
    assert len(said) > 8
    assert grade(["".join(one) for one in said]) <= HARDEST_OF_A_PAGE


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "spine helped eased it's"),
        (2, "needed causes muscle people being"),
        (3, "idea area arthritis serious"),
        (4, "emergency chiropractor"),
        (5, "manipulation"),
    ],
)
def test_syllables_are_counted_as_spoken(count: int, words: str) -> None:
    assert [syllables(word) for word in words.split()] == [count] * len(words.split())


def test_the_grade_follows_the_published_formula() -> None:
    # 6 words, 1 sentence, 6 syllables: 0.39 * 6 + 11.8 * 1 - 15.59
    assert grade(["The cat sat on the mat."]) == pytest.approx(-1.45)
