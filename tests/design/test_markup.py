"""The markup of the components, read without a browser."""

import re
from collections import Counter

import pytest

from design.gallery import PAGES, page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_carries_no_inline_style_and_no_inline_script(name: str) -> None:
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page(name))


@pytest.mark.parametrize("name", PAGES)
def test_an_id_is_used_once(name: str) -> None:
    ids = Counter(re.findall(r'\sid="([^"]+)"', page(name)))
    assert [found for found, times in ids.items() if times > 1] == []


@pytest.mark.parametrize("name", PAGES)
def test_everything_that_is_pointed_at_exists(name: str) -> None:
    html = page(name)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    pointers = re.findall(r'(?:aria-describedby|aria-labelledby|\sfor)="([^"]+)"', html)
    inside = re.findall(r'href="#([^"]+)"', html)
    assert {one for pointer in pointers for one in pointer.split()} | set(inside) <= ids


def test_what_was_typed_is_shown_as_text() -> None:
    assert "<b>O" not in page("form")


def test_a_phone_link_is_dialed_without_spaces_and_brackets() -> None:
    html = page("clinics")
    assert {"tel:5035550123", "tel:+15035550188", "tel:5035550100"} <= set(
        re.findall(r'href="(tel:[^"]+)"', html)
    )


def test_a_page_with_errors_says_so_in_its_title() -> None:
    assert "<title>Error: Tell us about your pain \N{EN DASH} Referral</title>" in page("errors")
    assert "<title>Tell us about your pain \N{EN DASH} Referral</title>" in page("form")


def test_the_menu_marks_where_the_reader_is() -> None:
    assert re.findall(r'<a href="(\S+)" aria-current="true">', page("clinics")) == ["/clinics"]


def test_the_mail_link_keeps_the_whole_address() -> None:
    assert "back-spasms%3Fa%3D1%26b%3D2" in page("article")
