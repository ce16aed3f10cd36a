"""No form is answered by a page: browsers go back to none that answered a POST without asking."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Route
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, answer_the_questions
from referral.clinics.membership.inviting import invite
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from referral.web.mistakes import MOST_PAGES
from situations import Case, begin, bring
from world import MILD, Json, add_clinic, house, open_practice

# Every form of the pages: where its mistakes are shown, or where it leads without a mistake.
FORMS: Mapping[str, str] = {
    "/check": "/check?mistakes=true",
    "/check/{question}": "/check/age?mistakes=true",
    "/check/cleared": "/check/outcome?mistakes=true",
    "/clear": "/",
    "/clinics/{clinic_id}/request": "/clinics/{clinic_id}/request?mistakes=true",
    "/clinics/{clinic_id}/request/review": "/clinics/{clinic_id}/request/review?mistakes=true",
    "/clinics/near": "/clinics?mistakes=true",
    "/find": "/find?mistakes=true",
    "/follow/{token}/accept": "/follow/{token}?mistakes=true",
    "/follow/{token}/cancel": "/follow/{token}?mistakes=true",
    "/follow/{token}/copy": "/follow/{token}/copy?mistakes=true",
    "/follow/{token}/erase": "/follow/{token}",
    "/follow/{token}/send_on": "/follow/{token}/elsewhere?mistakes=true",
    "/follow/{token}/stop_notices": "/follow/{token}?mistakes=true",
    "/follow/{token}/{wish}": "/follow/{token}/ask_move?mistakes=true",
    "/confirm/{token}/{section}": "/confirm/{token}/contact?mistakes=true",
    "/join": "/join?mistakes=true",
    "/join/{token}": "/join/{token}/contact?mistakes=true",
    "/join/{token}/{section}": "/join/{token}/contact?mistakes=true",
    "/joined": "/joined",
}
# A button alone, behind a link of its own: tests/clinics and tests/leaving see where they lead.
BUTTONS = {"/confirm/{token}", "/confirm/{token}/leave", "/confirm/{token}/pause"}


def test_every_form_is_on_the_list(client: TestClient) -> None:
    app = cast("FastAPI", client.app)
    routes = (context.original_route for context in iter_route_contexts(app.routes))
    posted = {
        route.path_format
        for route in routes
        if isinstance(route, Route) and "POST" in (route.methods or ())
    }
    assert {path for path in posted if not path.startswith("/api/")} == {*FORMS, *BUTTONS}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("form", FORMS)
def test_an_empty_form_leads_to_a_page_and_is_none_itself(
    client: TestClient, clock: Clock, form: str
) -> None:
    case = begin(client, clock)
    # Where the person can do nothing any more.
    bring(case, "completed")
    clinic_id = str(open_practice(client).clinic_id)
    answer_the_questions(client)
    client.post(f"/clinics/{clinic_id}/request", data=TYPED)
    names = {"question": "age", "wish": "ask_move", "clinic_id": clinic_id, "section": "contact"}
    names["token"] = links(client, case)[form.split("/")[1]]

    sent = client.post(form.format(**names), data={}, follow_redirects=False)

    assert (sent.status_code, sent.headers["location"]) == (303, FORMS[form].format(**names))


def links(client: TestClient, case: Case) -> Mapping[str, str]:
    """Return the tokens of private links, by the first part of their address."""
    parts, listed = house(client), add_clinic(client, standing=Standing.LISTED, hours={})
    given: Json = {"vault": parts.vault, "now": parts.now()}
    with parts.database.unit_of_work() as session:
        clinic = session.get_one(Clinic, listed)
        invited, _ = invite(session, clinic, email=None, lasts=timedelta(days=1), **given)
        own = page_of(session, session.get_one(Clinic, case.practice.clinic_id), **given)
        link = parts.vault.link_token
        private = {"join": link(invited.id), "confirm": link(own.id)}
    return defaultdict(str, private, follow=str(case.sent["follow_token"]))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mistake_is_shown_as_often_as_its_page_is_read_until_it_is_corrected(
    client: TestClient,
) -> None:
    answer_the_questions(client, MILD | {"history": ["osteoporosis"]})

    wrong = client.post("/check/cleared", data={})
    again = client.get(str(wrong.url))
    elsewhere = client.get("/check/outcome")
    client.post("/check/cleared", data={"doctor_cleared": "yes"})
    corrected = client.get(str(wrong.url))

    assert wrong.text == again.text
    assert 'href="#f-doctor_cleared"' in wrong.text
    pages = (wrong, again, elsewhere, corrected)
    assert [page.status_code for page in pages] == [422, 422, 200, 200]
    assert ["There is a problem" in page.text for page in pages] == [True, True, False, False]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_several_forms_wait_side_by_side_but_not_too_many(client: TestClient) -> None:
    typed = {"reference": "2222-2222", "code": "1"}
    client.post("/find", data=typed)
    for place in range(MOST_PAGES):
        assert 'value="2222-2222"' in client.get("/find").text
        client.post(f"/follow/{place}/accept", data={})
    assert 'value="2222-2222"' not in client.get("/find").text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_clearing_takes_what_was_typed_at_a_mistake_along(client: TestClient) -> None:
    client.post("/find", data={"reference": "2222-2222", "code": "1"})
    client.post("/clear")
    assert "2222-2222" not in client.get("/find?mistakes=true").text
