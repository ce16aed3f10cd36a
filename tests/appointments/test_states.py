"""The state table, checked line by line against one written out by hand."""

from itertools import product

import pytest

from referral.appointments.states import Action, Actor, State, available, target

# State, action, actor and where that leads; every combination that is not here is refused.
ALLOWED = {
    ("requested", "receive", "staff"): "received",
    ("requested", "book", "staff"): "booked",
    ("requested", "decline", "staff"): "declined",
    ("requested", "cancel", "staff"): "cancelled",
    ("requested", "cancel", "patient"): "cancelled",
    ("received", "book", "staff"): "booked",
    ("received", "decline", "staff"): "declined",
    ("received", "cancel", "staff"): "cancelled",
    ("received", "cancel", "patient"): "cancelled",
    ("booked", "cancel", "staff"): "cancelled",
    ("booked", "cancel", "patient"): "cancelled",
}


@pytest.mark.parametrize(("state", "action", "actor"), list(product(State, Action, Actor)))
def test_a_move_leads_where_the_table_says(state: State, action: Action, actor: Actor) -> None:
    expected = ALLOWED.get((state, action, actor))

    assert target(state, action, actor) == expected
    assert (action in available(state, actor)) == (expected is not None)
