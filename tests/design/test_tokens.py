"""The style sheet keeps its promises: contrast in both schemes, size, nothing from elsewhere."""

import re

import pytest

from design.gallery import SOURCE

SHEET = (SOURCE / "static" / "referral.css").read_text()
REFERENCE = (SOURCE / "static" / "reference.css").read_text()
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for controls, marks and focus

GROUNDS = ("paper", "card", "sunk", "wash", "good-wash", "warn-wash", "error-wash")
PAIRS = (
    *(("ink", ground, TEXT) for ground in GROUNDS),
    *(("brand", ground, TEXT) for ground in GROUNDS),
    *(("deep", ground, TEXT) for ground in GROUNDS),
    *(("soft", ground, TEXT) for ground in ("paper", "card", "sunk", "wash")),
    *(("error", ground, TEXT) for ground in ("paper", "card", "wash", "error-wash")),
    *(("good", ground, TEXT) for ground in ("paper", "good-wash")),
    *(("card", tone, TEXT) for tone in ("brand", "good", "warn", "error")),
    ("warn", "warn-wash", TEXT),
    ("on-brand", "brand", TEXT),
    ("on-brand", "deep", TEXT),
    ("on-alarm", "alarm", TEXT),
    ("alarm-ink", "on-alarm", TEXT),
    *(("focus", ground, SHAPE) for ground in GROUNDS),
    *(("edge", ground, SHAPE) for ground in ("paper", "card")),
    *(("clay", ground, SHAPE) for ground in ("paper", "card")),
    *((mark, "body", SHAPE) for mark in ("edge", "brand", "focus")),
    ("alarm-edge", "paper", SHAPE),
)


def tokens(scheme: str) -> dict[str, str]:
    """Return color tokens by name as hex; the dark scheme overrides what it names."""
    light, dark = re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)[:2]
    text = light if scheme == "light" else light + dark
    return dict(re.findall(r"--([\w-]+): (#\w+);", text))


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two hex colors, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) == 7 else "".join(digit * 2 for digit in color[1:])
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_every_pair_of_colors_in_use_can_be_told_apart(
    scheme: str, front: str, ground: str, least: float
) -> None:
    color = tokens(scheme)
    assert contrast(color[front], color[ground]) >= least


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
    assert (SOURCE / "static" / name).stat().st_size <= most
