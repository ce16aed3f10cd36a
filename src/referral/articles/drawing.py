"""Draws a title on our paper, beside the mark of the house (pure)."""

import io
from collections.abc import Iterator

from font_source_serif_pro import font_files_ttf
from PIL import Image, ImageDraw, ImageFont

from referral.articles.sheet import HEIGHT, WIDTH

# Those of the light style sheet.
PAPER, CARD, INK, BRAND, CLAY = "#fbf6ee", "#fffdf9", "#1d2f2c", "#0d5c54", "#b4502e"
COLORS = 48
MARGIN = 80
LONGEST_LINE = 740
LOWEST_LINE = 470
SIZES = range(76, 30, -4)
FINER = 3
DOOR_WIDTH = 270
# Two Bézier curves of the third degree, and how many points of each are drawn.
TURNS = (
    ((12.2, 5), (8.2, 8.6), (8.2, 11.2), (12.2, 14.8)),
    ((12.2, 14.8), (16.2, 18.4), (16.2, 21), (12.2, 24.6)),
)
POINTS = 100


def draw(title: str) -> bytes:
    """Return the PNG with a title."""
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    image.paste(_door(), (WIDTH - MARGIN - DOOR_WIDTH, 132))
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, HEIGHT - 14, WIDTH, HEIGHT), fill=CLAY)
    lines, font = _fitted(title)
    canvas.multiline_text((MARGIN, MARGIN), "\n".join(lines), fill=INK, font=font, spacing=14)
    canvas.text((MARGIN, 530), "Referral", fill=BRAND, font=_font(46), anchor="ls")
    packed = io.BytesIO()
    image.quantize(COLORS, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _fitted(title: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return the lines of a title, and the largest lettering in which they fit."""
    for size in SIZES:
        font = _font(size)
        lines = list(_lines(title, font))
        bottom = MARGIN + len(lines) * (size + 14)
        if bottom <= LOWEST_LINE and max(map(font.getlength, lines)) <= LONGEST_LINE:
            break
    return lines, font


def _lines(title: str, font: ImageFont.FreeTypeFont) -> Iterator[str]:
    line = ""
    for word in title.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > LONGEST_LINE:
            yield line
            longer = word
        line = longer
    yield line


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_files_ttf["SourceSerifProSemibold"], size)


def _door() -> Image.Image:
    """Draw the mark of the house, an arched door with a spine in it, without ragged edges."""
    scale = DOOR_WIDTH * FINER / 22
    wide, high = round(22 * scale), round(26 * scale)
    large = Image.new("RGB", (wide, high), PAPER)
    canvas = ImageDraw.Draw(large)
    canvas.pieslice((0, 0, wide, wide), 180, 360, fill=BRAND)
    canvas.rectangle((0, wide // 2, wide, high), fill=BRAND)
    for x, y in _spine():
        canvas.circle((x * scale, y * scale), 1.5 * scale, fill=CARD)
    return large.resize((wide // FINER, high // FINER), Image.Resampling.LANCZOS)


def _spine() -> Iterator[tuple[float, float]]:
    """Yield points close together on the line in the mark, as base.html draws it in its frame."""
    for turn in TURNS:
        for step in range(POINTS + 1):
            t = step / POINTS
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            x, y = (
                sum(weight * point[axis] for weight, point in zip(weights, turn, strict=True))
                for axis in (0, 1)
            )
            yield x, y
