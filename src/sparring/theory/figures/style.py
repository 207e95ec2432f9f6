"""How every theory figure looks: a slide of 16:9, large letters, lines that differ in grey too."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from sparring.report.letters import FAMILY, USUAL, families
from sparring.theory.texts import Texts

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


@contextmanager
def styled(t: Texts) -> Iterator[None]:
    """Within this context figures look alike and have the letters of the language."""
    settings: Any = {
        "font.family": families(FAMILY if t.language == "ko" else USUAL), "font.size": 13, "axes.titlesize": 14,
        "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 13, "xtick.labelsize": 11.5,
        "ytick.labelsize": 11.5, "legend.fontsize": 12, "legend.frameon": False, "legend.handlelength": 3.0,
        "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": PALE, "axes.labelcolor": INK,
        "text.color": INK, "xtick.color": INK, "ytick.color": INK, "axes.grid": True, "grid.color": "#ececec",
        "axes.axisbelow": True,
    }  # fmt: skip
    with matplotlib.rc_context(settings):
        yield


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
