"""Pictures of a run: samples from fixed noise, the reals beside them, and the one picture to paste."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from sparring.data.spec import Spec
from sparring.data.streams import Domains
from sparring.data.values import from_unit
from sparring.engine.draw import COLUMNS, DOMAINS, ROWS, drawn, evaluating, of_noise
from sparring.engine.trainer import Trainer
from sparring.games import Batch, Game
from sparring.report.domain_names import Names, are_named, direction, domain_names
from sparring.report.grid import grid, to_pil
from sparring.report.numbers import duration
from sparring.report.png import save_png
from sparring.report.results import results_picture
from sparring.report.row_names import with_names
from sparring.runs.folder import RunFolder
from sparring.runs.measurements import while_trained
from sparring.sessions.domains import named
from sparring.words import mark, tr

if TYPE_CHECKING:
    from sparring.sessions.session import Session

COUNT = 64
RESULTS_SECONDS = 60.0
STRIPS = {2: mark("{way}: picture, translation"), 3: mark("{way}: picture, translation, back")}
"""What stands above strips of two and of three pictures."""


class Shots:
    """Draws into a run folder.

    Args:
        folder: Where pictures go.
        trainer: Whose generators are shown.
        specs: Shape and values of the pictures, of each domain.
        seed: Of the noise; the same for all samples of a run.
        held_out: Pictures that training never sees.
        recipe: Name for captions and for the PNG's text.
    """

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        specs: tuple[Spec, ...],
        seed: int,
        held_out: Batch | None,
        recipe: str,
    ) -> None:
        self.folder, self.trainer, self.specs, self.seed = folder, trainer, specs, seed
        self.held_out, self.recipe = held_out, recipe
        self.newest: dict[str, np.ndarray] = {}
        self.real: dict[str, np.ndarray] = {}
        self.names: Names = {}
        self.rows: dict[str, tuple[str, ...]] = {}
        self.path = folder.samples
        self._drawn = time.perf_counter()

    def reals(self, domains: Domains) -> None:
        """Keep real pictures to show beside the samples, and what their domains are called."""
        self.names = domain_names([pictures.name for pictures in domains])
        self.rows = rows_of(self.trainer.game, domains[0].class_names)
        for name, pictures in zip(named("reals", domains), domains, strict=True):
            self.real[name] = pictures.stored(torch.arange(min(COUNT, len(pictures))))

    def first(self, session: "Session") -> None:
        """As a hook: draw the reals as ``reals.png``, or of two domains as ``reals-x.png`` and ``reals-y.png``, and samples."""
        for (name, pictures), spec in zip(self.real.items(), self.specs, strict=True):
            save_png(to_pil(grid(pictures), spec.low, spec.high), self.folder.path / f"{name}.png", {})
        self.take()

    def take(self) -> None:
        """Save sample pictures: of the average of the weights, and of the newest weights as ``-raw``."""
        saved: list[Path] = []
        kinds = ["", "raw"] if self.trainer.experiment.averaged else ["raw"]
        for kind in kinds:
            with evaluating(self.trainer, average=kind == "") as game:
                found = drawn(game, COUNT, self.seed, self.held_out)
            for name, (domain, tensor) in found.items():
                spec = self.specs[DOMAINS.index(domain)]
                saved.append(
                    self._save(name, kind if len(kinds) > 1 else "", from_unit(tensor.float().cpu(), spec), spec)
                )
        self.path = saved[0] if saved else self.folder.samples

    def look(self, session: "Session") -> None:
        """As a hook: draw samples; the results again if the last ones are a minute old, or the run is over."""
        self.take()
        session.keep(self.path)
        if session.done >= 1 or time.perf_counter() - self._drawn > RESULTS_SECONDS:
            self.results(self.folder.read_metrics())

    def results(self, metrics: list[dict[str, Any]]) -> None:
        """Draw ``results.png``: curves, newest samples, reals; a strip of a translation begins with the real picture."""
        t = self.trainer
        facts = dict(self.names) if are_named(self.names) else {}
        facts |= {tr("step"): f"{t.steps:,}", tr("images"): f"{t.images:,}"}
        if metrics:
            facts[tr("training")] = duration(metrics[-1]["seconds"])
        if (verdict := self.folder.verdict) is not None:
            facts[tr("verdict:")] = verdict["words"]
        samples = {k: v for k, v in self.newest.items() if not k.endswith("-raw")} or self.newest
        spec = self.specs[0]
        results_picture(
            metrics,
            {caption(name, p.shape[2], [s.width for s in self.specs], self.names): p for name, p in samples.items()},
            self.real.get("reals"),
            self.folder.path.name,
            facts,
            self.folder.path / "results.png",
            low=spec.low,
            high=spec.high,
            measured=while_trained(self.folder),
            names=self.names,
            rows={caption(name, 0, (), self.names): rows for name, rows in self.rows.items()},
        )
        self._drawn = time.perf_counter()

    def _save(self, name: str, kind: str, pictures: np.ndarray, spec: Spec) -> Path:
        parts = [
            f"{self.trainer.steps:08d}",
            *([] if name == "samples" else [name]),
            *([kind] if kind else []),
        ]
        text = {
            "recipe": self.recipe,
            "step": str(self.trainer.steps),
            "seed": str(self.seed),
            "weights": "newest" if kind == "raw" or not self.trainer.experiment.averaged else "average",
        }
        path = self.folder.samples / f"{'-'.join(parts)}.png"
        whole = grid(pictures, COLUMNS if name in self.rows else None)
        if name in self.rows:
            whole = with_names(whole, self.rows[name], low=spec.low, high=spec.high)
        path.parent.mkdir(exist_ok=True)  # someone may have removed it; the run's folder itself is not made anew
        save_png(to_pil(whole, spec.low, spec.high), path, text)
        self.newest["-".join(filter(None, [name, kind]))] = pictures
        return path


def rows_of(game: Game, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What stands beside the rows of sheets that show a row of each class, by the name of the sheet.

    Args:
        game: What draws.
        names: Of the classes; where they are not known, their numbers stand in their place.
    """
    told = {name: m.classes for name, m in of_noise(game).items() if m.classes}
    known = {name: names if len(names) == n else [str(i) for i in range(n)] for name, n in told.items()}
    return {name: tuple(of[:ROWS]) for name, of in known.items()}


def caption(name: str, width: int, widths: Sequence[int], names: Names) -> str:
    """What stands above samples in ``results.png``; above a strip, what lies side by side in it.

    Args:
        name: As the game calls them: ``samples``, ``x_to_y``.
        width: Of one of them, pixels.
        widths: Of a picture of each domain, pixels.
        names: What the domains are called.
    """
    if name == "samples":
        return tr("Newest samples")
    way = direction(names, name)
    there = sum(widths)
    many = {there: 2, **{there + one: 3 for one in widths}}.get(width, 1) if len(widths) > 1 else 1
    return tr(STRIPS[many], way=way) if many in STRIPS else way
