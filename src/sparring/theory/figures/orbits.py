"""`dirac`: trajectories and eigenvalues of the Dirac-GAN, theory and the code that trains side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from sparring.games import LOSSES
from sparring.report.waiting import Progress
from sparring.theory import dirac as game
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.eigenvalues import eigenvalue_page
from sparring.theory.figures.style import INK, LINES, page, save, styled
from sparring.theory.texts import Texts
from sparring.words import Language, tr

ORDERS: dict[game.Order, int] = {"simultaneous": 3, "alternating": 4}
"""Orders of updates and their lines; the first lines are the penalties' in the picture of eigenvalues."""
COLUMNS = tuple(LOSSES)
START = (1.0, -1.0)
REACH = 2.6
LANE = (2.5, 3.7)


def dirac(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    losses: Sequence[str] = COLUMNS,
    gamma: float = 0.3,
    h: float = 0.2,
    steps: int = 150,
    progress: Progress = silent,
) -> Drawn:
    """Every loss, penalty and order of updates on the Dirac-GAN: one number against one number.

    Args:
        out: Folder for ``dirac.png`` and ``dirac-eigenvalues.png``.
        language: Of the words; by default the one that is spoken.
        losses: Columns of the picture, names from `LOSSES`.
        gamma: Weight of R1 and R2; the gradient penalty has weight 1.
        h: Size of a step of both players.
        steps: Rounds.
        progress: Told how far it is.

    Raises:
        ValueError: If a loss is not known.

    Source: Mescheder et al. 2018, sections 2 and 3.
    """
    unknown = sorted(set(losses) - set(LOSSES))
    if unknown or not losses:
        raise ValueError(
            tr(
                "losses are {losses}; known are {known}",
                losses=", ".join(map(repr, unknown)) or "[]",
                known=", ".join(LOSSES),
            )
        )
    t = begin(out, language)
    cases = [(loss, penalty) for penalty in game.PENALTIES for loss in losses]
    rows = []
    for done, (loss, penalty) in enumerate(cases):
        progress(t.plain("computing"), done, len(cases))
        rows.append(_row(loss, penalty, gamma, h, steps))
    gap = max((row["gap"] for row in rows if row["gap"] is not None), default=0.0)
    with styled(t):
        files = [
            save(_orbits(t, rows, losses, h, steps), out, "dirac"),
            save(eigenvalue_page(t, rows, h, gap), out, "dirac-eigenvalues"),
        ]
    told = [{k: v for k, v in row.items() if k not in ("by_theory", "by_code")} for row in rows]
    return finish(t, "dirac", files, {"rows": told, "largest_gap": gap, "h": h, "gamma": gamma}, gap=f"{gap:.0e}", h=h)


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
        for order, i in ORDERS.items()
    ]
    handles.append(Line2D([], [], color=INK, marker="+", ls="", ms=11, mew=2, label=t("equilibrium")))
    figure.legend(handles=handles, loc="upper left", bbox_to_anchor=(0.02, 0.893), ncols=3)
    return figure


def _orbit(ax: Axes, t: Texts, row: dict[str, Any]) -> None:
    for order, i in ORDERS.items():
        line = LINES[i]
        if order in row["by_theory"]:
            ax.plot(*row["by_theory"][order].T, color=line.color, ls=line.linestyle, lw=1.3)
        ax.plot(*row["by_code"][order][::6].T, color=line.color, marker=line.marker, ls="", ms=3.6)
    ax.plot(0, 0, "+", color=INK, ms=11, mew=2, zorder=5)
    ax.set_xlim(-REACH, REACH)
    ax.set_ylim(-REACH, LANE[1])
    ax.axhspan(*LANE, color="white", lw=0, zorder=4)  # what is written here is crossed by no curve
    ax.set_xticks([-2, 0, 2])
    ax.set_yticks([-2, 0, 2])
    found = row.get("theory", row.get("code"))
    said = _spectrum(found).replace("-", "−") if found else t("no_matrix")
    if found and max(abs(e) for e in found) < 1e-6:
        said = f"λ = 0 ({t('undecided')})"
    ax.text(0.03, 0.965, said, transform=ax.transAxes, va="top", fontsize=11, zorder=6)


def _spectrum(eigenvalues: Sequence[complex]) -> str:
    """A conjugate pair, or two real numbers."""
    first, last = eigenvalues[0], eigenvalues[-1]
    if abs(last.imag) < 1e-9:
        return "λ = " + ", ".join(f"{e.real + 0.0:.2f}".removesuffix(".00") for e in (first, last))
    return f"λ = {last.real:.2f} ± {abs(last.imag):.2f}i" if abs(last.real) > 1e-9 else f"λ = ± {abs(last.imag):.2f}i"
