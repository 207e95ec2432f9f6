"""Pictures of a run: samples from fixed noise, the reals beside them, and the one picture to paste."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from sparring.data.spec import Spec
from sparring.data.values import from_unit
from sparring.games import Batch
from sparring.report.grid import grid, to_pil
from sparring.report.png import save_png
from sparring.report.results import results_picture
from sparring.training.run_folder import RunFolder
from sparring.training.trainer import Trainer

COUNT = 64
RESULTS_SECONDS = 60.0


class Shots:
    """Draws into a run folder.

    Args:
        folder: Where pictures go.
        trainer: Whose generators are shown.
        spec: Shape and values of the pictures.
        seed: Of the noise; the same for all samples of a run.
        held_out: Pictures that training never sees.
        recipe: Name for captions and for the PNG's text.
    """

    def __init__(
        self, folder: RunFolder, trainer: Trainer, spec: Spec, seed: int, held_out: Batch | None, recipe: str
    ) -> None:
        self.folder, self.trainer, self.spec, self.seed = folder, trainer, spec, seed
        self.held_out, self.recipe = held_out, recipe
        self.newest: dict[str, np.ndarray] = {}
        self._drawn = time.perf_counter()

    def reals(self, pictures: np.ndarray) -> None:
        """Keep real pictures (N, H, W, C) as ``reals.png``."""
        self.real = pictures[:COUNT]
        save_png(to_pil(grid(self.real), self.spec.low, self.spec.high), self.folder.path / "reals.png", {})

    def take(self) -> None:
        """Save sample pictures: of the average of the weights, and of the newest weights as ``-raw``."""
        kinds = ["", "raw"] if self.trainer.experiment.ema_half_life > 0 else ["raw"]
        for kind in kinds:
            with evaluating(self.trainer, average=kind == ""):
                drawn = self.trainer.game.sample(COUNT, seed=self.seed, held_out=self.held_out)
            for name, tensor in drawn.items():
                pictures = from_unit(tensor.float().cpu(), self.spec)
                self._save(name, kind if len(kinds) > 1 else "", pictures)

    def results_if_due(self, metrics: Callable[[], list[dict[str, Any]]]) -> None:
        """Draw the results again if the last ones are a minute old."""
        if time.perf_counter() - self._drawn > RESULTS_SECONDS:
            self.results(metrics())

    def results(self, metrics: list[dict[str, Any]]) -> None:
        """Draw ``results.png``: curves, newest samples, reals."""
        t = self.trainer
        facts = {"step": f"{t.steps:,}", "images": f"{t.images:,}"}
        if metrics:
            facts["training"] = f"{metrics[-1]['seconds'] / 60:.1f} min"
        samples = {k: v for k, v in self.newest.items() if not k.endswith("raw")} or self.newest
        shown = next(iter(samples.values()), None) if len(samples) == 1 else samples
        results_picture(
            metrics,
            shown,
            self.real,
            self.folder.path.name,
            facts,
            self.folder.path / "results.png",
            low=self.spec.low,
            high=self.spec.high,
        )
        self._drawn = time.perf_counter()

    def _save(self, name: str, kind: str, pictures: np.ndarray) -> None:
        parts = [
            f"{self.trainer.steps:08d}",
            *([] if name == "samples" else [name]),
            *([kind] if kind else []),
        ]
        text = {
            "recipe": self.recipe,
            "step": str(self.trainer.steps),
            "seed": str(self.seed),
            "weights": "newest" if kind == "raw" or self.trainer.experiment.ema_half_life == 0 else "average",
        }
        path = self.folder.samples / f"{'-'.join(parts)}.png"
        save_png(to_pil(grid(pictures), self.spec.low, self.spec.high), path, text)
        self.newest["-".join(filter(None, [name, kind]))] = pictures


@contextmanager
def evaluating(trainer: Trainer, average: bool) -> Iterator[None]:
    """The game as it is used: no dropout, running statistics, no graph; with averaged generators if wanted."""
    game = trainer.game
    with torch.no_grad(), torch.random.fork_rng(), trainer.backend.autocast():
        game.eval()
        try:
            if average:
                with trainer.ema.applied(game):
                    game.eval()
                    yield
            else:
                yield
        finally:
            trainer.ema.networks.train()
            game.train()
