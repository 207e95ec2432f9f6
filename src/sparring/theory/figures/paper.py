"""`figure1`: the four panels of the 2014 paper from a real run, and V as D reports it beside the truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.games import noise_of
from sparring.report.gif import save_gif
from sparring.theory import divergences as dv
from sparring.theory.estimate import kde
from sparring.theory.figures.style import (
    BAND,
    D_BEST,
    D_NOW,
    DATA,
    INK,
    MODEL,
    PALE,
    Language,
    Texts,
    page,
    picture,
    save,
    styled,
    write_numbers,
)
from sparring.theory.play import Play, Setup
from sparring.theory.worlds import gaussian

LOW, HIGH = -4.0, 5.0
ARROWS = 13


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
    out: Path = Path("theory-out"), *, language: Language = "en", seed: int = 0, steps: int = 600, alone: int = 300
) -> dict[str, Any]:
    """Figure 1 of the 2014 paper, run: data, model, D, the optimal D, and arrows from z to x.

    The minimax game with k = 5. G starts as z -> 0.6 z + 2, away from the data. D trains alone for ``alone`` moves
    until it is near D*; then both play, alternately, until ``steps`` moves of G. Moment (c) is where JSD first falls
    below half of its start.

    Args:
        out: Folder for ``figure1.png``, ``.gif`` and ``.json``.
        language: Of the labels.
        seed: Of the networks, the data and the noise.
        steps: Moves of G.
        alone: Moves of D before the first of G.

    Returns:
        V as reported and exact, JSD, by moves of D; the four moments; the files by path.

    Source: Goodfellow et al. 2014, figure 1.
    """
    setup = Setup("minimax", "none", d_steps=5, steps=steps, width=48, depth=2, z_dim=1, lr=(1e-3, 1e-4))
    play = Play(gaussian(), setup, seed)
    _begin(play)
    cells = dv.line_grid(LOW - 2, HIGH + 2, 220)
    p = play.world.density(cells.x[:, None])
    looks = [_look(play, cells, p)]
    for n in range(alone):
        play.d_alone()
        if (n + 1) % 25 == 0:
            looks.append(_look(play, cells, p))
    trained = len(looks) - 1
    every = max(1, steps // 64)
    for n in range(steps):
        play.step()
        if (n + 1) % every == 0 or (n < 60 and n % 4 == 3) or n == steps - 1:
            looks.append(_look(play, cells, p))
    nearer = next((i for i in range(trained, len(looks)) if looks[i].jsd < 0.5 * looks[0].jsd), len(looks) // 2)
    moments = [0, trained, nearer, len(looks) - 1]
    with styled(language) as t:
        files = [save(_draw(t, cells, p, looks, moments), out, "figure1"), str(out / "figure1.gif")]
        frames = [picture(_frame(t, cells, p, looks, i)) for i in range(0, len(looks), 3)]
        save_gif(frames, files[1], milliseconds=150, hold=2000)
    found = {
        "moves_of_d": [k.moves for k in looks],
        "v_reported": [k.reported for k in looks],
        "v_exact": [k.exact for k in looks],
        "jsd": [k.jsd for k in looks],
        "moments": {name: looks[i].moves for name, i in zip("abcd", moments, strict=True)},
        "largest_gap": max(k.exact - k.reported for k in looks),
        "seed": seed,
    }
    return write_numbers(out, "figure1", found, files)


def _begin(play: Play) -> None:
    """Fit G to z -> 0.6 z + 2: a start that a picture can explain, as in the paper's."""
    G = play.game.G
    adam = torch.optim.Adam(G.parameters(), lr=3e-3)
    for i in range(300):
        z = play.game.prior(noise_of("begin", i), 256)
        adam.zero_grad()
        (G(z) - 0.6 * z - 2).square().mean().backward()
        adam.step()


@torch.no_grad()
def _look(play: Play, cells: dv.Grid, p: Tensor) -> Look:
    """D's V is exact in the data (its density is known) and over 20,000 fakes; q is their kernel estimate."""
    fakes = play.fakes(20_000, average=False)
    q = kde(fakes, cells.x, 0.08)
    D = play.logits(cells.x[:, None]).double().sigmoid()
    log_d = torch.nn.functional.logsigmoid(play.logits(cells.x[:, None]).double())
    log_not = torch.nn.functional.logsigmoid(-play.logits(fakes).double())
    reported = float((p * log_d).sum() * cells.dx + log_not.mean())
    jsd = float(dv.jensen_shannon(p, q, cells.dx))
    even = torch.special.ndtri((torch.arange(ARROWS) + 0.5) / ARROWS)[:, None]
    sent = play.world.unstandardise(play.game.G(even))[:, 0]
    return Look(play.moves_of_d, q, D, sent, reported, 2 * jsd - dv.LOG_4, jsd)


def _panel(ax: Axes, below: Axes, t: Texts, cells: dv.Grid, p: Tensor, look: Look, title: str) -> None:
    """Densities and D above; the arrows z -> x below."""
    DATA.plot(ax, cells.x, p, t("data_density"), 3.0)
    MODEL.plot(ax, cells.x, look.q, t("model_density"), 2.6)
    D_NOW.plot(ax, cells.x, look.D, t("trained_d"), 2.4)
    best = dv.optimal_discriminator(p, look.q)
    best[p + look.q < 3e-3] = torch.nan  # without mass on either side there is nothing to be optimal about
    D_BEST.plot(ax, cells.x, best, t("best_d"), 2.2)
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
    ax.text(moves[-1], -dv.LOG_4 + 0.03, t("minus_log4"), ha="right", va="bottom", fontsize=12)
    ax.set_xlim(0, moves[-1] * 1.01)
    top, bottom = max(k.exact for k in looks), min(k.reported for k in looks)
    ax.set_ylim(max(bottom, -4.0) - 0.1, max(0.0, top) + 0.35)
    for name, at in zip("abcd", moments, strict=True):
        ax.axvline(looks[at].moves, color=PALE, lw=1, ls=(0, (4, 3)))
        side = "right" if name in "bd" else "left"
        ax.text(looks[at].moves, max(0.0, top) + 0.31, f" ({name}) ", ha=side, va="top", fontsize=13, fontweight="bold")
    ax.set_xlabel(t("rounds"))
    ax.set_ylabel(t("v_axis"))
    ax.legend(loc="upper right", bbox_to_anchor=(0.94, 1.0), ncols=2)


def _frame(t: Texts, cells: dv.Grid, p: Tensor, looks: list[Look], at: int) -> Any:
    figure = page(t("figure1"), "", (8.0, 7.0))
    ax, below = figure.add_axes((0.1, 0.31, 0.86, 0.44)), figure.add_axes((0.1, 0.1, 0.86, 0.18))
    said = t("frame", n=looks[at].moves, v=looks[at].reported, exact=looks[at].exact).replace("-", "−")
    _panel(ax, below, t, cells, p, looks[at], said)
    ax.set_ylabel(t("density_and_d"))
    handles, names = ax.get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.92), ncols=2)
    return figure
