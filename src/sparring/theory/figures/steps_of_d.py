"""`k`: the effect of more than one step of D for one of G, over five seeds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import torch

from sparring.report.waiting import Progress
from sparring.theory import divergences as dv
from sparring.theory.estimate import histogram_density
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.style import LINES, page, save, styled
from sparring.theory.objectives import value_reported
from sparring.theory.play import Play, Setup
from sparring.theory.texts import Texts
from sparring.theory.worlds import WORLDS
from sparring.words import Language, tr

LOOKS = 20
SAMPLES = 20_000
BAND = (0.25, 0.5, 0.75)


class Looks(NamedTuple):
    """One run, look by look: steps of D and of G, JSD, and what D leaves of V."""

    d: list[int]
    g: list[int]
    jsd: list[float]
    gap: list[float]


class Course(NamedTuple):
    """Several seeds at one look each: quartiles and median of their raw values."""

    low: list[float]
    median: list[float]
    high: list[float]


def k(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    seeds: int = 5,
    ks: Sequence[int] = (1, 2, 5),
    equal: Literal["D", "G"] = "D",
    moves: int = 800,
    loss: str = "nonsaturating",
    progress: Progress = silent,
) -> Drawn:
    """Algorithm 1 with k = 1, 2, 5, ... steps of D for one of G, on a mixture of three Gaussians.

    Args:
        out: Folder for ``k.png``.
        language: Of the words; by default the one that is spoken.
        seed: The first of the seeds.
        seeds: Runs for each k; the median is drawn and, as a band, the quartiles. Nothing is smoothed.
        ks: Steps of D for one of G.
        equal: What all runs have the same number of: steps of D, which is about equal time, or steps of G.
        moves: Number of these steps.
        loss: Any of `LOSSES` that gives probabilities.
        progress: Told how far it is.

    Raises:
        ValueError: If a k is below 1 or above ``moves``, ``equal`` is neither D nor G, the loss has no V, or there is no seed.

    Source: Goodfellow et al. 2014, algorithm 1.
    """
    if equal not in ("D", "G") or not ks or not all(1 <= n <= moves for n in ks) or seeds < 1:
        raise ValueError(
            tr(
                "ks are {ks}, seeds {seeds}, equal {equal!r}; every k is 1 to {moves}, equal is D or G",
                ks=list(ks),
                seeds=seeds,
                equal=equal,
                moves=moves,
            )
        )
    if loss not in ("minimax", "nonsaturating"):
        raise ValueError(tr("loss is {loss!r}; V is reported under minimax and nonsaturating", loss=loss))
    t = begin(out, language)
    runs: dict[int, list[Looks]] = {n: [] for n in ks}
    for done, (n, one) in enumerate((n, one) for one in range(seed, seed + seeds) for n in ks):
        progress(t.plain("training"), done, len(ks) * seeds)
        runs[n].append(_run(n, moves // n if equal == "D" else moves, loss, one))
    courses = {n: {what: course([getattr(r, what) for r in of]) for what in ("jsd", "gap")} for n, of in runs.items()}
    with styled(t):
        files = [save(_draw(t, runs, courses, t(f"k_sub_{equal}", n=moves, seeds=seeds)), out, "k")]
    cells, p = _truth()
    floor = float(dv.jensen_shannon(p, histogram_density(WORLDS["mixture"]().sample(SAMPLES), cells), cells.dx))
    found = {
        "equal": equal,
        "moves": moves,
        "runs": {n: [run._asdict() for run in of] for n, of in runs.items()},
        "drawn": {n: {what: c._asdict() for what, c in of.items()} for n, of in courses.items()},
        "late_jsd": {n: late(of["jsd"]) for n, of in courses.items()},
        "late_gap": {n: late(of["gap"]) for n, of in courses.items()},
        "jsd_floor": floor,
        "seed": seed,
        "seeds": seeds,
    }
    return finish(t, "k", files, found, why=why(t, found, runs), seeds=seeds)


def course(values: Sequence[Sequence[float]]) -> Course:
    """Quartiles and median over runs, (runs, looks) -> three of (looks,)."""
    table = torch.tensor(values, dtype=torch.float64)
    low, median, high = torch.quantile(table, torch.tensor(BAND, dtype=torch.float64), dim=0).tolist()
    return Course(low, median, high)


def late(drawn: Course) -> float:
    """The median that is drawn, averaged over the second half of the run."""
    half = drawn.median[len(drawn.median) // 2 :]
    return sum(half) / len(half)


def why(t: Texts, found: dict[str, Any], runs: dict[int, list[Looks]]) -> str:
    """Why k? One sentence, by what was measured."""
    few, many = min(runs), max(runs)
    best = min(found["late_jsd"], key=lambda n: found["late_jsd"][n])
    said = t.plain("why_k", few=few, many=many, gap_few=found["late_gap"][few], gap_many=found["late_gap"][many],
                   g_few=runs[few][0].g[-1], g_many=runs[many][0].g[-1])  # fmt: skip
    if found["late_gap"][many] >= found["late_gap"][few]:
        said = t.plain(
            "why_k_not", few=few, many=many, gap_few=found["late_gap"][few], gap_many=found["late_gap"][many]
        )
    return said + " " + t.plain("best_k", best=best, jsd=found["late_jsd"][best])


def _truth() -> tuple[dv.Grid, torch.Tensor]:
    cells = dv.line_grid(-5, 6, 120)
    return cells, WORLDS["mixture"]().density(cells.x[:, None])


def _run(n: int, steps: int, loss: str, seed: int) -> Looks:
    """One run at a constant rate, looked at in even intervals."""
    setup = Setup(loss=loss, penalty="none", d_steps=n, steps=steps, width=48, depth=3, z_dim=1, lr=(1e-3, 1e-3))
    play = Play(WORLDS["mixture"](), setup, seed)
    cells, p = _truth()
    run = Looks([], [], [], [])
    for i in range(min(LOOKS, steps) + 1):
        if i:
            play.run(steps * i // min(LOOKS, steps) - play.done)
        fakes = play.fakes(SAMPLES, average=False)
        jsd = float(dv.jensen_shannon(p, histogram_density(fakes, cells), cells.dx))
        reported = value_reported(play.logits(cells.x[:, None]), p, cells.dx, play.logits(fakes))
        run.d.append(play.moves_of_d)
        run.g.append(play.done)
        run.jsd.append(jsd)
        run.gap.append(2 * jsd - dv.LOG_4 - reported)
    return run


def _draw(t: Texts, runs: dict[int, list[Looks]], courses: dict[int, dict[str, Course]], subtitle: str) -> Any:
    figure = page(t("k"), subtitle)
    axes = figure.subplots(
        1, 3, gridspec_kw={"left": 0.075, "right": 0.98, "top": 0.76, "bottom": 0.13, "wspace": 0.32}
    )
    panels = (("per_d", "d", "jsd", "d_steps"), ("per_g", "g", "jsd", "g_steps"), ("d_gap", "d", "gap", "d_steps"))
    for ax, (title, x, y, label) in zip(axes, panels, strict=True):
        for line, n in zip(LINES, runs, strict=False):
            at, drawn = getattr(runs[n][0], x), courses[n][y]
            ax.fill_between(at, drawn.low, drawn.high, color=line.color, alpha=0.18, lw=0)
            line.plot(ax, at, drawn.median, f"k = {n}")
            ax.plot(at[::4], drawn.median[::4], color=line.color, marker=line.marker, ls="", ms=7)
        ax.set_title(t(title), pad=10)
        ax.set_xlabel(t(label))
        ax.set_ylabel(t("jsd_axis" if y == "jsd" else "gap_axis"))
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
    handles, names = axes[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="upper left", bbox_to_anchor=(0.02, 0.87), ncols=len(runs))
    return figure
