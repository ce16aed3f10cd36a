"""Answers for the tests: one mild case to vary, and arbitrary ones for hypothesis to draw."""

from hypothesis import strategies as st

from referral.symptoms.questions import QUESTIONS, Question
from referral.symptoms.schemas import Answers
from referral.symptoms.sweeps import signs

Given = dict[str, object]

MILD: Given = {
    "emergency_signs": ["none"],
    "unwell_signs": ["none"],
    "regions": ["lower_back"],
    "spread": "none",
    "duration": "lt_1w",
    "trend": "better",
    "onset": "lifting_exercise",
    "pain": 2,
    "function": "normal",
    "age": 34,
    "history": ["none"],
    "tried": ["saw_doctor"],
    "note": "",
}


def mild_but(**changes: object) -> Answers:
    """Return the mild case with some answers changed; None leaves a question open."""
    return Answers.model_validate(MILD | changes)


def any_given() -> st.SearchStrategy[Given]:
    """Draw any complete set of answers as a form would send it: far from mild, or near it."""
    anything = {asked.id: _any_answer(asked) for asked in QUESTIONS.values()}
    few = st.sets(st.sampled_from(list(QUESTIONS)), max_size=4)
    near = st.tuples(few, st.fixed_dictionaries(anything)).map(_mild_but_for)
    return st.one_of(st.fixed_dictionaries(anything), near)


def any_answers() -> st.SearchStrategy[Answers]:
    """Draw any complete set of answers, checked."""
    return any_given().map(Answers.model_validate)


def any_note() -> st.SearchStrategy[str]:
    """Draw any note that the form takes."""
    readable = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t")
    return st.text(readable, max_size=500)


def _mild_but_for(drawn: tuple[set[str], Given]) -> Given:
    names, anything = drawn
    return MILD | {name: anything[name] for name in sorted(names)}


def _any_answer(asked: Question) -> st.SearchStrategy[object]:
    if asked.kind == "integer":
        return st.integers(asked.minimum, asked.maximum)
    if asked.kind == "text":
        return any_note()
    if asked.kind == "single":
        return st.sampled_from(asked.codes if asked.required else (None, *asked.codes))
    return _any_list(asked)


def _any_list(asked: Question) -> st.SearchStrategy[object]:
    least = 1 if asked.required and not asked.exclusive else 0
    # Few signs at a time: with many, nearly every draw would be an emergency and test little else.
    some = st.lists(st.sampled_from(signs(asked.id)), min_size=least, max_size=3, unique=True)
    if not asked.exclusive:
        return some
    none = st.just(list(asked.exclusive))
    return st.one_of(none, none, some.map(lambda chosen: chosen or list(asked.exclusive)))
