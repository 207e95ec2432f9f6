"""How long a run is: passes over the pictures become images, a new length replaces the old, and a finished run says so."""

import dataclasses
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from sparring.data.spec import Spec
from sparring.data.streams import Domains
from sparring.engine.distributed import ALONE, World
from sparring.engine.snapshot import Snapshot
from sparring.errors import CommandError
from sparring.report.numbers import duration
from sparring.runs.folder import RunFolder
from sparring.sessions.build import Plan, check_room, measure, sketch
from sparring.sessions.options import Run
from sparring.sessions.pace import OPEN, paced
from sparring.sessions.prepare import trainer_of
from sparring.sessions.recipe_file import flag, identity
from sparring.words import tr

LENGTHS = ("steps", "images", "epochs", "minutes")
SHARE = 0.95
"""Part of the minutes that steps take, the rest being samples and measurements."""


def in_images(run: Run, specs: Sequence[Spec]) -> Run:
    """The options with epochs as images: one epoch is one pass over the training pictures, of two domains the larger.

    Args:
        run: How to run.
        specs: Of the training pictures, each with their count.

    Raises:
        CommandError: If the length is given both in epochs and in images.
    """
    if run.epochs is None:
        return run
    if run.images is not None:
        raise CommandError(tr("--epochs and --images are both given; give one of them"))
    pictures = max(1, *(spec.count for spec in specs), 1)
    return dataclasses.replace(run, images=max(1, round(run.epochs * pictures)), epochs=None)


def fitted(made: Plan, run: Run, training: Domains, world: World = ALONE) -> Plan:
    """The plan with its setting ``images``, where a recipe has one and nobody has set it, as long as the run is to be.

    A recipe that leaves it open lets its learning rates fall over the length that the user gives. Minutes become images by timing
    steps of the experiment that the recipe makes while its length is open.

    Args:
        made: What is trained.
        run: Its device is resolved; epochs are images.
        training: What it is trained on.
        world: The processes that train it.
    """
    if not open_length(made):
        return made
    if images := run.images or (run.steps and run.steps * sketch(made).batch_size):
        return made._replace(settings={**made.settings, OPEN: images})
    if not run.minutes:
        return made
    check_room(measure(sketch(made)), run.device)
    trainer = trainer_of(made, run, training, world=world)
    _, pace = paced(trainer, made, run)
    images = max(1, round(SHARE * run.minutes * 60 / pace.seconds)) * trainer.experiment.batch_size
    return made._replace(settings={**made.settings, OPEN: images})


def length_in_words(run: Run, asked: Plan, found: Plan) -> dict[str, str]:
    """What `fitted` has set, and why; nothing if it has set nothing."""
    if asked.settings == found.settings:
        return {}
    images = found.settings[OPEN]
    if run.images or run.steps:
        return {OPEN: tr("{images:,} (the length of the run)", images=images)}
    return {OPEN: tr("{images:,} (what fits into {minutes:g} minutes)", images=images, minutes=run.minutes)}


def open_length(made: Plan) -> bool:
    """Whether a setting of the recipe waits for the length of the run."""
    return OPEN in made.settings and made.settings[OPEN] is None


def lengthened(run: Run, extend: Mapping[str, Any]) -> Run:
    """The options of a run that goes on: a length that is given replaces all that was said of the length before."""
    if extend.keys() & set(LENGTHS):
        run = dataclasses.replace(run, steps=None, images=None, epochs=None, minutes=None)
    return dataclasses.replace(run, **extend)


def finished(folder: RunFolder, run: Run, snapshot: Snapshot, saved: Plan, longer: bool) -> str:
    """That a run has reached its end and how to make it longer; nothing if there is something left to do.

    Args:
        folder: Of the run.
        run: With its new length, if one is given.
        snapshot: The newest.
        saved: What it was made with.
        longer: Whether a new length is given.
    """
    progress, seconds = snapshot.state["progress"], float(snapshot.state["seconds"])
    steps, images = int(progress["steps"]), int(progress["images"])
    ended = next(
        (str(e["kind"]) for e in reversed(folder.events()) if e.get("kind") in ("done", "resumed", "interrupted")), ""
    )
    over = run.done(steps, images, seconds, sketch(saved).images) >= 1
    if not over and (longer or ended != "done"):
        return ""
    if run.minutes:
        more = f"--minutes {max(2 * run.minutes, 2 * seconds / 60):.3g}"
    elif run.steps:
        more = f"--steps {2 * max(run.steps, steps)}"
    else:
        more = f"--images {2 * max(run.images or 0, images)}"
    return tr(
        "{name} is finished: {steps:,} steps, {images:,} images, {time}. To make it longer: {command}",
        name=folder.path.name,
        steps=steps,
        images=images,
        time=duration(seconds),
        command=f"sparring resume {shlex.quote(str(folder.path))} {more}{flag(identity(saved.recipe))}",
    )
