"""How to run an experiment: length, machine, and how often to look. The ``--run.*`` flags and their meaning."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sparring.errors import CommandError
from sparring.measure.table import ALIASES, METRICS
from sparring.words import mark, tr

MOST_THREADS = 1024
"""More than any machine has processors: systems refuse to start them, and OpenMP then ends the process."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """How to run.

    Args:
        minutes: Stop after this many minutes of training.
        steps: Stop after this many steps (one update of G, and of D as many as the recipe says).
        images: Stop after this many training images seen.
        epochs: Stop after this many passes over the training pictures.
        until: "indistinguishable": stop when a new classifier cannot tell held-out pictures from generated ones.
        seed: Random seed of weights, noise and data order. On the command line 0,1,2 trains three runs, one after another.
        device: auto, cpu, cuda, cuda:1, mps or xpu.
        out: Folder that holds all runs.
        name: Name of the run's folder, after its number: 0001-NAME; by default the recipe and the data.
        precision: Precision of activations: auto (by timing a few steps), float32 or bfloat16; weights are always float32.
        memory_format: How pictures lie in memory: auto (by timing a few steps), contiguous or channels_last; results agree up to
            rounding.
        threads: CPU threads; 0 chooses by timing a few steps.
        held_out: Pictures kept out of training for evaluation; -1 for a tenth, at most 1,000; 0 for none.
        labels: Labels to keep in training, equally many of each class, as if the others were unknown; by default all. Held-out
            pictures keep theirs.
        log_every: Steps between rows of metrics; 0 for about two seconds.
        sample_every: Steps between sample sheets; 0 for about twenty seconds.
        save_every: Steps between checkpoints; 0 for about five minutes.
        keep: Number of checkpoints to keep.
        evaluate: Steps between measurements of what is drawn, against real pictures; 0 for none.
        best: The measure that chooses the checkpoint in the folder best, and that patience waits for.
        patience: Stop after this many measurements in a row without a better one; 0 to go on.
        features: What distances are measured in while training: auto (classifier where there are labels, else random), or as
            sparring evaluate takes them.
        processes: Processes that train together, each on its part of every batch; all for one per GPU, or per CPU core.
        restarts: How often all processes are started again from the newest checkpoint after one was lost.
        timeout: Seconds of silence after which another process counts as lost.
        sync_batch_norm: Batch norm over the whole batch and not over each process's part of it.
        tensorboard: Also write metrics for TensorBoard while training, to the folder tensorboard of the run.
    """

    minutes: float | None = None
    steps: int | None = None
    images: int | None = None
    epochs: float | None = None
    until: Literal["indistinguishable"] | None = None
    seed: int = 0
    device: str = "auto"
    out: Path = Path("runs")
    name: str | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    memory_format: Literal["auto", "contiguous", "channels_last"] = "auto"
    threads: int = 0
    held_out: int = -1
    labels: int | None = None
    log_every: int = 0
    sample_every: int = 0
    save_every: int = 0
    keep: int = 2
    evaluate: int = 0
    best: str = "kernel_distance"
    patience: int = 0
    features: str = "auto"
    processes: int | Literal["all"] = 1
    restarts: int = 3
    timeout: float = 120.0
    sync_batch_norm: bool = False
    tensorboard: bool = False

    def __post_init__(self) -> None:
        for name in ("steps", "images", "epochs", "minutes", "labels"):
            value = getattr(self, name)
            if value is not None and not 0 < value < 1e15:
                raise CommandError(tr("run.{name} is {value}; it must be above 0", name=name, value=value))
        for name in ("threads", "log_every", "sample_every", "save_every"):
            if (value := getattr(self, name)) < 0:
                raise CommandError(
                    tr("run.{name} is {value}; it must be 0 (automatic) or more", name=name, value=value)
                )
        if self.threads > MOST_THREADS:
            text = mark("run.threads is {value}; it must be at most {most:,}")
            raise CommandError(tr(text, value=self.threads, most=MOST_THREADS))
        for name in ("evaluate", "patience"):
            if (value := getattr(self, name)) < 0:
                raise CommandError(tr("run.{name} is {value}; it must be 0 (never) or more", name=name, value=value))
        if self.patience and not self.evaluate:
            raise CommandError(
                tr("run.patience is {value}, but nothing is measured: give --run.evaluate", value=self.patience)
            )
        if self.best not in (*METRICS, *ALIASES):
            known = ", ".join([*METRICS, *ALIASES])
            raise CommandError(tr("run.best is {value!r}; it is one of {known}", value=self.best, known=known))
        if self.held_out < -1:
            raise CommandError(
                tr("run.held_out is {value}; it must be 0 (none) or more, or -1 for a tenth", value=self.held_out)
            )
        if self.keep < 1:
            raise CommandError(tr("run.keep is {value}; at least 1 checkpoint must be kept", value=self.keep))
        if self.processes != "all" and not 1 <= self.processes <= 4096:
            raise CommandError(tr("run.processes is {value}; it must be from 1 to 4,096, or all", value=self.processes))
        if self.restarts < 0 or not 1 <= self.timeout <= 86400:
            text = mark("run.restarts is {restarts} and run.timeout {timeout}; take 0 or more, and 1 to 86,400 seconds")
            raise CommandError(tr(text, restarts=self.restarts, timeout=self.timeout))
        if not 0 <= self.seed < 2**63:
            raise CommandError(tr("run.seed is {value}; it must be from 0 to 2^63 - 1", value=self.seed))

    def done(self, steps: int, images: int, seconds: float, default_images: int) -> float:
        """Which part of the run is done, from 0 to 1: the furthest of its goals, or of the recipe's own length."""
        goals = [(self.steps, steps), (self.images, images), (self.minutes and self.minutes * 60, seconds)]
        asked = [now / goal for goal, now in goals if goal]
        if not asked and self.until is None:
            asked = [images / default_images]
        return min(1.0, max(asked, default=0.0))
