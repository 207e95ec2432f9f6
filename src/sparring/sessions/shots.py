"""Pictures of a run: samples from fixed noise, the reals beside them, and the one picture to paste."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.streams import Domains
from sparring.data.values import from_unit
from sparring.engine.trainer import Trainer
from sparring.games import Batch
from sparring.report.grid import grid, to_pil
from sparring.report.png import save_png
from sparring.report.results import results_picture
from sparring.runs.folder import RunFolder

COUNT, STRIPS = 64, 24
WATCHED = 256
TRANSLATED_PIXELS = 1 << 16
RESULTS_SECONDS = 60.0


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
        self._drawn = time.perf_counter()

    def reals(self, domains: Domains) -> None:
        """Keep real pictures as ``reals.png``, or of two domains as ``reals-x.png`` and ``reals-y.png``."""
        names = ["reals"] if len(domains) == 1 else ["reals-x", "reals-y"]
        for name, pictures, spec in zip(names, domains, self.specs, strict=True):
            self.real[name] = pictures.stored(torch.arange(min(COUNT, len(pictures))))
            save_png(to_pil(grid(self.real[name]), spec.low, spec.high), self.folder.path / f"{name}.png", {})

    def take(self) -> None:
        """Save sample pictures: of the average of the weights, and of the newest weights as ``-raw``."""
        kinds = ["", "raw"] if self.trainer.experiment.ema_half_life > 0 else ["raw"]
        for kind in kinds:
            with evaluating(self.trainer, average=kind == ""):
                drawn = self.trainer.game.sample(COUNT, seed=self.seed, held_out=self.held_out)
            for name, tensor in drawn.items():
                pictures = from_unit(tensor.float().cpu(), self._spec(name))
                self._save(name, kind if len(kinds) > 1 else "", pictures)

    def results_if_due(self, metrics: Callable[[], list[dict[str, Any]]]) -> None:
        """Draw the results again if the last ones are a minute old."""
        if time.perf_counter() - self._drawn > RESULTS_SECONDS:
            self.results(metrics())

    def results(self, metrics: list[dict[str, Any]]) -> None:
        """Draw ``results.png``: curves, newest samples, reals; a strip of a translation begins with the real picture."""
        t = self.trainer
        facts = {"step": f"{t.steps:,}", "images": f"{t.images:,}"}
        if metrics:
            facts["training"] = f"{metrics[-1]['seconds'] / 60:.1f} min"
        samples = {k: v for k, v in self.newest.items() if not k.endswith("raw")} or self.newest
        plain = len(samples) == 1
        spec = self.specs[0]
        results_picture(
            metrics,
            next(iter(samples.values())) if plain else {name.replace("_", " "): p for name, p in samples.items()},
            self.real["reals"] if plain else None,
            self.folder.path.name,
            facts,
            self.folder.path / "results.png",
            low=spec.low,
            high=spec.high,
        )
        self._drawn = time.perf_counter()

    def _spec(self, name: str) -> Spec:
        """Of the domain that a picture called ``x_to_y`` belongs to: y."""
        return self.specs[-1] if name.endswith("_y") else self.specs[0]

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
        spec = self._spec(name)
        save_png(to_pil(grid(pictures), spec.low, spec.high), path, text)
        self.newest["-".join(filter(None, [name, kind]))] = pictures


def held_out_batch(domains: Domains) -> Batch:
    """Held-out pictures to watch and to draw: with labels; or of both domains, fewer the larger they are."""
    if len(domains) == 1:
        return Batch(*domains[0].batch(torch.arange(min(WATCHED, len(domains[0])))))
    return Batch(*(_few(pictures) for pictures in domains))


def _few(pictures: Pictures) -> torch.Tensor:
    most = max(2, TRANSLATED_PIXELS // (pictures.spec.height * pictures.spec.width))
    return pictures.batch(torch.arange(min(STRIPS, most, len(pictures))))[0]


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
