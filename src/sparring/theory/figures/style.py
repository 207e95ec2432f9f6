"""How every theory figure looks: a slide of 16:9, large letters, lines that differ in grey too, one file of numbers."""

import json
import logging
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from PIL import Image

from sparring.errors import CommandError
from sparring.theory.figures.texts import TEXTS

Language = Literal["en", "ko"]

HANGUL = (
    "NanumGothic", "Nanum Gothic", "NanumBarunGothic", "Noto Sans CJK KR", "Noto Sans KR", "Noto Sans CJK JP",
    "Malgun Gothic", "AppleGothic", "Apple SD Gothic Neo", "NanumSquare", "NanumMyeongjo", "UnDotum", "Baekmuk Dotum",
    "Source Han Sans KR", "Pretendard", "Gulim", "Dotum", "Batang",
)  # fmt: skip
"""Fonts with Hangul that systems have or can install, best first."""

INK, PALE, BAND = "#1a1a1a", "#767676", "#d9d9d9"
DPI = 120


class Line(NamedTuple):
    """Colour, dashes and marker of one kind of curve: each differs from the others in all three."""

    color: str
    linestyle: Any
    marker: str

    def plot(self, ax: Axes, x: Any, y: Any, label: str | None = None, width: float = 2.6, **more: Any) -> None:
        """Draw it, without markers."""
        ax.plot(x, y, color=self.color, linestyle=self.linestyle, lw=width, label=label, **more)


LINES = (
    Line("#0b4f8a", "-", "o"),
    Line("#e08214", (0, (6, 2)), "s"),
    Line("#117a55", (0, (1.2, 1.2)), "^"),
    Line("#c2559d", (0, (7, 1.6, 1.4, 1.6)), "D"),
    Line("#4d4d4d", (0, (3, 1)), "v"),
    Line("#56b4e9", (0, (9, 2, 1, 2, 1, 2)), "P"),
    Line("#8c5a00", (0, (2, 3)), "X"),
)
"""For curves without a part of their own; after Okabe and Ito, dark and light in turn."""

DATA = Line("#000000", (0, (1.1, 1.3)), "o")
MODEL = Line("#1f9e77", "-", "s")
D_NOW = Line("#0b5fa5", (0, (6, 2)), "^")
D_BEST = Line("#e08214", (0, (7, 1.8, 1.4, 1.8)), "D")


def hangul() -> str:
    """The best installed font with Hangul.

    Raises:
        CommandError: If there is none; says what to install.
    """
    installed = {font.name for font in fontManager.ttflist}
    for name in HANGUL:
        if name in installed:
            return name
    raise CommandError(
        "no font with Hangul is installed, and Korean would be drawn as boxes; install one (Debian, Ubuntu: "
        "apt install fonts-nanum; macOS and Windows bring AppleGothic and Malgun Gothic) or use --language en"
    )


class Texts:
    """The words of one language.

    Args:
        language: ``en`` or ``ko``.

    Raises:
        CommandError: If the language is neither.
    """

    def __init__(self, language: str) -> None:
        if language not in ("en", "ko"):
            raise CommandError(f"language is {language!r}; figures speak en and ko")
        self._column = ("en", "ko").index(language)

    def __call__(self, key: str, **values: Any) -> str:
        """The text of that key with its values filled in."""
        return TEXTS[key][self._column].format(**values)

    def name(self, key: str) -> str:
        """What a loss or a penalty is called; one that has no text goes by its name in the code."""
        return self(key) if key in TEXTS else key.replace("_", " ")


@contextmanager
def styled(language: str) -> Iterator[Texts]:
    """Within this context figures look alike and speak the language."""
    texts = Texts(language)
    family = ["DejaVu Sans"] if language == "en" else ["DejaVu Sans", hangul()]  # DejaVu has the minus sign
    settings: Any = {
        "font.family": family, "font.size": 13, "axes.titlesize": 14, "axes.titleweight": "bold",
        "axes.titlelocation": "left", "axes.labelsize": 13, "xtick.labelsize": 11.5, "ytick.labelsize": 11.5,
        "legend.fontsize": 12, "legend.frameon": False, "legend.handlelength": 3.0, "axes.spines.top": False,
        "axes.spines.right": False, "axes.edgecolor": PALE, "axes.labelcolor": INK, "text.color": INK,
        "xtick.color": INK, "ytick.color": INK, "axes.grid": True, "grid.color": "#ececec", "axes.axisbelow": True,
    }  # fmt: skip
    log = logging.getLogger("matplotlib.font_manager")
    level = log.level
    log.setLevel(logging.ERROR)  # a Hangul font without the exact weight takes its nearest, and would say so each time
    try:
        with matplotlib.rc_context(settings):
            yield texts
    finally:
        log.setLevel(level)


def page(title: str, subtitle: str, size: tuple[float, float] = (12.8, 7.2)) -> Figure:
    """An empty slide with its title and one line below it; inches."""
    figure = Figure(figsize=size, dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    figure.text(0.025, 1 - 0.28 / size[1], title, fontsize=19, fontweight="bold", va="top")
    figure.text(0.025, 1 - 0.72 / size[1], subtitle, fontsize=13, color="#444444", va="top")
    return figure


def picture(figure: Figure) -> Image.Image:
    """The figure as a Pillow picture, for a frame of a GIF."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.fromarray(pixels).convert("RGB")


def save(figure: Figure, out: Path, name: str) -> str:
    """Write ``out/name.png``; the path."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"{name}.png"
    figure.savefig(path, dpi=DPI)
    return str(path)


def write_numbers(out: Path, name: str, found: Mapping[str, Any], files: list[str]) -> dict[str, Any]:
    """Write ``out/name.json`` and give back what is in it: the numbers, and the files by path."""
    path = out / f"{name}.json"
    content = {"figure": name, **_plain(found), "files": [*files, str(path)]}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return content


def _plain(value: Any) -> Any:
    """Numbers as JSON knows them: seven digits, complex as pairs, what is not finite as None."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, complex):
        return [_plain(value.real), _plain(value.imag)]
    if isinstance(value, float):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return value
