"""`collapse`: mode collapse as it happens, beside its cure."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from torch import Tensor

from sparring.report.waiting import Progress
from sparring.theory.coverage import coverage
from sparring.theory.figures.drawn import Drawn, begin, finish, silent
from sparring.theory.figures.scatter import scatter
from sparring.theory.figures.style import LINES, page, save, styled
from sparring.theory.play import Play, Setup
from sparring.theory.texts import Texts
from sparring.theory.worlds import ring
from sparring.words import Language

ROWS = ("none", "r1", "r1+r2")
SHOTS = 4
LOOKS = 24


class Row(NamedTuple):
    """One training: pictures of its samples by step, and its score at even intervals."""

    shots: list[tuple[int, Tensor]]
    course: list[dict[str, Any]]


def collapse(
    out: Path = Path("theory-out"),
    *,
    language: Language | None = None,
    seed: int = 0,
    steps: int = 1500,
    progress: Progress = silent,
) -> Drawn:
    """The same GAN on a ring of 8 without a penalty, with R1, and with R1 and R2, from the same weights and data.

    Momentum of .9, Adam's default, makes G overshoot: it runs after the one place that D has not yet learnt to refuse, D
    follows, and G jumps on. A zero-centred penalty keeps D from becoming steep there. Of the first three seeds two are still
    collapsed at the end without a penalty and none with R1; as the rates fall, the chase can end by itself.

    Args:
        out: Folder for ``collapse.png``.
        language: Of the words; by default the one that is spoken.
        seed: Seed of the networks, the data and the noise.
        steps: Steps of G.
        progress: Told how far it is.

    Source: Metz et al. 2017, figure 2, for the hopping; Mescheder et al. 2018 for the penalty.
    """
    t = begin(out, language)
    rows = {
        name: trained(name, steps, seed, lambda n, i=i: progress(t.plain("training"), i * steps + n, 3 * steps))
        for i, name in enumerate(ROWS)
    }
    with styled(t):
        files = [save(_draw(t, rows, steps), out, "collapse")]
    last = {name: row.course[-1] for name, row in rows.items()}
    numbers = {"course": {name: row.course for name, row in rows.items()}, "steps": steps, "seed": seed}
    worst = max(look["kl"] for look in rows["none"].course)
    return finish(t, "collapse", files, numbers, bare=last["none"]["fair"], worst=worst, r1=last["r1"]["fair"],
                  both=last["r1+r2"]["fair"])  # fmt: skip


def trained(penalty: str, steps: int, seed: int, told: Any) -> Row:
    """A ring of wide modes, so that what is lost is lost to collapse and not to steepness."""
    setup = Setup(penalty=penalty, gamma=(1.0, 0.05), steps=steps, batch=128, width=64, lr=(1e-3, 1e-4), beta1=0.9,
                  beta2=(0.99, 0.99))  # fmt: skip
    play = Play(ring(std=0.05), setup, seed)
    row = Row([], [])
    for i in range(LOOKS):
        told(play.done)
        play.run(steps * (i + 1) // LOOKS - play.done)
        row.course.append({"step": play.done, **asdict(coverage(play.fakes(2500, average=False), play.world))})
        if (i + 1) % (LOOKS // SHOTS) == 0:
            row.shots.append((play.done, play.fakes(600, average=False)))
    return row


def _draw(t: Texts, rows: dict[str, Row], steps: int) -> Any:
    figure = page(t("collapse"), t("collapse_sub", steps=steps), (12.8, 8.4))
    world, side = ring(std=0.05), 0.155
    for r, (name, row) in enumerate(rows.items()):
        bottom = 0.585 - 0.265 * r
        for c, (step, samples) in enumerate(row.shots):
            ax = figure.add_axes((0.045 + 0.16 * c, bottom, side, side * 12.8 / 8.4))
            scatter(ax, t, world, samples, 4.0, axes=False)
            if r == 0:
                ax.set_title(t("frame_g", n=step), fontsize=12.5, loc="center", pad=6)
            if c == 0:
                ax.set_ylabel(t(name), fontsize=14, fontweight="bold", labelpad=8)
    above, below = figure.add_axes((0.765, 0.53, 0.215, 0.27)), figure.add_axes((0.765, 0.085, 0.215, 0.3))
    for line, (name, row) in zip(LINES, rows.items(), strict=False):
        at = [look["step"] for look in row.course]
        line.plot(above, at, [look["fair"] for look in row.course], t(name), 2.2)
        line.plot(below, at, [look["kl"] for look in row.course], None, 2.2)
    above.set_title(t("modes_held"), pad=30, fontsize=13)
    above.set_ylim(0, 8.4)
    above.legend(loc="lower left", bbox_to_anchor=(-0.28, 0.985), ncols=3, fontsize=10.5, handlelength=1.8,
                 columnspacing=0.8, handletextpad=0.4)  # fmt: skip
    below.set_title(t("kl_to_even"), pad=8, fontsize=13)
    below.set_ylim(0, 2.2)
    for ax in (above, below):
        ax.set_xlabel(t("g_steps"))
        ax.set_xlim(0, steps)
    return figure
