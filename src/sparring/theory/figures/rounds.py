"""`loop`: one step of Algorithm 1 drawn, and what each move does to V in a real run."""

from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.figures.boxes import arrow, blank, box
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import BAND, INK, LINES, MODEL, PALE, page, save, styled
from sparring.theory.objectives import value_reported
from sparring.theory.play import Play, Setup, start_at
from sparring.theory.texts import Texts
from sparring.theory.worlds import gaussian
from sparring.words import Language, tr

ASIDE = 150
"""Steps of D before the rounds that are drawn, so that it knows something."""
FACES = {"data": "#eeeeee", "z": "#f4f0e6", "G": "#d5efe4", "D": "#d6e6f5", "loss": "#fdebd3"}
BACK = {"lw": 2.6, "linestyle": (0, (4, 2))}


def loop(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    k: int = 3,
    rounds: int = 8,
    progress: Progress = silent,
) -> Drawn:
    """Algorithm 1: k steps of D, then one of G; which way the gradient goes in each, and what V does.

    Below the drawing a real run of the minimax game: V over the same samples after every single step. D's steps raise
    it, G's lower it, and each changes its own weights only.

    Args:
        out: Folder for ``loop.png``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        k: Steps of D for one of G.
        rounds: Number of rounds that are drawn.
        progress: Told how far it is.

    Raises:
        ValueError: If ``k`` or ``rounds`` is below 1.

    Source: Goodfellow et al. 2014, algorithm 1 and equation 1.
    """
    if k < 1 or rounds < 1:
        raise ValueError(tr("k is {k} and rounds {rounds}; both are 1 or more", k=k, rounds=rounds))
    t = begin(out, language)
    moves = played(seed, k, rounds, lambda done, total: progress(t.plain("training"), done, total))
    with styled(t):
        files = [save(_draw(t, moves, k), out, "loop")]
    steps = list(zip(moves["who"][1:], moves["v"], moves["v"][1:], strict=False))
    up = sum(after > before for who, before, after in steps if who == "D")
    down = sum(after < before for who, before, after in steps if who == "G")
    numbers = {**moves, "k": k, "up_by_d": up, "down_by_g": down, "seed": seed}
    return finish(t, "loop", files, numbers, k=k, up=up, ups=k * rounds, down=down, downs=rounds)


def played(seed: int, k: int, rounds: int, told: Any) -> dict[str, list[Any]]:
    """V after each step, whose step it was, and how far it moved D's and G's weights (norms)."""
    setup = Setup("minimax", "none", width=48, depth=2, z_dim=1, lr=(1e-2, 1e-2), g_rate=0.2, smooth=True)
    play = Play(gaussian(), setup, seed)
    start_at(play, 0.6, 2.0)
    for _ in range(ASIDE):
        play.alone("D")
    cells = dv.line_grid(-6, 7, 400)
    p = play.world.density(cells.x[:, None])
    order = [name for _ in range(rounds) for name in [*["D"] * k, "G"]]
    found: dict[str, list[Any]] = {"who": ["start"], "v": [_value(play, cells, p)], "moved_d": [0.0], "moved_g": [0.0]}
    for n, name in enumerate(order):
        told(n, len(order))
        before = {who: _weights(play, who) for who in "DG"}
        play.alone(name)
        found["who"].append(name)
        found["v"].append(_value(play, cells, p))
        for who in "DG":
            found[f"moved_{who.lower()}"].append(float((_weights(play, who) - before[who]).norm()))
    return found


def _weights(play: Play, who: str) -> Tensor:
    network = play.game.D if who == "D" else play.game.G
    return torch.nn.utils.parameters_to_vector(network.parameters()).detach().clone()


def _value(play: Play, cells: dv.Grid, p: Tensor) -> float:
    fakes = play.fakes(20_000, average=False)
    return value_reported(play.logits(cells.x[:, None]), p, cells.dx, play.logits(fakes))


def _draw(t: Texts, moves: dict[str, list[Any]], k: int) -> Any:
    figure = page(t("loop"), t("loop_sub"), (12.8, 9.0))
    left, right = figure.add_axes((0.02, 0.4, 0.47, 0.46)), figure.add_axes((0.51, 0.4, 0.47, 0.46))
    _scheme(left, t, "D", t("d_moves", k=k))
    _scheme(right, t, "G", t("g_moves"))
    below = figure.add_axes((0.075, 0.085, 0.905, 0.245))
    _sawtooth(below, t, moves)
    return figure


def _scheme(ax: Axes, t: Texts, who: str, title: str) -> None:
    """Who gives what to whom in a step of that player, and which way its gradient goes."""
    blank(ax, 10, 7.4)
    ax.text(0.1, 7.0, title, fontsize=15, fontweight="bold", va="center")
    box(ax, (0.85, 2.6), t("box_z"), FACES["z"], (1.35, 1.3), 12)
    box(ax, (3.15, 2.6), t("box_g"), FACES["G"], (1.95, 1.5), 12)
    arrow(ax, (1.58, 2.6), (2.13, 2.6))
    (_gradient_of_d if who == "D" else _gradient_of_g)(ax, t)


def _gradient_of_d(ax: Axes, t: Texts) -> None:
    colour, stop = LINES[0].color, "#8a3600"
    box(ax, (3.15, 5.2), t("box_data"), FACES["data"], (1.95, 1.3), 12)
    box(ax, (5.9, 3.7), t("box_d"), FACES["D"], (1.7, 1.5), 12)
    box(ax, (8.62, 3.7), t("pays_d"), FACES["loss"], (2.68, 1.9), 12)
    arrow(ax, (4.18, 5.2), (5.0, 4.2))
    arrow(ax, (4.18, 2.6), (5.0, 3.2))
    arrow(ax, (6.8, 3.7), (7.24, 3.7))
    arrow(ax, (8.62, 2.65), (5.95, 2.85), -0.45, color=colour, **BACK)
    ax.plot([4.45, 4.72], [2.35, 3.5], color=stop, lw=4, solid_capstyle="butt", zorder=5)
    ax.text(3.15, 3.45, t("held"), fontsize=12, ha="center", va="bottom")
    ax.text(5.9, 4.6, t("changes"), fontsize=12, ha="center", va="bottom", color=colour, fontweight="bold")
    ax.text(4.3, 1.5, t("stops"), fontsize=12, color=stop, ha="center", va="top")
    ax.text(7.6, 1.5, t("into_d"), fontsize=12, color=colour, ha="center", va="top")


def _gradient_of_g(ax: Axes, t: Texts) -> None:
    colour = MODEL.color
    box(ax, (5.75, 2.6), t("box_d"), FACES["D"], (1.7, 1.5), 12)
    box(ax, (8.65, 2.6), t("pays_g"), FACES["loss"], (2.5, 1.3), 12)
    arrow(ax, (4.18, 2.6), (4.85, 2.6))
    arrow(ax, (6.65, 2.6), (7.35, 2.6))
    arrow(ax, (8.65, 1.9), (5.85, 1.78), -0.35, color=colour, **BACK)
    arrow(ax, (5.65, 1.78), (3.2, 1.78), -0.4, color=colour, **BACK)
    ax.text(5.4, 0.72, t("through_d"), fontsize=12, color=colour, ha="center", va="top")
    ax.text(3.15, 3.45, t("changes"), fontsize=12, ha="center", va="bottom", color=colour, fontweight="bold")
    ax.text(5.75, 3.45, t("held"), fontsize=12, ha="center", va="bottom")


def _sawtooth(ax: Axes, t: Texts, moves: dict[str, list[Any]]) -> None:
    v, who = moves["v"], moves["who"]
    ax.plot(range(len(v)), v, color=PALE, lw=1.2, zorder=1)
    for name, line, label in (("D", LINES[0], "after_d"), ("G", MODEL, "after_g")):
        at = [i for i, w in enumerate(who) if w == name]
        ax.plot(
            at, [v[i] for i in at], color=line.color, marker="o" if name == "D" else "s", ls="", ms=8, label=t(label)
        )
        for i in at:
            ax.plot([i - 1, i], [v[i - 1], v[i]], color=line.color, lw=2.6, zorder=2)
            if name == "G":
                ax.axvspan(i - 1, i, color=BAND, alpha=0.5, lw=0, zorder=0)
    ax.axhline(-dv.LOG_4, color=INK, lw=1, ls=(0, (1, 2)))
    ax.text(len(v) - 0.6, -dv.LOG_4, "−log 4", ha="right", va="bottom", fontsize=12)
    ax.set_xlim(0, len(v) - 0.5)
    reach = max(v) - min(min(v), -dv.LOG_4)
    ax.set_ylim(min(min(v), -dv.LOG_4) - 0.08 * reach, max(v) + 0.28 * reach)
    ax.set_title(t("sawtooth"), pad=8)
    ax.set_xlabel(t("moves_in_order"))
    ax.set_ylabel(t("v_axis"))
    ax.legend(loc="upper right", ncols=2)
