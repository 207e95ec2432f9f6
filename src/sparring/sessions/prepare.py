"""Before the first step: pictures parted, networks built, nothing left automatic."""

import dataclasses
from typing import NamedTuple

from sparring.data.streams import Domains
from sparring.engine.backend import backend_for, find_device, find_precision
from sparring.engine.calibrate import Pace, calibrate, round_cadence
from sparring.engine.trainer import Trainer
from sparring.errors import CommandError
from sparring.sessions.build import Plan, build, check_room, measure, sketch
from sparring.sessions.options import Run


class Parts(NamedTuple):
    """Pictures to train on, and pictures that training never sees, of each domain; the latter empty if none are held out."""

    training: Domains
    held_out: Domains


def part(domains: Domains, run: Run) -> Parts:
    """Hold out of each domain what the run asks for: the same pictures every time.

    Raises:
        CommandError: If there are not that many, or none are held out of what is translated.
    """
    fewest = min(domains, key=len)
    if run.held_out >= len(fewest):
        have = f"{len(fewest):,} picture{'' if len(fewest) == 1 else 's'}"
        raise CommandError(f"--run.held-out is {run.held_out}, but {fewest.name!r} has {have}")
    if run.held_out == 0 and len(domains) > 1:
        raise CommandError("--run.held-out is 0, but translations are drawn of held-out pictures; hold out at least 1")
    if run.held_out == 0:
        return Parts(domains, ())
    halves = [p.split(max(1, min(1000, len(p) // 10)) if run.held_out < 0 else run.held_out) for p in domains]
    return Parts(tuple(training for training, _ in halves), tuple(held_out for _, held_out in halves))


def on_device(run: Run) -> Run:
    """The options with the device and the precision settled.

    Raises:
        CommandError: If the device asked for is not there.
    """
    device = find_device(run.device)
    return dataclasses.replace(run, device=device, precision=find_precision(run.precision, device))


def paced(trainer: Trainer, run: Run) -> tuple[Run, Pace]:
    """The options with threads and cadence settled by timing a few steps, and how fast the trainer is."""
    pace = calibrate(trainer, run.threads)
    options = dataclasses.replace(
        run,
        threads=pace.threads,
        log_every=run.log_every or round_cadence(2, pace.seconds),
        sample_every=run.sample_every or round_cadence(20, pace.seconds),
        save_every=run.save_every or round_cadence(300, pace.seconds),
    )
    return options, pace


def fresh(made: Plan, run: Run, training: Domains) -> Trainer:
    """A trainer before its first step.

    Raises:
        NoRoomError: If it cannot fit; no memory has been taken.
    """
    check_room(measure(sketch(made)), run.device)
    return trainer_of(made, run, training, first=True)


def trainer_of(made: Plan, run: Run, training: Domains, first: bool = False) -> Trainer:
    """A trainer of an experiment on the pictures of its domains.

    Args:
        made: What is trained.
        run: Its device and precision are resolved.
        training: What it is trained on.
        first: Whether this is the start of a run, for which an experiment may prepare.
    """
    experiment = build(made)
    if first and experiment.prepare:
        experiment.prepare(*training)
    backend = backend_for(run.device, find_precision(run.precision, run.device))
    return Trainer(experiment, experiment.stream(*training, made.seed), backend, made.seed)
