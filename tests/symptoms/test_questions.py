import json
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest

from referral.symptoms import codes
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import MISSING, Answers

WIRE = json.loads(Path(__file__).with_name("wire_vocabulary.json").read_text(encoding="utf-8"))
LITERALS = {
    "emergency_signs": codes.EmergencySign,
    "unwell_signs": codes.UnwellSign,
    "history": codes.HistoryItem,
    "regions": codes.Region,
    "spread": codes.Spread,
    "duration": codes.Duration,
    "trend": codes.Trend,
    "onset": codes.Onset,
    "function": codes.Function,
    "tried": codes.Tried,
}


def test_the_form_asks_exactly_the_questions_of_the_wire_vocabulary() -> None:
    assert set(QUESTIONS) == set(WIRE) == set(Answers.model_fields)


@pytest.mark.parametrize("name", WIRE)
def test_a_question_has_the_codes_and_bounds_of_the_wire_vocabulary(name: str) -> None:
    asked, wire = QUESTIONS[name], WIRE[name]
    assert asked.kind == wire["kind"]
    assert asked.required is wire["required"]
    assert asked.codes == tuple(wire.get("codes", ()))
    assert asked.exclusive == tuple(wire.get("exclusive", ()))
    assert (asked.minimum, asked.maximum) == (wire.get("minimum"), wire.get("maximum"))
    assert asked.max_length == wire.get("max_length")


@pytest.mark.parametrize("name", LITERALS)
def test_the_typed_codes_are_the_codes_of_the_question(name: str) -> None:
    assert get_origin(LITERALS[name]) is Literal
    assert get_args(LITERALS[name]) == QUESTIONS[name].codes


@pytest.mark.parametrize("name", WIRE)
def test_the_schema_requires_what_the_question_requires(name: str) -> None:
    assert Answers.model_fields[name].is_required() is QUESTIONS[name].required


def test_every_required_question_has_a_sentence_for_a_missing_answer() -> None:
    assert set(MISSING) == {asked.id for asked in QUESTIONS.values() if asked.required}


def test_the_emergency_signs_are_asked_first() -> None:
    assert next(iter(QUESTIONS)) == "emergency_signs"


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_says_why_it_is_asked_and_its_answers_fit_a_phone(name: str) -> None:
    asked = QUESTIONS[name]
    assert asked.why.endswith(".")
    labels = [option.label for option in asked.options]
    assert len(set(labels)) == len(labels)
    assert all(0 < len(label) <= 50 for label in labels)
