"""The articles that ship: complete, sourced, honest, and easy to read."""

import re
from html import unescape
from pathlib import Path

import pytest

from referral.articles.catalog import Article, load

ARTICLES = {
    article.slug: article for article in load(Path(__file__).parents[2] / "content/articles")
}
LENGTHS = {
    "back-spasms": (900, 1300),
    "when-back-pain-is-an-emergency": (700, 1200),
    "your-first-visit-to-a-chiropractor": (700, 1200),
}
SPASMS = "back-spasms"

# Each point that the article on spasms owes its reader, and words that one paragraph must hold.
POINTS = {
    "from a twitch to guarding": ("twitch", "painful", "guarding"),
    "help if painful or not improving": ("get help", "very painful", "not improving"),
    "swelling": ("usually no swelling", "lump", "doctor"),
    "dehydration is disputed": ("dehydration", "electrolytes", "disputed", "did not find"),
    "fatigue and overuse": ("overused", "fatigue", "best-supported"),
    "lifting after a break": ("lifting again after a long break",),
    "heavy or badly formed lifting": ("heavy lifting", "form", "weak"),
    "arthritis and guarding": ("arthritis", "guard", "evidence is weak"),
    "posture": ("posture", "evidence", "weak"),
    "irritated nerves": ("irritated nerve", "weakness or numbness needs a doctor", "not proven"),
    "gentle movement": ("stretching", "low risk", "very weak"),
    "NSAIDs help a little": ("nsaids", "slightly better", "lowest dose"),
    "ulcers": ("ulcer", "bleeding"),
    "blood thinners": ("take a blood thinner.",),
    "kidneys and heart": ("kidney disease", "heart disease"),
    "age": ("60 or older",),
    "pregnancy": ("pregnant", "20 weeks"),
    "aspirin asthma": ("aspirin", "asthma"),
    "rest and activity": ("rest from the cause", "stay active", "rest in bed"),
    "heat, ice and both": ("heat wrap", "too few studies", "not been tested", "skin"),
    "muscle relaxants": ("muscle relaxants", "prescription", "drowsy"),
    "most episodes improve": ("most new back pain improves", "whatever is done"),
    "when to see a chiropractor": ("aren\u2019t feeling better", "none of the warning signs"),
    "who sees a doctor first": ("doctor first", "cancer", "blood thinner", "immune"),
    "manipulation": ("26 trials", "modest", "six weeks", "uncertain"),
    "no realignment": ("put back in place", "do not show that", "do not claim"),
    "soreness afterward": ("soreness", "common", "more than half"),
    "no neck manipulation": ("neck manipulation is not a treatment", "rare", "stroke"),
    "massage": ("massage", "does not clear waste", "very uncertain"),
    "safe stretches and exercise": ("safe stretches", "moderate evidence", "expect little"),
    "prevention": ("exercise", "prevent new episodes", "moderate", "weak for exercise alone"),
    "primary care": ("primary care provider", "note", "consent"),
}

# Promises that the evidence does not carry; the two sentences that deny them are taken out first.
DENIALS = (
    "You may hear that a joint is “put back in place” or that pressure is taken off a nerve.",
    "It does not clear waste out of your muscles.",
    "Nobody has shown that it moves a bone back into place.",
)
PROMISES = re.compile(
    r"realign|align|subluxat|back (in|into) place|adjustment|pressure (is|off)|toxin|waste|flush"
    r"|cures? your|guarantee|proven to (work|help)|increases? blood flow",
    re.IGNORECASE,
)
BRITISH = re.compile(
    r"\b(999|A&E|GP|GPs|NHS 111|paracetamol|chemist|centre|colour|behaviour)\b|isation\b"
)

# Every sign that the triage rules treat as an emergency must be in every box.
SIGNS = (
    ("genitals", "inner thighs"),
    ("pee", "bowel control", "sexual"),
    ("both legs",),
    ("getting weaker", "walking", "balance"),
    ("chest pain", "breathing"),
    ("tearing", "fainting", "aneurysm"),
    ("headache or neck pain", "slurred speech"),
    ("serious accident",),
    ("fever", "immune system", "injected drugs"),
)

each_article = pytest.mark.parametrize("article", ARTICLES.values(), ids=list(ARTICLES))


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def blocks(article: Article) -> list[str]:
    """Return the paragraphs and list entries, without the numbers of sources."""
    html = re.sub(r'<a [^>]*class="citation".*?</a>', "", article.html)
    return [text_of(block) for block in re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", html, re.DOTALL)]


def last_section(article: Article) -> str:
    return article.html.rpartition("<h2")[2]


def test_the_three_articles_ship_newest_first() -> None:
    assert [(slug, str(article.published)) for slug, article in ARTICLES.items()] == [
        ("back-spasms", "2026-11-24"),
        ("when-back-pain-is-an-emergency", "2026-11-20"),
        ("your-first-visit-to-a-chiropractor", "2026-11-17"),
    ]


@each_article
def test_an_article_has_its_length(article: Article) -> None:
    least, most = LENGTHS[article.slug]
    assert least <= article.words <= most


@each_article
def test_no_article_claims_a_review_that_never_was(article: Article) -> None:
    assert (article.author.name, article.author.kind) == ("The Referral editors", "group")
    assert article.review is None


@pytest.mark.parametrize(
    "words", POINTS.values(), ids=[point.replace(" ", "-") for point in POINTS]
)
def test_a_required_point_stands_in_one_paragraph(words: tuple[str, ...]) -> None:
    paragraphs = [block.lower() for block in blocks(ARTICLES[SPASMS])]
    assert any(all(word in paragraph for word in words) for paragraph in paragraphs)


@each_article
def test_every_source_is_cited_and_linked_over_https(article: Article) -> None:
    cited = set(map(int, re.findall(r'href="#source-(\d+)"', article.html)))
    assert cited == {source.number for source in article.sources}
    assert all(source.url.startswith("https://") for source in article.sources)
    assert len({source.url for source in article.sources}) == len(article.sources)


@each_article
def test_no_article_promises_what_the_evidence_does_not_carry(article: Article) -> None:
    text = " ".join([article.title, article.description, *blocks(article)])
    for denial in DENIALS:
        text = text.replace(denial, "")
    assert PROMISES.search(text) is None


@each_article
def test_the_words_are_american(article: Article) -> None:
    assert BRITISH.search(" ".join([*article.emergency, *blocks(article)])) is None


@each_article
def test_quotes_and_apostrophes_are_typographic(article: Article) -> None:
    titles = [source.title for source in article.sources]
    shown = [article.title, article.description, *article.emergency, *titles, text_of(article.html)]
    assert [text for text in shown if re.search("[\"']", text)] == []


@each_article
def test_the_emergency_box_is_short_and_complete(article: Article) -> None:
    assert 5 <= len(article.emergency) <= 8
    assert all(sign.endswith(".") for sign in article.emergency)
    box = " ".join(article.emergency).lower()
    assert [sign for sign in SIGNS if not all(word in box for word in sign)] == []


def test_spasms_end_at_the_door_to_the_form() -> None:
    article = ARTICLES[SPASMS]
    assert article.headings[-1][1] == "Find a chiropractor near you"
    assert 'href="/check"' in last_section(article)
    assert 'href="/clinics"' in last_section(article)


@each_article
def test_every_article_leads_to_the_symptom_check(article: Article) -> None:
    assert 'href="/check"' in last_section(article)
