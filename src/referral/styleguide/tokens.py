"""The tokens of the style sheet, and which colors may stand on which."""

import re
from typing import Literal, NamedTuple

Scheme = Literal["light", "dark"]
ROOT = re.compile(r":root \{(.*?)\}", re.DOTALL)
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2: 1.4.3 for text, 1.4.11 for controls, marks and focus


class Pair(NamedTuple):
    """A color in front of another, and the least contrast that it needs."""

    front: str
    ground: str
    least: float


GROUNDS = ("paper", "card", "sunk", "wash", "good-wash", "warn-wash", "error-wash")
PAIRS = tuple(
    Pair(front, ground, least)
    for front, grounds, least in (
        ("ink", GROUNDS, TEXT),
        ("brand", GROUNDS, TEXT),
        ("deep", GROUNDS, TEXT),
        ("soft", ("paper", "card", "sunk", "wash"), TEXT),
        ("error", ("paper", "card", "wash", "error-wash"), TEXT),
        ("good", ("paper", "good-wash"), TEXT),
        ("card", ("brand", "good", "warn", "error"), TEXT),
        ("warn", ("warn-wash",), TEXT),
        ("on-brand", ("brand", "deep"), TEXT),
        ("on-alarm", ("alarm",), TEXT),
        ("alarm-ink", ("on-alarm",), TEXT),
        ("focus", GROUNDS, SHAPE),
        ("edge", ("paper", "card", "body"), SHAPE),
        ("clay", ("paper", "card"), SHAPE),
        ("brand", ("body",), SHAPE),
        ("focus", ("body",), SHAPE),
        ("alarm-edge", ("paper",), SHAPE),
    )
    for ground in grounds
)


def colors(sheet: str, scheme: Scheme) -> dict[str, str]:
    """Return the colors of `sheet` by name, as hex; the dark scheme overrides what it names."""
    light, dark = ROOT.findall(sheet)[:2]
    text = light if scheme == "light" else light + dark
    return dict(re.findall(r"--([\w-]+): (#\w+);", text))


def sizes(sheet: str) -> dict[str, str]:
    """Return the lengths of `sheet` by name: spaces, corners, sizes of letters and controls."""
    return dict(re.findall(r"--([\w-]+): ((?:[\d.]+rem|clamp\(.*?\)));", ROOT.findall(sheet)[0]))


def contrast(one: str, other: str) -> float:
    """Return the WCAG 2.2 contrast ratio of two hex colors, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    digits = color[1:] if len(color) > len("#rgb") else "".join(digit * 2 for digit in color[1:])
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    is_dark = channel <= 0.04045  # noqa: PLR2004 - the formula's own bound
    return channel / 12.92 if is_dark else ((channel + 0.055) / 1.055) ** 2.4
