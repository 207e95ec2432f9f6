"""The eigenvalues of the Dirac-GAN: in continuous time, and what finite steps make of them. One code for both panels."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from sparring.theory.figures.style import INK, LINES, PALE, page
from sparring.theory.texts import Texts

SHOWN = ("none", "r1", "r1+r2")


def eigenvalue_page(t: Texts, rows: list[dict[str, Any]], h: float, gap: float) -> Figure:
    """Colour and shape tell the penalty; a mark that is filled, alternating updates; a cross, the code that trains.

    Args:
        t: The words.
        rows: For each loss and penalty what theory and code found.
        h: Size of a step.
        gap: Largest difference between theory and code.
    """
    figure = page(t("dirac_eigenvalues"), t("dirac_eigenvalues_sub", gap=max(gap, 1e-16)), (12.8, 8.0))
    left, right = figure.add_axes((0.075, 0.1, 0.33, 0.645)), figure.add_axes((0.6, 0.1, 0.38, 0.645))
    known = [row for row in rows if "code" in row]
    _plane(left, t, known)
    _radii(right, t, known, h)
    marks = [_mark(i, t(penalty)) for i, penalty in enumerate(SHOWN)]
    marks.append(Line2D([], [], marker="x", color=INK, ls="", ms=8, mew=1.6, label=t("code")))
    marks.append(Line2D([], [], marker="o", mfc="none", mec=PALE, ls="", ms=11, mew=1.8, label=t("hollow")))
    marks.append(Line2D([], [], marker="o", mfc=(PALE, 0.4), mec=PALE, ls="", ms=11, mew=1.8, label=t("filled")))
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(0.02, 0.885), ncols=6, handlelength=1.2,
                  columnspacing=1.4)  # fmt: skip
    return figure


def _mark(i: int, label: str) -> Line2D:
    line = LINES[i]
    return Line2D([], [], marker=line.marker, mfc="none", mec=line.color, ls="", ms=12, mew=1.8, label=label)


def _plane(ax: Axes, t: Texts, known: list[dict[str, Any]]) -> None:
    """Eigenvalues of J in the complex plane."""
    ax.axvspan(-1, 0, color="#eef4ee", lw=0, zorder=0)
    ax.axvline(0, color=PALE, lw=1.2)
    for i, penalty in enumerate(SHOWN):
        of = [row for row in known if row["penalty"] == penalty]
        hollow: Any = {"marker": LINES[i].marker, "facecolors": "none", "edgecolors": LINES[i].color, "lw": 1.8}
        crossed: Any = {"marker": "x", "color": INK, "lw": 1.5}
        for name, size, look in (("theory", 190, hollow), ("code", 60, crossed)):
            values = np.array([v for row in of for v in row.get(name, ())], dtype=complex)
            ax.scatter(values.real, values.imag, s=size, zorder=3, **look)
    arrow = {"arrowstyle": "->", "color": INK, "lw": 1.3, "shrinkB": 9}
    if any(max(abs(v) for v in row["code"]) < 1e-6 for row in known):
        ax.annotate(t("zero"), (0, 0), (0.05, -0.66), fontsize=10.5, arrowprops=arrow, ha="left", va="top",
                    annotation_clip=False, linespacing=1.35)  # fmt: skip
    ax.text(0.07, 1.14, t("circles"), fontsize=11.5, va="top")
    ax.text(-0.64, 1.13, t("converges"), fontsize=11.5, va="top")
    ax.set_xlim(-0.66, 0.42)
    ax.set_ylim(-1.2, 1.2)
    ax.set_xlabel(t("real_part"))
    ax.set_ylabel(t("imaginary_part"))
    ax.set_title(t("continuous"), pad=10)


def _radii(ax: Axes, t: Texts, known: list[dict[str, Any]], h: float) -> None:
    """Spectral radii of a round of steps: a line for each loss, a row for each penalty, both orders in it."""
    losses = list(dict.fromkeys(row["loss"] for row in known))
    for row in known:
        if row["penalty"] not in SHOWN:
            continue
        i = SHOWN.index(row["penalty"])
        y = losses.index(row["loss"]) + 0.25 * (i - 1)
        line = LINES[i]
        for order, fill in (("simultaneous", "none"), ("alternating", (line.color, 0.4))):
            radius = row[order].get("spectral_radius_theory", np.nan)
            ax.plot([radius], [y], marker=line.marker, mfc=fill, mec=line.color, ms=9, mew=1.6, ls="", zorder=3)
            ax.plot([row[order]["spectral_radius_code"]], [y], marker="x", color=INK, ms=4.5, mew=1.2, ls="", zorder=4)
    for i in range(1, len(losses)):
        ax.axhline(i - 0.5, color="#ececec", lw=1)
    ax.axvline(1, color=PALE, lw=1.4)
    ax.grid(axis="y", visible=False)
    ax.set_yticks(range(len(losses)), [t.name(loss) for loss in losses])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(losses) - 0.5, -0.5)
    ax.set_xlabel(t("radius_axis"))
    ax.set_title(t("discrete", h=h), pad=10)
