"""Curves on paper: one panel, readable in grey."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullFormatter
from rich.cells import cell_len

from sparring.report.curves import FEW, Curve, Panel, legend_columns, limits
from sparring.report.letters import families
from sparring.report.numbers import count, short
from sparring.words import tr

INK, PALE = "#222222", "#8a8a8a"
# Dark and light in turn, so that neighbours differ in print; after Okabe and Ito, safe for the colour-blind.
COLOURS = ("#0a5a94", "#e08214", "#1b7f5c", "#c2559d", "#5b5b5b", "#56b4e9", "#a6761d", "#7a3fa0")
STYLES: tuple[Any, ...] = ("-", (0, (5, 1.6)), (0, (6, 1.5, 1.2, 1.5)), (0, (9, 2.5)))
DOTS: Any = (0, (1.1, 1.3))
LEGEND = 15  # points: height of a row of the legend
LONG = 18  # columns of a label beyond which two entries side by side need smaller ones


def as_it_is(text: Text) -> None:
    """A text without formulas in it, in a font that has its letters where the usual one has not."""
    text.set_parse_math(False)
    if any(ord(letter) >= 0x1100 for letter in text.get_text()):
        text.set(fontfamily=families())


def draw(ax: Axes, panel: Panel, x_label: str, above: int = 1, size: float = 10.5) -> None:
    """One panel: thin raw lines, thick smoothed ones, a legend that tells the last values.

    Args:
        ax: Empty axes; the legend stands above them, below the title.
        panel: What to draw.
        x_label: What the steps are called.
        above: Rows that the legend has room for.
        size: Of the letters, in points.
    """
    low, high, cut = (-0.03, 1.03, None) if panel.unit else limits(panel)
    if panel.log:
        ax.set_yscale("log")
    handles = [_line(ax, curve, *_look(panel, curve)) for curve in panel.curves]
    ax.set_ylim(*((10**low, 10**high) if panel.log else (low, high)))
    _across(ax, panel.curves)
    if panel.level is not None:
        ax.axhline(panel.level[0], color=INK, lw=0.9, ls=(0, (1, 2)), zorder=1)
        as_it_is(ax.annotate(panel.level[1], (1, panel.level[0]), xytext=(4, 0), xycoords=("axes fraction", "data"),
                             textcoords="offset points", va="center", fontsize=size - 1, color=INK))  # fmt: skip
    if cut is not None:
        as_it_is(ax.text(0.99, 0.97, tr("cut off: as far as {value}", value=short(cut)), transform=ax.transAxes,
                         fontsize=size - 2, color="#555555", ha="right", va="top"))  # fmt: skip
    _axes(ax, panel, (low, high), x_label, size)
    title = ax.set_title(
        panel.title, fontsize=size + 0.5, fontweight="bold", color=INK, loc="left", pad=6 + LEGEND * above
    )
    letters = size - (2.6 if max((cell_len(c.label) for c in panel.curves), default=0) > LONG else 1.0)
    legend = ax.legend(handles=handles, loc="lower left", bbox_to_anchor=(-0.01, 0.985), ncols=legend_columns(panel),
              frameon=False, fontsize=letters, borderaxespad=0, borderpad=0.3, labelspacing=0.25, handlelength=2.4,
              columnspacing=1.2, handletextpad=0.5, labelcolor=INK)  # fmt: skip
    for text in (title, *legend.get_texts()):
        as_it_is(text)


def _look(panel: Panel, curve: Curve) -> tuple[str, Any]:
    """Colour and style; what is held out has the colour of its twin, and dots."""
    twins = list(dict.fromkeys(c.of for c in panel.curves))
    i = twins.index(curve.of)
    dots = curve.label != curve.of
    return COLOURS[i % len(COLOURS)], DOTS if dots else STYLES[i % len(STYLES)]


def _line(ax: Axes, curve: Curve, colour: str, style: Any) -> Line2D:
    few = len(curve.y) <= FEW
    if curve.low is not None and curve.high is not None:
        ax.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.18, lw=0, zorder=1)
    if not few:
        ax.plot(curve.x, curve.y, color=colour, lw=0.6, alpha=0.32, zorder=2)
    (line,) = ax.plot(
        curve.x,
        curve.smooth,
        color=colour,
        lw=1.9,
        ls=style,
        marker="o" if few else None,
        ms=4,
        clip_on=not few,
        zorder=3,
    )
    line.set_label(f"{curve.label}  {short(float(curve.smooth[-1]))}")
    return line


def _across(ax: Axes, curves: list[Curve]) -> None:
    """The x axis from the first step to the last; a single step stands in the middle."""
    low, high = (float(f([f(c.x) for c in curves])) for f in (np.min, np.max))
    ax.set_xlim((low - 1, high + 1) if low == high else (low, high))


def _axes(ax: Axes, panel: Panel, reach: tuple[float, float], x_label: str, size: float) -> None:
    as_it_is(ax.set_xlabel(x_label, fontsize=size - 1, color=INK, labelpad=2))
    ax.tick_params(labelsize=size - 1, color=PALE, labelcolor=INK, length=3)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    if panel.log:
        ax.yaxis.set_major_locator(FixedLocator([10**tick for tick in _log_ticks(*reach)]))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
    else:
        ax.yaxis.set_major_locator(MaxNLocator(5))
    ax.grid(color="#e4e4e4", lw=0.7, zorder=0)
    ax.set_axisbelow(True)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(PALE)


def _log_ticks(low: float, high: float) -> list[float]:
    """log10 of four or so round numbers between 10**low and 10**high: 1, 10; 1, 3, 10; or 1, 2, 5, 10."""
    first, last = int(np.floor(low)), int(np.ceil(high))
    ticks: list[float] = []
    for within in ((1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7)):
        every = max((last - first) // 5, 1)
        ticks = [power + float(np.log10(f)) for power in range(first, last + 1, every) for f in within]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) >= 3:
            break
    return ticks
