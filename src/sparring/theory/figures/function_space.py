"""`proposition2`: with D always optimal and the density itself to move, G always arrives."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from torch import Tensor

from sparring.report.gif import save_gif
from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import DATA, LINES, MODEL, page, picture, save, styled
from sparring.theory.objectives import log_normal
from sparring.theory.texts import Texts
from sparring.words import Language, tr

MOMENTS = (0, 3, 10, 40)


def proposition2(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    steps: int = 120,
    rate: float = 0.5,
    progress: Progress = silent,
) -> Drawn:
    """Descent of 2 JSD in function space: V falls monotonically to -log 4.

    Args:
        out: Folder for ``proposition2.png`` and ``proposition2.gif``.
        language: Of the words; by default the one that is spoken.
        steps: Steps of descent.
        rate: Size of a step, at most 1 for a descent that never rises.
        progress: Told how far it is.

    Raises:
        ValueError: If ``rate`` is not in (0, 1] or ``steps`` is below the last moment drawn.

    Source: Goodfellow et al. 2014, proposition 2.
    """
    if not 0 < rate <= 1 or steps < MOMENTS[-1]:
        raise ValueError(
            tr(
                "rate is {rate} and steps {steps}; rate is in (0, 1] and steps at least {least}",
                rate=rate,
                steps=steps,
                least=MOMENTS[-1],
            )
        )
    t = begin(out, language)
    cells = dv.line_grid(-5, 5, 80)
    p, q = bins(cells, "data"), bins(cells, "model")
    path, values = descend(p, q, steps, rate)
    falls = [a - b for a, b in pairwise(values)]
    found = {
        "value": values,
        "minus_log4": -math.log(4),
        "last_above_log4": values[-1] + math.log(4),
        "monotone": min(falls) >= -1e-12,
        "largest_rise": max(0.0, -min(falls)),
    }
    with styled(t):
        files = [save(_draw(t, cells, p, path, values), out, "proposition2")]
        frames = []
        for n in range(0, 31, 2):
            progress(t.plain("drawing"), n, 31)
            frames.append(picture(_draw(t, cells, p, path, values, n)))
        files.append(str(out / "proposition2.gif"))
        save_gif(frames, files[-1], milliseconds=120, hold=1500)
    return finish(
        t, "proposition2", files, found, start=values[0] + math.log(4), end=values[-1] + math.log(4), steps=steps
    )


def bins(cells: dv.Grid, which: str) -> Tensor:
    """Shares of the bins: two hills for the data, one hill on the left for the model."""
    if which == "data":
        density = 0.6 * log_normal(cells.x, 1.6, 0.6).exp() + 0.4 * log_normal(cells.x, -0.6, 0.5).exp()
    else:
        density = log_normal(cells.x, -2.5, 0.8).exp()
    return density / density.sum()


def descend(p: Tensor, q: Tensor, steps: int, rate: float) -> tuple[list[Tensor], list[float]]:
    """Bins q = softmax(s); every step D is optimal and s moves against d(2 JSD)/dq = log(2q / (p + q)).

    Returns:
        q after 0, 1, ... steps, each (bins,), and V(D*, G) at each of them.
    """
    s, path, values = q.log(), [q], [float(dv.value(p, q, dv.optimal_discriminator(p, q), 1.0))]
    for _ in range(steps):
        q = path[-1]
        best = dv.optimal_discriminator(p, q)
        s = s - rate * (2 * (1 - best)).log()  # 2 (1 - D*) = 2q / (p + q)
        path.append(s.softmax(0))
        values.append(float(dv.value(p, path[-1], dv.optimal_discriminator(p, path[-1]), 1.0)))
    return path, values


def _draw(t: Texts, cells: dv.Grid, p: Tensor, path: list[Tensor], values: list[float], now: int | None = None) -> Any:
    """The figure with the moments or, for a frame, with one of them."""
    figure = page(t("proposition2"), t("proposition2_sub"))
    left, right = figure.subplots(
        1, 2, gridspec_kw={"left": 0.08, "right": 0.975, "top": 0.79, "bottom": 0.12, "wspace": 0.22}
    )
    left.fill_between(cells.x, p, color="#e4e4e4", step="mid")
    DATA.plot(left, cells.x, p, t("data_density"), 3.0)
    if now is None:
        for line, n in zip(LINES[:4], MOMENTS, strict=True):
            line.plot(left, cells.x, path[n], _moment(t, n), 2.2)
    else:
        MODEL.plot(left, cells.x, path[now], _moment(t, now), 2.8)
    left.set_ylim(0, 0.082)
    left.set_title(t("densities_on_the_way"), pad=10)
    left.set_xlabel(t("x"))
    left.set_ylabel(t("share_of_bin"))
    left.legend(loc="upper right", fontsize=11.5)
    above = [max(v + math.log(4), 1e-16) for v in values]
    steps = list(range(len(above)))
    LINES[0].plot(right, steps, above)
    points = MOMENTS if now is None else (now,)
    for line, n in zip(LINES[: len(points)], points, strict=True):
        right.plot([n], [above[n]], marker=line.marker, color=line.color, ms=11, ls="", clip_on=False)
    right.axhline(1e-6, color="#444444", lw=1.4, ls=(0, (2, 2)))
    right.text(steps[-1], 1.4e-6, t("threshold"), fontsize=12, ha="right")
    right.set_yscale("log")
    right.set_ylim(1e-14, 3)
    right.set_title(t("v_falls"), pad=10)
    right.set_xlabel(t("rounds_of_descent"))
    right.set_ylabel(t("above_log4"))
    return figure


def _moment(t: Texts, n: int) -> str:
    return t("after", n=n) if n else t("at_start")
