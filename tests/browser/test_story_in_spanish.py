"""The whole way in Spanish, on a small phone whose browser runs no script."""

from playwright.sync_api import expect

from browser.conftest import OpenTab
from browser.journey import Journey
from browser.service import Service
from in_spanish import english_in
from referral.languages import Language

SMALL_PHONE = {"width": 360, "height": 740}


def test_a_person_who_reads_spanish_asks_on_a_phone_without_scripts(
    open_tab: OpenTab, service: Service
) -> None:
    # given someone whose browser asks for Spanish
    tab = open_tab(
        locale="es-US",
        viewport=SMALL_PHONE,
        is_mobile=True,
        has_touch=True,
        java_script_enabled=False,
    )
    person = Journey(tab, service, Language.SPANISH)
    read = set[str]()
    tab.on("response", lambda answer: read.add(answer.headers.get("content-type", "")))

    # when they read the article, answer the questions and ask a clinic
    person.read_the_article()
    person.answer_the_signs()
    person.answer_about_the_pain()
    person.answer_about_themselves()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Puede pedir una cita")
    person.look_for_clinics()
    person.choose_the_clinic()
    person.fill_in_the_request()
    person.agree()
    person.send()

    # then page, slip and mail are in Spanish, and the clinic knows in which language to answer
    expect(tab.get_by_role("heading", level=1)).to_have_text("Su solicitud está enviada")
    slip = person.read_the_slip()
    assert english_in(tab.content()) == set()
    assert not any("javascript" in kind for kind in read)
    [letter] = [each for each in service.letters() if each.to == "sam@example.com"]
    assert slip["Su referencia"] in letter.subject
    assert english_in(letter.html or "") == set()
    assert service.staff.get(f"/requests/{service.inbox()[0]['id']}").json()["language"] == "es"

    # and the slip leads back in Spanish
    person.follow(tab.get_by_role("contentinfo").get_by_role("link", name="Buscar su solicitud"))
    person.look_up(slip["Su referencia"], slip["Su código"])
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Enviada")
