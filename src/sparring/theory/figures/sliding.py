"""`divergence`: what each objective minimises at the optimal D, for a Gaussian that slides away."""

from pathlib import Path
from typing import Any

import numpy as np
import torch

from sparring.games import LOSSES
from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import LINES, page, save, styled
from sparring.theory.objectives import expected, generator_slope, kantorovich, log_normal, optimal_logits
from sparring.theory.texts import Texts
from sparring.words import Language

CURVES = {
    "minimax": "jsd2",
    "nonsaturating": "kl_minus",
    "wasserstein": "w1",
    "least_squares_pearson": "chi2",
    "hinge": "tv2",
}


def divergence(
    out: Path = Path("theory-out"), *, language: Language | None = None, progress: Progress = silent
) -> Drawn:
    """Data N(0, 1), model N(mu, 1): the divergence behind every objective, and the gradient that G gets from it.

    Both come from the shipping losses, integrated at the optimal D. The saturating gradient is strongest near mu = 1.6
    and then dies; the non-saturating one grows like mu; the Wasserstein one is 1 everywhere.

    Args:
        out: Folder for ``divergence.png``.
        language: Of the words; by default the one that is spoken.
        progress: Told how far it is.

    Source: Goodfellow et al. 2014, theorem 1; Arjovsky & Bottou 2017, theorem 2.5; Mao et al. 2017; Arjovsky et al.
    2017.
    """
    t = begin(out, language)
    mus = np.linspace(0, 8, 81)
    heights: dict[str, list[float]] = {name: [] for name in CURVES}
    pulls: dict[str, list[float]] = {name: [] for name in CURVES}
    for done, mu in enumerate(mus):
        progress(t.plain("computing"), done, len(mus))
        for name, (height, pull) in _at(float(mu)).items():
            heights[name].append(height)
            pulls[name].append(pull)
    best = int(np.argmax(pulls["minimax"]))
    found = {
        "mu": mus.tolist(),
        "divergence": heights,
        "slope": pulls,
        "saturating_peak": float(mus[best]),
        "saturating_slope_at_8": pulls["minimax"][-1],
    }
    with styled(t):
        files = [save(_draw(t, mus, heights, pulls), out, "divergence")]
    return finish(
        t, "divergence", files, found, peak=mus[best], end=pulls["minimax"][-1], ns=pulls["nonsaturating"][-1]
    )


def _at(mu: float) -> dict[str, tuple[float, float]]:
    """By loss: its divergence at the optimal D, and the size of G's slope in mu."""
    x, dx = dv.line_grid(-12, 20, 4000)
    log_p, log_q = log_normal(x), log_normal(x, mu)
    p, q = log_p.exp(), log_q.exp()
    found = {}
    for name in CURVES:
        if name == "wasserstein":
            logits = kantorovich(p, q, dx)
        elif name in ("minimax", "nonsaturating"):
            logits = log_p - log_q
        else:
            logits = optimal_logits(name, p, q)
        pays = float(expected(LOSSES[name].d, logits, p, q, dx))
        pull = abs(generator_slope(LOSSES[name], logits, x, mu, 1.0, dx))
        kl = float(dv.kullback_leibler(q, p, dx))
        height = {
            "minimax": dv.LOG_4 - pays,
            "nonsaturating": kl - (dv.LOG_4 - pays),
            "wasserstein": -pays,
            "least_squares_pearson": (2 - pays) / 2,
            "hinge": 2 - pays,
        }[name]
        kink = not mu and name in ("wasserstein", "hinge")  # at mu = 0 their gradient has no value
        found[name] = (height, float("nan") if kink else pull)
    return found


def _draw(t: Texts, mus: Any, heights: dict[str, list[float]], pulls: dict[str, list[float]]) -> Any:
    figure = page(t("divergence"), t("divergence_sub"), (12.8, 7.6))
    left, right = figure.subplots(
        1, 2, gridspec_kw={"left": 0.07, "right": 0.975, "top": 0.71, "bottom": 0.165, "wspace": 0.2}
    )
    for line, (name, label) in zip(LINES, CURVES.items(), strict=False):
        line.plot(left, mus, heights[name], t(label))
        line.plot(right, mus, pulls[name])
        thin = slice(10, None, 15)
        for ax, ys in ((left, heights[name]), (right, pulls[name])):
            ax.plot(mus[thin], ys[thin], color=line.color, marker=line.marker, ls="", ms=7)
    left.set_title(t("divergences"), pad=10)
    right.set_title(t("slopes_at_best"), pad=10)
    left.set_ylabel(t("divergence_axis"))
    right.set_ylabel(t("slope_axis"))
    for ax, top in ((left, 4.4), (right, 2.4)):
        ax.set_xlabel(t("distance"))
        ax.set_xlim(0, 8)
        ax.set_ylim(0, top)
    best = int(torch.tensor(pulls["minimax"]).argmax())
    arrow = {"arrowstyle": "->", "color": LINES[0].color, "lw": 1.6}
    right.annotate(t("peak", at=mus[best]), (mus[best], pulls["minimax"][best]), (2.55, 0.68), arrowprops=arrow)
    right.annotate(t("dies", at=8, slope=pulls["minimax"][-1]), (7.9, 0.01), (5.3, 0.3), arrowprops=arrow)
    handles, names = left.get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.885), ncols=2 if t.language == "en" else 3)
    figure.text(0.025, 0.03, t("hinge_note"), fontsize=11, color="#444444")
    return figure
