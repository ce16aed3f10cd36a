"""The language of an answer: chosen by the address, else by the header, never by a cookie."""

import re

import pytest
from starlette.testclient import TestClient

from filling_in import answer_the_questions
from referral.languages import Language
from referral.web.languages import preferred
from world import open_practice

EN, ES = Language.ENGLISH, Language.SPANISH
SPANISH = {"Accept-Language": "es-MX,es;q=0.9,en;q=0.8"}


# Nothing here depends on the database.
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def lang(page: str) -> str:
    match = re.search(r'<html lang="(..)">', page)
    assert match
    return match[1]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", EN),
        ("es", ES),
        ("es-MX", ES),
        ("ES-419, en;q=0.5", ES),
        ("en-US,en;q=0.9,es;q=0.8", EN),
        ("en;q=0.5, es;q=0.9", ES),
        ("en;q=0.9, en-GB;q=0.4, es;q=0.8", EN),
        ("fr, de;q=0.7", EN),
        ("fr, es;q=0.1", ES),
        ("*", EN),
        ("es;q=0.5, *;q=0.8", EN),
        ("en;q=0, *", ES),
        ("es;q=0", EN),
        ("es;q=nonsense", EN),
        ("es;q=2", EN),
        ("español", EN),
        (",;,=;q=", EN),
    ],
)
def test_the_header_says_what_is_liked_best(accepted: str, language: Language) -> None:
    assert preferred(accepted.encode("latin-1")) is language


@ON_ONE
@pytest.mark.parametrize("path", ["/", "/articles", "/articles/back-spasms", "/check", "/clinics"])
def test_an_address_without_a_language_goes_by_the_header(client: TestClient, path: str) -> None:
    by_default, by_header = client.get(path), client.get(path, headers=SPANISH)

    assert (lang(by_default.text), lang(by_header.text)) == ("en", "es")
    for answer in (by_default, by_header):
        assert "accept-language" in answer.headers["vary"]
        assert 'href="/clinics"' in answer.text
    assert client.get(path, headers={"Accept-Language": "fr"}).text == by_default.text


@ON_ONE
@pytest.mark.parametrize("path", ["/", "/articles", "/articles/back-spasms", "/check", "/clinics"])
def test_a_chosen_language_is_stronger_and_every_link_keeps_to_it(
    client: TestClient, path: str
) -> None:
    for language, other in ((EN, ES), (ES, EN)):
        answer = client.get(f"/{language}{path}", headers={"Accept-Language": other})
        assert lang(answer.text) == language
        assert "accept-language" not in answer.headers.get("vary", "")
        links = set(re.findall(r'(?:href|action)="(/[^"]*)"', answer.text))
        elsewhere = {link for link in links if not link.startswith((f"/{language}/", "/static/"))}
        assert elsewhere == {f"/{other}{path}"}, "only the switch leads out"


@ON_ONE
def test_a_ready_page_is_known_by_its_tag_in_each_language(client: TestClient) -> None:
    assert client.get("/es").text == client.get("/es/").text
    tags = [client.get("/articles", headers=h).headers["etag"] for h in ({}, SPANISH)]
    assert len(set(tags)) == len(tags)
    for headers, tag in zip(({}, SPANISH), tags, strict=True):
        again = client.get("/articles", headers={**headers, "If-None-Match": tag})
        assert (again.status_code, again.headers["vary"]) == (
            304,
            "accept-encoding, accept-language",
        )


@ON_ONE
def test_search_engines_find_each_language_under_its_own_address(client: TestClient) -> None:
    for path in ("/articles/back-spasms", "/how-clinics-answer"):
        page = client.get(f"/es{path}").text
        links = re.findall(r'<link rel="(canonical|alternate)"(?: hreflang="([^"]*)")?', page)
        assert links == [
            ("canonical", ""),
            ("alternate", "en"),
            ("alternate", "es"),
            ("alternate", "x-default"),
        ]
        assert f'rel="canonical" href="http://127.0.0.1:8000/es{path}"' in page


@ON_ONE
def test_the_switch_leads_to_the_same_page_with_its_query(client: TestClient) -> None:
    page = client.get("/clinics?place=%22%3E1").text
    assert 'lang="es" hreflang="es" href="/es/clinics?place=%22%3E1">Español</a>' in page


@ON_ONE
def test_nothing_of_an_address_that_leads_nowhere_is_said_again(client: TestClient) -> None:
    for path in ("/es/zebrowski", "/zebrowski", "/es/api/v1/zebrowski", "/es/static/zebrowski"):
        answer = client.get(path, headers=SPANISH)
        assert (answer.status_code, lang(answer.text)) == (404, "es")
        assert "zebrowski" not in answer.text
        assert 'href="/en/"' in answer.text
    assert client.get("/esx").status_code == 404


@ON_ONE
def test_a_form_leads_on_inside_the_language_and_says_there_what_is_wrong(
    client: TestClient,
) -> None:
    sent = client.post("/es/check", data={}, follow_redirects=False)
    assert sent.headers["location"] == "/es/check?mistakes=true"

    wrong = client.get("/es/check?mistakes=true").text
    assert "Elija las señales que tiene" in wrong
    # The same mistakes in the other language: what waits in the cookie is no text of one.
    assert "Choose the signs you have" in client.get("/en/check?mistakes=true").text


@ON_ONE
def test_what_was_answered_is_still_there_in_the_other_language(client: TestClient) -> None:
    assert answer_the_questions(client) == "/check/outcome"
    assert "Puede pedir una cita con un quiropráctico" in client.get("/es/check/outcome").text
    assert 'value="5" aria-current="true"' in client.get("/es/check/pain").text


@ON_ONE
def test_no_cookie_is_set_before_something_is_typed(client: TestClient) -> None:
    for path in ("/es/", "/es/check", "/en/clinics", "/es/find"):
        assert "set-cookie" not in client.get(path, headers=SPANISH).headers


@ON_ONE
def test_the_api_keeps_its_codes_and_says_its_sentences_in_the_language(
    client: TestClient,
) -> None:
    answers = {"answers": {"pain": 11, "other": 1}}
    for path, body in (("/api/v1/assessments", answers), ("/api/v1/requests", {})):
        english = client.post(path, json=body)
        spanish = client.post(path, json=body, headers=SPANISH)
        assert spanish.headers["content-language"] == "es"
        assert "Accept-Language" in spanish.headers["vary"]
        assert english.headers["content-language"] == "en"
        before, after = english.json(), spanish.json()
        for name in ("type", "code", "status"):
            assert before[name] == after[name]
        assert after["title"] == "Parte de lo que se envió no se puede usar"
        for one, other in zip(before["errors"], after["errors"], strict=True):
            assert (one["code"], one["pointer"]) == (other["code"], other["pointer"])
            assert one["detail"] != other["detail"]


@ON_ONE
def test_the_questions_and_their_outcome_are_asked_and_told_in_the_language(
    client: TestClient,
) -> None:
    english = client.get("/api/v1/questions").json()
    answer = client.get("/api/v1/questions", headers=SPANISH)
    assert answer.headers["content-language"] == "es"
    for one, other in zip(english, answer.json(), strict=True):
        assert one["id"] == other["id"]
        assert [o["code"] for o in one["options"]] == [o["code"] for o in other["options"]]
        assert one["text"] != other["text"]
    agreed = client.get("/api/v1/consent", headers=SPANISH)
    assert agreed.headers["content-language"] == "es"
    assert agreed.json()["statements"][2].startswith("Guarden todo esto cifrado")


@ON_ONE
def test_the_reference_of_the_api_is_in_english_and_leads_to_no_dead_end(
    client: TestClient,
) -> None:
    page = client.get("/api/v1/docs", headers=SPANISH).text
    assert lang(page) == "en"
    assert 'href="/es/">Español</a>' in page


@ON_ONE
def test_what_pydantic_says_is_said_in_the_language_too(client: TestClient) -> None:
    path = "/api/v1/clinics?zip=60601&limit=0"
    assert client.get(path).json()["errors"][0]["detail"].startswith("Input should be greater")
    spanish = client.get(path, headers=SPANISH).json()["errors"][0]
    assert spanish["detail"] == "Envíe un número de al menos 1."
    unknown = client.get("/api/v1/clinics?zap=1", headers=SPANISH).json()["detail"]
    assert unknown.startswith("En la consulta hay un nombre que no conocemos. Conocemos estos:")


@ON_ONE
def test_the_switch_of_a_form_keeps_what_was_just_typed(client: TestClient) -> None:
    clinic_id = open_practice(client).clinic_id
    answer_the_questions(client)
    forms = {
        f"/clinics/{clinic_id}/request": ({"name": "Kept for both"}, "Kept for both"),
        "/find": ({"reference": "K7QF-3M9P"}, "K7QF-3M9P"),
        "/check/note": ({"note": "Kept for both"}, "Kept for both"),
    }
    for path, (typed, kept) in forms.items():
        page = client.get(path).text
        first, second = re.findall(r'<button [^>]*form="keeping"[^>]*>', page)
        assert "name=" not in first, "what Enter presses"
        assert f'name="go" value="stay" formaction="/es{path}"' in second

        sent = client.post(f"/es{path}", data=typed | {"go": "stay"}, follow_redirects=False)

        assert sent.headers["location"] == f"/es{path}"
        again = client.get(f"/es{path}").text
        assert (lang(again), kept in again) == ("es", True)
        assert 'id="error-summary"' not in again
