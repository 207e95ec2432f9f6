"""`gradients`: the saturating against the non-saturating loss, on paper and in a network."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sparring.games import LOSSES, noise_of
from sparring.theory.figures.style import BAND, LINES, Language, Texts, page, save, styled, write_numbers
from sparring.theory.play import Play, Setup
from sparring.theory.worlds import gaussian

NAMES = ("minimax", "nonsaturating")


def gradients(
    out: Path = Path("theory-out"), *, language: Language = "en", seed: int = 0, d_steps: int = 1500
) -> dict[str, Any]:
    """G's two losses of 2014: log(1 - D) and -log D, their slopes, and the gradient that reaches G.

    A D is trained alone, G held six deviations off the data, and at each look both losses are asked for their gradient
    with respect to G's weights: the saturating one vanishes as D nears the optimum.

    Args:
        out: Folder for ``gradients.png`` and ``gradients.json``.
        language: Of the labels.
        seed: Of the networks and the data.
        d_steps: Moves of D.

    Returns:
        The numbers, and the files by path.

    Source: Goodfellow et al. 2014, section 3; Arjovsky & Bottou 2017, figure 2.
    """
    with styled(language) as t:
        looks = _reaching(seed, d_steps)
        figure = _draw(t, looks)
        files = [save(figure, out, "gradients")]
    at = torch.tensor(-10.0, dtype=torch.float64)
    found = {
        "slope_at_logit_-10": {name: abs(float(slopes(name, at))) for name in NAMES},
        "reaching_g": looks,
        "fall": {name: looks[name][-1] / looks[name][0] for name in NAMES},
    }
    return write_numbers(out, "gradients", found, files)


def slopes(name: str, b: Tensor) -> Tensor:
    """dL_G/db of a shipping loss at fake logits b, of one shape."""
    b = b.detach().requires_grad_()
    (slope,) = torch.autograd.grad(LOSSES[name].g(torch.full_like(b, torch.nan), b).sum(), b)
    return slope


def _reaching(seed: int, d_steps: int) -> dict[str, list[float]]:
    """Norms of G's gradient under both losses while D alone trains, by the number of D's moves."""
    play = Play(gaussian(), Setup(penalty="none", width=64, depth=2, z_dim=1, lr=(1e-3, 1e-3)), seed)
    with torch.no_grad():
        *_, weight, bias = play.game.G.parameters()
        weight.mul_(0.5)
        bias.add_(6)
    looks: dict[str, list[float]] = {"step": [], **{name: [] for name in NAMES}}
    every = max(1, d_steps // 60)
    for n in range(d_steps + 1):
        if n % every == 0:
            looks["step"].append(n)
            for name in NAMES:
                looks[name].append(_norm(play, name))
        play.d_alone()
    return looks


def _norm(play: Play, name: str) -> float:
    fakes = play.game.generate(play.game.prior(noise_of(1), 4096))
    b = play.game.D(fakes)
    weights = list(play.game.G.parameters())
    gradient = torch.autograd.grad(LOSSES[name].g(torch.full_like(b, torch.nan), b).mean(), weights)
    return float(torch.nn.utils.get_total_norm(gradient))


def _draw(t: Texts, looks: dict[str, list[float]]) -> Any:
    figure = page(t("gradients"), t("gradients_sub"))
    axes = figure.subplots(1, 3, gridspec_kw={"left": 0.07, "right": 0.98, "top": 0.76, "bottom": 0.13, "wspace": 0.3})
    b = torch.linspace(-7, 7, 400, dtype=torch.float64)
    D = torch.sigmoid(b).numpy()
    labels = (t("saturating"), t("nonsaturating_log"))
    for line, name, label in zip(LINES, NAMES, labels, strict=False):
        pays = LOSSES[name].g(torch.full_like(b, torch.nan), b)
        line.plot(axes[0], D, pays.numpy(), label)
        line.plot(axes[1], D, slopes(name, b).abs().numpy())
        line.plot(axes[2], looks["step"], looks[name])
        thin = slice(None, None, 10)
        axes[2].plot(looks["step"][thin], looks[name][thin], color=line.color, marker=line.marker, ls="", ms=7)
    for ax, title, x, y in (
        (axes[0], "loss_curves", "d_of_fake", "loss_nats"),
        (axes[1], "slope_curves", "d_of_fake", "slope_size"),
        (axes[2], "reaching_g", "d_alone", "gradient_norm"),
    ):
        ax.set_title(t(title), pad=10)
        ax.set_xlabel(t(x))
        ax.set_ylabel(t(y))
    for ax in axes[:2]:
        ax.axvspan(0, 0.1, color=BAND, alpha=0.6, lw=0)
        ax.set_xlim(0, 1)
    axes[0].set_ylim(-5, 5)
    axes[0].text(0.12, -4.6, "← " + t("sure_fake"), fontsize=12)
    axes[2].set_yscale("log")
    low, high = np.min([looks[n] for n in NAMES]), np.max([looks[n] for n in NAMES])
    axes[2].set_ylim(low / 2, high * 3)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.87), ncols=2)
    return figure
