"""`dirac`: trajectories and eigenvalues of the Dirac-GAN, theory and the code that trains side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sparring.games import LOSSES
from sparring.theory import dirac as game
from sparring.theory.figures.style import INK, LINES, PALE, Language, Texts, page, save, styled, write_numbers

ORDERS: tuple[game.Order, ...] = ("simultaneous", "alternating")
COLUMNS = tuple(LOSSES)
START = (1.0, -1.0)
REACH = 2.6


def dirac(
    out: Path = Path("theory-out"),
    *,
    language: Language = "en",
    seed: int = 0,
    losses: Sequence[str] = COLUMNS,
    gamma: float = 0.3,
    h: float = 0.2,
    steps: int = 150,
) -> dict[str, Any]:
    """Every loss, penalty and order of updates on the smallest GAN there is.

    Args:
        out: Folder for ``dirac.png``, ``dirac-eigenvalues.png`` and ``dirac.json``.
        language: Of the labels.
        seed: Nothing here is left to chance; taken so that all figures are called alike.
        losses: Columns of the picture, names from `LOSSES`.
        gamma: Weight of R1 and R2; the gradient penalty has weight 1.
        h: Size of a step of both players.
        steps: Rounds.

    Returns:
        For every row the eigenvalues and spectral radii by the code, and by theory where it was derived by hand, their
        largest difference, and where the orbits end; the files by path.

    Raises:
        ValueError: If a loss is not known.

    Source: Mescheder et al. 2018, sections 2 and 3.
    """
    unknown = sorted(set(losses) - set(LOSSES))
    if unknown or not losses:
        raise ValueError(f"losses {unknown or 'none'} are not known; known are {', '.join(LOSSES)}")
    rows = [_row(loss, penalty, gamma, h, steps) for penalty in game.PENALTIES for loss in losses]
    gap = max((row["gap"] for row in rows if row["gap"] is not None), default=0.0)
    with styled(language) as t:
        files = [
            save(_orbits(t, rows, losses, h, steps), out, "dirac"),
            save(_eigenvalues(t, rows, h, gap), out, "dirac-eigenvalues"),
        ]
    plain = [{k: v for k, v in row.items() if k not in ("by_theory", "by_code")} for row in rows]
    return write_numbers(out, "dirac", {"rows": plain, "largest_gap": gap, "h": h, "gamma": gamma, "seed": seed}, files)


def _row(loss: str, penalty: str, gamma: float, h: float, steps: int) -> dict[str, Any]:
    weight = 1.0 if penalty == "gradient_penalty" else gamma
    row: dict[str, Any] = {
        "loss": loss,
        "penalty": penalty,
        "gamma": weight,
        "gap": None,
        "by_theory": {},
        "by_code": {},
    }
    if smooth := penalty != "gradient_penalty":
        row["code"] = game.eigenvalues(game.shipping_jacobian(loss, penalty, weight))
    for order in ORDERS:
        played = game.Shipping(LOSSES[loss], game.PENALTIES[penalty](weight), h, order)
        path = row["by_code"][order] = played.orbit(steps, START)
        row[order] = {"end_code": float(np.hypot(*path[-1]))}
        if smooth:
            row[order]["spectral_radius_code"] = game.spectral_radius(played.step_matrix())
    if loss in game.SLOPES:
        _add_theory(row, h, steps)
    return row


def _add_theory(row: dict[str, Any], h: float, steps: int) -> None:
    loss, penalty, weight = row["loss"], row["penalty"], row["gamma"]
    matrix = game.theory_jacobian(loss, penalty, weight)
    if matrix is not None:
        row["theory"] = game.eigenvalues(matrix)
        row["gap"] = float(max(abs(a - b) for a, b in zip(row["theory"], row["code"], strict=True)))
    for order in ORDERS:
        path = row["by_theory"][order] = game.theory_orbit(loss, penalty, weight, h, steps, order, START)
        row[order]["end_theory"] = float(np.hypot(*path[-1]))
        if matrix is not None:
            row[order]["spectral_radius_theory"] = game.spectral_radius(game.theory_step(matrix, h, order))


def _orbits(t: Texts, rows: list[dict[str, Any]], losses: Sequence[str], h: float, steps: int) -> Any:
    figure = page(t("dirac"), t("dirac_sub", h=h, steps=steps), (12.8, 9.6))
    axes = figure.subplots(
        len(game.PENALTIES), len(losses), sharex=True, sharey=True, squeeze=False,
        gridspec_kw={"left": 0.105, "right": 0.985, "top": 0.805, "bottom": 0.065, "wspace": 0.06, "hspace": 0.09},
    )  # fmt: skip
    for ax, row in zip(axes.flat, rows, strict=True):
        _orbit(ax, t, row)
    for ax, loss in zip(axes[0], losses, strict=True):
        ax.set_title(t.name(loss).replace(" (", "\n("), loc="center", fontsize=11.5, pad=6)
    for ax in axes[-1]:
        ax.set_xlabel(t("theta"), fontsize=11.5)
    for ax, penalty in zip(axes[:, 0], game.PENALTIES, strict=True):
        ax.set_ylabel(t("psi"), fontsize=11.5)
        ax.annotate(t(penalty), (0, 0.5), (-56, 0), "axes fraction", "offset points", rotation=90, va="center",
                    ha="center", fontsize=12.5, fontweight="bold")  # fmt: skip
    handles = [
        Line2D(
            [], [], color=LINES[i].color, ls=LINES[i].linestyle, marker=LINES[i].marker, lw=1.8, ms=6, label=t(order)
        )
        for i, order in enumerate(ORDERS)
    ]
    handles.append(Line2D([], [], color=INK, marker="+", ls="", ms=11, mew=2, label=t("equilibrium")))
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.02, 0.893), ncols=3)
    return figure


def _orbit(ax: Axes, t: Texts, row: dict[str, Any]) -> None:
    for line, order in zip(LINES, ORDERS, strict=False):
        if order in row["by_theory"]:
            ax.plot(*row["by_theory"][order].T, color=line.color, ls=line.linestyle, lw=1.3)
        ax.plot(*row["by_code"][order][::6].T, color=line.color, marker=line.marker, ls="", ms=3.6)
    ax.plot(0, 0, "+", color=INK, ms=11, mew=2, zorder=5)
    ax.set_xlim(-REACH, REACH)
    ax.set_ylim(-REACH, REACH)
    ax.set_xticks([-2, 0, 2])
    ax.set_yticks([-2, 0, 2])
    found = row.get("theory", row.get("code"))
    said = _spectrum(found).replace("-", "−") if found else t("no_matrix")
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5}
    ax.text(0.03, 0.965, said, transform=ax.transAxes, va="top", fontsize=11, bbox=box)


def _spectrum(eigenvalues: Sequence[complex]) -> str:
    """A conjugate pair, or two real numbers."""
    first, last = eigenvalues[0], eigenvalues[-1]
    if abs(last.imag) < 1e-9:
        return "λ = " + ", ".join(f"{e.real + 0.0:.2f}".removesuffix(".00") for e in (first, last))
    return f"λ = {last.real:.2f} ± {abs(last.imag):.2f}i" if abs(last.real) > 1e-9 else f"λ = ± {abs(last.imag):.2f}i"


def _eigenvalues(t: Texts, rows: list[dict[str, Any]], h: float, gap: float) -> Any:
    figure = page(t("dirac_eigenvalues"), t("dirac_eigenvalues_sub", gap=max(gap, 1e-16)))
    left = figure.add_axes((0.075, 0.12, 0.29, 0.64))
    right = figure.add_axes((0.545, 0.12, 0.435, 0.64))
    known = [row for row in rows if "code" in row]
    left.axvspan(-1, 0, color="#eef4ee", lw=0, zorder=0)
    left.axvline(0, color=PALE, lw=1.2)
    names = [name for name in game.PENALTIES if name != "gradient_penalty"]
    for line, penalty in zip(LINES, names, strict=False):
        of = [row for row in known if row["penalty"] == penalty]
        theory = np.array([v for row in of for v in row.get("theory", ())])
        code = np.array([v for row in of for v in row["code"]])
        left.scatter(theory.real, theory.imag, s=190, marker=line.marker, facecolors="none", edgecolors=line.color,
                     lw=1.8, label=t(penalty), zorder=3)  # fmt: skip
        left.scatter(code.real, code.imag, s=60, marker="x", color=INK, lw=1.5, zorder=4)
    left.scatter([], [], s=60, marker="x", color=INK, label=t("code"))
    left.set_xlim(-0.45, 0.15)
    left.set_xlabel(t("real_part"))
    left.set_ylabel(t("imaginary_part"))
    left.set_title(t("continuous"), pad=10)
    left.text(-0.43, -1.12, t("converges"), fontsize=12)
    left.set_ylim(-1.2, 1.2)
    _radii(right, t, known, h)
    handles, labels = left.get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper left", bbox_to_anchor=(0.02, 0.875), ncols=4)
    return figure


def _radii(ax: Axes, t: Texts, known: list[dict[str, Any]], h: float) -> None:
    """Spectral radii of a round of steps: every loss and penalty, both orders."""
    places = range(len(known))
    for i, order in enumerate(ORDERS):
        theory = [row[order].get("spectral_radius_theory", np.nan) for row in known]
        code = [row[order]["spectral_radius_code"] for row in known]
        line = LINES[i]
        ax.scatter(
            theory, places, s=110, marker=line.marker, facecolors="none", edgecolors=line.color, lw=1.8, label=t(order)
        )
        ax.scatter(code, places, s=34, marker="x", color=INK, lw=1.3)
    ax.axvline(1, color=PALE, lw=1.4)
    ax.set_yticks(list(places), [f"{t.name(row['loss'])}, {t(row['penalty'])}" for row in known], fontsize=10)
    ax.invert_yaxis()
    ax.set_xlabel(t("radius_axis"))
    ax.set_title(t("discrete", h=h), pad=10)
    ax.legend(loc="lower right", fontsize=11.5, frameon=True, edgecolor="none")
