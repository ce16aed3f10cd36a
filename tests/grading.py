"""Flesch-Kincaid: the American school grade that a text asks of its reader."""

import re
from collections.abc import Sequence
from html import unescape

# Drawings, the names of sources and the numbers that lead to them, the answers said again.
NO_READING = (
    r'<svg.*?</svg>|<p class="meta">.*?</p>|<a [^>]*class="citation".*?</a>'
    r'|<ol class="sources".*?</ol>|<dl class="summary-list".*?</dl>'
    r'|<span class="visually-hidden".*?</span>'
)
WHOLE = re.compile(r"[.?!][”)]*$")

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


def grade(blocks: Sequence[str]) -> float:
    """Return the Flesch-Kincaid grade; each block (a paragraph, a list entry) ends a sentence."""
    words = [word for block in blocks for word in WORD.findall(block)]
    sentences = sum(
        1 for block in blocks for sentence in SENTENCE_END.split(block) if WORD.search(sentence)
    )
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / sentences + 11.8 * spoken / len(words) - 15.59


def read(html: str) -> list[str]:
    """Return the whole sentences of a page's main part, in blocks.

    Headings without a full stop, labels and buttons are left out: counted as sentences of two or
    three words, they would make any page look easy.
    """
    main = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    main = re.sub(NO_READING, "", main, flags=re.DOTALL)
    main = re.sub(r"</?(?:b|a|em|strong|time)\b[^>]*>", "", main)
    blocks = (" ".join(unescape(block).split()) for block in re.split(r"<[^>]+>", main))
    return [block for block in blocks if WHOLE.search(block)]
