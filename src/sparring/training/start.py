"""Starting, continuing and trying out a run: from a configuration to a session that plays."""

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.errors import CommandError, DivergedError, InterruptedRun, NoRoomError
from sparring.games import Batch
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.settings import name_of
from sparring.training import checkpoint
from sparring.training.backend import Backend, find_device, find_precision
from sparring.training.build import (
    Plan,
    build,
    check_room,
    describe,
    measure,
    plan,
    plan_from,
    sketch,
)
from sparring.training.calibrate import Pace, calibrate, round_cadence
from sparring.training.config import Config, differences, from_json, parse_size, run_from, to_json
from sparring.training.environment import environment
from sparring.training.experiment import picture_stream
from sparring.training.options import Run
from sparring.training.run_folder import RunFolder
from sparring.training.session import Session
from sparring.training.trainer import Trainer

HELD_OUT_SHOWN = 256


def train(
    recipe: str | Recipe = "dcgan",
    data: Any = "fashion",
    *,
    size: str | int | tuple[int, int] | None = None,
    run: Run | Mapping[str, Any] | None = None,
    console: Console | None = None,
    **settings: Any,
) -> Path:
    """Train a recipe on pictures, from nothing to the end of the run.

    Args:
        recipe: A name (``gan``, ``gan2014``, ``dcgan``) or a function of your own that returns an experiment.
        data: A named set, a folder, a zip, ``.npy``, ``.npz`` or IDX file, or an array of pictures.
        size: Resize to ``64`` or ``"48x64"`` (height x width).
        run: How to run: a `Run`, or its options by name.
        console: What a person sees; nothing by default.
        settings: Of the recipe.

    Returns:
        The run folder.

    Raises:
        SparringError: Anything a user can mend; see `sparring.errors`.
    """
    options = run if isinstance(run, Run) else run_from(run or {})
    pictures = open_pictures(data, parse_size(size))
    made = plan(recipe, pictures.spec, settings, options.seed)
    config = Config(name_of(made.recipe), _source(data), parse_size(size), made.settings, options)
    return _play_new(config, made, pictures, console or Console(quiet=True))


def resume(
    run: RunFolder,
    *,
    extend: Mapping[str, Any] | None = None,
    data: Any = None,
    recipe: Recipe | None = None,
    anyway: bool = False,
    console: Console | None = None,
) -> Path:
    """Go on where a run stopped; the result is what it would have been without the stop, bit for bit on a CPU.

    Args:
        run: The run folder.
        extend: Options of the run to change: a new length, for example.
        data: Where the data is now, if it has moved; or the arrays.
        recipe: The function, for a run of a recipe of your own.
        anyway: Go on although the data or a setting has changed.
        console: What a person sees; nothing by default.

    Raises:
        ModelError: If there is no whole checkpoint, or it is of other networks.
        CommandError: If data or settings changed, with the difference; or if the run is being trained already.
    """
    console = console or Console(quiet=True)
    with run.lock():
        config = from_json(run.config, str(run.path / "config.json"))
        path, passed_over = checkpoint.newest(run.checkpoints)
        snapshot = checkpoint.read(path)
        saved = plan_from(snapshot.state.get("plan", {}), recipe)
        pictures = open_pictures(config.source if data is None else data, config.size)
        training, held_out = pictures.split(_held_out(config.run, len(pictures)))
        options = dataclasses.replace(config.run, **_only_length(extend or {}))
        made = plan(saved.recipe, training.spec, config.settings, config.run.seed)
        changed = differences(describe(saved), describe(made))
        if pictures.digest() != snapshot.state["data"]:
            changed.append(
                f"data: the pictures are not those of the run (SHA-256 {pictures.digest()[:12]}..., was "
                f"{snapshot.state['data'][:12]}...)"
            )
        if changed and not anyway:
            raise CommandError(
                f"{run.path.name} was trained with something else:\n  "
                + "\n  ".join(changed)
                + "\nPut it back, or go on with what is there now: --anyway"
            )
        torch.set_num_threads(options.threads)
        trainer = _trainer(made, options, training)
        trainer.restore(snapshot)
        run.truncate_metrics(trainer.steps)
        run.config = to_json(config._replace(run=options))
        for message in passed_over:
            console.say(message)
        run.event("resumed", step=trainer.steps, anyway=changed, damaged=passed_over)
        session = _session(run, trainer, options, made, pictures, training, held_out, console)
        session.say(f"resumed at step {trainer.steps:,} ({trainer.images:,} images)")
        return _play(session, float(snapshot.state["seconds"]))


def dry_run(config: Config, recipe: Recipe | None = None) -> dict[str, Any]:
    """What a run would be: parameters, memory, images per second measured on a few steps, time to the end."""
    pictures = open_pictures(config.source, config.size)
    training, held_out = pictures.split(_held_out(config.run, len(pictures)))
    made = plan(recipe or config.recipe, training.spec, config.settings, config.run.seed)
    size = measure(sketch(made))
    trainer, options, pace = _prepared(made, config.run, training)
    batch, default = trainer.experiment.batch_size, trainer.experiment.images
    speed = batch / pace.seconds
    seconds = _time_to_end(options, pace.seconds, batch, default)
    return {
        "config": to_json(config._replace(run=options, settings=made.settings)),
        "data": {
            "pictures": len(pictures),
            "training": len(training),
            "held_out": len(held_out),
            **pictures.spec._asdict(),
        },
        "parameters": size.parameters,
        "megabytes": round(size.bytes / 2**20, 1),
        "images_per_second": round(speed, 1),
        "seconds_to_end": None if seconds is None else round(seconds),
    }


def _play_new(config: Config, made: Plan, pictures: Pictures, console: Console) -> Path:
    training, held_out = pictures.split(_held_out(config.run, len(pictures)))
    made = made._replace(spec=training.spec)
    trainer, options, pace = _prepared(made, config.run, training)
    run = RunFolder.create(options.out, f"{config.recipe}-{pictures.name}")
    with run.lock():
        run.config = to_json(config._replace(run=options))
        run.command = sys.argv or ["python"]
        run.environment = environment()
        run.data = pictures.description()
        run.write_readme(_facts(made, pictures, options))
        run.event("started", recipe=config.recipe, data=pictures.name)
        session = _session(run, trainer, options, made, pictures, training, held_out, console)
        session.say(
            f"{config.recipe} on {pictures.name}: {len(training):,} pictures of "
            f"{training.spec.height} x {training.spec.width} x {training.spec.channels}, {len(held_out):,} held out; "
            f"{options.device}, {options.precision}, {options.threads} thread(s), {pace.seconds * 1000:.0f} ms a step"
        )
        return _play(session, 0.0)


def _play(session: Session, seconds: float) -> Path:
    """Play to the end, and leave word of how it ended."""
    session._before = seconds
    run = session.folder
    session.console.start({"run": run.path.name})
    try:
        session.play()
    except (InterruptedRun, DivergedError) as e:
        run.log(str(e))
        raise
    except (MemoryError, torch.OutOfMemoryError) as e:
        run.event("failed", error="out of memory")
        raise NoRoomError(
            "memory ran out while training; use a smaller batch_size or smaller networks"
        ) from e
    except RuntimeError as e:
        run.event("failed", error=str(e))
        if "not enough memory" in str(e):
            raise NoRoomError(
                "memory ran out while training; use a smaller batch_size or smaller networks"
            ) from e
        raise
    except BaseException as e:
        run.event("failed", error=f"{type(e).__name__}: {e}")
        raise
    finally:
        session.console.finish()
    return run.path


def _prepared(made: Plan, run: Run, training: Pictures) -> tuple[Trainer, Run, Pace]:
    """A fresh trainer, and the options with nothing left automatic."""
    device = find_device(run.device)
    options = dataclasses.replace(run, device=device, precision=find_precision(run.precision, device))
    check_room(measure(sketch(made)), device)
    trainer = _trainer(made, options, training, fresh=True)
    pace = calibrate(trainer, run.threads)
    options = dataclasses.replace(
        options,
        threads=pace.threads,
        log_every=run.log_every or round_cadence(2, pace.seconds),
        sample_every=run.sample_every or round_cadence(20, pace.seconds),
        save_every=run.save_every or round_cadence(300, pace.seconds),
    )
    return trainer, options, pace


def _trainer(made: Plan, options: Run, training: Pictures, fresh: bool = False) -> Trainer:
    experiment = build(made)
    if fresh and experiment.prepare:
        experiment.prepare(training)
    kind = torch.device(options.device).type
    channels_last = options.precision == "bfloat16" or kind == "cuda"
    backend = Backend(options.device, find_precision(options.precision, options.device), channels_last)
    return Trainer(experiment, picture_stream(training, made.seed, options.device), backend)


def _session(
    run: RunFolder,
    trainer: Trainer,
    options: Run,
    made: Plan,
    pictures: Pictures,
    training: Pictures,
    held_out: Pictures,
    console: Console,
) -> Session:
    batch = None
    if len(held_out):
        x, y = held_out.batch(torch.arange(min(HELD_OUT_SHOWN, len(held_out))))
        batch = trainer.backend.placed(Batch(x, y))
    facts = {"plan": describe(made), "data": pictures.digest(), "name": pictures.name}
    session = Session(run, trainer, options, facts, training.spec, batch, console)
    session.shots.reals(training.stored(torch.arange(min(64, len(training)))))
    return session


def _held_out(run: Run, count: int) -> int:
    if run.held_out >= count:
        raise CommandError(f"run.held_out is {run.held_out}, but there are only {count} pictures")
    return min(1000, count // 10) if run.held_out < 0 else run.held_out


def _only_length(extend: Mapping[str, Any]) -> dict[str, Any]:
    fixed = {"seed", "device", "precision", "threads", "held_out", "out"} & extend.keys()
    if fixed:
        raise CommandError(
            f"{', '.join(sorted(fixed))} cannot change in a resumed run: it would not be the same run"
        )
    checked = run_from(extend)
    return {name: getattr(checked, name) for name in extend}


def _source(data: Any) -> str:
    return str(data) if isinstance(data, str | Path) else f"<{type(data).__name__} in memory>"


def _facts(made: Plan, pictures: Pictures, options: Run) -> dict[str, Any]:
    return {
        "recipe": name_of(made.recipe),
        "data": pictures.name,
        "pictures": len(pictures),
        "seed": options.seed,
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
