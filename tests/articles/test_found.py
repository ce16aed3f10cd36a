"""How articles are found: sitemap, robots, data for search engines, pictures of shared links."""

import io
import json
import re
from typing import Any

import pytest
from lxml import etree
from PIL import Image
from starlette.testclient import TestClient

from article_files import ORIGIN
from schema_org import check

SLUGS = ("back-spasms", "when-back-pain-is-an-emergency", "your-first-visit-to-a-chiropractor")
SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}


@pytest.mark.parametrize("slug", SLUGS)
def test_search_engines_read_only_terms_of_schema_org_and_no_review(
    site: TestClient, slug: str
) -> None:
    page = site.get(f"/es/articles/{slug}").text
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    said: dict[str, Any] = json.loads(block)

    check(said)
    assert said["@id"] == f"{ORIGIN}/es/articles/{slug}"
    assert "reviewedBy" not in said
    assert [step["position"] for step in said["breadcrumb"]["itemListElement"]] == [1, 2, 3]


def test_the_sitemap_names_each_page_in_each_language_and_every_page_is_there(
    site: TestClient,
) -> None:
    tree = etree.fromstring(site.get("/sitemaps/pages.xml").content)
    found = tree.xpath("/s:urlset/s:url/s:loc/text()", namespaces=SPACES)
    assert len(found) == len(set(found))
    for url in tree.xpath("/s:urlset/s:url", namespaces=SPACES):
        others = url.xpath("x:link/@href", namespaces=SPACES)
        assert url.xpath("s:loc/text()", namespaces=SPACES)[0] in others
        assert len(others) == 3
        assert set(others) <= set(found)
    ready = [each for each in found if not re.search("/(check|clinics|how-clinics-answer)$", each)]
    for address in ready:
        page = site.get(address)
        assert page.status_code == 200
        assert f'<link rel="canonical" href="{address}">' in page.text
        assert "x-robots-tag" not in page.headers


def test_robots_are_told_of_the_sitemap_and_kept_out_of_what_is_private(site: TestClient) -> None:
    rules = site.get("/robots.txt").text.splitlines()
    assert rules[-1] == f"Sitemap: {ORIGIN}/sitemap.xml"
    assert {"Disallow: /follow/", "Disallow: /es/follow/", "Disallow: /api/"} <= set(rules)
    assert not any(rule in {"Disallow: /", "Disallow: /clinics"} for rule in rules)


def test_a_shared_link_has_a_picture_that_is_small_and_kept_for_ever(site: TestClient) -> None:
    page = site.get("/es/articles/back-spasms").text
    (address,) = re.findall(r'"og:image" content="([^"]+)"', page)
    answer = site.get(address)

    assert re.findall(r'"twitter:card" content="([^"]+)"', page) == ["summary_large_image"]
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) <= 40_000
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (1200, 630)


def test_a_topic_lists_its_articles_and_an_article_those_that_share_one(site: TestClient) -> None:
    topic = site.get("/en/articles/topics/chiropractic-care").text
    assert re.findall(r'<h2><a href="/en/articles/([^"]+)"', topic) == [SLUGS[0], SLUGS[2]]
    spasms = site.get("/en/articles/back-spasms").text
    assert re.findall(r'<h3><a href="/en/articles/([^"]+)"', spasms) == [SLUGS[2]]
