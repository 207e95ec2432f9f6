"""`cyclegan`: the whole objective, on a map that is known, beside a control whose cycle closes around a wrong one."""

from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from sparring.games import Turn, noise_of
from sparring.games.cyclegan import CycleGAN
from sparring.report.waiting import Progress
from sparring.theory.figures.boxes import arrow, blank, box
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import INK, LINES, MODEL, page, save, styled
from sparring.theory.texts import Texts
from sparring.theory.translation_toy import Outcome, draw, judge_toy, known_map, nearest, toy, world
from sparring.words import Language

WEIGHTS = {"found": (1.0, 0.0), "control": (10.0, 5.0)}
PARTS = ("adversarial_xy", "adversarial_yx", "cycle", "identity")
POINTS = 900


class Side(NamedTuple):
    """A trained CycleGAN, measured.

    Args:
        weights: Of the cycle and of the identity.
        game: Both translators and both discriminators.
        outcome: Against the known map.
        parts: What G and F pay in the end, by term, weights and all.
    """

    weights: tuple[float, float]
    game: CycleGAN
    outcome: Outcome
    parts: dict[str, float]


def cyclegan(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    steps: int = 1000,
    progress: Progress = silent,
) -> Drawn:
    """CycleGAN in the plane, where the right translation T is known: two adversarial losses and a cycle each way.

    With a small weight of the cycle T is found. In the control, weights as published for photographs (cycle 10, identity 5)
    close the cycle perfectly around a map that is wrong.

    Args:
        out: Folder for ``cyclegan.png``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        steps: Steps of both players; the control, which stands still soon, takes half as many.
        progress: Told how far it is.

    Source: Zhu et al. 2017, equations 1-3 and section 5.2.
    """
    t = begin(out, language)
    total, sides, before = steps + steps // 2, {}, 0
    for (name, weights), taken in zip(WEIGHTS.items(), (steps, steps // 2), strict=True):
        told = partial(_told, progress, t.plain("training"), before, total)
        game = toy(*weights, seed=seed, steps=taken, told=told)
        sides[name] = Side(weights, game, judge_toy(game), parts(game))
        before += taken
    with styled(t):
        files = [save(_draw(t, sides), out, "cyclegan")]
    numbers: dict[str, Any] = {
        name: {"lambda_cycle": s.weights[0], "lambda_identity": s.weights[1], "error": s.outcome.error,
               "right": s.outcome.right, "cycle_error": s.outcome.cycle_error,
               "fresh_classifier": s.outcome.two_sample.accuracy, "words": s.outcome.words, "paid": s.parts}
        for name, s in sides.items()
    }  # fmt: skip
    good, bad = (s.outcome for s in sides.values())
    return finish(t, "cyclegan", files, {**numbers, "seed": seed, "steps": steps}, right=100 * good.right,
                  cycle=good.cycle_error, wrong=100 * bad.right, closed=bad.cycle_error,
                  told=100 * bad.two_sample.accuracy)  # fmt: skip


def _told(progress: Progress, what: str, before: int, total: int, done: int) -> None:
    progress(what, before + done, total)


@torch.no_grad()
def parts(game: CycleGAN) -> dict[str, float]:
    """What the translators pay on a fresh batch, by term, as the game itself says it; a term without weight is 0."""
    paid = game.g_pays(draw(world(), known_map(), 7, 0, 4000), Turn(noise_of("parts"))).paid
    return {name: float(paid[name]) if name in paid else 0.0 for name in PARTS}


def _draw(t: Texts, sides: dict[str, Side]) -> Figure:
    figure = page(t("cyclegan"), t("cyclegan_sub"), (12.8, 9.4))
    _scheme(figure.add_axes((0.015, 0.45, 0.44, 0.43)), t)
    _objective(figure, t)
    _table(figure.add_axes((0.47, 0.43, 0.52, 0.235)), t, sides)
    source, T = world(), known_map()
    x = source.sample(POINTS, torch.Generator().manual_seed(3))
    assert source.modes is not None
    kind = nearest(x, source.modes)
    with torch.no_grad():
        panels = [("domain_x", x, False), ("truth", T(x), False)]
        panels += [(f"g_{name}", side.game.G_xy(x), True) for name, side in sides.items()]
    for i, (title, points, over) in enumerate(panels):
        ax = figure.add_axes((0.045 + 0.243 * i, 0.06, 0.215, 0.293))
        if over:
            y = T(source.sample(1500, torch.Generator().manual_seed(4)))
            ax.scatter(y[:, 0], y[:, 1], s=16, color="#d0d0d0", lw=0)
        _kinds(ax, points, kind)
        ax.set_title(t(title), pad=8, fontsize=13, linespacing=1.3)
        ax.set_xlim(-3.6, 3.6)
        ax.set_ylim(-3.6, 3.6)
        ax.set_aspect("equal")
    return figure


def _kinds(ax: Axes, points: Tensor, kind: Tensor) -> None:
    """Points with the colour, the mark and the number of the component that they come from."""
    for n, line in enumerate(LINES[:5]):
        of = points[kind == n]
        ax.scatter(of[:, 0], of[:, 1], s=15, color=line.color, marker=line.marker, lw=0, alpha=0.8)
    for n in range(5):
        middle = points[kind == n].mean(0)
        badge = {"boxstyle": "circle,pad=0.18", "fc": "white", "ec": LINES[n].color, "lw": 1.6}
        ax.text(
            float(middle[0]), float(middle[1]), str(n + 1), ha="center", va="center", fontsize=11, bbox=badge, zorder=5
        )


def _scheme(ax: Axes, t: Texts) -> None:
    """X and Y, the translators between them, and who judges what."""
    blank(ax, 10, 7)
    there, back = LINES[0].color, LINES[1].color
    box(ax, (2.6, 3.4), t("box_x"), "#eeeeee", (2.2, 1.2), 13)
    box(ax, (7.4, 3.4), t("box_y"), "#eeeeee", (2.2, 1.2), 13)
    box(ax, (7.4, 6.1), "$D_Y$", "#d6e6f5", (1.1, 0.8), 16)
    box(ax, (2.6, 0.7), "$D_X$", "#d6e6f5", (1.1, 0.8), 16)
    arrow(ax, (3.75, 3.75), (6.25, 3.75), -0.25, color=there, lw=2.8)
    arrow(ax, (6.25, 3.05), (3.75, 3.05), -0.25, color=back, lw=2.8)
    ax.text(5, 4.4, "G", fontsize=18, color=there, ha="center", va="bottom", fontweight="bold")
    ax.text(5, 2.4, "F", fontsize=18, color=back, ha="center", va="top", fontweight="bold")
    arrow(ax, (7.4, 4.05), (7.4, 5.65))
    arrow(ax, (2.6, 2.75), (2.6, 1.15))
    ax.text(6.7, 6.1, t("judges_y"), fontsize=12, ha="right", va="center", linespacing=1.35)
    ax.text(3.3, 0.7, t("judges_x"), fontsize=12, ha="left", va="center", linespacing=1.35)
    ax.text(0.2, 5.0, t("cycle_x"), fontsize=12.5, color=INK)
    ax.text(9.9, 1.8, t("cycle_y"), fontsize=12.5, color=INK, ha="right", va="top")


def _objective(figure: Figure, t: Texts) -> None:
    lines = (
        (r"$\mathcal{L}(G,F,D_X,D_Y)=\mathcal{L}_{\mathrm{GAN}}(G,D_Y)+\mathcal{L}_{\mathrm{GAN}}(F,D_X)"
         r"+\lambda\,\mathcal{L}_{\mathrm{cyc}}(G,F)$"),
        r"$\mathcal{L}_{\mathrm{GAN}}(G,D_Y)=\mathbb{E}_y[\log D_Y(y)]+\mathbb{E}_x[\log(1-D_Y(G(x)))]$",
        r"$\mathcal{L}_{\mathrm{GAN}}(F,D_X)=\mathbb{E}_x[\log D_X(x)]+\mathbb{E}_y[\log(1-D_X(F(y)))]$",
        r"$\mathcal{L}_{\mathrm{cyc}}=\mathbb{E}_x\|F(G(x))-x\|_1+\mathbb{E}_y\|G(F(y))-y\|_1$",
    )  # fmt: skip
    for i, line in enumerate(lines):
        figure.text(0.475, 0.855 - 0.047 * i, line, fontsize=13.5, va="center")


def _table(ax: Axes, t: Texts, sides: dict[str, Side]) -> None:
    """What each of the two pays in the end, and what is true of it."""
    blank(ax, 10, 7.4)
    rows: list[tuple[str, list[str], bool]] = [("", [t(f"column_{name}") for name in sides], False)]
    for part in PARTS:
        rows.append((t(f"paid_{part}"), [f"{s.parts[part]:.3f}" if s.parts[part] or part != "identity" else "−"
                                         for s in sides.values()], False))  # fmt: skip
    rows.append((t("right_kind"), [f"{100 * s.outcome.right:.0f} %" for s in sides.values()], True))
    rows.append((t("fresh_eye"), [f"{100 * s.outcome.two_sample.accuracy:.0f} %" for s in sides.values()], True))
    for i, (name, values, bold) in enumerate(rows):
        y = 6.9 - 1.05 * i
        ax.text(0.1, y, name, fontsize=12, va="center")
        for x, value, colour in zip((6.5, 8.7), values, (MODEL.color, "#8a3600"), strict=True):
            weight = "bold" if bold or not i else "normal"
            ax.text(x, y, value, fontsize=12, va="center", ha="center", color=colour, fontweight=weight)
        ax.plot([0, 10], [y - 0.52, y - 0.52], color="#dddddd", lw=0.8)
