"""A run on several processes: what those do that are not the first, and what all must have alike before they begin."""

import dataclasses
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import torch

from sparring.data.streams import Domains
from sparring.engine.backend import cores
from sparring.engine.distributed import World
from sparring.engine.joining import asked, joined
from sparring.engine.snapshot import Snapshot
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, DataError, InterruptedRun, SparringError
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.runs.elsewhere import Elsewhere
from sparring.runs.folder import RunFolder
from sparring.sessions.begin import TIMING, is_open
from sparring.sessions.build import Plan, plan, recipe_of
from sparring.sessions.changes import found_device
from sparring.sessions.config import Config, from_json
from sparring.sessions.council import announce
from sparring.sessions.domains import digest_of_domains, held_out_batch, moved, open_domains
from sparring.sessions.hooks import Hook
from sparring.sessions.length import fitted, in_images, open_length
from sparring.sessions.options import Run
from sparring.sessions.pace import paced
from sparring.sessions.parts import Parts, part
from sparring.sessions.prepare import fresh, trainer_of
from sparring.sessions.saved import restore
from sparring.sessions.session import Session
from sparring.sessions.signals import Halt, Stop
from sparring.words import mark, tr

FOLDER = "folder"
"""The key under which the first process says where the run is."""
EMPTY = Snapshot(0, {}, {})
"""In the place of one that the first process has."""


def gathered(run: Run) -> AbstractContextManager[World]:
    """The processes that train this run; one alone, unless it was started as one of several.

    Raises:
        CommandError: If several are wanted and nobody has started them.
    """
    if not asked() and run.processes != 1:
        text = mark(
            "run.processes is {n}, but this is one process: `sparring train --run.processes {n}` starts them, or "
            "`torchrun --nproc-per-node {n}` your script"
        )
        raise CommandError(tr(text, n=run.processes))
    return joined(run.timeout)


def settled(run: Run, world: World) -> Run:
    """The options as one of several processes has them: its own GPU, its share of the cores."""
    if world.size == 1:
        return dataclasses.replace(run, processes=1)
    device = run.device
    if torch.device(device).type == "cuda" and torch.device(device).index is None:
        device = f"cuda:{world.local % max(1, torch.cuda.device_count())}"
        torch.cuda.set_device(device)
    threads = run.threads or min(cores(), torch.get_num_threads())
    return dataclasses.replace(run, device=device, threads=threads, processes=world.size)


def open_alike(world: World, sources: tuple[Any, ...], console: Console, **how: Any) -> Domains:
    """Open the pictures; a person who watches the run sees what takes long. On each machine one process packs them for the others.

    Raises:
        DataError: If another process has other pictures.
    """
    if world.local:
        world.most([0])
    with console.waiting(tr("reading pictures")) as progress:
        domains = open_domains(sources, progress=progress, **how)
    if not world.local:
        world.most([0])
    if world.size > 1 and (other := world.unlike(digest_of_domains(domains))):
        text = mark("the pictures of {processes} are not those of process 0: the same data must lie on every machine")
        raise DataError(tr(text, processes=", ".join(map(world.called, other))))
    return domains


def introduce(world: World, folder: RunFolder) -> None:
    """Say where the run is, should it have to be started again; and what ends it is said in its log, too."""
    world.note(FOLDER, str(folder.path.resolve()))
    if world.pulse:
        told = world.pulse.ended

        def ended(why: str) -> None:
            told(why)
            with suppress(OSError, SparringError):
                folder.log(why)
                folder.event("interrupted", error=why)

        world.pulse.ended = ended


class Again(NamedTuple):
    """What a run that goes on is made of: as in `Outset`, and its options."""

    sources: tuple[Any, ...]
    domains: Domains
    parts: Parts
    made: Plan
    options: Run


def again(
    world: World,
    recipe: Recipe,
    config: Config,
    options: Run,
    places: tuple[Any, Any],
    device: str | None,
    console: Console,
) -> Again:
    """Find what a run that goes on is made of.

    Args:
        world: The processes.
        recipe: What is trained.
        config: As the run has it.
        options: With its new length.
        places: Where its data are now, if they have moved.
        device: Another than the run's.
        console: What a person sees.
    """
    sources = moved(config.sources, places)
    domains = open_alike(world, sources, console, **config.opening)
    parts = part(domains, config.run)
    specs = tuple(p.spec for p in parts.training)
    options = dataclasses.replace(in_images(options, specs), device=found_device(config.run, device))
    made = plan(recipe, specs, config.settings, config.run.seed)
    return Again(sources, domains, parts, made, settled(options, world))


def built(
    world: World, made: Plan, run: Run, training: Domains, console: Console, snapshot: Snapshot | None = None
) -> tuple[Plan, Trainer]:
    """The plan with its length settled, and a trainer before its first step; or where a snapshot is, which the first process has.

    Raises:
        NoRoomError: If it cannot fit; no memory has been taken.
    """
    if open_length(made) and snapshot is None:
        with console.waiting(tr(TIMING)):
            made = fitted(made, run, training, world)
    with console.waiting(tr("building networks")):
        if snapshot is None:
            return made, fresh(made, run, training, console.say, world)
        trainer = trainer_of(made, run, training, world=world)
        restore(trainer, world.spread(snapshot if world.first else None))
        return made, trainer


def follow_anew(world: World, made: Plan, options: Run, parts: Parts, stop: Stop) -> Path:
    """Begin a run as one of its processes that is not the first."""
    with stopped(world, stop), stop.at_once():
        made, trainer = built(world, made, options, parts.training, Console(quiet=True))
    return follow(trainer, made, options, parts, stop)


def follow_again(world: World, own: Recipe | None, places: tuple[Any, Any], device: str | None, stop: Stop) -> Path:
    """Go on with a run as one of its processes that is not the first, which alone has its folder.

    Args:
        world: The processes.
        own: A recipe of one's own.
        places: Where the data are, if they have moved.
        device: Another than the run's.
        stop: Whether this process was asked to stop.
    """
    with stopped(world, stop), stop.at_once():
        told = world.said(dict[str, Any]())
        if "path" in told:
            return Path(told["path"])
        config, quiet = from_json(told["config"]), Console(quiet=True)
        recipe = recipe_of({"recipe": config.recipe}, own)
        _, _, parts, made, options = again(world, recipe, config, config.run, places, device, quiet)
        torch.set_num_threads(options.threads or 1)
        made, trainer = built(world, made, options, parts.training, quiet, EMPTY if told["begun"] else None)
    return follow(trainer, made, options, parts, stop)


@contextmanager
def stopped(world: World, stop: Stop) -> Iterator[None]:
    """A process that is not the first has stopped; where the run stands the first one says.

    Raises:
        InterruptedRun: If it was stopped inside.
    """
    try:
        yield
    except (Halt, KeyboardInterrupt):
        text = mark("{process} has stopped ({why}); process 0 says where the run stands")
        raise InterruptedRun(tr(text, process=world.called(world.rank), why=stop.asked or "SIGINT")) from None


def follow(trainer: Trainer, made: Plan, options: Run, parts: Parts, stop: Stop) -> Path:
    """Play a run as one of its processes that is not the first: the same steps, and nothing is written.

    Args:
        trainer: Where the first one's stands; its world are the processes.
        made: What is trained.
        options: How to run.
        parts: Its pictures.
        stop: Whether this process was asked to stop.

    Returns:
        The run folder, as the first process calls it.
    """
    world = trainer.world
    with stopped(world, stop):
        with stop.at_once():
            if is_open(options):
                options, _ = paced(trainer, made, options)
            path, paces = announce(world, Path(), [])
        hooks = [Hook(_nothing, every=every) for every in paces]
        held_out = held_out_batch(parts.held_out, trainer.backend)
        quiet = Console(quiet=True)
        Session(Elsewhere(Path(path)), trainer, options, {}, hooks, held_out, quiet, stop).play()
    return Path(path)


def _nothing(session: Session) -> None:
    """What a hook of the first process does on the others."""
