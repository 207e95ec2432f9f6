"""The letters of pictures: a Hangul font comes with the library, so Korean is never drawn as boxes."""

from functools import cache
from pathlib import Path

from matplotlib.font_manager import fontManager

FONTS = Path(__file__).with_name("fonts")
FAMILY = "Sparring Hangul"
USUAL = "DejaVu Sans"  # matplotlib brings it
EAST_ASIAN = ("Noto Sans CJK KR", "Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans KR", "Malgun Gothic",
              "Apple SD Gothic Neo", "AppleGothic", "Hiragino Sans", "PingFang SC", "Microsoft YaHei")  # fmt: skip
"""Fonts that systems have for letters beyond Latin, Greek and Hangul: used where they are installed, never asked for."""


@cache
def hangul() -> str:
    """The family of the Hangul font, made known to matplotlib; no cache on the disk is touched.

    It has 2,350 syllables (KS X 1001), ASCII and Greek, in two weights.

    Raises:
        FileNotFoundError: If the package is incomplete.
    """
    for weight in ("Regular", "Bold"):
        fontManager.addfont(FONTS / f"SparringHangul-{weight}.ttf")
    return FAMILY


def families(first: str = USUAL) -> list[str]:
    """Fonts to look letters up in, in this order: ``first``, the usual one, Hangul, and what else is installed.

    Args:
        first: `USUAL`, or `FAMILY` where most letters are Hangul.
    """
    have = {font.name for font in fontManager.ttflist}
    return list(dict.fromkeys([first, USUAL, hangul(), *(name for name in EAST_ASIAN if name in have)]))
