"""`value`: V(D, G) term by term, and who wants which term up."""

from pathlib import Path
from typing import Any

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.games.losses import minimax
from sparring.report.waiting import Progress
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import BAND, D_BEST, D_NOW, INK, LINES, MODEL, PALE, page, save, styled
from sparring.theory.texts import Texts
from sparring.words import Language

FAR = 1e4  # a logit at which softplus of the other term is exactly 0
SHARES = (0.8, 0.5, 0.2)


def value(out: Path = Path("theory-out"), *, language: Language | None = None, progress: Progress = silent) -> Drawn:
    """V(D, G) = E log D(x) + E log(1 - D(G(z))), term by term: the sigmoid, both logarithms, and where D is best.

    Args:
        out: Folder for ``value.png``.
        language: Of the words; by default the one that is spoken.
        progress: Told how far it is.

    Source: Goodfellow et al. 2014, equation 1 and proposition 1.
    """
    t = begin(out, language)
    logits = torch.linspace(-6, 6, 241, dtype=torch.float64)
    real, fake = terms(logits)
    best = {share: float(logits[at_one_point(share, logits).argmax()].sigmoid()) for share in SHARES}
    with styled(t):
        files = [save(_draw(t, logits, real, fake), out, "value")]
    numbers = {"logit": logits.tolist(), "D": logits.sigmoid().tolist(), "log_d": real.tolist(),
               "log_1_minus_d": fake.tolist(), "best_d": best}  # fmt: skip
    return finish(t, "value", files, numbers)


def terms(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Log D and log(1 - D) as D's shipping loss has them, with the other term at 0; each of the shape of ``logits``."""
    far = torch.full_like(logits, FAR)
    return -minimax.d(logits, -far), -minimax.d(far, logits)


def at_one_point(share: float, logits: Tensor) -> Tensor:
    """What D gets at a point where ``share`` of all samples are data: share log D + (1 - share) log(1 - D)."""
    real, fake = terms(logits)
    return share * real + (1 - share) * fake


def _draw(t: Texts, b: Tensor, real: Tensor, fake: Tensor) -> Any:
    figure = page(t("value"), t("value_sub"))
    _formula(figure, t)
    squash, logs, point = figure.subplots(
        1, 3, gridspec_kw={"left": 0.065, "right": 0.98, "top": 0.5, "bottom": 0.12, "wspace": 0.3}
    )
    D = b.sigmoid()
    D_NOW.plot(squash, b, D)
    squash.axhline(0.5, color=PALE, lw=1, ls=(0, (2, 2)))
    squash.axvline(0, color=PALE, lw=1, ls=(0, (2, 2)))
    squash.set_xlabel(t("logit_axis"))
    squash.set_ylabel("D")
    squash.text(0.2, 0.14, r"$D=\sigma(b)=\dfrac{1}{1+e^{-b}}$", fontsize=12)
    LINES[0].plot(logs, D, real, "log D(x)")
    LINES[2]._replace(color=MODEL.color).plot(logs, D, fake, "log(1 − D(G(z)))")
    _wants(logs, t)
    logs.set_xlabel("D")
    logs.set_ylabel(t("value_nats"))
    logs.set_ylim(-5, 0.4)
    _points(point, t, b)
    for ax, title in ((squash, "sigmoid"), (logs, "two_logs"), (point, "one_point")):
        ax.set_title(t(title), pad=10)
    return figure


def _formula(figure: Any, t: Texts) -> None:
    """Equation 1 in large letters, and under each term who wants it where."""
    y = 0.765
    figure.text(0.12, y, r"$V(D,\,G)\;=$", fontsize=23, ha="center")
    figure.text(0.365, y, r"$\mathbb{E}_{x\sim p_{\mathrm{data}}}[\,\log D(x)\,]$", fontsize=23, ha="center",
                color=LINES[0].color)  # fmt: skip
    figure.text(0.545, y, "$+$", fontsize=23, ha="center")
    figure.text(0.765, y, r"$\mathbb{E}_{z\sim p_z}[\,\log(1-D(G(z)))\,]$", fontsize=23, ha="center",
                color=MODEL.color)  # fmt: skip
    for x, who, edge in ((0.365, "wants_real", LINES[0].color), (0.765, "wants_fake", MODEL.color)):
        box = {"facecolor": "#fafafa", "edgecolor": edge, "boxstyle": "round,pad=0.5", "linewidth": 1.4}
        figure.text(x, 0.668, t(who), fontsize=12.5, ha="center", va="center", bbox=box, linespacing=1.5)


def _wants(ax: Axes, t: Texts) -> None:
    ax.text(0.5, -4.7, t("d_wants"), fontsize=11.5, color=INK, ha="center")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.22), fontsize=11.5)


def _points(ax: Axes, t: Texts, b: Tensor) -> None:
    D = b.sigmoid()
    for line, share in zip(LINES, SHARES, strict=False):
        pays = at_one_point(share, b)
        top = int(pays.argmax())
        line.plot(ax, D, pays, f"{t('data_share')} {share:g} : {1 - share:.1g}")
        ax.plot([float(D[top])] * 2, [float(pays[top]), -3.2], color=BAND, lw=1.2, zorder=1)
        ax.plot([float(D[top])], [float(pays[top])], marker="D", color=D_BEST.color, ms=9, mec=INK, ls="", zorder=5)
    ax.plot([], [], marker="D", color=D_BEST.color, mec=INK, ms=8, ls="", label="D*")
    ax.set_ylim(-3.2, 0.4)
    ax.set_xlabel("D")
    ax.set_ylabel(t("value_nats"))
    ax.legend(loc="lower center", fontsize=11, handlelength=2.4)
