"""The style sheet keeps its promises: contrast in both schemes, size, nothing from elsewhere."""

import re

import pytest

from referral.styleguide.tokens import PAIRS, Pair, Scheme, colors, contrast, sizes
from referral.web.html import PACKAGE

STATIC = PACKAGE / "static"
SHEET = (STATIC / "referral.css").read_text()
REFERENCE = (STATIC / "reference.css").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.front} on {pair.ground}")
def test_every_pair_of_colors_in_use_can_be_told_apart(scheme: Scheme, pair: Pair) -> None:
    color = colors(SHEET, scheme)
    assert contrast(color[pair.front], color[pair.ground]) >= pair.least


def test_every_token_is_a_color_or_a_size_that_the_style_guide_shows() -> None:
    declared = set(re.findall(r"--([\w-]+):", SHEET.partition("}")[0]))
    assert declared - {"sans", "serif"} == colors(SHEET, "light").keys() | sizes(SHEET).keys()


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


def test_colors_are_named_once_and_used_by_name() -> None:
    assert (
        re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)) == []
    )


def test_the_dark_scheme_changes_colors_and_nothing_else() -> None:
    assert SHEET.count("prefers-color-scheme") == 1
    dark = re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}\s*\}", SHEET, re.DOTALL)
    assert dark
    assert re.sub(r"--[\w-]+: #[0-9a-f]+;", "", dark[1]).strip() == ""


@pytest.mark.parametrize("sheet", [SHEET, REFERENCE])
def test_every_token_in_use_exists(sheet: str) -> None:
    declared = set(re.findall(r"(--[\w-]+):", SHEET))
    assert set(re.findall(r"var\((--[\w-]+)", sheet)) <= declared


@pytest.mark.parametrize("sheet", [SHEET, REFERENCE])
def test_the_sheet_fetches_nothing(sheet: str) -> None:
    assert not re.search(r"url\(|@import|@font-face", sheet)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("referral.css", 20_500),
        ("share.js", 1_500),
        ("locate.js", 1_100),
        ("reference.css", 3_500),
        ("reference.js", 3_000),
    ],
)
def test_static_files_stay_small(name: str, most: int) -> None:
    assert (STATIC / name).stat().st_size <= most
