"""The feeds: valid by the rules of RFC 4287, whole, and the same in every reader."""

import re
from pathlib import Path

import feedparser
import pytest
from lxml import etree
from starlette.testclient import TestClient

from article_files import ORIGIN
from referral.articles.feed import absolute
from referral.languages import Language

HERE = Path(__file__).parent
RULES = etree.RelaxNG(etree.parse(HERE / "atom.rng"))
SIGN = {"en": "Chest pain, chest pressure", "es": "Dolor o presión en el pecho"}
each_language = pytest.mark.parametrize("language", list(Language))


@each_language
def test_a_feed_keeps_the_rules_of_atom(site: TestClient, language: Language) -> None:
    answer = site.get(f"/{language}/feed.xml")

    assert answer.headers["content-type"] == "application/atom+xml"
    RULES.assertValid(etree.fromstring(answer.content))


@each_language
def test_a_reader_of_feeds_finds_all_that_the_pages_say(
    site: TestClient, language: Language
) -> None:
    read = feedparser.parse(site.get(f"/{language}/feed.xml").content)

    assert not read.bozo
    assert (read.version, read.feed.language) == ("atom10", language)
    updated = [entry.updated for entry in read.entries]
    assert (updated[0], updated) == (read.feed.updated, sorted(updated, reverse=True))
    links = re.findall(r'<h2><a href="([^"]+)"', site.get(f"/{language}/articles").text)
    assert sorted(entry.link for entry in read.entries) == sorted(ORIGIN + link for link in links)
    assert len({entry.id for entry in read.entries} | {read.feed.id}) == len(links) + 1
    for entry in read.entries:
        content = entry.content[0].value
        assert all((entry.author, entry.tags, entry.summary))
        # Read far from our page: with its signs of an emergency, and with links that lead back.
        assert SIGN[language] in content
        assert re.findall(r'(?:href|src)="(?!https://)', content) == []
        assert f'{entry.link}#source-1"' in content


def test_who_says_no_language_always_gets_the_same_feed(site: TestClient) -> None:
    spanish = site.get("/feed.xml", headers={"Accept-Language": "es"})
    assert spanish.content == site.get("/en/feed.xml").content
    assert "accept-language" not in spanish.headers["vary"]


def test_every_page_for_everybody_names_the_feed_of_its_language(site: TestClient) -> None:
    for path, feed in (("/es/privacy", "/es/feed.xml"), ("/en/articles", "/en/feed.xml")):
        link = f'<link rel="alternate" type="application/atom[+]xml" title="[^"]+" href="{feed}">'
        assert re.search(link, site.get(path).text)


@pytest.mark.parametrize(
    ("link", "leads_to"),
    [
        ("#source-1", "https://a.example/es/articles/x#source-1"),
        ("/check", "https://a.example/es/check"),
        ("back-spasms", "https://a.example/es/articles/back-spasms"),
        ("https://who.int/", "https://who.int/"),
        ("mailto:a@b.c", "mailto:a@b.c"),
    ],
)
def test_links_lead_from_anywhere_to_where_they_lead_on_the_page(link: str, leads_to: str) -> None:
    url = "https://a.example/es/articles/x"
    content = absolute(f'<a href="{link}">x</a>', url, Language.SPANISH)
    assert content == f'<a href="{leads_to}">x</a>'
