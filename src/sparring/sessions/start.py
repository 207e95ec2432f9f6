"""Starting and continuing a run: from a configuration to a trainer that is played."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from sparring.chance import callers_torch_kept
from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.engine.joining import joined
from sparring.errors import CommandError
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.runs.folder import RunFolder, find
from sparring.sessions.begin import begin, play_on
from sparring.sessions.build import plan, plan_from, recipe_of
from sparring.sessions.changes import changes, changes_of_data, only_length, other_threads, refusal
from sparring.sessions.config import Config, check_place, run_config, run_from, to_json
from sparring.sessions.domains import arrangement_for, name_of_domains, source_text, sources_for
from sparring.sessions.hooks import Hook, Look, as_hooks
from sparring.sessions.length import LENGTHS, finished, in_images, lengthened
from sparring.sessions.options import Run
from sparring.sessions.parts import part
from sparring.sessions.play import Outset, interrupted, leaving_word
from sparring.sessions.prepare import on_device
from sparring.sessions.processes import (
    again,
    built,
    follow_again,
    follow_anew,
    gathered,
    introduce,
    open_alike,
    settled,
)
from sparring.sessions.recipe_file import find_recipe, flag, identity
from sparring.sessions.saved import newest
from sparring.sessions.signals import stopping
from sparring.settings import name_of

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
    with gathered(options) as world:
        console = console if world.first else Console(quiet=True)
        domains = open_alike(
            world, sources, console, size=parse_size(size), fit=check_fit(fit), skip_bad=skip_bad, pairs=lie
        )
        parts = part(domains, options)
        options = in_images(options, [p.spec for p in parts.training])
        made = plan(recipe, tuple(p.spec for p in parts.training), settings, options.seed)
        options = settled(on_device(options), world)
        texts = tuple(source_text(source) for source in sources)
        config = Config(name_of(recipe), texts, parse_size(size), made.settings, options, check_fit(fit), skip_bad, lie)
        with stopping() as stop:
            if not world.first:
                return follow_anew(world, made, options, parts, stop)
            folder = RunFolder.create(options.out, options.name or f"{config.recipe}-{name_of_domains(domains)}")
            with folder.lock(), interrupted(folder, stop, flag(identity(recipe))):
                with folder.or_none(), stop.at_once():
                    folder.config, folder.command = to_json(config), sys.argv or ["python"]
                    introduce(world, folder)
                    made, trainer = built(world, made, options, parts.training, console)
                with leaving_word(folder, stop):
                    config = config._replace(settings=made.settings)
                    folder.config = to_json(config)
                    folder.event("started", recipe=config.recipe, data=name_of_domains(domains))
                    outset = Outset(folder, config, made, domains, parts, sources, console, hooks, stop)
                    begin(outset, trainer)
                    return play_on(outset, trainer)


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
        ModelError: If the run was saved and no checkpoint is whole, or it is of other networks. A run that was never saved, because
            it was killed before its first checkpoint, begins anew.
        CommandError: If data, settings or the recipe's file changed, with the difference; if the device is not there; or if the run
            is being trained already.
    """
    looks, own, extend = as_hooks(hooks), None if recipe is None else find_recipe(recipe), extend or {}
    with joined(extend.get("timeout", Run.timeout)) as world, stopping() as stop:
        if not world.first:
            return follow_again(world, own, (data, data_y), device, stop)
        console = console or Console(quiet=True)
        folder = run if isinstance(run, RunFolder) else find(Path("runs"), str(run))
        with folder.lock(), interrupted(folder, stop, flag(identity(own)) if own else ""):
            with stop.at_once():
                introduce(world, folder)
                config = run_config(folder)
                options = lengthened(config.run, only_length(extend))
                snapshot, passed_over = newest(folder) or (None, [])
                recipe = (
                    plan_from(snapshot.state["plan"], own).recipe
                    if snapshot
                    else recipe_of({"recipe": config.recipe}, own)
                )
                if snapshot:
                    saved = plan_from(snapshot.state["plan"], recipe)
                    options = in_images(options, saved.specs)
                    if end := finished(folder, options, snapshot, saved, longer=not set(LENGTHS).isdisjoint(extend)):
                        world.said({"path": str(folder.path)})
                        console.say(end)
                        return folder.path
                world.said({"config": to_json(config._replace(run=options)), "begun": snapshot is not None})
                sources, domains, parts, made, options = again(
                    world, recipe, config, options, (data, data_y), device, console
                )
                differing = changes(snapshot, made, domains) if snapshot else changes_of_data(folder, domains)
                if differing and not anyway:
                    raise CommandError(refusal(folder, differing))
                if options.threads and options.threads != config.run.threads:
                    console.say(other_threads(config.run.threads, options.threads))
                torch.set_num_threads(options.threads or 1)
                made, trainer = built(world, made, options, parts.training, console, snapshot)
            with leaving_word(folder, stop):
                for message in passed_over:
                    console.say(message)
                folder.cut_after(trainer.steps)
                config = config._replace(run=options, settings=made.settings)
                folder.config = to_json(config)
                folder.event("resumed", step=trainer.steps, anyway=differing, damaged=passed_over)
                outset = Outset(folder, config, made, domains, parts, sources, console, looks, stop)
                if snapshot is None:
                    begin(outset, trainer)
                return play_on(outset, trainer, snapshot)
