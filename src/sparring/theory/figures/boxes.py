"""Boxes and arrows: schematic drawings of who gives what to whom."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from sparring.theory.figures.style import INK

Place = tuple[float, float]

FORWARD: dict[str, Any] = {"color": "#444444", "lw": 1.8, "linestyle": "-"}
"""How what flows forward is drawn: samples and answers."""


def blank(ax: Axes, width: float, height: float) -> None:
    """Axes as a sheet of paper, in units of its own."""
    ax.set_xlim(0, width)
    ax.set_ylim(0, height)
    ax.set_axis_off()


def box(ax: Axes, at: Place, text: str, face: str, size: Place = (1.3, 0.8), fontsize: float = 14) -> None:
    """A rounded box around its middle."""
    (x, y), (w, h) = at, size
    shape = FancyBboxPatch((x - w / 2, y - h / 2), w, h, boxstyle="round,pad=0.02,rounding_size=0.12", fc=face, ec=INK)
    shape.set_linewidth(1.4)
    shape.set_zorder(3)
    ax.add_patch(shape)
    ax.text(x, y, text, ha="center", va="center", fontsize=fontsize, zorder=4, linespacing=1.35)


def arrow(ax: Axes, start: Place, end: Place, bend: float = 0.0, **look: Any) -> None:
    """From a place to another, in the look given or `FORWARD`."""
    shape = FancyArrowPatch(
        start, end, arrowstyle="-|>", mutation_scale=17, connectionstyle=f"arc3,rad={bend}", shrinkA=0, shrinkB=0,
        **{**FORWARD, **look},
    )  # fmt: skip
    shape.set_zorder(2)
    ax.add_patch(shape)
