"""Loading a folder of articles: what a good file becomes, and what a broken one says."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from article_files import GOOD, one, write
from referral.articles.catalog import ArticleError, Source, load

# What is replaced in GOOD, by what, and the line and sentence that must come back.
BROKEN = {
    "no front matter": (GOOD, "Hello.\n", 1, "the file must begin with front matter"),
    "an empty file": (GOOD, "", 1, "the file must begin with front matter"),
    "front matter left open": ("2\n---\n", "2\n", 1, "no closing line of three hyphens"),
    "empty front matter": (GOOD, "---\n---\n\nHello.\n", 1, "there is no 'name: value' line"),
    "a list as front matter": (GOOD, "---\n- a\n---\nHello.\n", 2, "'name: value' lines"),
    "bad YAML": ("topics: [necks, self-care]", "topics: [necks", 13, "not valid YAML"),
    "a colon in a title": ("Stiff necks\n", "Necks: stiff: 1\n", 2, "not valid YAML"),
    "a control character": ("A review", "A \x00review", 21, "there is a control character"),
    "a noncharacter in the text": ("Nobody knows", "Nobody\ufffeknows", 29, "a control character"),
    "a missing field": ("reviewed: not yet\n", "", 2, "'reviewed' is missing"),
    "an unknown field": ("author:", "writer:", 7, "'writer' is unknown"),
    "the same field twice": ("topics:", "title: Again\ntopics:", 12, "'title' is here twice"),
    "a number for a title": ("Stiff necks", "12", 2, "'title' must be text"),
    "a list for a title": ("Stiff necks", "[a, b]", 2, "'title' must be text"),
    "an author without a name": ("The Referral editors", '" "', 8, "'name' is empty"),
    "only a name as author": ("  kind: group\n", "", 8, "'kind' is missing"),
    "an author of no kind": ("kind: group", "kind: robot", 9, "'kind' must be person or group"),
    "nobody as reviewer": ("not yet", "", 11, "'reviewed' must be 'not yet', or say by whom"),
    "a reviewer without a day": ("not yet", "{name: A, credential: DC}", 11, "'date' is missing"),
    "an unknown topic": ("[necks, self-care]", "[necks, bees]", 12, "'bees' is not in topics.yaml"),
    "text for topics": ("[necks, self-care]", "necks", 12, "'topics' must be a list"),
    "no topics": ("[necks, self-care]", "[]", 12, "at least one entry"),
    "a number among the signs": ("Slurred speech.", "7", 15, "'emergency' must be text"),
    "another slug": ("slug: stiff-necks", "slug: necks", 3, "the name of the file, stiff-necks"),
    "a taken slug": ("slug: stiff-necks", "slug: other", 3, "other.md already has this slug"),
    "a long description": ("is.", "is" + "!" * 141, 4, "has 161 characters; 160 is the most"),
    "a date in words": ("2026-11-24", "November 24", 5, "'published' must be a date such as"),
    "a date without hyphens": ("2026-11-24", "20261124", 5, "'published' must be a date"),
    "a day that never was": ("2026-11-24", "2026-02-30", 5, "'published' must be a date"),
    "a date with a time": ("2026-11-24", "2026-11-24T10:00:00Z", 5, "must be a date"),
    "an update from the past": ("2026-11-25", "2026-11-23", 6, "'updated' is before 'published'"),
    "a source without a year": ("    year: 2021\n", "", 21, "'year' is missing"),
    "a source with a doi field": ("2021\n", "2021\n    doi: x\n", 24, "'doi' is unknown"),
    "a year in words": ("2021", "last year", 23, "'year' must be a number"),
    "a negative year": ("2021", "-5", 23, "'year' must be a number"),
    "a source that is only text": ("  - title: A trial\n", "  - A trial\n", 18, "not valid YAML"),
    "a source over plain http": ("https://doi.org/10.1000/2", "http://a.b", 24, "https://"),
    "no such source": ("[2](#source-2)", "[3](#source-3)", 30, "there is no source 3"),
    "source zero": ("[1](#source-1)", "[0](#source-0)", 29, "there is no source 0"),
    "a crossed citation": ("[2](#source-2)", "[1](#source-2)", 30, "must read 2"),
    "an empty citation": ("[2](#source-2)", "[](#source-2)", 30, "must read 2"),
    "no text": (GOOD[GOOD.index("\n## ") :], "\n \n", 25, "the article has no text"),
    "a title in the text": ("## Why", "# Why", 27, "one # is kept for the title"),
    "a script link": ("(/check)", "(javascript:alert)", 34, "may only begin with https://"),
    "a shouted scheme": ("(/check)", "(JavaScript:alert)", 34, "may only begin with https://"),
    "a data link": ("(/check)", "(data:text/html,x)", 34, "may only begin with https://"),
    "a plain http link": ("(/check)", "(http://a.b)", 34, "may only begin with https://"),
    "an autolink": ("[the form](/check)", "<ftp://a.b>", 34, "may only begin with https://"),
    "a link to another host": ("(/check)", "(//a.b)", 34, "may only begin with https://"),
    "a link without address": ("(/check)", "()", 34, "the link '' names no article"),
    "a link to no article": ("(/check)", "(necks)", 34, "the link 'necks' names no article"),
    "a link to no heading": ("(/check)", "(#how)", 34, "there is no heading for the link #how"),
    "a picture from elsewhere": ("[the", "![](https://a.b/c.png) [the", 34, "begin with /"),
    "a link in a table": ("[the", "| a |\n|--|\n| [b](ftp://c) |\n\n[the", 36, "may only begin"),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=[name.replace(" ", "-") for name in BROKEN])
def test_a_broken_file_names_its_line_and_what_is_wrong(
    tmp_path: Path, case: tuple[str, str, int, str]
) -> None:
    old, new, line, sentence = case
    assert GOOD.count(old) == 1
    write(tmp_path, GOOD.replace("stiff-necks", "other"), name="other")
    write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ArticleError) as caught:
        load(tmp_path)
    assert caught.value.detail.startswith(f"stiff-necks.md:{line}: ")
    assert sentence in caught.value.detail
    assert "\n" not in caught.value.detail


def test_every_broken_file_is_named_once(tmp_path: Path) -> None:
    write(tmp_path, "Hello.", name="a")
    write(tmp_path)
    write(tmp_path, GOOD.replace("2026", "x"), name="b")
    with pytest.raises(ArticleError) as caught:
        load(tmp_path)
    assert [line.split(":")[0] for line in caught.value.detail.split("\n")] == ["a.md", "b.md"]


def test_a_file_that_is_not_utf8_names_the_line_of_the_bad_byte(tmp_path: Path) -> None:
    (tmp_path / "necks.md").write_bytes(b"---\ntitle: caf\xe9\n---\nHello.\n")
    with pytest.raises(ArticleError, match=r"^necks\.md:2: the file is not written in UTF-8$"):
        load(tmp_path)


def test_a_file_name_that_cannot_be_an_address_is_refused(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("slug: stiff-necks", "slug: Stiff_necks"), name="Stiff_necks")
    with pytest.raises(ArticleError, match=r"^Stiff_necks\.md:3: a slug has only small letters"):
        load(tmp_path)


def test_a_missing_folder_is_an_error_and_an_empty_one_is_not(tmp_path: Path) -> None:
    assert load(tmp_path) == ()
    with pytest.raises(ArticleError, match="there is no such folder"):
        load(tmp_path / "nowhere")


def test_a_good_file_becomes_an_article(tmp_path: Path) -> None:
    article = one(tmp_path)
    assert (article.slug, article.title) == ("stiff-necks", "Stiff necks")
    assert (article.published, article.updated) == (date(2026, 11, 24), date(2026, 11, 25))
    assert article.emergency == ("Chest pain.", "Slurred speech.")
    assert article.sources[1] == Source(
        2, "A review", "Another journal", 2021, "https://doi.org/10.1000/2"
    )
    assert article.headings == (("why-it-hurts", "Why it hurts"),)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path, end: str) -> None:
    assert one(tmp_path, "\ufeff" + GOOD.replace("\n", end)) == one(tmp_path)


def test_an_update_on_the_same_day_is_fine(tmp_path: Path) -> None:
    assert one(tmp_path, GOOD.replace("2026-11-25", "2026-11-24")).updated == date(2026, 11, 24)


def test_a_description_of_160_characters_is_fine(tmp_path: Path) -> None:
    assert len(one(tmp_path, GOOD.replace("is.", "is" + "!" * 140)).description) == 160


def test_the_newest_comes_first_and_ties_go_by_name(tmp_path: Path) -> None:
    for name, day in (("b", "2026-11-20"), ("c", "2026-11-22"), ("a", "2026-11-20")):
        text = GOOD.replace("slug: stiff-necks", f"slug: {name}").replace("2026-11-24", day)
        write(tmp_path, text, name=name)
    assert [article.slug for article in load(tmp_path)] == ["c", "a", "b"]


def test_headings_get_ids_and_a_repeated_one_gets_a_number(tmp_path: Path) -> None:
    article = one(tmp_path, GOOD + "\n## A *detail*\n\n## ¿?\n\n## Señales\n\n#### Small\n")
    assert '<h3 id="a-detail">A detail</h3>' in article.html
    assert '<h2 id="a-detail-2">A <em>detail</em></h2>' in article.html
    assert "<h4>Small</h4>" in article.html
    assert article.headings[1:3] == (("a-detail-2", "A detail"), ("section", "¿?"))
    assert article.headings[3] == ("senales", "Señales")


def test_a_citation_becomes_a_note_reference(tmp_path: Path) -> None:
    cited = '<a href="#source-1" class="citation" role="doc-noteref">[1]</a>'
    assert cited in one(tmp_path).html


def test_links_inside_the_site_out_of_it_and_to_people_are_kept(tmp_path: Path) -> None:
    links = ("/clinics", "https://who.int/", "mailto:a@b.c", "tel:911", "#a-detail", "stiff-necks")
    html = one(tmp_path, GOOD + "\n".join(f"\n[x]({link})\n" for link in links)).html
    assert [link for link in links if f'<a href="{link}">x</a>' in html] == list(links)


def test_tables_are_rendered(tmp_path: Path) -> None:
    assert "<td>b</td>" in one(tmp_path, GOOD + "\n| a |\n|---|\n| b |\n").html


@pytest.mark.parametrize(
    "raw", ["<script>alert(1)</script>", "a <b onclick='x'>b</b>", "<!-- c -->", "<img src=x>"]
)
def test_raw_html_comes_out_as_text(tmp_path: Path, raw: str) -> None:
    html = one(tmp_path, f"{GOOD}\n{raw}\n").html
    assert raw not in html
    assert raw.replace("<", "&lt;").partition(">")[0] in html


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), min_size=1))
def test_no_text_whatsoever_opens_a_foreign_tag(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("articles")
    try:
        html = one(folder, f"{GOOD}\n{text}\n<script>\n").html
    except ArticleError:
        return
    assert "<script" not in html


@pytest.mark.parametrize(
    ("words", "minutes"), [(1, 1), (199, 1), (200, 1), (201, 2), (400, 2), (401, 3)]
)
def test_reading_time_is_two_hundred_words_a_minute_rounded_up(
    tmp_path: Path, words: int, minutes: int
) -> None:
    front = GOOD[: GOOD.index("\n## ")]
    article = one(tmp_path, front + "\n" + "word " * words)
    assert (article.words, article.minutes) == (words, minutes)


def test_words_are_what_a_reader_reads(tmp_path: Path) -> None:
    front = GOOD[: GOOD.index("\n## ")]
    body = "## Two words\n\nIt\u2019s a well-known - fact, at 100.4 `now` [1](#source-1).\n"
    assert one(tmp_path, f"{front}\n{body}").words == 9
