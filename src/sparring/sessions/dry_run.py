"""A dry run: what a run would be, measured on a few steps, with nothing written."""

from typing import Any

from sparring.recipes import Recipe
from sparring.sessions.build import plan
from sparring.sessions.config import Config, to_json
from sparring.sessions.domains import counts, open_domains
from sparring.sessions.length import fitted, in_images, length_in_words
from sparring.sessions.options import Run
from sparring.sessions.pace import facts_of, paced
from sparring.sessions.parts import part
from sparring.sessions.prepare import needed, on_device, trainer_of


def dry_run(config: Config, recipe: Recipe | None = None) -> dict[str, Any]:
    """Parameters, memory, how it computes and why, images per second and the time to the end, as JSON.

    Steps are always timed anew, and a run that follows takes what was found.

    Args:
        config: Of the run.
        recipe: The function, for a recipe of your own.

    Raises:
        SparringError: As a run would.
    """
    training, held_out = part(open_domains(config.sources, **config.opening), config.run)
    config = config._replace(run=in_images(config.run, [p.spec for p in training]))
    made = plan(recipe or config.recipe, tuple(p.spec for p in training), config.settings, config.run.seed)
    located = on_device(config.run)
    asked, made = made, fitted(made, located, training)
    size, memory = needed(made, located, training)
    trainer = trainer_of(made, located, training, first=True)
    guess = trainer.backend.precision
    options, pace = paced(trainer, made, located, anew=True)
    if options.precision != guess:
        size, memory = needed(made, options, training)
    batch = trainer.experiment.batch_size
    seconds = _time_to_end(options, pace.seconds, batch, trainer.experiment.images)
    data = [
        {"source": source, "training": len(p), "held_out": n, **p.spec._asdict()}
        for source, p, n in zip(config.sources, training, counts(training, held_out), strict=True)
    ]
    return {
        "config": to_json(config._replace(run=options, settings=made.settings)),
        "chosen": {**trainer.experiment.chosen, **length_in_words(config.run, asked, made)},
        "data": data,
        "parameters": size.parameters,
        "memory": None if memory is None else {**memory._asdict(), "total": memory.total},
        "backend": facts_of(pace),
        "images_per_second": float(f"{batch / pace.seconds:.3g}"),
        "seconds_to_end": None if seconds is None else round(seconds),
    }


def _time_to_end(run: Run, seconds: float, batch: int, default: int) -> float | None:
    """Seconds until the nearest of the run's goals; None if it has none that time decides."""
    goals = [
        run.steps and run.steps * seconds,
        run.images and run.images / batch * seconds,
        run.minutes and run.minutes * 60,
    ]
    asked = [g for g in goals if g]
    if not asked and run.until is None:
        return default / batch * seconds
    return min(asked, default=None)
