"""A run diagnosed from its folder, and measured anew where its data is at hand."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from sparring.doctor.finding import Finding
from sparring.doctor.rules import findings
from sparring.doctor.signals import History, Look, remembered
from sparring.doctor.trend import Trend, trend
from sparring.doctor.verdict import Verdict, verdict
from sparring.engine.draw import DOMAINS, of_noise
from sparring.errors import ModelError
from sparring.games import Turn, noise_of
from sparring.metrics.two_sample import TwoSample, two_sample
from sparring.recipes import Recipe
from sparring.runs import checkpoint
from sparring.runs.folder import RunFolder
from sparring.runs.listing import summary
from sparring.sessions import saved
from sparring.sessions.advice import next_command
from sparring.sessions.bench import Bench
from sparring.sessions.build import Plan, plan_from, sketch
from sparring.sessions.config import run_config
from sparring.sessions.domains import moved, open_domains
from sparring.sessions.options import Run
from sparring.sessions.parts import Parts, part
from sparring.sessions.recipe_file import find_recipe
from sparring.sessions.referee import TOLD, facts_of, gradients
from sparring.use.model import Model, load
from sparring.words import tr

SAMPLES, ASKED, FEWEST = 1024, 1000, 20
"""Samples that are measured anew; pictures of each kind for the fresh classifier, and the fewest."""


class Diagnosis(NamedTuple):
    """What was found in a run.

    Args:
        run: Name of its folder.
        step: Of the newest look.
        state: running, done, interrupted, ...
        findings: The gravest first, each with a command.
        verdict: How it stands, with what to type next.
        trend: Where it is going; None if too little was measured.
        looks: How often it was looked at.
    """

    run: str
    step: int
    state: str
    findings: list[Finding]
    verdict: Verdict
    trend: Trend | None
    looks: int

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            **self._asdict(),
            "findings": [f._asdict() for f in self.findings],
            "verdict": self.verdict._asdict(),
            "trend": None if self.trend is None else {**self.trend._asdict(), "words": self.trend.words},
        }


def diagnose(
    folder: RunFolder, *, recipe: str | Recipe | None = None, anew: bool = False, data: tuple[Any, ...] = ()
) -> Diagnosis:
    """Find what is wrong with a run, running or over, from what is written in its folder.

    Args:
        folder: Of the run.
        recipe: For a run of a recipe of one's own.
        anew: Measure the newest checkpoint again with more samples, and ask a fresh classifier; it needs the pictures.
        data: Where the pictures are now, if they have moved.

    Raises:
        ModelError: If there is no whole checkpoint, or no look at the run yet.
        DataError: If the pictures are needed and cannot be opened.
    """
    config = run_config(folder)
    path, _ = checkpoint.newest(folder.checkpoints)
    facts = saved.read(path).state
    made = plan_from(facts.get("plan", {}), None if recipe is None else find_recipe(recipe))
    history = _history(folder, made, config.run, facts["plan"]["specs"])
    if anew:
        history = history._replace(looks=_joined(history.looks, _measured(folder, recipe, data)))
    if not history.looks and not history.events:
        raise ModelError(
            tr("{name} was not looked at yet; wait until it has drawn its first samples", name=folder.path.name)
        )
    plan, settings = facts["plan"], folder.config

    def command(name: str) -> str:
        return next_command(name, folder.path, plan, settings, history)

    stands = verdict(history)
    return Diagnosis(
        run=folder.path.name,
        step=history.now.step,
        state=summary(folder.path).state,
        findings=[f._replace(command=command(f.name)) for f in findings(history)],
        verdict=stands._replace(command=command(stands.name)),
        trend=trend(history),
        looks=len(history.looks),
    )


def _history(folder: RunFolder, made: Plan, run: Run, specs: list[dict[str, Any]]) -> History:
    rows = folder.read_metrics()
    experiment = sketch(made)
    history = facts_of(made, run, min(int(spec["count"]) for spec in specs), experiment)
    return history._replace(
        looks=remembered(folder.read_looks()),
        events=[e for e in folder.events() if e.get("kind") in TOLD],
        gradients=gradients(experiment.game, experiment.optimizers, rows),
        seconds=float(rows[-1]["seconds"]) if rows else None,
    )


def _joined(looks: Sequence[Look], new: Look) -> list[Look]:
    """The looks with one that was taken anew: what it measured replaces what was measured at the same step."""
    if not looks or looks[-1].step != new.step:
        return [*looks, new]
    measured = {name: value for name, value in new._asdict().items() if value is not None}
    return [*looks[:-1], looks[-1]._replace(**measured)]


def _measured(folder: RunFolder, recipe: str | Recipe | None, data: tuple[Any, ...]) -> Look:
    """A look at the newest checkpoint: more samples, and a fresh classifier, whatever D says."""
    config = run_config(folder)
    parts = part(open_domains(moved(config.sources, data), **config.opening), config.run)
    model, newest = (load(folder.path, weights=weights, recipe=recipe) for weights in ("average", "newest"))
    bench, progress = Bench(parts, SAMPLES), model.facts["progress"]
    with torch.no_grad():
        found = bench.measured(model.game)
        found |= bench.of_newest(newest.game) if of_noise(newest.game) else {}
        noise = noise_of(config.run.seed, "watch", device=next(model.game.parameters()).device)
        found["gap"] = bench.gap(lambda batch: model.game.watch(batch, Turn(noise, 0, progress["images"])))
    found.pop("own_shares", None)
    return Look(progress["steps"], progress["images"], judged=_asked(model, parts), **found)


def _asked(model: Model, parts: Parts) -> TwoSample | None:
    """What a fresh classifier says of samples and held-out pictures; None where there are too few, or nothing is sampled."""
    if not of_noise(model.game) or not parts.held_out:
        return None
    pictures = parts.held_out[DOMAINS.index(next(iter(of_noise(model.game).values())).draws)]
    n = min(ASKED, len(pictures))
    if n < FEWEST:
        return None
    return two_sample(pictures.batch(torch.arange(n))[0], model.sample(n).tensor)
