"""One run being played: steps, and between them what a person looks at and what is kept.

Nothing that happens between steps moves the training: pictures and measurements draw their noise apart.
"""

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from torch import Tensor

from sparring.engine.trainer import Trainer
from sparring.errors import DivergedError, InterruptedRun
from sparring.report.console import Console
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.sessions.options import Run
from sparring.sessions.shots import Shots

Judge = Callable[["Session"], bool]
"""Looks at a session between steps; true ends the run."""


class Session:
    """A trainer in a run folder, from where it stands to its end.

    Args:
        folder: Where everything is written; its lock is held by the caller.
        trainer: What is trained.
        run: How to run, resolved: no cadence is automatic any more.
        facts: JSON that goes into every checkpoint, so that it describes itself.
        shots: Draws pictures into the folder; knows some that training never sees.
        console: What a person sees.
        seconds: Of training before this session.
        judge: Asked whenever samples are drawn; true ends the run.
    """

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        run: Run,
        facts: Mapping[str, Any],
        shots: Shots,
        console: Console,
        seconds: float = 0.0,
        judge: Judge | None = None,
    ) -> None:
        self.folder, self.trainer, self.run, self.facts = folder, trainer, run, dict(facts)
        self.shots, self.held_out, self.console, self.judge = shots, shots.held_out, console, judge
        self.row: dict[str, Any] = {}
        self._before, self._start = seconds, time.perf_counter()
        self._timed_steps, self._timed_seconds = 0, 0.0
        self._sums: dict[str, Tensor] = {}
        self._stop: str | None = None
        self._over = False

    @property
    def seconds(self) -> float:
        """Of training so far, all sessions together."""
        return self._before + time.perf_counter() - self._start

    @property
    def done(self) -> float:
        """Part of the run that is done, 0 to 1."""
        t = self.trainer
        return 1.0 if self._over else self.run.done(t.steps, t.images, self.seconds, t.experiment.images)

    def play(self) -> None:
        """Train to the end.

        Raises:
            InterruptedRun: If a signal asked to stop; the run is saved.
            DivergedError: If the run diverged a second time; the newest checkpoint is good.
        """
        with self._signals():
            if self.trainer.steps == 0:
                self.save()
            while self.done < 1:
                try:
                    self._timed_step()
                    self._look()
                except DivergedError as e:
                    self._roll_back(e)
                if self._stop:
                    self.save()
                    self.shots.results(self.folder.read_metrics())
                    self.folder.event("interrupted", step=self.trainer.steps, signal=self._stop)
                    raise InterruptedRun(
                        f"stopped by {self._stop} after step {self.trainer.steps:,}; everything is saved. "
                        f"Go on with: sparring resume {self.folder.path}"
                    )
            self.save()
            self.shots.take()
            self.shots.results(self.folder.read_metrics())
            self.folder.event("done", step=self.trainer.steps, images=self.trainer.images, seconds=self.seconds)

    def save(self) -> None:
        """Write a checkpoint."""
        snapshot = self.trainer.snapshot()
        state = {**snapshot.state, **self.facts, "seconds": self.seconds}
        path = checkpoint.save(self.folder.checkpoints, snapshot._replace(state=state), self.run.keep)
        self.folder.event("saved", step=snapshot.step, checkpoint=path.name)

    def _timed_step(self) -> None:
        t = time.perf_counter()
        terms = self.trainer.step()
        self._timed_steps, self._timed_seconds = self._timed_steps + 1, self._timed_seconds + time.perf_counter() - t
        for player, term in terms.items():
            for name, value in {**term.paid, **term.seen}.items():
                key = f"{player}/{name}"
                self._sums[key] = self._sums[key] + value if key in self._sums else value

    def _look(self) -> None:
        steps = self.trainer.steps
        if steps % self.run.log_every == 0 or self.done >= 1:
            self._report()
        if steps % self.run.sample_every == 0 and self.done < 1:
            self.shots.take()
            self.shots.results_if_due(self.folder.read_metrics)
            if self.judge and self.judge(self):
                self._over = True
        if steps % self.run.save_every == 0 and self.done < 1:
            self.save()

    def _report(self) -> None:
        """A row of metrics, means over the steps since the last one: the only place that waits for the device."""
        t = self.trainer
        row: dict[str, Any] = {"step": t.steps, "images": t.images, "seconds": round(self.seconds, 3)}
        row |= {name: value.item() / self._timed_steps for name, value in self._sums.items()}
        row |= {name: value.item() for name, value in self._watch().items()}
        row["images_per_second"] = self._timed_steps * t.experiment.batch_size / max(self._timed_seconds, 1e-9)
        self._timed_steps, self._timed_seconds, self._sums = 0, 0.0, {}
        self.row = row
        self.folder.metrics(row)
        done = self.done
        session = time.perf_counter() - self._start
        left = (self.seconds / done - self.seconds) if done > 0 and session > 1 else None
        self.console.update(row, done, left)

    def _watch(self) -> dict[str, Tensor]:
        if self.held_out is None:
            return {}
        with torch.random.fork_rng(), self.trainer.backend.autocast():
            torch.manual_seed(self.run.seed)
            return self.trainer.game.watch(self.held_out, self.run.seed)

    def _roll_back(self, error: DivergedError) -> None:
        """Once: back to the last good checkpoint, with half the rate."""
        if self.trainer.rate != 1.0:
            self.folder.event("diverged", step=self.trainer.steps, error=str(error))
            raise DivergedError(
                f"{error}. It had been rolled back once and its rates halved; the newest checkpoint is good. "
                "Lower the learning rate, add a penalty, or look at the data's range."
            ) from error
        path, passed_over = checkpoint.newest(self.folder.checkpoints)
        self.trainer.restore(checkpoint.read(path))
        self.trainer.rate = 0.5
        self._timed_steps, self._timed_seconds, self._sums = 0, 0.0, {}
        self.folder.truncate_metrics(self.trainer.steps)
        self.folder.event("rolled_back", to=self.trainer.steps, error=str(error), damaged=passed_over)
        self.say(f"{error}. Rolled back to step {self.trainer.steps:,}; going on with half the learning rates.")

    def say(self, text: str) -> None:
        """Tell the person and the log."""
        self.folder.log(text)
        self.console.say(text)

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """The first SIGINT or SIGTERM asks to stop after this step; a second SIGINT stops at once."""

        def ask(number: int, frame: FrameType | None) -> None:
            self._stop = signal.Signals(number).name
            signal.signal(signal.SIGINT, signal.default_int_handler)

        try:
            old = {s: signal.signal(s, ask) for s in (signal.SIGINT, signal.SIGTERM)}
        except ValueError:  # not in the main thread, as in a notebook's worker or a server: nobody sends signals there
            yield
            return
        try:
            yield
        finally:
            for s, handler in old.items():
                signal.signal(s, handler)
