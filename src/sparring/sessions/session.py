"""One run being played: steps, and between them hooks that look and checkpoints that keep.

Nothing that happens between steps moves the training: pictures and measurements draw their noise apart.
"""

import shlex
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import DataError, DivergedError
from sparring.games import Batch
from sparring.metrics.two_sample import TwoSample
from sparring.report.console import Console
from sparring.report.lines import BETWEEN, lasting
from sparring.report.numbers import duration
from sparring.runs import checkpoint
from sparring.runs.finite import not_finite
from sparring.runs.folder import RunFolder
from sparring.sessions import saved
from sparring.sessions.council import Council
from sparring.sessions.hooks import Hook, ask
from sparring.sessions.meter import Clock, Meter, Row, held_out_row
from sparring.sessions.options import Run
from sparring.sessions.signals import Halt, Stop
from sparring.words import mark, tr

KEPT_AFTER = 1.05
"""A row stays when the run is 5 % longer than at the last one: some 20 rows until it is three times as old."""


class Session:
    """A trainer in a run folder, from where it stands to its end.

    Args:
        folder: Where everything is written; its lock is held by the caller.
        trainer: What is trained.
        run: How to run, resolved: no cadence is automatic any more.
        facts: JSON that goes into every checkpoint, so that it describes itself.
        hooks: What looks at the run between its steps, in this order.
        held_out: Pictures that training never sees.
        console: What a person sees.
        stop: Whether the run was asked to stop.
        seconds: Of training before this session.

    Attributes:
        row: The newest row of metrics.
        done: Part of the run that is done, 0 to 1, at the last look.
        judged: After which step a fresh classifier was last asked, and what it said.
        closing: What a hook has to say when all is over, last of all.
    """

    def __init__(
        self,
        folder: RunFolder,
        trainer: Trainer,
        run: Run,
        facts: Mapping[str, Any],
        hooks: Sequence[Hook],
        held_out: Batch | None,
        console: Console,
        stop: Stop,
        seconds: float = 0.0,
    ) -> None:
        self.folder, self.trainer, self.run, self.facts = folder, trainer, run, dict(facts)
        self.hooks, self.held_out, self.console, self.stop = tuple(hooks), held_out, console, stop
        self.row: Row = {}
        self.done = 0.0
        self.judged: tuple[int, TwoSample] | None = None
        self.closing: list[str] = []
        self._kept = 0.0
        self._clock, self._meter = Clock(seconds), Meter()
        self.world = trainer.world
        self._council = Council(self.world, stop, lambda: self.seconds)
        self._told: set[str] = set()

    @property
    def seconds(self) -> float:
        """Of training so far, all sessions together."""
        return self._clock.seconds

    def play(self) -> None:
        """Train to the end.

        Raises:
            Halt: If a signal asked to stop; the run is saved.
            DivergedError: If the run diverged a second time; the newest checkpoint is good.
            DataError: If the pictures cannot be read any more; the run is saved.
        """
        self._council.meet(self.trainer.steps)
        self.done = self._progress()
        while self.done < 1:
            if self._council.stopped:
                self._leave()
            try:
                self._timed_step()
                self._look()
            except DivergedError as e:
                self._roll_back(e)
            except DataError as e:  # before the first move of a round, so that all there is can be kept
                self._leave_without_data(e)
        self._end()

    def save(self) -> None:
        """Write a checkpoint of a state that is known to be good.

        Raises:
            DivergedError: If it is not.
        """
        if self.folder.mend():
            self.say(tr("config.json was deleted while the run went on; it is written again"))
        snapshot = self._snapshot()
        self.world.check_same(snapshot.step, snapshot.tensors)
        if self.world.first:
            saved.write(self.folder, snapshot, self.run.keep)

    def go_on_from(self, snapshot: Snapshot) -> None:
        """The next row of metrics is also about the steps before the snapshot that came after a row."""
        self._meter.take_back(snapshot.state.get("meter", {}), self.trainer.backend.device)

    def save_best(self, facts: Mapping[str, Any]) -> None:
        """Write the only checkpoint in ``best``, of a state that is known to be good.

        Args:
            facts: JSON that says in it why it is the best.
        """
        snapshot = self._snapshot()
        path = checkpoint.save(self.folder.best, snapshot._replace(state={**snapshot.state, **facts}))
        checkpoint.keep_only(path)

    def apart(self) -> AbstractContextManager[None]:
        """While something goes on whose time is not time of training."""
        return self._clock.stopped()

    def say(self, text: str) -> None:
        """Tell the person and the log."""
        self.folder.log(text)
        self.console.say(text)

    def keep(self, samples: Path) -> None:
        """A row that stays on the screen and in the log, and where the newest samples are; less often the longer the run is."""
        if self.done < 1 and self.seconds < self._kept * KEPT_AFTER:
            return
        self._kept = self.seconds
        self.folder.log(BETWEEN.join([*lasting(self.row), tr("samples {path}", path=samples)]))
        self.console.keep(self.row, str(samples))

    def trouble(self, hook: Hook, error: Exception) -> None:
        """A hook that only draws or reports has failed: say so once, and go on."""
        why = f"{type(error).__name__}: {error}"
        self.folder.event("hook_failed", hook=hook.name, step=self.trainer.steps, error=why)
        if hook.title not in self._told:
            self._told.add(hook.title)
            self.say(tr("{name} failed and the run goes on without it: {error}", name=hook.title, error=why))

    def _snapshot(self) -> Snapshot:
        self.trainer.check()
        snapshot = self.trainer.snapshot()
        for part, named in snapshot.tensors.items():  # on every rank alike; losses and gradients say nothing of moments
            if (name := not_finite(part, named)) is not None:
                raise DivergedError(tr("the tensor {name!r} of {part!r} is not finite", name=name, part=part))
        return snapshot._replace(
            state={**snapshot.state, **self.facts, "seconds": self.seconds, "meter": self._meter.kept()}
        )

    def _progress(self) -> float:
        t = self.trainer
        return self.run.done(t.steps, t.images, self._council.seconds, t.experiment.images)

    def _timed_step(self) -> None:
        t = time.perf_counter()
        terms = self.trainer.step()
        self._meter.add(terms, time.perf_counter() - t)

    def _look(self) -> None:
        """After a step: a row, the hooks, a checkpoint, each at its pace."""
        steps = self.trainer.steps
        self._council.meet(steps)
        self.done = self._progress()
        if steps % self.run.log_every == 0 or self.done >= 1:
            self._log()
        due = [hook for hook in self.hooks if steps % (hook.every or self.run.sample_every) == 0]
        if due and self.done < 1:
            self.trainer.check()
            over = self.world.said(self.world.first and any(ask(hook, self) for hook in due))
            self.done = 1.0 if over else self.done
        if steps % self.run.save_every == 0 and self.done < 1:
            self.save()

    def _log(self) -> None:
        """A row of metrics, means over the steps since the last one: here the host waits for the device."""
        t = self.trainer
        t.check()
        counts: Row = {"step": t.steps, "images": t.images, "seconds": round(self.seconds, 3)}
        watched = held_out_row(t.watch(self.held_out, self.run.seed)) if self.held_out is not None else {}
        self.row = counts | self._meter.read(t.experiment.batch_size) | watched
        self._meter.clear()
        self.folder.metrics(self.row)
        left = self.seconds / self.done - self.seconds if self.done > 0 and self._clock.session > 1 else None
        self.console.update(self.row, self.done, None if left is None else max(0.0, left))

    def _end(self) -> None:
        self.save()
        for hook in self.hooks:
            if hook.last and self.world.first:
                ask(hook, self)
        self.say(
            tr(
                "Done after step {step:,}: {images:,} images in {time}.",
                step=self.trainer.steps,
                images=self.trainer.images,
                time=duration(self.seconds),
            )
        )
        for line in self.closing:
            self.say(line)
        self.folder.event("done", step=self.trainer.steps, images=self.trainer.images, seconds=self.seconds)

    def _leave(self) -> None:
        """Save, and stop."""
        try:
            self.save()
        except DivergedError as e:
            self._roll_back(e)
            self.save()
        if self.world.pulse:
            self.world.pulse.agreed = True
        raise Halt

    def _leave_without_data(self, error: DataError) -> None:
        """Save, and say what is wrong. On several processes it is wrong with this one alone: what was saved last stands."""
        if self.world.size > 1:
            raise error
        self.save()
        text = mark(
            "{error}. The run is saved after step {step}; restore the data and go on with: sparring resume {path}"
        )
        path, step = shlex.quote(str(self.folder.path)), f"{self.trainer.steps:,}"
        raise DataError(tr(text, error=str(error).rstrip("."), step=step, path=path)) from error

    def _roll_back(self, error: DivergedError) -> None:
        """Once: back to the last good checkpoint, with half the rate."""
        if self.trainer.rate != 1.0:
            self.folder.event("diverged", step=self.trainer.steps, error=str(error))
            raise DivergedError(
                tr(
                    "{error}. It had been rolled back once with the learning rates halved; the latest checkpoint is good. "
                    "Lower the learning rate, add a penalty, or check the range of the data.",
                    error=error,
                )
            ) from error
        passed_over: list[str] = []
        good: Snapshot | None = None
        if self.world.first:
            path, passed_over = checkpoint.newest(self.folder.checkpoints)
            good = saved.read(path, saved.TRAINED)
        snapshot = self.world.spread(good)
        saved.restore(self.trainer, snapshot)
        self.trainer.rate = 0.5
        self.done = min(self._progress(), 1 - 1e-9)
        self.go_on_from(snapshot)
        self.folder.cut_after(self.trainer.steps)
        self.folder.event("rolled_back", to=self.trainer.steps, error=str(error), damaged=passed_over)
        self.say(
            tr(
                "{error}. Rolled back to step {step:,}; going on with half the learning rates.",
                error=error,
                step=self.trainer.steps,
            )
        )
