"""A run on several processes: what those do that are not the first, and what all must have alike before they begin."""

import dataclasses
from contextlib import AbstractContextManager
from pathlib import Path

import torch

from sparring.data.streams import Domains
from sparring.engine.backend import cores
from sparring.engine.distributed import World, asked, joined
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, DataError
from sparring.report.console import Console
from sparring.runs.elsewhere import Elsewhere
from sparring.sessions.begin import is_open
from sparring.sessions.build import Plan
from sparring.sessions.council import announce
from sparring.sessions.domains import digest_of_domains, held_out_batch
from sparring.sessions.hooks import Hook
from sparring.sessions.options import Run
from sparring.sessions.pace import paced
from sparring.sessions.parts import Parts
from sparring.sessions.session import Session
from sparring.sessions.signals import Stop
from sparring.words import mark, tr


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
        return run
    device = run.device
    if torch.device(device).type == "cuda" and torch.device(device).index is None:
        device = f"cuda:{world.local % max(1, torch.cuda.device_count())}"
        torch.cuda.set_device(device)
    threads = run.threads or min(cores(), torch.get_num_threads())
    return dataclasses.replace(run, device=device, threads=threads, processes=world.size)


def check_data(world: World, domains: Domains) -> None:
    """That all processes train on the same pictures.

    Raises:
        DataError: With those that do not.
    """
    if world.size > 1 and (other := world.unlike(digest_of_domains(domains))):
        text = mark("the pictures of {processes} are not those of process 0: the same data must lie on every machine")
        raise DataError(tr(text, processes=", ".join(map(world.called, other))))


def follow(world: World, trainer: Trainer, made: Plan, options: Run, parts: Parts, stop: Stop, seconds: float) -> Path:
    """Play a run as one of its processes that is not the first: the same steps, and nothing is written.

    Args:
        world: The processes.
        trainer: Where the first one's stands.
        made: What is trained.
        options: How to run.
        parts: Its pictures.
        stop: Whether this process was asked to stop.
        seconds: Of training so far.

    Returns:
        The run folder, as the first process calls it.
    """
    with stop.at_once():
        if is_open(options):
            options, _ = paced(trainer, made, options)
        path, paces = announce(world, Path(), [])
    hooks = [Hook(_nothing, every=every) for every in paces]
    held_out = held_out_batch(parts.held_out)
    held_out = held_out and trainer.backend.placed(held_out)
    quiet = Console(quiet=True)
    Session(Elsewhere(Path(path)), trainer, options, {}, hooks, held_out, quiet, stop, seconds).play()
    return Path(path)


def _nothing(session: Session) -> None:
    """What a hook of the first process does on the others."""
