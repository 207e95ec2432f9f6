"""`figure1`: the four panels of the 2014 paper from a real run, and V as D reports it beside the truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.report.gif import save_gif
from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.estimate import kde
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import BAND, D_BEST, D_NOW, DATA, INK, MODEL, PALE, page, picture, save, styled
from sparring.theory.objectives import value_reported
from sparring.theory.play import Play, Setup, start_at
from sparring.theory.texts import Texts
from sparring.theory.worlds import gaussian
from sparring.words import Language

LOW, HIGH = -4.0, 5.0
ARROWS, SENT = 13, 4000
EMPTY = 0.04
"""p_data + p_g below which D is not drawn: there is nothing that it could have learnt from."""


@dataclass(frozen=True)
class Look:
    """What there is to see at one moment of the run; all curves over the same grid of x."""

    moves: int
    q: Tensor
    D: Tensor
    sent: Tensor
    reported: float
    exact: float
    jsd: float


def figure1(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    steps: int = 300,
    alone: int = 200,
    progress: Progress = silent,
) -> Drawn:
    """Figure 1 of the 2014 paper, run: p_data, p_g, D, the optimal D, and arrows from z to x.

    The minimax game with k = 5. G starts as z -> 0.6 z + 2, away from the data. D trains alone for ``alone`` steps
    until it is near D*; then both play, alternately, until ``steps`` steps of G. Moment (c) is where JSD first falls
    below half of its start.

    Args:
        out: Folder for ``figure1.png`` and ``figure1.gif``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        steps: Steps of G.
        alone: Steps of D before the first of G.
        progress: Told how far it is.

    Source: Goodfellow et al. 2014, figure 1.
    """
    t = begin(out, language)
    setup = Setup("minimax", "none", d_steps=5, steps=steps, width=48, depth=2, z_dim=1, lr=(2e-3, 1e-4), g_rate=0.3,
                  smooth=True)  # fmt: skip
    play = Play(gaussian(), setup, seed)
    start_at(play, 0.6, 2.0)
    cells = dv.line_grid(LOW - 2, HIGH + 2, 220)
    p = play.world.density(cells.x[:, None])
    looks, trained = _watched(play, cells, p, alone, lambda n: progress(t.plain("training"), n, steps + alone // 5))
    nearer = next((i for i in range(trained, len(looks)) if looks[i].jsd < 0.5 * looks[0].jsd), len(looks) // 2)
    moments = [0, trained, nearer, len(looks) - 1]
    with styled(t):
        files = [save(_draw(t, cells, p, looks, moments), out, "figure1"), str(out / "figure1.gif")]
        frames = [picture(_frame(t, cells, p, looks, i)) for i in range(0, len(looks), 4)]
        save_gif(frames, files[1], milliseconds=150, hold=2000)
    last = looks[-1]
    answers = last.D[p + last.q > EMPTY]
    low, high = float(answers.min()), float(answers.max())
    found = {
        "moves_of_d": [k.moves for k in looks],
        "v_reported": [k.reported for k in looks],
        "v_exact": [k.exact for k in looks],
        "jsd": [k.jsd for k in looks],
        "moments": {name: looks[i].moves for name, i in zip("abcd", moments, strict=True)},
        "largest_gap": max(k.exact - k.reported for k in looks),
        "last_d_where_there_is_data": [low, high],
        "seed": seed,
    }
    return finish(t, "figure1", files, found, start=looks[0].jsd, end=last.jsd, v=last.reported, low=low, high=high)


def _watched(play: Play, cells: dv.Grid, p: Tensor, alone: int, told: Any) -> tuple[list[Look], int]:
    """What there is to see on the way, and the number of the look at which G begins to move."""
    steps, looks = play.setup.steps, [_look(play, cells, p)]
    for n in range(alone):
        told(n // 5)
        play.alone("D")
        if (n + 1) % 20 == 0 or n == alone - 1:
            looks.append(_look(play, cells, p))
    trained, every = len(looks) - 1, max(1, steps // 75)
    for n in range(steps):
        told(alone // 5 + n)
        play.step()
        if (n + 1) % every == 0 or n == steps - 1:
            looks.append(_look(play, cells, p))
    return looks, trained


@torch.no_grad()
def _look(play: Play, cells: dv.Grid, p: Tensor) -> Look:
    """V of D as it is, and p_g: kernels over even quantiles of z, so that no chance is in the picture."""
    fakes = play.world.unstandardise(play.game.G(torch.special.ndtri((torch.arange(SENT) + 0.5) / SENT)[:, None]))
    q = kde(fakes, cells.x, 0.1)
    logits = play.logits(cells.x[:, None])
    reported, D = value_reported(logits, p, cells.dx, play.logits(fakes)), logits.double().sigmoid()
    jsd = float(dv.jensen_shannon(p, q, cells.dx))
    even = torch.special.ndtri((torch.arange(ARROWS) + 0.5) / ARROWS)[:, None]
    sent = play.world.unstandardise(play.game.G(even))[:, 0]
    return Look(play.moves_of_d, q, D, sent, reported, 2 * jsd - dv.LOG_4, jsd)


def _panel(ax: Axes, below: Axes, t: Texts, cells: dv.Grid, p: Tensor, look: Look, title: str) -> None:
    """Densities and D above; the arrows z -> x below."""
    DATA.plot(ax, cells.x, p, t("data_density"), 3.0)
    MODEL.plot(ax, cells.x, look.q, t("model_density"), 2.6)
    empty = p + look.q < EMPTY
    for line, answer, name in ((D_NOW, look.D, "trained_d"), (D_BEST, dv.optimal_discriminator(p, look.q), "best_d")):
        line.plot(ax, cells.x, answer.masked_fill(empty, torch.nan), t(name), 2.4)
    ax.set_title(title, pad=8, fontsize=13)
    ax.set_xlim(LOW, HIGH)
    ax.set_ylim(0, 1.05)
    ax.set_xticklabels([])
    even = torch.special.ndtri((torch.arange(ARROWS) + 0.5) / ARROWS)
    for z, x in zip(even.tolist(), look.sent.tolist(), strict=True):
        below.annotate(
            "", (x, 1), (z, 0), arrowprops={"arrowstyle": "->", "color": PALE, "lw": 1.1}, annotation_clip=True
        )
    below.set_xlim(LOW, HIGH)
    below.set_ylim(0, 1)
    below.set_yticks([0, 1], [t("z"), t("x")])
    below.tick_params(axis="y", length=0)
    below.grid(False)
    below.spines["top"].set_visible(True)
    below.set_xlabel(t("x_and_z"), fontsize=11.5, labelpad=2)


def _draw(t: Texts, cells: dv.Grid, p: Tensor, looks: list[Look], moments: list[int]) -> Any:
    figure = page(t("figure1"), t("figure1_sub"), (12.8, 8.4))
    for i, (name, at) in enumerate(zip("abcd", moments, strict=True)):
        left = 0.06 + 0.237 * i
        ax, below = figure.add_axes((left, 0.545, 0.205, 0.235)), figure.add_axes((left, 0.455, 0.205, 0.075))
        _panel(ax, below, t, cells, p, looks[at], t(f"moment_{name}"))
        if i:
            ax.set_yticklabels([])
        else:
            ax.set_ylabel(t("density_and_d"), fontsize=11.5)
            handles, names = ax.get_legend_handles_labels()
            figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.895), ncols=4)
    _curves(figure.add_axes((0.075, 0.075, 0.895, 0.28)), t, looks, moments)
    return figure


def _curves(ax: Axes, t: Texts, looks: list[Look], moments: list[int]) -> None:
    moves = [k.moves for k in looks]
    ax.axvspan(0, looks[moments[1]].moves, color=BAND, alpha=0.55, lw=0)
    D_NOW.plot(ax, moves, [k.reported for k in looks], t("v_reported"), 2.4)
    D_BEST.plot(ax, moves, [k.exact for k in looks], t("v_exact"), 2.4)
    ax.axhline(-dv.LOG_4, color=INK, lw=1, ls=(0, (1, 2)))
    ax.text(moves[-1] * 0.9, -dv.LOG_4 - 0.05, "−log 4", ha="right", va="top", fontsize=12)
    ax.set_xscale("symlog", linthresh=max(looks[moments[1]].moves, 1), linscale=1.2)
    ax.set_xlim(0, moves[-1] * 1.02)
    ticks = [n for n in (0, 50, 100, 150, 200, 300, 400, 600, 800, 1200, 1600, 2400, 3200) if n <= moves[-1]]
    ax.set_xticks(ticks, [f"{n:,}" for n in ticks])
    ax.minorticks_off()
    top, bottom = max(k.exact for k in looks), min(k.reported for k in looks)
    ax.set_ylim(max(min(bottom, -dv.LOG_4), -3.0) - 0.3, max(0.0, top) + 0.35)
    for name, at in zip("abcd", moments, strict=True):
        ax.axvline(looks[at].moves, color=PALE, lw=1, ls=(0, (4, 3)))
        side = "right" if name in "bd" else "left"
        ax.text(looks[at].moves, max(0.0, top) + 0.31, f" ({name}) ", ha=side, va="top", fontsize=13, fontweight="bold")
    ax.set_xlabel(t("rounds"))
    ax.set_ylabel(t("v_axis"))
    ax.legend(loc="upper left", bbox_to_anchor=(0.03, 1.0), ncols=2, frameon=True, edgecolor="none", framealpha=0)


def _frame(t: Texts, cells: dv.Grid, p: Tensor, looks: list[Look], at: int) -> Any:
    figure = page(t("figure1"), "", (8.0, 7.0))
    ax, below = figure.add_axes((0.1, 0.31, 0.86, 0.44)), figure.add_axes((0.1, 0.1, 0.86, 0.18))
    said = t("frame", n=looks[at].moves, v=looks[at].reported, exact=looks[at].exact).replace("-", "−")
    _panel(ax, below, t, cells, p, looks[at], said)
    ax.set_ylabel(t("density_and_d"))
    handles, names = ax.get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.92), ncols=2)
    return figure
