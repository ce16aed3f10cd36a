"""Finding a clinic that fits, on both databases: filters, what helps when none does, and pages."""

import re
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from plans import Sent, listening, read_whole
from referral.clinics.finding.bands import A_BOOKMARK, DEEPEST
from referral.clinics.models import Clinic
from referral.clinics.traits import bits
from referral.db import table_of
from referral.staff.scopes import Scope
from world import Json, Practice, a_clinic, add_clinic, add_key, house, open_practice

API = "/api/v1/clinics?place=New York, NY"
SPANISH, SATURDAY = {"languages": ["en", "es"]}, {"hours": {"sa": [["09:00", "13:00"]]}}
# About 30 miles to the north.
FAR = {"latitude": 41.2}


def ask(client: TestClient, query: str = "") -> Json:
    """Search around New York."""
    answer = client.get(f"{API}{query}")
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def ids(found: Json) -> set[UUID]:
    """Return whom a search has found."""
    return {UUID(clinic["id"]) for clinic in found["clinics"]}


def change(client: TestClient, practice: Practice, **changes: Any) -> None:  # noqa: ANN401 - any field
    """Change a clinic's own record."""
    _, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
    assert client.patch("/api/v1/clinic", json=changes, headers=headers).status_code == 200


def test_who_does_not_fit_is_not_shown_and_what_to_drop_is(client: TestClient) -> None:
    both = add_clinic(client, **SPANISH, **SATURDAY)
    spanish = [add_clinic(client, **SPANISH) for _ in range(2)]
    add_clinic(client, **SATURDAY)
    add_clinic(client, **SPANISH, insurance=["medicare"], **FAR)

    assert ids(ask(client, "&language=es&open=saturday")) == {both}
    assert ids(ask(client, "&language=es")) == {both, *spanish}
    nothing = ask(client, "&language=es&open=saturday&insurance=medicare")

    assert (nothing["within_radius"], nothing["clinics"]) == (False, [])
    assert nothing["nothing_fits"] == {
        "radius_miles": 25,
        "without": [{"filter": "insurance", "value": "medicare", "count": 1}],
        "without_all": 4,
        "farther": None,
    }
    farther = ask(client, "&language=es&insurance=medicare")["nothing_fits"]
    assert [(one["filter"], one["count"]) for one in farther["without"]] == [("insurance", 3)]
    assert farther["farther"] == {"radius_miles": 50, "count": 1}
    assert ask(client)["nothing_fits"] is None


def test_what_a_clinic_changes_it_is_found_by_at_once(client: TestClient) -> None:
    practice = open_practice(client, **SPANISH)
    mine = {practice.clinic_id}
    assert ids(ask(client, "&accepting=new_patients")) == mine

    change(client, practice, accepting="waitlist", techniques=["sot"], accessibility=["step_free"])

    assert ids(ask(client, "&accepting=online_requests&technique=sot&accessible=step_free")) == mine
    assert ids(ask(client, "&accepting=new_patients")) == set()
    change(client, practice, paused=True)
    assert ids(ask(client, "&accepting=online_requests")) == set()
    with house(client).database.reading() as session:
        kept = session.get_one(Clinic, practice.clinic_id).traits
    has = {"language": ("en", "es"), "technique": ("sot",), "accessible": ("step_free",)}
    assert kept == bits((name, value) for name, values in has.items() for value in values)


def test_all_pages_are_the_whole_list_and_the_link_leads_from_each_to_the_next(
    client: TestClient,
) -> None:
    clinics = {
        add_clinic(client, latitude=40.75 + number / 100, handicap=number % 4, **SPANISH)
        for number in range(35)
    }
    add_clinic(client)
    whole = [clinic["id"] for clinic in ask(client, "&language=es&limit=50")["clinics"]]

    turned, following = [], f"{API}&language=es&limit=4"
    while following:
        answer = client.get(following)
        turned += [clinic["id"] for clinic in answer.json()["clinics"]]
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        following = link[1] if link else ""

    assert turned == whole
    assert {UUID(one) for one in turned} == clinics


def test_a_list_ends_and_says_nothing_of_more(client: TestClient) -> None:
    add_clinic(client)
    last = A_BOOKMARK._replace(shown=DEEPEST - 1, last=(0.0, -1.0, A_BOOKMARK.last[2]))
    add_clinic(client, latitude=40.76)

    answer = client.get(f"{API}&cursor={last.cursor()}")

    assert len(answer.json()["clinics"]) == 1
    assert "link" not in answer.headers


def test_the_search_never_leaves_its_index(client: TestClient) -> None:
    add_clinic(client, **SPANISH)
    database = house(client).database
    seen: list[Sent] = []
    with listening(database, seen):
        ask(client, "&language=es&open=saturday")
    circles = [sent for sent in seen if "UNION" in sent[0]]
    assert len(circles) > 1
    assert read_whole(database, circles) == set()
    if database.in_process:
        with database.engine.connect() as connection:
            steps = [
                row.detail
                for statement, given in circles
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            ]
        assert not [step for step in steps if "TEMP B-TREE" in step]
        of_clinics = [step for step in steps if "SEARCH clinics " in step and "latitude" in step]
        assert len(of_clinics) == len(circles)
        assert all("COVERING INDEX" in step for step in of_clinics)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("place=Laramie, TX", "/place"),
        ("place=Kansas City", "/place"),
        ("place=60601&zip=60601", "/query/zip"),
        ("", "/query/zip"),
        ("zip=60601&cursor=x", "/cursor"),
        ("zip=60601&language=es&language=xx", "/query/language/1"),
        ("zip=60601&technique=es", "/query/technique/0"),
        ("zip=60601&insurance=es", "/query/insurance/0"),
        ("zip=60601&accessible=yes", "/query/accessible/0"),
        ("zip=60601&open=sunday", "/query/open/0"),
        ("zip=60601&accepting=yes", "/query/accepting/0"),
    ],
)
def test_what_we_do_not_know_is_refused_where_it_stands(
    client: TestClient, query: str, pointer: str
) -> None:
    answer = client.get(f"/api/v1/clinics?{query}")

    assert answer.status_code == 422
    assert [problem["pointer"] for problem in answer.json()["errors"]] == [pointer]


def test_a_clinic_that_is_stored_as_a_row_is_found_by_what_it_has(client: TestClient) -> None:
    clinic = a_clinic(now=house(client).now(), **SPANISH)
    row = clinic.model_dump(exclude={"traits"})
    with house(client).database.unit_of_work() as session:
        session.execute(insert(table_of(Clinic)), [row])

    assert ids(ask(client, "&language=es&accepting=new_patients")) == {clinic.id}
    assert ids(ask(client, "&language=vi")) == set()
