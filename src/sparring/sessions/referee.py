"""The referee: a hook that measures what the doctor looks at, and says how the run stands when that changes."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from torch.optim import Optimizer

from sparring.doctor.signals import History, Look, is_whole, to_row
from sparring.doctor.verdict import verdict
from sparring.engine.draw import evaluating, of_noise
from sparring.engine.experiment import Experiment
from sparring.games import Game
from sparring.report.numbers import finite
from sparring.report.rows import read
from sparring.sessions.advice import next_command
from sparring.sessions.bench import Bench
from sparring.sessions.build import Plan
from sparring.sessions.options import Run
from sparring.sessions.parts import Parts
from sparring.settings import signature
from sparring.words import tr

if TYPE_CHECKING:
    from sparring.sessions.session import Session

TOLD = ("rolled_back", "diverged")
"""Events that a diagnosis is made from."""


class Referee:
    """Looks at a run, and says how it stands when that changes, and at the end.

    Args:
        parts: Pictures to train on, and pictures that training never sees.
        looks: What was measured before the run was stopped, so that its verdict is that of a run that never was.
        facts: Of the run's history: its length, settings and the number of its pictures; without looks.
        sample_every: Steps from one sample to the next.
    """

    def __init__(self, parts: Parts, looks: Sequence[Look], facts: History, sample_every: int) -> None:
        self.looks, self.facts, self.sample_every = list(looks), facts, sample_every
        self.bench = Bench(parts)
        self.events: list[dict[str, Any]] = []
        self.gradients = list(facts.gradients)
        self.said = _said_last(looks, facts)

    @property
    def history(self) -> History:
        """All that was seen so far."""
        return self.facts._replace(looks=self.looks, events=self.events, gradients=self.gradients)

    def look(self, session: "Session") -> None:
        """Measure, and say what it comes to if that is new or the run is over."""
        t = session.trainer
        self.looks = [look for look in self.looks if look.step <= t.steps]  # fewer after a rollback
        if not self.looks or self.looks[-1].step < t.steps:
            self.looks.append(self._measured(session))
            session.folder.look(to_row(self.looks[-1]))
            self.gradients += gradients(t.game, t.experiment.optimizers, [session.row])
        self.events = [e for e in session.folder.events() if e.get("kind") in TOLD]
        found = verdict(self.history)
        folder, plan = session.folder, session.facts["plan"]
        command = next_command(found.name, folder.path, plan, folder.config, self.history)
        session.folder.verdict = {"step": t.steps, **found._replace(command=command)._asdict()}
        over = session.done >= 1
        if not over and found.name in (self.said, "early"):
            return
        self.said = found.name
        session.folder.event("verdict", step=t.steps, **found._replace(command=command)._asdict())
        said = [found.words, *([tr("Next: {command}", command=command)] if over or found.trouble else [])]
        if over:
            session.closing += said
            return
        for line in said:
            session.say(line)

    def _measured(self, session: "Session") -> Look:
        t, row = session.trainer, session.row
        whole = is_whole(t.steps, self.sample_every) or session.done >= 1
        with evaluating(t, average=t.experiment.averaged) as game:
            bench = self.bench
            measured: dict[str, Any] = bench.measured(game) if whole else {"diversity": bench.diversity(game)}
        if whole:
            if t.experiment.averaged and of_noise(t.game):
                with evaluating(t, average=False) as game:
                    measured |= self.bench.of_newest(game)
            else:
                measured |= {"shares": measured.pop("own_shares", None)}
            measured |= {"gap": self.bench.gap(lambda batch: t.watch(batch, session.run.seed))}
        measured.pop("own_shares", None)
        judged = session.judged[1] if session.judged and session.judged[0] == t.steps else None
        return Look(t.steps, t.images, judged=judged, **_from_row(row), **measured)


def gradients(game: Game, optimizers: Mapping[str, Optimizer], rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """Norm of the gradient of the players that hold generators in each row of metrics that has one, the least of them.

    Args:
        game: Whose generators.
        optimizers: Of the players, by name.
        rows: Of metrics, in order.
    """
    own = {id(p) for network in game.generators().values() for p in network.parameters()}
    held = {name: [p for group in o.param_groups for p in group["params"]] for name, o in optimizers.items()}
    holders = {name for name, parameters in held.items() if any(id(p) in own for p in parameters)}
    keys = {e.key for e in read({k: 0 for row in rows for k in row}) if e.kind == "gradient" and e.player in holders}
    norms = [[v for key in keys if (v := finite(row.get(key))) is not None] for row in rows]
    return [min(each) for each in norms if each]


def _from_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the newest row of metrics says of held-out pictures."""
    held = [entry for entry in read(row) if entry.held_out]

    def of(kind: str, which: Callable[[list[float]], float]) -> float | None:
        values = [v for entry in held if entry.kind == kind and (v := finite(row[entry.key])) is not None]
        return which(values) if values else None

    return {"accuracy": of("accuracy", max), "value": of("value", max), "error": of("error", max)}


def facts_of(made: Plan, run: Run, pictures: int, experiment: Experiment) -> History:
    """A run's history without its looks.

    Args:
        made: What is trained.
        run: How.
        pictures: Training pictures, of the smallest domain.
        experiment: A sketch will do.
    """
    asked = run.images or (run.steps or 0) * experiment.batch_size
    own = None if run.minutes or run.until else experiment.images
    defaults = {name: default for name, (_, default) in signature(made.recipe).items()}
    return History(
        looks=(),
        length=experiment.images,
        planned=asked or own,
        pictures=pictures,
        settings=made.settings,
        defaults={name: value for name, value in defaults.items() if value is not inspect.Parameter.empty},
    )


def _said_last(looks: Sequence[Look], facts: History) -> str | None:
    """The name of the verdict that a referee who saw all this said last."""
    names = [verdict(facts._replace(looks=looks[: i + 1])).name for i in range(len(looks))]
    return next((name for name in reversed(names) if name != "early"), None)
