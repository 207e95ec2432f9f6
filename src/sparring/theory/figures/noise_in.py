"""`prior`: from uniform and from normal z to the same p_data."""

import math
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.estimate import histogram_density, kde
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import DATA, INK, LINES, page, save, styled
from sparring.theory.play import Play, Setup
from sparring.theory.texts import Texts
from sparring.theory.worlds import World, line_mixture
from sparring.words import Language

PRIORS: tuple[Literal["uniform", "normal"], ...] = ("uniform", "normal")
EXAMPLES = (-1.5, 0.0, 1.3, 2.2)
REACH = {"uniform": math.sqrt(3), "normal": 2.8}
LOW, HIGH = -4.0, 4.0


class Way(NamedTuple):
    """What a G made of its z.

    Args:
        z: (n,), rising.
        x: G(z), (n,).
        exact: The monotone map that carries p_z to p_data exactly, rising or falling as G does, (n,).
        q: p_g on the grid.
        jsd: Of p_data and p_g, nats.
    """

    z: Tensor
    x: Tensor
    exact: Tensor
    q: Tensor
    jsd: float


def prior(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    steps: int = 1200,
    progress: Progress = silent,
) -> Drawn:
    """Two generators of one number, one fed with uniform z and one with normal z, learn one density.

    Args:
        out: Folder for ``prior.png``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        steps: Steps of G.
        progress: Told how far it is.

    Source: Goodfellow et al. 2014, section 3, for p_z and G.
    """
    t = begin(out, language)
    world, cells = pictures(), dv.line_grid(LOW, HIGH, 160)
    p = world.density(cells.x[:, None])
    ways: dict[str, Way] = {}
    for i, name in enumerate(PRIORS):
        setup = Setup(steps=steps, width=48, z_dim=1, prior=name, batch=128, d_steps=2, gamma=(0.02, 0.001))
        play = Play(world, setup, seed)
        for done in range(0, steps, 50):
            progress(t.plain("training"), i * steps + done, 2 * steps)
            play.run(min(50, steps - done))
        ways[name] = way(play, name, cells, p)
    with styled(t):
        files = [save(_draw(t, cells, p, ways), out, "prior")]
    numbers = {"jsd": {name: found.jsd for name, found in ways.items()}, "seed": seed, "steps": steps}
    return finish(t, "prior", files, numbers, uniform=ways["uniform"].jsd, normal=ways["normal"].jsd)


def pictures() -> World:
    """p_data on one axis that stands for all images: two common kinds and a rare one."""
    return line_mixture([-1.5, 0.0, 2.2], [0.5, 0.5, 0.4], [0.48, 0.4, 0.12])


def way(play: Play, name: str, cells: dv.Grid, p: Tensor) -> Way:
    """Where G sends z, beside the exact map F_data^-1(F_z(z))."""
    z = torch.linspace(-REACH[name], REACH[name], 401)
    with torch.no_grad():
        G = play.ema.networks["G"]
        x = play.world.unstandardise(G(z[:, None]))[:, 0].double()
    below = (z.double() / math.sqrt(3) + 1) / 2 if name == "uniform" else torch.special.ndtr(z.double())
    if x[-1] < x[0]:
        below = 1 - below
    mass = (p.cumsum(0) - p / 2) * cells.dx
    at = torch.searchsorted(mass.contiguous(), below.contiguous()).clamp(max=len(cells.x) - 1)
    fakes = play.fakes(100_000)
    jsd = float(dv.jensen_shannon(p, histogram_density(fakes, cells), cells.dx))
    return Way(z, x, cells.x[at], kde(fakes[:20_000], cells.x, 0.08), jsd)


def _draw(t: Texts, cells: dv.Grid, p: Tensor, ways: dict[str, Way]) -> Any:
    figure = page(t("prior"), t("prior_sub"), (12.8, 9.0))
    axes = figure.subplots(
        2, 2, gridspec_kw={"left": 0.075, "right": 0.98, "top": 0.82, "bottom": 0.08, "wspace": 0.2, "hspace": 0.42}
    )
    _kinds(axes[0, 0], t, cells, p)
    noise, maps, made = axes[0, 1], axes[1, 0], axes[1, 1]
    z = torch.linspace(-3.2, 3.2, 641, dtype=torch.float64)
    flat = torch.where(z.abs() <= math.sqrt(3), 0.5 / math.sqrt(3), 0.0)
    bell = (-z.square() / 2).exp() / math.sqrt(2 * math.pi)
    DATA.plot(made, cells.x, p, t("data_density"), 3.0)
    for line, name, density in zip(LINES, PRIORS, (flat, bell), strict=False):
        found = ways[name]
        line.plot(noise, z, density, t(f"z_{name}"))
        line.plot(maps, found.z, found.x, t("learnt", name=t.plain(f"z_{name}")), 2.8)
        maps.plot(found.z, found.exact, color=INK, lw=1.3, ls=DATA.linestyle, zorder=5,
                  label=t("exact_map") if name == PRIORS[-1] else None)  # fmt: skip
        line.plot(made, cells.x, found.q, t("made_from", name=t.plain(f"z_{name}"), jsd=found.jsd))
    for ax, title, x, y in (
        (noise, "noise_density", "z", "density"),
        (maps, "where_g_sends", "z", "g_of_z"),
        (made, "what_comes_out", "x", "density"),
    ):
        ax.set_title(t(title), pad=10)
        ax.set_xlabel(t(x))
        ax.set_ylabel(t(y))
        ax.legend(loc="upper right" if ax is maps and ways["normal"].x[-1] < 0 else "upper left", fontsize=11)
    noise.set_ylim(0, 0.62)
    maps.set_ylim(LOW + 0.5, HIGH + 2.8)
    made.set_ylim(0, float(p.max()) * 1.85)
    made.set_xlim(LOW, HIGH)
    return figure


def _kinds(ax: Axes, t: Texts, cells: dv.Grid, p: Tensor) -> None:
    """p_data with four examples: a high place is a common image, a low one a rare one."""
    DATA.plot(ax, cells.x, p, None, 3.0)
    ax.fill_between(cells.x, p, color="#ececec", lw=0)
    for n, x in enumerate(EXAMPLES, 1):
        height = float(p[(cells.x - x).abs().argmin()])
        ax.plot([x, x], [0, height], color="#8a3600", lw=1.6)
        ax.plot([x], [height], marker="o", color="#8a3600", ms=7)
        ax.text(x, height + 0.02, f"$x_{n}$", ha="center", va="bottom", fontsize=15)
    ax.set_xlim(LOW, HIGH)
    ax.set_ylim(0, float(p.max()) * 1.35)
    ax.set_title(t("common_and_rare"), pad=10)
    ax.set_xlabel(t("x_images"))
    ax.set_ylabel("$p_{\\mathrm{data}}(x)$")
    ax.text(0.985, 0.95, t("rare_words"), transform=ax.transAxes, ha="right", va="top", fontsize=12, linespacing=1.4)
