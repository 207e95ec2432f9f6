"""Names beside the rows of a grid of pictures: a row a class, and which it is."""

from collections.abc import Sequence
from importlib.util import find_spec
from math import ceil
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sparring.report.grid import Pictures

SMALLEST, LARGEST = 9, 20
"""Height of the letters in pixels, at least and at most."""
GAP = 6  # pixels between a name and its row
PLAIN = Path("mpl-data", "fonts", "ttf", "DejaVuSans.ttf")
HANGUL = Path(__file__).with_name("fonts") / "SparringHangul-Regular.ttf"


def with_names(
    whole: Pictures,
    names: Sequence[str],
    room: int = 200,
    pad: int = 2,
    low: float | None = None,
    high: float | None = None,
) -> Pictures:
    """A grid with the name of each row on its left, black on white, right-aligned.

    Args:
        whole: As `sparring.report.grid.grid` gives it, (H, W, C).
        names: One for each row of the grid, the uppermost first.
        room: Pixels that the names may take; those that are too long are cut.
        pad: Width of the grid's lines in pixels.
        low: The float that is black, if pictures are floats; by default the smallest.
        high: The float that is white; by default the largest.

    Returns:
        (H, W', C) in the dtype of the pictures, wider by as much as the longest name needs, at most by ``room``.
    """
    height, _, channels = whole.shape
    step = (height - pad) / len(names)
    size = int(min(max(step * 0.5, SMALLEST), LARGEST))
    fonts = [_font(name, size) for name in names]
    shown = [_cut(name, font, room - 2 * GAP) for name, font in zip(names, fonts, strict=True)]
    width = max(ceil(font.getlength(name)) for name, font in zip(shown, fonts, strict=True)) + 2 * GAP
    margin = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(margin)
    for i, (name, font) in enumerate(zip(shown, fonts, strict=True)):
        draw.text((width - GAP, pad + step * (i + 0.5) - pad / 2), name, 0, font, anchor="rm")
    share = np.asarray(margin, np.float64)[..., None] / 255
    black, white = _ends(whole, low, high)
    left = np.repeat(black + share * (white - black), channels, axis=2)
    if channels == 4:
        left[..., 3] = white  # not transparent
    return np.concatenate([left.astype(whole.dtype), whole], axis=1)


def _cut(name: str, font: ImageFont.FreeTypeFont, room: int) -> str:
    """The name, or as much of it as fits."""
    if font.getlength(name) <= room:
        return name
    return next(cut for n in range(len(name), -1, -1) if font.getlength(cut := name[:n] + "..") <= room)


def _ends(whole: Pictures, low: float | None, high: float | None) -> tuple[float, float]:
    """The values that are black and white."""
    if not np.issubdtype(whole.dtype, np.floating):
        return 0.0, float(np.iinfo(whole.dtype).max)
    good = whole[np.isfinite(whole)]
    return (float(good.min(initial=0)) if low is None else low), (float(good.max(initial=1)) if high is None else high)


def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """For Latin and many more matplotlib's, for Hangul the library's; both come with the packages."""
    if any("가" <= letter <= "힣" for letter in name):
        return ImageFont.truetype(HANGUL, size)
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    return ImageFont.truetype(Path(found.origin).parent / PLAIN, size)
