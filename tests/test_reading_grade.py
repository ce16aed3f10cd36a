"""A child of twelve can read the form and its outcomes; an article asks for little more."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from filling_in import TYPED, answer_the_questions
from grading import grade, read, syllables
from referral.articles.catalog import load
from referral.symptoms.doors import PATHS
from referral.symptoms.flags import FLAGS
from referral.symptoms.guidance import GUIDANCE
from referral.symptoms.levels import Level
from referral.symptoms.pages import ASKED_ON_PAGES
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import MISSING
from referral.symptoms.triage import RULES
from referral.web.ways_on import SAID
from world import BY_LEVEL, MILD, open_practice, send_request

ROOT = Path(__file__).parents[1]
FIRST_VISIT = (ROOT / "src/referral/templates/clinics/first_visit.html").read_text()
FORM, ARTICLE = 6.0, 8.0
# An answer that is the name of an illness, which those who have it know.
NAMED = {"inflammatory_arthritis"}
TABLE = re.compile(r"^\| `([^`]+)` \| ([\d.]+) \|$", re.MULTILINE)
OUTCOMES = dict(BY_LEVEL) | {"self-care": {"duration": "lt_1w", "pain": 2, "function": "normal"}}


def sentences() -> Iterator[str]:
    """Every text of the form and of its outcomes that says more than a label."""
    for asked in QUESTIONS.values():
        yield from (asked.text, asked.why, asked.help)
        yield from (
            f"{option.label}. {option.hint}"
            for option in asked.options
            if option.hint and option.code not in NAMED
        )
    yield from (*MISSING.values(), *ASKED_ON_PAGES.values())
    yield from (rule.reason for rule in RULES)
    yield from (flag.person for flag in FLAGS)
    yield from (text for said in SAID.values() for text in said if text)
    for guidance in GUIDANCE.values():
        yield from (*guidance.now, *guidance.more_urgent, guidance.not_a_diagnosis)


def pages(client: TestClient) -> Iterator[tuple[str, list[str]]]:
    """Every page of the form, every outcome, the request and every article, as it is read."""
    for path in PATHS.values():
        yield path, read(client.get(path).text)
    for level in Level:
        answer_the_questions(client, MILD | OUTCOMES[level] | {"note": ""})
        yield f"/check/outcome, {level}", read(client.get("/check/outcome").text)
    form = f"/clinics/{open_practice(client).clinic_id}/request"
    yield "/clinics/{clinic_id}/request", read(client.get(form).text)
    client.post(form, data=TYPED)
    yield "/clinics/{clinic_id}/request/review", read(client.get(f"{form}/review").text)
    yield "/privacy", read(client.get("/privacy").text)
    sent = send_request(client, open_practice(client).clinic_id)
    for page in ("copy", "erase"):
        behind = client.get(f"/follow/{sent['follow_token']}/{page}")
        yield f"/follow/{{token}}/{page}", read(behind.text)
    for article in load(ROOT / "content/articles"):
        yield f"/articles/{article.slug}", read(client.get(f"/articles/{article.slug}").text)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_is_easy_to_read_and_the_docs_say_how_easy(client: TestClient) -> None:
    measured = {page: max(0, grade(blocks)) for page, blocks in pages(client)}
    too_hard = {
        page: found
        for page, found in measured.items()
        if found > (ARTICLE if page.startswith("/articles/") else FORM)
    }
    assert too_hard == {}
    told = TABLE.findall((ROOT / "docs/reading.md").read_text(encoding="utf-8"))
    assert {page: float(found) for page, found in told} == pytest.approx(measured, abs=0.3)


def test_no_text_of_the_form_is_hard_even_by_itself() -> None:
    texts = (text.replace("%(emergency_number)s", "911") for text in sentences() if text)
    assert [text for text in texts if grade([text]) > FORM] == []


def test_what_to_expect_at_a_first_visit_is_as_easy() -> None:
    said = re.findall(r'_\("(.+?)"\)|%}([^<>{}]+){{', FIRST_VISIT)
    assert len(said) > 8
    assert grade(["".join(one) for one in said]) <= FORM


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
