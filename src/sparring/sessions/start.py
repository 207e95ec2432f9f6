"""Starting and continuing a run: from a configuration to a session that plays."""

import dataclasses
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from sparring.chance import callers_torch_kept
from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.data.streams import Domains
from sparring.engine.backend import find_device, out_of_memory
from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, DivergedError, InterruptedRun, NoRoomError
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.runs import checkpoint
from sparring.runs.environment import environment
from sparring.runs.folder import RunFolder, find
from sparring.sessions.build import Plan, describe, plan, plan_from
from sparring.sessions.config import Config, check_place, differences, from_json, run_from, to_json
from sparring.sessions.domains import (
    described,
    digest_of_domains,
    held_out_batch,
    in_words,
    left_out,
    name_of_domains,
    notes,
    open_domains,
    source_text,
    sources_for,
    translates,
)
from sparring.sessions.hooks import Hook, Look, as_hooks, ask
from sparring.sessions.judge import judge_for
from sparring.sessions.length import finished, in_images, lengthened
from sparring.sessions.options import Run
from sparring.sessions.prepare import Parts, fresh, on_device, paced, part, trainer_of
from sparring.sessions.recipe_file import find_recipe, flag, identity, origin
from sparring.sessions.session import Session
from sparring.sessions.shots import Shots
from sparring.sessions.verdict import Referee
from sparring.settings import name_of

Hooks = Sequence[Hook | Look]


@callers_torch_kept()
def train(
    recipe: str | Recipe = "dcgan",
    data: Any = None,
    *,
    data_y: Any = None,
    size: str | int | tuple[int, int] | None = None,
    fit: Fit = "cover",
    skip_bad: bool = False,
    run: Run | Mapping[str, Any] | None = None,
    console: Console | None = None,
    hooks: Hooks = (),
    **settings: Any,
) -> Path:
    """Train a recipe on pictures, from nothing to the end of the run.

    Args:
        recipe: A name (``gan``, ``dcgan``, ``cyclegan_small``, ...), a function of your own that returns an experiment, or where
            that is: ``./mine.py:fn``.
        data: A named set, a folder, a zip, ``.npy``, ``.npz`` or IDX file, an array, or torch's Dataset or DataLoader.
        data_y: The second domain, for recipes that translate; nothing in it need belong to anything in ``data``.
        size: Resize to ``64`` or ``"48x64"`` (height x width).
        fit: ``cover`` crops around the centre, ``top`` keeps the upper part of tall pictures, ``contain`` pads instead.
        skip_bad: Train without files that cannot be read, however many they are.
        run: How to run: a `Run`, or its options by name.
        console: What a person sees; nothing by default.
        hooks: Functions of the session, or `Hook`, that look at the run between its steps.
        settings: Of the recipe.

    Returns:
        The run folder.

    Raises:
        SparringError: Anything a user can mend; see `sparring.errors`.
    """
    options = run if isinstance(run, Run) else run_from(run or {})
    recipe, hooks, console = find_recipe(recipe), as_hooks(hooks), console or Console(quiet=True)
    check_place(recipe, settings)
    sources = sources_for(recipe, data, data_y)
    domains = _open(sources, console, size=parse_size(size), fit=check_fit(fit), skip_bad=skip_bad)
    parts = part(domains, options)
    options = in_images(options, [p.spec for p in parts.training])
    made = plan(recipe, tuple(p.spec for p in parts.training), settings, options.seed)
    texts = tuple(source_text(source) for source in sources)
    config = Config(name_of(recipe), texts, parse_size(size), made.settings, options, check_fit(fit), skip_bad)
    options = on_device(options)
    with console.waiting("building networks"):
        trainer = fresh(made, options, parts.training, console.say)
    folder = RunFolder.create(options.out, options.name or f"{config.recipe}-{name_of_domains(domains)}")
    with folder.lock():
        folder.config = to_json(config._replace(run=options))
        folder.command = sys.argv or ["python"]
        folder.data = described(domains)
        folder.write_readme(_facts(made, domains, options), translates(domains), flag(identity(made.recipe)))
        folder.event("started", recipe=config.recipe, data=name_of_domains(domains))
        shots = _shots(folder, trainer, made, parts)
        with console.waiting("timing a few steps"):
            options, pace = paced(trainer, options)
        folder.config = to_json(config._replace(run=options))
        folder.environment = environment()
        session = _session(shots, options, made, domains, parts, console, hooks)
        ask(Hook(shots.first), session)
        for line in notes(domains, folder.path):
            session.say(line)
        for line in left_out(domains):
            folder.log(line)
        return _play(
            session,
            {
                "data": in_words(*parts),
                "machine": f"{options.device}, {options.precision}, {options.threads} thread{'s'[: options.threads != 1]}",
                "speed": f"{pace.seconds * 1000:.0f} ms per step",
            },
        )


@callers_torch_kept()
def resume(
    run: str | int | Path | RunFolder,
    *,
    extend: Mapping[str, Any] | None = None,
    data: Any = None,
    data_y: Any = None,
    recipe: str | Recipe | None = None,
    device: str | None = None,
    anyway: bool = False,
    console: Console | None = None,
    hooks: Hooks = (),
) -> Path:
    """Go on where a run stopped; the result is what it would have been without the stop, bit for bit on a CPU.

    Args:
        run: The run folder, or a run's number or name under ``runs``.
        extend: Options of the run to change: a new length, for example.
        data: Where the data is now, if it has moved; or the arrays.
        data_y: The same for the second domain.
        recipe: For a run of a recipe of your own: the function, or ``./mine.py:fn``.
        device: Another device than the run's; the run is then the same but for rounding.
        anyway: Go on although the data or a setting has changed.
        console: What a person sees; nothing by default.
        hooks: As in `train`.

    Raises:
        ModelError: If there is no whole checkpoint, or it is of other networks.
        CommandError: If data, settings or the recipe's file changed, with the difference; if the device is not there; or if the run
            is being trained already.
    """
    console, hooks = console or Console(quiet=True), as_hooks(hooks)
    folder = run if isinstance(run, RunFolder) else find(Path("runs"), str(run))
    with folder.lock():
        config = from_json(folder.config, str(folder.path / "config.json"))
        path, passed_over = checkpoint.newest(folder.checkpoints)
        snapshot = checkpoint.read(path)
        saved = plan_from(snapshot.state.get("plan", {}), None if recipe is None else find_recipe(recipe))
        options = lengthened(config.run, _only_length(extend or {}))
        options = in_images(options, saved.specs)
        if end := finished(folder, options, snapshot, saved, longer=bool(extend)):
            console.say(end)
            return folder.path
        moved = (data, data_y)[: len(config.sources)]
        sources = tuple(old if new is None else new for old, new in zip(config.sources, moved, strict=True))
        domains = _open(sources, console, **config.opening)
        parts = part(domains, config.run)
        options = dataclasses.replace(options, device=_found(config.run, device))
        made = plan(saved.recipe, tuple(p.spec for p in parts.training), config.settings, config.run.seed)
        changed = _changes(snapshot, saved, made, digest_of_domains(domains))
        if changed and not anyway:
            raise CommandError(
                f"{folder.path.name} was trained with something else:\n  "
                + "\n  ".join(changed)
                + "\nPut it back, or go on with what is there now: --anyway"
            )
        torch.set_num_threads(options.threads)
        with console.waiting("building networks"):
            trainer = trainer_of(made, options, parts.training)
            trainer.restore(snapshot)
        folder.truncate_metrics(trainer.steps)
        folder.config = to_json(config._replace(run=options))
        for message in passed_over:
            console.say(message)
        folder.event("resumed", step=trainer.steps, anyway=changed, damaged=passed_over)
        shots = _shots(folder, trainer, made, parts)
        seconds = float(snapshot.state["seconds"])
        session = _session(shots, options, made, domains, parts, console, hooks, seconds)
        return _play(session, {"resumed_at_step": trainer.steps, "images": trainer.images})


def _changes(snapshot: Snapshot, saved: Plan, made: Plan, digest: str) -> list[str]:
    """What is not as it was when the snapshot was taken, a line each."""
    was, file = snapshot.state["data"], origin(made.recipe)
    changed = differences(describe(saved), describe(made))
    if file and file.sha256 != (old := snapshot.state["plan"].get("file", {}).get("sha256", "?")):
        changed.append(f"recipe: {file.path} is not as it was (SHA-256 {file.sha256[:12]}..., was {old[:12]}...)")
    if digest != was:
        changed.append(f"data: the pictures are not those of the run (SHA-256 {digest[:12]}..., was {was[:12]}...)")
    return changed


def _found(run: Run, wish: str | None) -> str:
    """The device to go on with.

    Raises:
        CommandError: If it is not there.
    """
    try:
        return find_device(wish or run.device)
    except CommandError as e:
        if wish is None:
            raise CommandError(
                f"the run was on {run.device!r}, which this machine does not have; move it: --run.device auto"
            ) from e
        raise


def _play(session: Session, facts: Mapping[str, Any]) -> Path:
    """Play to the end, and leave word of how it ended."""
    run = session.folder
    session.console.start({"run": run.path.name, **facts})
    run.log(", ".join(f"{name}: {value}" for name, value in facts.items()))
    try:
        session.play()
    except (InterruptedRun, DivergedError) as e:
        run.log(str(e))
        raise
    except (MemoryError, RuntimeError) as e:
        if not out_of_memory(e):
            run.log(f"failed: {e}")
            run.event("failed", error=str(e))
            raise
        run.log("failed: out of memory")
        run.event("failed", error="out of memory")
        raise NoRoomError("memory ran out while training; use a smaller batch_size or smaller networks") from e
    except BaseException as e:
        run.log(f"failed: {type(e).__name__}: {e}")
        run.event("failed", error=f"{type(e).__name__}: {e}")
        raise
    finally:
        session.console.finish()
    return run.path


def _shots(run: RunFolder, trainer: Trainer, made: Plan, parts: Parts) -> Shots:
    held_out = held_out_batch(parts.held_out)
    held_out = held_out and trainer.backend.placed(held_out)
    shots = Shots(run, trainer, made.specs, made.seed, held_out, name_of(made.recipe))
    shots.reals(parts.training)
    return shots


def _session(
    shots: Shots,
    options: Run,
    made: Plan,
    domains: Domains,
    parts: Parts,
    console: Console,
    hooks: Sequence[Hook],
    seconds: float = 0.0,
) -> Session:
    facts = {"plan": describe(made), "data": digest_of_domains(domains), "name": name_of_domains(domains)}
    facts["classes"] = list(domains[0].class_names)
    judge = judge_for(options, shots.trainer.game, parts.held_out)
    referee = Referee(parts.held_out or parts.training)
    ours = [*([judge] if judge else []), Hook(referee.look, every=max(1, options.sample_every // 4)), Hook(shots.look)]
    return Session(shots.folder, shots.trainer, options, facts, [*ours, *hooks], shots.held_out, console, seconds)


def _open(sources: tuple[Any, ...], console: Console, **how: Any) -> Domains:
    """Open the pictures; a person who watches the run sees what takes long."""
    with console.waiting("reading pictures") as progress:
        return open_domains(sources, progress=progress, **how)


def _only_length(extend: Mapping[str, Any]) -> dict[str, Any]:
    fixed = {"seed", "device", "precision", "threads", "held_out", "out", "name"} & extend.keys()
    if fixed:
        raise CommandError(f"{', '.join(sorted(fixed))} cannot change in a resumed run: it would not be the same run")
    checked = run_from(extend)
    return {name: getattr(checked, name) for name in extend}


def _facts(made: Plan, domains: Domains, options: Run) -> dict[str, Any]:
    return {
        "recipe": name_of(made.recipe),
        "data": name_of_domains(domains),
        "pictures": sum(len(pictures) for pictures in domains),
        "seed": options.seed,
    }
