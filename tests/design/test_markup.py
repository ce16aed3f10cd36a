"""The markup of the components, read without a browser."""

import re
from collections import Counter
from functools import cache

import pytest
from jinja2 import nodes
from pydantic import SecretStr
from starlette.testclient import TestClient

from referral.app import create_app
from referral.settings import Settings, new_ring
from referral.styleguide.components import COMPONENTS
from referral.styleguide.fields import FIELDS, WRONG
from referral.web.html import PACKAGE, Html

SETTINGS = Settings(_env_file=None, keys=SecretStr(new_ring()), demo=True)
PAGES = ("/styleguide", "/styleguide/errors")
SHOWN = COMPONENTS.keys() | FIELDS.keys()


@cache
def page(path: str) -> str:
    """Return the HTML of a page of the style guide."""
    return (
        TestClient(create_app(SETTINGS), base_url=SETTINGS.origin).get(path).raise_for_status().text
    )


def macros(template: str) -> dict[str, nodes.Macro]:
    """Return the macros that a template gives to others."""
    source = (PACKAGE / "templates" / template).read_text(encoding="utf-8")
    tree = Html(SETTINGS).jinja.parse(source)
    found = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    return {name: macro for name, macro in found.items() if not name.startswith("_")}


def test_the_style_guide_shows_every_macro() -> None:
    body = macros("symptoms/body.html").keys() - {"slice"}
    every = macros("components.html").keys() | macros("fields.html").keys() | body
    assert every - {"error_summary"} == SHOWN


def test_the_style_guide_shows_every_field_that_takes_an_error_beside_one() -> None:
    fields = macros("fields.html") | macros("symptoms/body.html")
    taking = {
        name
        for name, macro in fields.items()
        if {"error", "wrong"} & {argument.name for argument in macro.args}
    }
    assert taking - {"group"} == WRONG.keys()


def test_without_a_demo_there_is_no_style_guide() -> None:
    client = TestClient(
        create_app(SETTINGS.model_copy(update={"demo": False})), base_url=SETTINGS.origin
    )
    assert [client.get(path).status_code for path in PAGES] == [404, 404]


def test_the_style_guide_is_in_no_search_engine() -> None:
    answer = TestClient(create_app(SETTINGS), base_url=SETTINGS.origin).get("/styleguide")
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_carries_no_inline_style_and_no_inline_script(path: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page(path))


@pytest.mark.parametrize("path", PAGES)
def test_an_id_is_used_once(path: str) -> None:
    ids = Counter(re.findall(r'\sid="([^"]+)"', page(path)))
    assert [found for found, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_is_pointed_at_exists(path: str) -> None:
    html = page(path)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    pointers = re.findall(r'(?:aria-describedby|aria-labelledby|\sfor)="([^"]+)"', html)
    inside = re.findall(r'href="#([^"]+)"', html)
    assert {one for pointer in pointers for one in pointer.split()} | set(inside) <= ids


def test_what_was_typed_is_shown_as_text() -> None:
    assert "Ana &lt;b&gt;O" in page("/styleguide")


def test_a_phone_link_is_dialed_without_spaces_and_brackets() -> None:
    assert {"tel:5035550123", "tel:+15035550188"} <= set(
        re.findall(r'href="(tel:[^"]+)"', page("/styleguide"))
    )


def test_a_page_with_errors_says_so_in_its_title() -> None:
    assert "<title>Error: Mistakes \N{EN DASH} Referral</title>" in page("/styleguide/errors")
    assert "<title>Style guide \N{EN DASH} Referral</title>" in page("/styleguide")


def test_the_menu_marks_where_the_reader_is() -> None:
    html = TestClient(create_app(SETTINGS), base_url=SETTINGS.origin).get("/articles").text
    assert re.findall(r'<a href="(\S+)" aria-current="true">', html) == ["/articles"]


def test_the_mail_link_keeps_the_whole_address() -> None:
    assert "a%3Fb%3D1%26c%3D2" in page("/styleguide")
