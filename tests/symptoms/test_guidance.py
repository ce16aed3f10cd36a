import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from referral import symptoms
from referral.symptoms.flags import FLAGS
from referral.symptoms.guidance import GUIDANCE, NOT_A_DIAGNOSIS, Guidance
from referral.symptoms.levels import Level
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import MISSING
from referral.symptoms.triage import RULES


def guidance_texts(guidance: Guidance) -> tuple[str, ...]:
    return (guidance.title, *guidance.now, *guidance.more_urgent, guidance.not_a_diagnosis)


def shown() -> Iterator[str]:
    """Every text of this package that a person or a clinic reads."""
    yield from MISSING.values()
    for guidance in GUIDANCE.values():
        yield from guidance_texts(guidance)
    for rule in RULES:
        yield rule.reason
    for flag in FLAGS:
        yield from (flag.label, flag.clinic, flag.person)
    for asked in QUESTIONS.values():
        yield from (asked.text, asked.why, asked.help)
        for option in asked.options:
            yield from (option.label, option.hint)


def marked() -> set[str]:
    """Every sentence that gettext will find in the package."""
    folder = Path(symptoms.__file__).parent
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.glob("*.py"))
    return {
        argument.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_"
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_text_is_marked_for_translation() -> None:
    assert not {text for text in shown() if text} - marked()


def test_no_text_has_a_placeholder_but_the_emergency_number() -> None:
    for text in shown():
        assert "{" not in text.replace("%(emergency_number)s", "")
        assert text.format(emergency_number="911").count("{") == 0


def test_every_sentence_is_short() -> None:
    for text in shown():
        for sentence in text.replace("?", ".").split(". "):
            assert len(sentence.split()) <= 25, sentence


@pytest.mark.parametrize("level", Level)
def test_every_level_says_what_to_do_what_to_watch_and_that_it_is_no_diagnosis(
    level: Level,
) -> None:
    guidance = GUIDANCE[level]
    assert guidance.not_a_diagnosis == NOT_A_DIAGNOSIS
    assert "not a diagnosis" in NOT_A_DIAGNOSIS
    assert guidance.now
    assert any("%(emergency_number)s" in text for text in guidance.more_urgent)
    assert all(text.endswith(".") for text in guidance_texts(guidance)[1:])


def test_an_emergency_starts_with_the_number_to_call() -> None:
    assert GUIDANCE[Level.EMERGENCY].now[0].startswith("Call %(emergency_number)s now")


@pytest.mark.parametrize("level", [level for level in Level if level.is_medical])
def test_a_medical_level_never_speaks_of_a_request(level: Level) -> None:
    words = " ".join(guidance_texts(GUIDANCE[level])).lower()
    assert "chiropractor" not in words
    assert "request" not in words


def test_every_rule_and_flag_speaks_to_the_reader_and_names_its_source() -> None:
    for rule in RULES:
        assert rule.reason.endswith(".")
        assert 1 <= rule.reason.count(". ") + 1 <= 2
        assert rule.source
    assert len({flag.code for flag in FLAGS}) == len(FLAGS)
