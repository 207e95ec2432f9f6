"""`modes`: does G find every mode of a ring or a grid?"""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal

import torch
from matplotlib.axes import Axes
from torch import Tensor

from sparring.report.gif import save_gif
from sparring.theory.coverage import FAIR_PART, WITHIN, Coverage, coverage
from sparring.theory.figures.style import BAND, DATA, MODEL, Language, Texts, page, picture, save, styled, write_numbers
from sparring.theory.play import Play, Setup
from sparring.theory.worlds import WORLDS, World

DEFAULTS = {
    "ring": Setup(),
    "grid": Setup(loss="relativistic", penalty="r1+r2", steps=8000),
}
"""What was found to cover every mode: 8 of 8 in a quarter of a minute, 25 of 25 in a minute."""


def modes(
    out: Path = Path("theory-out"),
    *,
    language: Language = "en",
    seed: int = 0,
    world: Literal["ring", "grid"] = "ring",
    loss: str | None = None,
    penalty: str | None = None,
    d_steps: int = 1,
    steps: int | None = None,
) -> dict[str, Any]:
    """Train on a ring of 8 or a grid of 25 modes and measure what is covered, beside what perfect samples score.

    Args:
        out: Folder for ``modes.png``, ``.gif`` and ``.json``.
        language: Of the labels.
        seed: Of the networks, the data and the noise.
        world: ring or grid.
        loss: Any of `LOSSES`; by default nonsaturating on the ring and relativistic on the grid.
        penalty: none, r1, r2 or r1+r2; by default r1 on the ring and r1+r2 on the grid.
        d_steps: Moves of D for one of G, the paper's k.
        steps: Moves of G; by default 2,500 on the ring and 8,000 on the grid.

    Returns:
        The numbers of `Coverage`, their course over training, and the files by path.

    Raises:
        ValueError: If the world, the loss or the penalty is not known.

    Source: Lin et al. 2018 (PacGAN), section 4, for the worlds and the measures.
    """
    if world not in DEFAULTS:
        raise ValueError(f"world is {world!r}; modes are counted in {', '.join(DEFAULTS)}")
    setup = DEFAULTS[world]
    setup = replace(setup, loss=loss or setup.loss, penalty=penalty or setup.penalty, d_steps=d_steps,
                    steps=steps or setup.steps)  # fmt: skip
    play = Play(WORLDS[world](), setup, seed)
    looks, course = 24, []
    shots: list[tuple[int, Tensor]] = [(0, play.fakes(1000, average=False))]
    for i in range(looks):
        play.run(setup.steps * (i + 1) // looks - setup.steps * i // looks)
        shots.append((play.done, play.fakes(1000)))
        course.append({"step": play.done, **asdict(coverage(play.fakes(2500), play.world))})
    samples = play.fakes(2500)
    found = coverage(samples, play.world)
    with styled(language) as t:
        files = [save(_draw(t, play, samples, found), out, "modes"), str(out / "modes.gif")]
        save_gif([picture(_frame(t, play, n, x)) for n, x in shots], files[1], milliseconds=200, hold=2000)
    numbers = {"world": world, "setup": asdict(setup), "seed": seed, **asdict(found), "course": course}
    return write_numbers(out, "modes", numbers, files)


def _shares(samples: Tensor, world: World) -> list[float]:
    """Share of all samples that are of high quality, by mode, in per cent."""
    assert world.modes is not None
    distance, nearest = torch.cdist(samples, world.modes).min(1)
    good = nearest[distance <= WITHIN * world.mode_std]
    return (torch.bincount(good, minlength=len(world.modes)) * (100 / len(samples))).tolist()


def _subtitle(t: Texts, play: Play) -> str:
    s = play.setup
    return t(
        "modes_sub", world=t(play.world.name), loss=t.name(s.loss), penalty=t(s.penalty), k=s.d_steps, steps=s.steps
    )


def _scatter(ax: Axes, t: Texts, world: World, samples: Tensor, size: float = 7) -> None:
    real = world.sample(1500, torch.Generator().manual_seed(2))
    ax.scatter(real[:, 0], real[:, 1], s=34, color="#bdbdbd", lw=0, label=t("real_samples"))
    ax.scatter(samples[:, 0], samples[:, 1], s=size, color=MODEL.color, lw=0, alpha=0.75, label=t("fake_samples"))
    ax.set_xlim(-world.half_width, world.half_width)
    ax.set_ylim(-world.half_width, world.half_width)
    ax.set_aspect("equal")
    ax.set_xlabel(t("coordinate_1"))
    ax.set_ylabel(t("coordinate_2"))


def _draw(t: Texts, play: Play, samples: Tensor, found: Coverage) -> Any:
    figure = page(t("modes"), _subtitle(t, play))
    left = figure.add_axes((0.06, 0.1, 0.4, 0.68))
    right = figure.add_axes((0.57, 0.38, 0.405, 0.4))
    _scatter(left, t, play.world, samples)
    left.set_title(t("samples_title"), pad=10)
    left.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1, handletextpad=0.1,
                markerscale=2, handlelength=1.2, columnspacing=0.9)  # fmt: skip
    shares = _shares(samples, play.world)
    fair = 100 / len(shares)
    right.bar(range(1, len(shares) + 1), shares, color="#a5dcc8", edgecolor=MODEL.color, width=0.7)
    right.axhline(fair, color=DATA.color, lw=1.6, ls=DATA.linestyle, label=f"{t('fair_share')} ({fair:.1f} %)")
    right.axhline(fair * FAIR_PART, color="#8a3600", lw=1.8, ls=(0, (6, 2)), label=t("fifth"))
    right.set_ylim(0, fair * 1.75)
    right.grid(axis="x", visible=False)
    right.set_title(t("shares_title"), pad=10)
    right.set_xlabel(t("mode_number"))
    right.set_ylabel(t("share_axis"))
    right.legend(loc="upper right", ncols=2, fontsize=11.5)
    lines = (
        t("score_modes", fair=found.fair, modes=found.modes),
        t("score_quality", quality=100 * found.high_quality, ceiling=100 * found.high_quality_ceiling),
        t("score_kl", kl=found.kl, floor=found.kl_floor),
    )
    box = {"facecolor": "#f4f4f4", "edgecolor": BAND, "boxstyle": "round,pad=0.6"}
    figure.text(0.575, 0.105, "\n".join(lines), fontsize=12.5, linespacing=1.9, bbox=box)
    return figure


def _frame(t: Texts, play: Play, n: int, samples: Tensor) -> Any:
    figure = page(t("modes"), t("frame_g", n=n), (6.4, 6.8))
    _scatter(figure.add_axes((0.13, 0.1, 0.82, 0.74)), t, play.world, samples)
    return figure
