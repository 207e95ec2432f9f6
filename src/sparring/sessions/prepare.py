"""Before the first step: what is needed, and networks built."""

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

from sparring.data.streams import Domains
from sparring.engine.backend import backend_for, find_device, find_precision
from sparring.engine.distributed import ALONE, World
from sparring.engine.synced import synchronise
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError, NoRoomError
from sparring.report.numbers import amount
from sparring.sessions.build import Plan, Size, available_bytes, build, check_room, measure, sketch
from sparring.sessions.memory import Memory, batch_that_fits, estimate, shapes_of
from sparring.sessions.options import Run
from sparring.words import mark, tr

UNCHECKED = mark("whether there is enough memory was not checked: for this game it cannot be estimated")
SMALLER = mark("use smaller pictures (--size) or smaller networks")


class Needs(NamedTuple):
    """What a run will take.

    Args:
        size: Parameters, and the bytes that go with them.
        memory: At the peak; None if the game cannot be played on tensors without content.
    """

    size: Size
    memory: Memory | None


def on_device(run: Run) -> Run:
    """The options with the device settled.

    Raises:
        CommandError: If the device asked for is not there.
    """
    return dataclasses.replace(run, device=find_device(run.device))


def fresh(made: Plan, run: Run, training: Domains, say: Callable[[str], object], world: World = ALONE) -> Trainer:
    """A trainer before its first step.

    Args:
        made: What is trained.
        run: Its device is resolved.
        training: What it is trained on.
        say: Tells a person, if memory could not be checked.
        world: The processes that train it; the weights of all are the first one's.

    Raises:
        NoRoomError: If it cannot fit; no memory has been taken.
    """
    if needed(made, run, training).memory is None:
        say(tr(UNCHECKED))
    trainer = trainer_of(made, run, training, first=True, world=world)
    if world.size > 1:
        trainer.restore(world.spread(trainer.snapshot()))
    return trainer


def needed(made: Plan, run: Run, training: Domains) -> Needs:
    """What a run will take, told before any of it is taken.

    Raises:
        NoRoomError: If it is more than there is, with a batch that would fit.
    """
    drawn = sketch(made)
    size = measure(drawn)
    check_room(size, run.device)
    shapes = shapes_of(drawn.stream(*training, made.seed)(0, 1))
    half = find_precision(run.precision, run.device) == "bfloat16"
    try:
        memory = estimate(drawn, shapes, size, run.device, half)
    except Exception:
        return Needs(size, None)
    room = available_bytes(run.device)
    if room is not None and memory.training > room:
        left = room - memory.weights
        fitting = batch_that_fits(drawn, shapes, left, half) if memory.saving <= left else 0
        advice = tr("a batch of {n} would fit: --batch-size {n}", n=fitting) if fitting else tr(SMALLER)
        most = (
            tr("for a batch of {n}", n=drawn.batch_size)
            if memory.moves >= memory.saving
            else tr("to write a checkpoint")
        )
        raise NoRoomError(
            tr(
                "this needs about {all} of memory, {most} of it {what}, and {device} has {room} free; {advice}",
                all=amount(memory.training),
                most=amount(max(memory.moves, memory.saving)),
                what=most,
                device=run.device,
                room=amount(room),
                advice=advice,
            )
        )
    return Needs(size, memory)


def trainer_of(made: Plan, run: Run, training: Domains, first: bool = False, world: World = ALONE) -> Trainer:
    """A trainer of an experiment on the pictures of its domains.

    Args:
        made: What is trained.
        run: Its device is resolved; what is still automatic is guessed, for `paced` to measure.
        training: What it is trained on.
        first: Whether this is the start of a run, for which an experiment may prepare.
        world: The processes that train it.

    Raises:
        CommandError: If the batch does not divide among them.
    """
    experiment = build(made)
    check_divides(experiment.batch_size, world.size)
    if run.sync_batch_norm and world.size > 1:
        synchronise(experiment.game, world)
    if first and experiment.prepare:
        experiment.prepare(*training)
    memory_format = None if run.memory_format == "auto" else run.memory_format
    backend = backend_for(run.device, find_precision(run.precision, run.device), memory_format)
    return Trainer(experiment, experiment.stream(*training, made.seed), backend, made.seed, world)


def check_divides(batch_size: int, size: int) -> None:
    """That every process gets as many samples of a batch as the others.

    Raises:
        CommandError: With the nearest batches that divide.
    """
    if batch_size % size == 0:
        return
    below = batch_size // size * size
    near = tr("{a} or {b}", a=below, b=below + size) if below else str(size)
    text = mark("a batch of {n} does not divide among {size} processes; take --batch-size {near}")
    raise CommandError(tr(text, n=batch_size, size=size, near=near))
