"""No error of the two doors that take many kinds of moves repeats what was sent."""

from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticKnownError, core_schema
from starlette.testclient import TestClient

from referral.appointments.states import Action
from referral.web.validation import problems_of
from world import Json

MARK = "Zq7typed"
DOORS = ("/api/v1/follow/x/moves", "/api/v1/requests/6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11/moves")
FIELDS = (
    *("action", "times", "starts_at", "minutes", "chiropractor_id", "expires_at", "message"),
    *("reason", "next_step", "time_id", "clinic_id", "preferred_windows", "date", "part"),
)
typed = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda more: MARK + more)
names = st.sampled_from(FIELDS) | typed
plain = (
    typed
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=6,
)
bodies = st.builds(
    lambda action, rest: rest | {"action": action},
    st.sampled_from([str(action) for action in Action]) | values,
    st.dictionaries(names, values, max_size=4),
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(door=st.sampled_from(DOORS), body=bodies | values)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_move_is_answered_with_what_was_typed(client: TestClient, door: str, body: Any) -> None:  # noqa: ANN401 - any JSON
    answer = client.post(door, json=body)

    assert answer.status_code in {401, 404, 422}
    assert MARK not in answer.text
    assert "Action." not in answer.text


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("body", [{"action": f"{MARK}, 555-0100"}, {}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_action_that_does_not_exist_is_named_by_its_field(
    client: TestClient, door: str, body: Json
) -> None:
    answer = client.post(door, json=body).json()

    assert [problem["pointer"] for problem in answer["errors"]] == ["/action"]
    assert answer["detail"] == "Choose one of the actions that this address describes."


# What pydantic's sentences are filled with: from the schema, and from what was sent.
FROM_THE_SCHEMA = {
    **dict.fromkeys(("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length"), 1),
    **dict.fromkeys(("max_digits", "decimal_places", "whole_digits", "expected_version"), 1),
    **dict.fromkeys(("actual_length", "tz_expected", "tz_actual"), 1),
    **dict.fromkeys(("field_type", "pattern", "expected", "class_name", "class"), "schema"),
    **dict.fromkeys(("method_name", "encoding", "discriminator", "expected_tags"), "schema"),
    "expected_schemes": "schema",
}
FROM_WHAT_WAS_SENT = dict.fromkeys(("error", "tag", "attribute", "encoding_error"), MARK)


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_no_kind_of_error_that_pydantic_has_can_quote(kind: core_schema.ErrorType) -> None:
    filled: Json = FROM_THE_SCHEMA | FROM_WHAT_WAS_SENT
    said = PydanticKnownError(kind, filled).message()

    (problem,) = problems_of([{"type": kind, "loc": ("body", "note"), "msg": said, "ctx": filled}])

    assert MARK not in problem.detail


def test_a_sentence_from_a_library_never_gets_out() -> None:
    said = {"type": "odd", "loc": ("body", "email"), "msg": f"{MARK} has no @"}

    (problem,) = problems_of([said])

    assert problem.detail == "This value cannot be used."
