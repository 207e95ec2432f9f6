"""Measuring a run while it trains: a row of numbers now and then, the best checkpoint beside the newest, an end to patience.

The time it takes is not training time: a run of so many minutes trains as long with it as without.
"""

import time

import numpy as np
from torch import Tensor

from sparring.data.pictures import Pictures
from sparring.data.values import from_unit
from sparring.engine.draw import DOMAINS, evaluating, of_noise, sampled
from sparring.errors import CommandError, ModelError
from sparring.games import Game, Map
from sparring.games.classify import classifier_of
from sparring.measure.card import unlike
from sparring.measure.classifier import labelled
from sparring.measure.features import Features, find_features, quick
from sparring.measure.measure import Measurement, check_fid, chosen, measure
from sparring.measure.reference import MOST_DIMENSIONS, Reference
from sparring.measure.table import METRICS, NEEDS, Need, Sort, title
from sparring.report.console import Console
from sparring.report.measured import digits, interval
from sparring.report.numbers import duration
from sparring.runs import checkpoint
from sparring.runs.measurements import Measured, measured_of
from sparring.sessions.hooks import Hook
from sparring.sessions.options import Run
from sparring.sessions.parts import Parts
from sparring.sessions.session import Session
from sparring.words import mark, tr

COUNT = 1_000
"""Pictures of either side."""
USUAL = ("kernel_distance", "precision", "recall")
MEASURED = "measured"
"""What a best checkpoint says of itself under this name: its measurement, and the measure it was chosen by."""


class Evaluator:
    """Measures what a run draws; see `evaluator_for`.

    Args:
        run: How to run.
        m: The map that draws.
        reference: Real pictures.
        features: What distances are measured in.
    """

    def __init__(self, run: Run, m: Map, reference: Reference, features: Features) -> None:
        self.run, self.m, self.reference, self.features = run, m, reference, features
        (self.by,) = chosen([run.best])
        self.metrics = list(dict.fromkeys([*USUAL, run.best]))
        if reference.part == "held out":
            self.metrics.append("nearer_to_training")
        self.times, self.seconds = 0, 0.0

    @property
    def labelled(self) -> bool:
        """Whether samples have labels that mean what those of real pictures mean."""
        return bool(self.m.classes) and self.m.classes == len(self.reference.pictures.class_names)

    def look(self, session: Session) -> bool:
        """As a hook: measure, keep the best checkpoint, and end the run if nothing has become better for too long."""
        rows = [int(row["step"]) for row in session.folder.read_measured() if type(row.get("step")) is int]
        over = False
        if not rows or rows[-1] != session.trainer.steps:  # the end may be a step that was measured already
            over = self._look(session, [*rows, session.trainer.steps])
        if session.done >= 1:
            text = mark("measured {n} times in this session, in {time} that are not counted as training time")
            session.closing.append(tr(text, n=self.times, time=duration(self.seconds)))
        return over

    def _look(self, session: Session, steps: list[int]) -> bool:
        start = time.perf_counter()
        with session.apart():
            found = self._measured(session)
            new = Measured(session.trainer.steps, session.trainer.images, session.seconds, found)
            best = self._best(session, found)
            better = best is None or score(self.by, found) < score(self.by, best.measurement)
            if better:
                session.save_best({MEASURED: {"by": self.by, **new.as_json()}})
        took = time.perf_counter() - start
        self.times, self.seconds = self.times + 1, self.seconds + took
        session.folder.measured({**new.as_json(), "took": round(took, 3)})
        self._say(session, found, better, took)
        if better or best is None:
            return False
        waited = sum(step > best.step for step in steps)
        if not self.run.patience or waited < self.run.patience:
            return False
        text = mark(
            "{metric} has not become better in {n} evaluations; the best checkpoint is that of step {step:,}: {path}"
        )
        name = title(self.by, found.card)
        session.say(tr(text, metric=name, n=waited, step=best.step, path=session.folder.best))
        return True

    def _measured(self, session: Session) -> Measurement:
        """Of at most 1,000 pictures, from the same noise every time."""
        pictures = self.reference.pictures
        n, spec = max(2, min(COUNT, len(pictures))), pictures.spec
        averaged = session.trainer.experiment.averaged
        with evaluating(session.trainer, average=averaged) as game:  # features must not be taken in bfloat16
            parts = [from_unit(part.float().cpu(), spec) for part in sampled(game, self.m, n, session.run.seed)]
        y, names = (np.arange(n) % self.m.classes, pictures.class_names) if self.labelled else (None, ())
        drawn = Pictures(np.concatenate(parts), y, names, name="samples", low=spec.low, high=spec.high)
        return measure(
            drawn,
            self.reference,
            metrics=self.metrics,
            features=self.features,
            count=n,
            seed=session.run.seed,
            weights="average" if averaged else "newest",
            own=self._own_classifier(session),
        )

    def _own_classifier(self, session: Session) -> Sort | None:
        """What of the game classifies, if anything does, as it is used."""
        trainer = session.trainer
        if classifier_of(trainer.game) is None:
            return None

        def sort(x: Tensor) -> Tensor:
            with evaluating(trainer, average=trainer.experiment.averaged) as game:
                network = classifier_of(game)
                assert network is not None
                return network.classify(x.to(trainer.backend.device)).float().cpu()

        return sort

    def _best(self, session: Session, found: Measurement) -> Measured | None:
        """What the best checkpoint so far says of itself; None if there is none, or its number does not compare with this one."""
        try:
            path, _ = checkpoint.newest(session.folder.best)
            facts = dict(checkpoint.read(path, []).state[MEASURED])
            best = measured_of({name: value for name, value in facts.items() if name != "by"})
        except (ModelError, KeyError, TypeError, ValueError):
            return None
        same = facts.get("by") == self.by and self.by in best.measurement.values
        return best if same and not unlike(best.measurement.card, found.card) else None

    def _say(self, session: Session, found: Measurement, better: bool, took: float) -> None:
        value = found.values[self.by]
        text = mark("{metric} after step {step:,}: {value}; measured in {time}")
        if better:
            text = mark("{metric} after step {step:,}: {value}, the best so far; measured in {time}")
        told = digits(value.value)
        if value.low is not None:
            told = tr("{value} (95 % interval {interval})", value=told, interval=interval(value))
        name = title(self.by, found.card)
        session.say(tr(text, metric=name, step=session.trainer.steps, value=told, time=duration(took)))


def score(by: str, found: Measurement) -> float:
    """A measurement by the measure that chooses; less is better."""
    value = found.values[by].value
    return {"lower": value, "higher": -value, "half": abs(value - 0.5)}[METRICS[by].better]


def evaluator_for(run: Run, game: Game, parts: Parts, console: Console) -> Hook | None:
    """What measures a run while it trains; None if it was not asked for.

    Args:
        run: How to run.
        game: What is played.
        parts: Pictures to train on and pictures held out, of each domain.
        console: Tells a person while features are prepared.

    Raises:
        CommandError: If nothing is drawn from noise, or the measure that chooses cannot be taken of this run.
    """
    if not run.evaluate:
        return None
    maps = of_noise(game)
    if not maps:
        raise CommandError(tr("run.evaluate measures what is drawn from noise; this recipe translates"))
    m = next(iter(maps.values()))
    at = DOMAINS.index(m.draws)
    training = parts.training[at]
    reference = Reference.of_run(training, parts.held_out[at] if parts.held_out else None)
    with console.waiting(tr("preparing to measure")) as progress:
        wish = quick(training) if run.features == "auto" else run.features
        features = find_features(wish, training, progress=progress)
    check_fid([run.best], features)
    evaluator = Evaluator(run, m, reference, features)
    there: dict[Need, bool] = {
        "moments": features.dimension <= MOST_DIMENSIONS,
        "labels": evaluator.labelled,
        "held out": reference.held_out is not None,
        "classifier": labelled(training),
        "own classifier": classifier_of(game) is not None and reference.unseen is not None,
    }
    for need in METRICS[evaluator.by].needs:
        if not there[need]:
            raise CommandError(
                tr("{metric} needs {what}, and there are none", metric=evaluator.by, what=tr(NEEDS[need]))
            )
    return Hook(evaluator.look, every=run.evaluate, essential=run.patience > 0, called=mark("measuring samples"))
