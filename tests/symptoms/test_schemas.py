import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import MISSING, Answers, AnswersIn
from symptoms.drawing import MILD, Given, any_given, any_note, mild_but

REQUIRED = [asked.id for asked in QUESTIONS.values() if asked.required]
CHECKLISTS = [asked for asked in QUESTIONS.values() if asked.exclusive]
TYPED = "Zebra-4711"


def problems(given: object) -> dict[tuple[str | int, ...], tuple[str, str]]:
    """Return where each problem is, with its code and sentence; nothing sent may be repeated."""
    with pytest.raises(ValidationError) as caught:
        Answers.model_validate(given)
    assert all(problem["input"] is None for problem in caught.value.errors())
    return {each["loc"]: (each["type"], each["msg"]) for each in caught.value.errors()}


def without(*names: str) -> Given:
    return {name: value for name, value in MILD.items() if name not in names}


@given(left_out=st.sets(st.sampled_from(REQUIRED), min_size=1), rest=any_given())
def test_missing_required_answers_are_refused_each_by_its_sentence(
    left_out: set[str], rest: Given
) -> None:
    sent = {name: value for name, value in rest.items() if name not in left_out}
    assert problems(sent) == {(name,): ("missing", MISSING[name]) for name in left_out}


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("empty", [None, "", [], ()])
def test_an_empty_required_answer_is_refused_by_the_same_sentence(name: str, empty: object) -> None:
    assert problems(MILD | {name: empty})[name,][1] == MISSING[name]


def test_an_answer_that_was_left_open_stays_open_and_never_becomes_none() -> None:
    answers = Answers.model_validate(without("spread", "trend", "function", "tried", "note"))
    assert (answers.spread, answers.trend, answers.function) == (None, None, None)
    assert (answers.tried, answers.note) == ((), "")


@pytest.mark.parametrize(
    ("name", "code"),
    [(asked.id, code) for asked in CHECKLISTS for code in asked.codes if code != "none"],
)
def test_none_together_with_a_sign_is_refused(name: str, code: str) -> None:
    for both in (["none", code], [code, "none"]):
        assert problems(MILD | {name: both})[name,][0] == "none_with_other"


def test_lists_come_out_without_repeats_in_the_order_of_the_form() -> None:
    answers = mild_but(regions=["lower_back", "neck", "lower_back"], history=["none", "none"])
    assert answers.regions == ("neck", "lower_back")
    assert answers.history == ("none",)


@pytest.mark.parametrize(("sent", "age"), [(0, 0), (120, 120), ("34", 34), (" 7 ", 7), (34.0, 34)])
def test_a_whole_number_is_taken_as_a_number_or_as_a_form_sends_it(sent: object, age: int) -> None:
    assert mild_but(age=sent).age == age


@pytest.mark.parametrize("name", ["age", "pain"])
@pytest.mark.parametrize(
    "sent", [True, False, 3.5, "3.5", "three", "", -1, "-1", 121, 10**30, float("nan"), [3], {}]
)
def test_anything_but_a_whole_number_in_range_is_refused(name: str, sent: object) -> None:
    assert problems(MILD | {name: sent}) == {(name,): ("not_an_answer", MISSING[name])}


@pytest.mark.parametrize("name", [name for name in QUESTIONS if QUESTIONS[name].options])
@pytest.mark.parametrize("sent", [TYPED, [TYPED], 1, [True], {"none": True}])
def test_an_unknown_code_is_refused_and_not_repeated(name: str, sent: object) -> None:
    refused = problems(MILD | {name: sent})
    assert list(refused) == [(name,)]
    assert refused[name,][0] == "not_an_answer"
    assert TYPED not in str(refused)


def test_an_unknown_question_is_refused_and_its_name_not_repeated() -> None:
    refused = problems(MILD | {TYPED: "1"})
    assert refused[()][0] == "unknown_question"
    assert TYPED not in str(refused)


@pytest.mark.parametrize("sent", [None, 3, "answers", [], [MILD]])
def test_what_is_no_set_of_answers_is_refused(sent: object) -> None:
    assert problems(sent)[()][0] == "not_an_answer"


def test_the_sentence_of_a_refusal_does_not_show_what_was_sent_anywhere() -> None:
    sent = MILD | {"note": TYPED * 60, "age": TYPED, "history": [TYPED], TYPED: TYPED}
    with pytest.raises(ValidationError) as caught:
        Answers.model_validate(sent)
    assert TYPED not in str(caught.value)
    assert TYPED not in repr(caught.value.errors())


@given(note=any_note())
def test_a_readable_note_is_kept_but_for_the_space_around_it(note: str) -> None:
    assert mild_but(note=f"  {note}\r\n").note == note.strip()


def test_a_line_end_counts_once_however_the_browser_sends_it() -> None:
    assert mild_but(note="a\r\nb\rc\nd").note == "a\nb\nc\nd"
    assert len(mild_but(note="x\r\n" * 249 + "xx").note) == 500


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("x" * 501, "too_long"),
        ("a\x00b", "control_character"),
        ("a\x1b[31mb", "control_character"),
        ("a\x85b", "control_character"),
        ("\ud800", "not_an_answer"),
        (None, "not_an_answer"),
        (5, "not_an_answer"),
    ],
)
def test_a_note_that_cannot_be_read_is_refused(note: object, code: str) -> None:
    assert problems(MILD | {"note": note})["note",][0] == code


@settings(max_examples=200, deadline=None)
@given(sent=any_given())
def test_answers_survive_the_way_through_json(sent: Given) -> None:
    answers = Answers.model_validate(sent)
    assert Answers.model_validate_json(answers.model_dump_json()) == answers


def test_answers_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        mild_but().pain = 9  # type: ignore[misc] # what must not work is tried


def test_an_envelope_takes_the_answers_and_says_where_they_are_wrong() -> None:
    assert AnswersIn.model_validate({"answers": MILD}).answers == mild_but()
    with pytest.raises(ValidationError) as caught:
        AnswersIn.model_validate({"answers": without("onset")})
    assert [(each["loc"], each["msg"]) for each in caught.value.errors()] == [
        (("answers", "onset"), "Choose how the pain started.")
    ]


def test_openapi_shows_the_codes_the_bounds_and_a_valid_example() -> None:
    schema = Answers.model_json_schema()
    fields = schema["properties"]
    assert fields["history"]["items"]["enum"] == list(QUESTIONS["history"].codes)
    assert fields["onset"]["enum"] == list(QUESTIONS["onset"].codes)
    assert (fields["pain"]["minimum"], fields["pain"]["maximum"]) == (0, 10)
    assert (fields["age"]["minimum"], fields["age"]["maximum"]) == (0, 120)
    assert fields["regions"]["minItems"] == 1
    assert fields["note"]["maxLength"] == 500
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(REQUIRED)
    assert Answers.model_validate_json(json.dumps(schema["examples"][0]))
