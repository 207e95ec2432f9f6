"""`k`: the effect of more than one step of D for one of G."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from sparring.theory import divergences as dv
from sparring.theory.estimate import histogram_density
from sparring.theory.figures.style import LINES, Language, Texts, page, save, styled, write_numbers
from sparring.theory.play import Play, Setup
from sparring.theory.worlds import WORLDS

LOOKS = 40
SAMPLES = 20_000
SMOOTH = 5


def k(
    out: Path = Path("theory-out"),
    *,
    language: Language = "en",
    seed: int = 0,
    ks: Sequence[int] = (1, 2, 5),
    equal: Literal["D", "G"] = "D",
    moves: int = 2000,
    loss: str = "nonsaturating",
) -> dict[str, Any]:
    """Algorithm 1 with k = 1, 2, 5, ... steps of D for one of G, on a mixture of three Gaussians.

    Args:
        out: Folder for ``k.png`` and ``k.json``.
        language: Of the labels.
        seed: Of the networks, the data and the noise.
        ks: Steps of D for one of G, one run each.
        equal: What all runs have the same number of: moves of D, which is about equal time, or moves of G.
        moves: How many of them.
        loss: Any of `LOSSES` that gives probabilities.

    Returns:
        JSD, V reported and V exact over each run, and the files by path.

    Raises:
        ValueError: If a k is below 1 or above ``moves``, ``equal`` is neither D nor G, or the loss has no V.

    Source: Goodfellow et al. 2014, algorithm 1.
    """
    if equal not in ("D", "G") or not ks or not all(1 <= n <= moves for n in ks):
        raise ValueError(f"ks are {list(ks)} and equal is {equal!r}; every k is 1 to {moves}, equal is D or G")
    if loss not in ("minimax", "nonsaturating"):
        raise ValueError(f"loss is {loss!r}; V is reported under minimax and nonsaturating")
    runs = {n: _run(n, moves // n if equal == "D" else moves, loss, seed) for n in ks}
    cells, p = _truth()
    floor = float(dv.jensen_shannon(p, histogram_density(WORLDS["mixture"]().sample(SAMPLES), cells), cells.dx))
    last = {n: sum(run["jsd"][-SMOOTH:]) / SMOOTH for n, run in runs.items()}
    with styled(language) as t:
        files = [save(_draw(t, runs, t(f"k_sub_{equal}", n=moves)), out, "k")]
    found = {"equal": equal, "moves": moves, "runs": runs, "last_jsd": last, "jsd_floor": floor, "seed": seed}
    return write_numbers(out, "k", found, files)


def _truth() -> tuple[dv.Grid, torch.Tensor]:
    cells = dv.line_grid(-5, 6, 120)
    return cells, WORLDS["mixture"]().density(cells.x[:, None])


def _run(n: int, steps: int, loss: str, seed: int) -> dict[str, list[float]]:
    """One run at a constant rate: moves, JSD, and what D leaves of V, at even intervals."""
    setup = Setup(loss=loss, penalty="none", d_steps=n, steps=steps, width=48, depth=3, z_dim=1, lr=(5e-4, 5e-4))
    play = Play(WORLDS["mixture"](), setup, seed)
    cells, p = _truth()
    run: dict[str, list[float]] = {"d": [], "g": [], "jsd": [], "gap": []}
    for i in range(min(LOOKS, steps) + 1):
        if i:
            play.run(steps * i // min(LOOKS, steps) - play.done)
        fakes = play.fakes(SAMPLES, average=False)
        jsd = float(dv.jensen_shannon(p, histogram_density(fakes, cells), cells.dx))
        log_d = torch.nn.functional.logsigmoid(play.logits(cells.x[:, None]).double())
        log_not = torch.nn.functional.logsigmoid(-play.logits(fakes).double())
        reported = float((p * log_d).sum() * cells.dx + log_not.mean())
        run["d"].append(play.moves_of_d)
        run["g"].append(play.done)
        run["jsd"].append(jsd)
        run["gap"].append(2 * jsd - dv.LOG_4 - reported)
    return run


def _smooth(values: list[float]) -> list[float]:
    """Mean over a window of looks that shrinks at both ends."""
    half = SMOOTH // 2
    parts = [values[max(0, i - half) : i + half + 1] for i in range(len(values))]
    return [sum(part) / len(part) for part in parts]


def _draw(t: Texts, runs: dict[int, dict[str, list[float]]], subtitle: str) -> Any:
    figure = page(t("k"), subtitle)
    axes = figure.subplots(
        1, 3, gridspec_kw={"left": 0.075, "right": 0.98, "top": 0.76, "bottom": 0.13, "wspace": 0.32}
    )
    panels = (("per_d", "d", "jsd", "d_steps"), ("per_g", "g", "jsd", "g_steps"), ("d_gap", "d", "gap", "d_steps"))
    for ax, (title, x, y, label) in zip(axes, panels, strict=True):
        for line, (n, run) in zip(LINES, runs.items(), strict=False):
            values = _smooth(run[y])
            line.plot(ax, run[x], values, f"k = {n}")
            ax.plot(run[x][::8], values[::8], color=line.color, marker=line.marker, ls="", ms=7)
        ax.set_title(t(title), pad=10)
        ax.set_xlabel(t(label))
        ax.set_ylabel(t("jsd_axis" if y == "jsd" else "gap_axis"))
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.87), ncols=len(runs))
    return figure
