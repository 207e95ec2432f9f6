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
from sparring.engine.backend import find_device
from sparring.engine.snapshot import Snapshot
from sparring.errors import CommandError
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.runs import checkpoint
from sparring.runs.environment import environment
from sparring.runs.folder import RunFolder, find
from sparring.sessions.build import Plan, describe, plan, plan_from
from sparring.sessions.config import Config, check_place, differences, from_json, run_from, to_json
from sparring.sessions.domains import (
    arrangement_for,
    described,
    digest_of_domains,
    in_words,
    left_out,
    moved,
    name_of_domains,
    notes,
    open_domains,
    source_text,
    sources_for,
)
from sparring.sessions.hooks import Hook, Look, as_hooks, ask
from sparring.sessions.length import LENGTHS, finished, fitted, in_images, lengthened, open_length
from sparring.sessions.options import Run
from sparring.sessions.pace import in_short, paced
from sparring.sessions.page import PageWriter
from sparring.sessions.parts import part
from sparring.sessions.play import DRAWING, play, session_of, shots_of
from sparring.sessions.prepare import fresh, on_device, trainer_of
from sparring.sessions.recipe_file import find_recipe, origin
from sparring.settings import name_of
from sparring.words import mark, tr, trn

Hooks = Sequence[Hook | Look]


@callers_torch_kept()
def train(
    recipe: str | Recipe = "small",
    data: Any = None,
    *,
    data_y: Any = None,
    size: str | int | tuple[int, int] | None = None,
    fit: Fit = "cover",
    skip_bad: bool = False,
    pairs: str | None = None,
    run: Run | Mapping[str, Any] | None = None,
    console: Console | None = None,
    hooks: Hooks = (),
    **settings: Any,
) -> Path:
    """Train a recipe on pictures, from nothing to the end of the run.

    Args:
        recipe: A name (``small``, ``gan``, ``cyclegan_small``, ...), a function of your own that returns an experiment, or where
            that is: ``./mine.py:fn``.
        data: A named set, a folder, a zip, ``.npy``, ``.npz`` or IDX file, an array, or torch's Dataset or DataLoader.
        data_y: The second domain, for recipes that translate; nothing in it need belong to anything in ``data``.
        size: Resize to ``64`` or ``"48x64"`` (height x width).
        fit: ``cover`` crops around the centre, ``top`` keeps the upper part of tall pictures, ``contain`` pads instead.
        skip_bad: Train without files that cannot be read or have no partner, however many they are.
        pairs: For recipes that learn from pairs: ``files`` (of the same names in ``data`` and ``data_y``, or an npz that holds
            ``x`` and ``y``), ``left-right`` or ``right-left`` (each picture of ``data`` holds x and y side by side).
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
    lie = arrangement_for(recipe, pairs)
    sources = sources_for(recipe, data, data_y, lie)
    domains = _open(sources, console, size=parse_size(size), fit=check_fit(fit), skip_bad=skip_bad, pairs=lie)
    parts = part(domains, options)
    options = in_images(options, [p.spec for p in parts.training])
    made = plan(recipe, tuple(p.spec for p in parts.training), settings, options.seed)
    options = on_device(options)
    if open_length(made):
        with console.waiting(tr("timing a few steps")):
            made = fitted(made, options, parts.training)
    texts = tuple(source_text(source) for source in sources)
    config = Config(name_of(recipe), texts, parse_size(size), made.settings, options, check_fit(fit), skip_bad, lie)
    with console.waiting(tr("building networks")):
        trainer = fresh(made, options, parts.training, console.say)
    folder = RunFolder.create(options.out, options.name or f"{config.recipe}-{name_of_domains(domains)}")
    with folder.lock():
        folder.config = to_json(config._replace(run=options))
        folder.command = sys.argv or ["python"]
        folder.data = described(domains)
        page = PageWriter(folder, made, parts, sources)
        page.start(console)
        folder.event("started", recipe=config.recipe, data=name_of_domains(domains))
        with console.waiting(tr("timing a few steps")):
            options, pace = paced(trainer, made, options)
        shots = shots_of(folder, trainer, made, parts)
        folder.config = to_json(config._replace(run=options))
        folder.environment = environment()
        session = session_of(shots, options, made, domains, parts, page, console, hooks)
        ask(Hook(shots.first, called=DRAWING), session)
        for line in notes(domains, folder.path):
            session.say(line)
        for line in left_out(domains):
            folder.log(line)
        facts = {
            "data": in_words(*parts),
            "machine": f"{options.device}, {in_short(options.threads, options.precision, options.memory_format)}",
            "speed": tr("{n:.0f} ms per step", n=pace.seconds * 1000),
        }
        return play(session, page, facts)


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
        extend: Options of the run to change: a new length, or another number of ``threads``.
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
        if end := finished(folder, options, snapshot, saved, longer=not set(LENGTHS).isdisjoint(extend or ())):
            console.say(end)
            return folder.path
        sources = moved(config.sources, (data, data_y))
        domains = _open(sources, console, **config.opening)
        parts = part(domains, config.run)
        options = dataclasses.replace(options, device=_found(config.run, device))
        made = plan(saved.recipe, tuple(p.spec for p in parts.training), config.settings, config.run.seed)
        changed = _changes(snapshot, saved, made, digest_of_domains(domains))
        if changed and not anyway:
            text = tr(
                "{name} was trained with something else:\n  {changes}\nRestore that, or go on with what is there now: --anyway",
                name=folder.path.name,
                changes="\n  ".join(changed),
            )
            raise CommandError(text)
        torch.set_num_threads(options.threads)
        if options.threads != config.run.threads:
            console.say(_other_threads(config.run.threads, options.threads))
        with console.waiting(tr("building networks")):
            trainer = trainer_of(made, options, parts.training)
            trainer.restore(snapshot)
        folder.cut_after(trainer.steps)
        folder.config = to_json(config._replace(run=options))
        for message in passed_over:
            console.say(message)
        folder.event("resumed", step=trainer.steps, anyway=changed, damaged=passed_over)
        shots, page = shots_of(folder, trainer, made, parts), PageWriter(folder, made, parts, sources)
        seconds = float(snapshot.state["seconds"])
        session = session_of(shots, options, made, domains, parts, page, console, hooks, seconds)
        return play(session, page, {"resumed_at_step": trainer.steps, "images": trainer.images})


def _changes(snapshot: Snapshot, saved: Plan, made: Plan, digest: str) -> list[str]:
    """What is not as it was when the snapshot was taken, a line each."""
    was, file = snapshot.state["data"], origin(made.recipe)
    changed = differences(describe(saved), describe(made))
    if file and file.sha256 != (old := snapshot.state["plan"].get("file", {}).get("sha256", "?")):
        changed.append(
            tr(
                "recipe: {path} is not as it was (SHA-256 {now}..., was {before}...)",
                path=file.path,
                now=file.sha256[:12],
                before=old[:12],
            )
        )
    if digest != was:
        changed.append(
            tr(
                "data: the pictures are not those of the run (SHA-256 {now}..., was {before}...)",
                now=digest[:12],
                before=was[:12],
            )
        )
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
                tr(
                    "the run was on {device!r}, which this machine does not have; move it: --device auto",
                    device=run.device,
                )
            ) from e
        raise


def _open(sources: tuple[Any, ...], console: Console, **how: Any) -> Domains:
    """Open the pictures; a person who watches the run sees what takes long."""
    with console.waiting(tr("reading pictures")) as progress:
        return open_domains(sources, progress=progress, **how)


def _other_threads(before: int, now: int) -> str:
    """That sums are taken in another order."""
    text = mark("the run goes on with {now} (before: {before}): it is then the same but for rounding")
    return tr(text, now=trn("{n} thread", "{n} threads", now), before=before)


def _only_length(extend: Mapping[str, Any]) -> dict[str, Any]:
    """What may change in a resumed run: its length, how often it looks, and the number of threads.

    Raises:
        CommandError: If anything else is to change.
    """
    fixed = {"seed", "device", "precision", "memory_format", "held_out", "labels", "out", "name"} & extend.keys()
    if fixed:
        raise CommandError(
            tr("{names} cannot change in a resumed run: it would not be the same run", names=", ".join(sorted(fixed)))
        )
    checked = run_from(extend)
    if "threads" in extend and checked.threads == 0:
        raise CommandError(tr("run.threads is 0; a run that goes on needs a number of threads, such as 1"))
    return {name: getattr(checked, name) for name in extend}
