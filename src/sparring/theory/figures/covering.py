"""`modes`: does G find every mode of a ring or a grid, and does it without a penalty?"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from torch import Tensor

from sparring.report.gif import save_gif
from sparring.report.waiting import Progress
from sparring.theory.coverage import Coverage, coverage
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.scatter import scatter, share_bars, shares
from sparring.theory.figures.style import BAND, page, picture, save, styled
from sparring.theory.play import Play, Setup
from sparring.theory.texts import Texts
from sparring.theory.worlds import WORLDS
from sparring.words import Language, tr

DEFAULTS = {
    "ring": Setup(),
    "grid": Setup(loss="relativistic", penalty="r1+r2", steps=8000),
}
"""What covers the modes on most seeds: 8 of 8 on four of the first five in a quarter of a minute, 24 or 25 of 25 on three of the
first four in 80 s of one thread (the fourth: 19). The share of high quality is then 44 to 63 % on the grid."""
LOOKS = 24


class Result(NamedTuple):
    """A trained play, what its samples score, and the way there."""

    play: Play
    samples: Tensor
    found: Coverage
    shots: list[tuple[int, Tensor]]
    course: list[dict[str, Any]]


def modes(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    world: Literal["ring", "grid"] = "ring",
    loss: str | None = None,
    penalty: str | None = None,
    d_steps: int = 1,
    steps: int | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Train on a ring of 8 or a grid of 25 modes and measure what is covered, beside the same without a penalty.

    Args:
        out: Folder for ``modes.png`` and ``modes.gif``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        world: ring or grid.
        loss: Any of `LOSSES`; by default nonsaturating on the ring and relativistic on the grid.
        penalty: none, r1, r2 or r1+r2; by default r1 on the ring and r1+r2 on the grid.
        d_steps: Steps of D for one of G, the paper's k.
        steps: Steps of G; by default 2,500 on the ring and 8,000 on the grid.
        progress: Told how far it is.

    Raises:
        ValueError: If the world, the loss or the penalty is not known.

    Source: Lin et al. 2018 (PacGAN), section 4, for the worlds and the measures.
    """
    if world not in DEFAULTS:
        raise ValueError(tr("world is {world!r}; modes are counted in {known}", world=world, known=", ".join(DEFAULTS)))
    setup = DEFAULTS[world]
    setup = replace(setup, loss=loss or setup.loss, penalty=penalty or setup.penalty, d_steps=d_steps,
                    steps=steps or setup.steps)  # fmt: skip
    t = begin(out, language)
    total = 2 * setup.steps
    kept = _trained(world, setup, seed, lambda n: progress(t.plain("training"), n, total))
    bare = _trained(
        world, replace(setup, penalty="none"), seed, lambda n: progress(t.plain("training"), setup.steps + n, total)
    )
    with styled(t):
        files = [save(_draw(t, kept, bare), out, "modes"), str(out / "modes.gif")]
        save_gif([picture(_frame(t, kept.play, n, x)) for n, x in kept.shots], files[1], milliseconds=200, hold=2000)
    numbers = {"world": world, "setup": asdict(setup), "seed": seed, **asdict(kept.found), "course": kept.course,
               "without_penalty": {**asdict(bare.found), "course": bare.course}}  # fmt: skip
    return finish(
        t, "modes", files, numbers, world=t.plain(world), fair=kept.found.fair, bare=bare.found.fair,
        modes=kept.found.modes, kl=kept.found.kl, bare_kl=bare.found.kl, floor=kept.found.kl_floor,
        quality=100 * kept.found.high_quality, penalty=t.plain(setup.penalty),
    )  # fmt: skip


def _trained(world: str, setup: Setup, seed: int, told: Any) -> Result:
    play = Play(WORLDS[world](), setup, seed)
    course: list[dict[str, Any]] = []
    shots = [(0, play.fakes(1000, average=False))]
    for i in range(LOOKS):
        told(play.done)
        play.run(setup.steps * (i + 1) // LOOKS - setup.steps * i // LOOKS)
        shots.append((play.done, play.fakes(1000)))
        course.append({"step": play.done, **asdict(coverage(play.fakes(2500), play.world))})
    samples = play.fakes(2500)
    return Result(play, samples, coverage(samples, play.world), shots, course)


def _draw(t: Texts, kept: Result, bare: Result) -> Any:
    s = kept.play.setup
    said = t("modes_sub", world=t(kept.play.world.name), loss=t.name(s.loss), k=s.d_steps, steps=s.steps)
    figure = page(t("modes"), said, (12.8, 10.2))
    for row, (result, bottom) in enumerate(((kept, 0.515), (bare, 0.06))):
        left, right = figure.add_axes((0.05, bottom, 0.34, 0.34)), figure.add_axes((0.5, bottom + 0.155, 0.475, 0.185))
        scatter(left, t, result.play.world, result.samples)
        title = t(result.play.setup.penalty) + ("" if row == 0 else " " + t("control"))
        left.set_title(title, pad=10)
        right.set_title(t("shares_title"), pad=10)
        share_bars(right, t, shares(result.samples, result.play.world), loc="upper right", ncols=2, fontsize=11.5)
        if row == 0:
            left.legend(loc="lower right", bbox_to_anchor=(1.03, 1.0), ncols=2, borderaxespad=0.1, handletextpad=0.1,
                        markerscale=2, handlelength=1.2, columnspacing=0.9)  # fmt: skip
        _score(figure, t, result.found, bottom - 0.008)
    return figure


def _score(figure: Any, t: Texts, found: Coverage, y: float) -> None:
    lines = (
        t("score_modes", fair=found.fair, modes=found.modes),
        t("score_quality", quality=100 * found.high_quality, ceiling=100 * found.high_quality_ceiling),
        t("score_kl", kl=found.kl, floor=found.kl_floor),
    )
    box = {"facecolor": "#f4f4f4", "edgecolor": BAND, "boxstyle": "round,pad=0.5"}
    figure.text(0.505, y, "\n".join(lines), fontsize=11.5, linespacing=1.45, bbox=box)


def _frame(t: Texts, play: Play, n: int, samples: Tensor) -> Any:
    figure = page(t("modes"), t("frame_g", n=n), (6.4, 6.8))
    scatter(figure.add_axes((0.13, 0.1, 0.82, 0.74)), t, play.world, samples)
    return figure
