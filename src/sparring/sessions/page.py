"""The run's page, README.md: written at the start, whenever samples are drawn, and at the end, however a run ends."""

import inspect
import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sparring.data.named import NAMES
from sparring.doctor.finding import percent
from sparring.doctor.signals import History, Look
from sparring.errors import ModelError, NoRoomError
from sparring.measure import card as cards
from sparring.measure.table import title
from sparring.report.console import Console
from sparring.report.domain_names import are_named, domain_names
from sparring.report.measured import digits, interval
from sparring.report.numbers import count, duration, finite, short
from sparring.report.rows import Row, read
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.runs.measurements import while_trained
from sparring.runs.readme import Page
from sparring.sessions.advice import longer, next_command
from sparring.sessions.build import Plan, describe
from sparring.sessions.domains import in_words, translates
from sparring.sessions.hooks import Hook
from sparring.sessions.parts import Parts
from sparring.sessions.recipe_file import flag
from sparring.settings import name_of, signature, stored
from sparring.words import mark, tr

if TYPE_CHECKING:
    from sparring.sessions.referee import Referee
    from sparring.sessions.session import Session

STATES = {
    "training": mark("in training"),
    "done": mark("finished"),
    "interrupted": mark("interrupted; it can be resumed"),
    "diverged": mark("diverged; the latest checkpoint is good"),
    "failed": mark("failed; the latest checkpoint is good"),
}
RESULTS = {
    "accuracy": mark("accuracy of D on held-out pictures and samples"),
    "error": mark("error on held-out pictures ({name})"),
    "measured": mark("measured on held-out pictures ({name})"),
}
FLAGS = ("--data", "--data-y")


class PageWriter:
    """Writes the page of a run. It never ends the run: what fails is told, and the run goes on.

    Args:
        folder: Of the run.
        made: What is trained.
        parts: The pictures, parted.
        sources: Where they come from, for commands that work from any folder.

    Attributes:
        referee: Whose looks are told; None before there is one.
        hook: What writes the page whenever samples are drawn.
    """

    def __init__(self, folder: RunFolder, made: Plan, parts: Parts, sources: Sequence[Any]) -> None:
        self.folder, self.made, self.parts = folder, made, parts
        self.sources = [whole_source(source) for source in sources]
        self.plan = whole_plan(describe(made))
        self.names = domain_names([pictures.name for pictures in parts.training])
        self.referee: Referee | None = None
        self.hook = Hook(self.look, last=False, called=mark("writing the page"))

    def start(self, console: Console) -> None:
        """Write it before the first step."""

        def told(error: Exception) -> None:
            why = f"{type(error).__name__}: {error}"
            console.say(tr("{name} failed and the run goes on without it: {error}", name=self.hook.title, error=why))

        self._guarded(told, "training", 0, 0, 0.0, {})

    def end(self, state: str, steps: int, images: int, seconds: float) -> None:
        """Write it for a run that ended before there was a session; that it cannot be written is no matter then."""
        self._guarded(lambda error: None, state, steps, images, seconds, {})

    def look(self, session: "Session") -> None:
        """As a hook: write it while the run goes on."""
        self.tell(session, "training")

    def tell(self, session: "Session", state: str) -> None:
        """Write it as things stand: ``training``, ``done``, ``interrupted``, ``diverged`` or ``failed``."""

        def told(error: Exception) -> None:
            with suppress(NoRoomError):  # no line fits on a full disk, and the next row of metrics will say so
                session.trouble(self.hook, error)

        t = session.trainer
        self._guarded(told, state, t.steps, t.images, session.seconds, session.row)

    def page(self, state: str, steps: int, images: int, seconds: float, row: Row) -> Page:
        """What there is to tell.

        Args:
            state: As `tell` takes it.
            steps: Done.
            images: Seen.
            seconds: Of training.
            row: The newest of metrics.
        """
        made, path = self.made, self.folder.path.absolute()
        verdict, config = self.folder.verdict or {}, self.folder.config
        flags = data_flags(self.sources, config["data"]["sources"])
        config = {**config, "data": {**config["data"], "sources": self.sources}}
        command = ""
        with suppress(ModelError, ValueError):
            command = shlex.join(self.folder.command)
        name = str(verdict.get("name", ""))
        return Page(
            title=self.folder.path.name,
            summary=self._summary(),
            facts={
                tr("state"): tr(STATES[state]),
                tr("recipe"): name_of(made.recipe),
                tr("data"): ", ".join(dict.fromkeys(self.sources)),
                tr("pictures"): in_words(*self.parts),
                **{tr("domain {domain}", domain=d): name for d, name in self.names.items() if are_named(self.names)},
                tr("seed"): str(made.seed),
                tr("steps"): count(steps),
                tr("images seen"): count(images),
                tr("training time"): duration(seconds),
            },
            results=results(row, self.referee.looks if self.referee else []) | measured_results(self.folder),
            verdict=str(verdict.get("words", "")),
            follows=next_command(name, path, self.plan, config, self._history(steps, images), flags) if name else "",
            changed=changed_settings(made),
            steps=self._steps(path, state, longer(config["run"], images), flags),
            command=command,
            private=private(translates(self.parts.training)),
        )

    def _history(self, steps: int, images: int) -> History:
        if self.referee is not None and self.referee.looks:
            return self.referee.history
        return History([Look(steps, images)], images)

    def _steps(self, path: Path, state: str, length: str, data: str) -> list[tuple[str, str]]:
        place, own = shlex.quote(str(path)), flag(self.plan)
        if state == "done":
            further = (f"sparring resume {place}{length}{data}{own}", tr("train twice as long"))
        else:
            further = (f"sparring resume {place}{data}{own}", tr("resume from the latest checkpoint"))
        uses = [
            (f"sparring sample {place}{own}", tr("generate pictures")),
            (f"sparring evaluate {place}{data}{own}", tr("measure generated pictures against real ones")),
        ]
        if translates(self.parts.training):
            uses = [
                (
                    f"sparring translate {place} PICTURES{own}",
                    tr(
                        "translate pictures; --to {x} or --to {y} chooses the direction",
                        **{domain: shlex.quote(name) for domain, name in self.names.items()},
                    ),
                ),
                (
                    f"sparring evaluate {place}{data}{own}",
                    tr("measure translations without true pairs: style, colours, cycle"),
                ),
                (f"sparring evaluate {place} --pairs X Y{own}", tr("compare translations with true pairs")),
            ]
        return [further, *uses, (f"sparring info {place}", tr("show settings and progress"))]

    def _summary(self) -> str:
        recipe, names = name_of(self.made.recipe), [p.name for p in self.parts.training]
        if translates(names):
            return tr("`{recipe}` trained to translate between {x} and {y}.", recipe=recipe, x=names[0], y=names[1])
        return tr("`{recipe}` trained on {data}.", recipe=recipe, data=names[0])

    def _guarded(self, told: Callable[[Exception], None], *how: Any) -> None:
        try:
            self.folder.write_readme(self.page(*how))
        except Exception as e:
            told(e)


def private(translating: bool) -> str:
    """Which files of a run show images of the data, for those whose data is private."""
    if translating:
        return tr(
            "reals-x.png, reals-y.png, results.png, samples/ and checkpoints/ contain images of the data: if it is private, "
            "share what sparring export writes"
        )
    return tr(
        "reals.png and results.png contain images of the data: if it is private, share samples/ or what sparring export writes"
    )


def results(row: Row, looks: Sequence[Look]) -> dict[str, str]:
    """What was measured on held-out pictures, in words: from the newest row of metrics, and from the looks of the referee."""
    found = {}
    for entry in read(row):
        value = finite(row[entry.key])
        if entry.held_out and entry.kind in RESULTS and value is not None:
            text = percent(value) if entry.kind == "accuracy" else short(value)
            found[tr(RESULTS[entry.kind], name=entry.name)] = text
    if looks and looks[-1].diversity is not None:
        found[tr("diversity of the samples, of that of real pictures")] = percent(looks[-1].diversity)
    judged = next(((look.step, look.judged) for look in reversed(looks) if look.judged is not None), None)
    if judged is not None:
        step, test = judged
        found[tr("fresh classifier after step {step:,}", step=step)] = tr(
            "right on {share} of {n:,} (95 % interval {low} to {high} %)",
            share=percent(test.accuracy),
            n=test.n,
            low=f"{100 * test.low:.1f}",
            high=f"{100 * test.high:.1f}",
        )
    return found


def measured_results(folder: RunFolder) -> dict[str, str]:
    """What was measured while a run trained: the newest numbers, and where the best checkpoint is."""
    measured = while_trained(folder)
    if not measured:
        return {}
    newest = measured[-1]
    found = {
        tr("{metric} after step {step:,}", metric=title(name, newest.measurement.card), step=newest.step): digits(
            v.value
        )
        if v.low is None
        else tr("{value} (95 % interval {interval})", value=digits(v.value), interval=interval(v))
        for name, v in newest.measurement.values.items()
    }
    found[tr("how it was measured")] = cards.in_words(newest.measurement.card)[0]
    if kept := checkpoint.steps(folder.best):
        found[tr("best checkpoint")] = tr(
            "step {step:,}, in {folder}", step=checkpoint.step_of(kept[0]), folder="best/"
        )
    return found


def changed_settings(made: Plan) -> list[tuple[str, str, str]]:
    """Settings that are not the recipe's defaults: name, value and default; a dash for none."""
    rows = []
    for name, (_, default) in signature(made.recipe).items():
        usual = "-" if default is inspect.Parameter.empty else str(stored(default))
        if (value := str(stored(made.settings[name]))) != usual:
            rows.append((name, value, usual))
    return rows


def whole_source(source: Any) -> str:
    """A source as a command from any folder can be given it: a set's name, or the whole path."""
    if not isinstance(source, str | Path):
        return f"<{type(source).__name__}>"
    return str(source) if str(source) in NAMES else os.path.abspath(os.path.expanduser(source))


def whole_plan(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan as JSON with the whole path of its recipe's file."""
    file = plan.get("file")
    return {**plan, **({"file": {**file, "path": os.path.abspath(file["path"])}} if file else {})}


def data_flags(sources: Sequence[str], recorded: Sequence[str]) -> str:
    """Flags that say where the data is, for commands from any folder: `` --data /home/me/faces``.

    Args:
        sources: As `whole_source` gives them.
        recorded: As the run's configuration has them; what it says well enough is left out.
    """
    pairs = zip(FLAGS, sources, recorded, strict=False)
    return "".join(f" {name} {_typed(now)}" for name, now, before in pairs if now != before or now.startswith("<"))


def _typed(source: str) -> str:
    return "DATA" if source.startswith("<") else shlex.quote(source)
