"""`gradients`: the saturating against the non-saturating loss, on paper and in a network."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.games import LOSSES, noise_of
from sparring.report.waiting import Progress
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import BAND, LINES, page, save, styled
from sparring.theory.play import Play, Setup
from sparring.theory.texts import Texts
from sparring.theory.worlds import gaussian
from sparring.words import Language

NAMES = ("minimax", "nonsaturating")


def gradients(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    d_steps: int = 1500,
    progress: Progress = silent,
) -> Drawn:
    """G's two losses of 2014: log(1 - D) and -log D, their slopes in D and in D's logit, and what reaches G.

    A D is trained alone, G held six deviations off the data, and at each look both losses are asked for their gradient
    with respect to G's weights: the saturating one vanishes as D nears the optimum.

    Args:
        out: Folder for ``gradients.png``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks and the data.
        d_steps: Steps of D.
        progress: Told how far it is.

    Source: Goodfellow et al. 2014, section 3; Arjovsky & Bottou 2017, figure 2.
    """
    t = begin(out, language)
    looks = _reaching(seed, d_steps, lambda done: progress(t.plain("training"), done, d_steps))
    with styled(t):
        files = [save(_draw(t, looks), out, "gradients")]
    logit, answer = (torch.tensor(v, dtype=torch.float64) for v in (-10.0, 0.001))
    numbers = {
        "slope_at_logit_-10": {name: abs(float(slopes(name, logit))) for name in NAMES},
        "slope_at_d_0.001": {name: abs(float(slopes_in_d(name, answer))) for name in NAMES},
        "reaching_g": looks,
        "fall": {name: looks[name][-1] / looks[name][0] for name in NAMES},
        "seed": seed,
    }
    weak, strong = (looks[name][-1] for name in NAMES)
    return finish(t, "gradients", files, numbers, weak=weak, strong=strong, steps=d_steps)


def slopes(name: str, b: Tensor) -> Tensor:
    """dL_G/db of a shipping loss at fake logits b, of one shape."""
    b = b.detach().requires_grad_()
    (slope,) = torch.autograd.grad(LOSSES[name].g(torch.full_like(b, torch.nan), b).sum(), b)
    return slope


def slopes_in_d(name: str, D: Tensor) -> Tensor:
    """dL_G/dD of the same at answers D in (0, 1): -1/(1 - D) and -1/D. The loss goes through b = log(D / (1 - D))."""
    D = D.detach().requires_grad_()
    b = D.log() - (1 - D).log()
    (slope,) = torch.autograd.grad(LOSSES[name].g(torch.full_like(b, torch.nan), b).sum(), D)
    return slope


def _reaching(seed: int, d_steps: int, told: Any) -> dict[str, list[float]]:
    """Norms of G's gradient under both losses while D alone trains, by the number of D's steps."""
    play = Play(gaussian(), Setup(penalty="none", width=64, depth=2, z_dim=1, lr=(1e-3, 1e-3)), seed)
    with torch.no_grad():
        *_, weight, bias = play.game.G.parameters()
        weight.mul_(0.5)
        bias.add_(6)
    looks: dict[str, list[float]] = {"step": [], **{name: [] for name in NAMES}}
    every = max(1, d_steps // 60)
    for n in range(d_steps + 1):
        if n % every == 0:
            told(n)
            looks["step"].append(n)
            for name in NAMES:
                looks[name].append(_norm(play, name))
        play.alone("D")
    return looks


def _norm(play: Play, name: str) -> float:
    fakes = play.game.generate(play.game.prior(noise_of(1), 4096))
    b = play.game.D(fakes)
    weights = list(play.game.G.parameters())
    gradient = torch.autograd.grad(LOSSES[name].g(torch.full_like(b, torch.nan), b).mean(), weights)
    return float(torch.nn.utils.get_total_norm(gradient))


def _draw(t: Texts, looks: dict[str, list[float]]) -> Any:
    figure = page(t("gradients"), t("gradients_sub"), (12.8, 9.0))
    axes = figure.subplots(
        2, 2, gridspec_kw={"left": 0.075, "right": 0.98, "top": 0.805, "bottom": 0.08, "wspace": 0.2, "hspace": 0.42}
    ).flat
    b = torch.linspace(-7, 7, 400, dtype=torch.float64)
    D = torch.sigmoid(b)
    labels = (t("saturating"), t("nonsaturating_log"))
    for line, name, label in zip(LINES, NAMES, labels, strict=False):
        line.plot(axes[0], D, LOSSES[name].g(torch.full_like(b, torch.nan), b), label)
        line.plot(axes[1], D, slopes_in_d(name, D).abs())
        line.plot(axes[2], D, slopes(name, b).abs())
        line.plot(axes[3], looks["step"], looks[name])
        thin = slice(None, None, 10)
        axes[3].plot(looks["step"][thin], looks[name][thin], color=line.color, marker=line.marker, ls="", ms=7)
    for ax, title, x, y in (
        (axes[0], "loss_curves", "d_of_fake", "loss_nats"),
        (axes[1], "slope_in_d", "d_of_fake", "slope_size_d"),
        (axes[2], "slope_curves", "d_of_fake", "slope_size"),
        (axes[3], "reaching_g", "d_alone", "gradient_norm"),
    ):
        ax.set_title(t(title), pad=10)
        ax.set_xlabel(t(x))
        ax.set_ylabel(t(y))
    _mark(axes, t, looks)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.9), ncols=2)
    return figure


def _mark(axes: Any, t: Texts, looks: dict[str, list[float]]) -> None:
    """Where D is sure of a fake, and what the curves are called as formulas."""
    for ax in (axes[0], axes[1], axes[2]):
        ax.axvspan(0, 0.1, color=BAND, alpha=0.6, lw=0)
        ax.set_xlim(0, 1)
    axes[0].set_ylim(-5, 5)
    axes[0].text(0.12, -4.6, "← " + t("sure_fake"), fontsize=12)
    axes[1].set_yscale("log")
    axes[1].set_ylim(0.4, 1000)
    _say(axes[1], (0.04, 320), "1/D → ∞", 1)
    _say(axes[1], (0.13, 0.57), "1/(1 − D) → 1", 0)
    axes[2].set_ylim(0, 1.3)
    _say(axes[2], (0.3, 0.8), "1 − D", 1)
    _say(axes[2], (0.3, 0.36), "D", 0)
    axes[2].text(0.98, 1.27, t("factor"), fontsize=12, ha="right", va="top")
    axes[3].set_yscale("log")
    low, high = np.min([looks[n] for n in NAMES]), np.max([looks[n] for n in NAMES])
    axes[3].set_ylim(low / 2, high * 3)


def _say(ax: Axes, at: tuple[float, float], text: str, line: int) -> None:
    ax.text(*at, text, color=LINES[line].color, fontsize=13, fontweight="bold")
