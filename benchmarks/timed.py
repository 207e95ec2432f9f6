"""A length that a recipe leaves open, as the images that fit into so many seconds of processor time: for benchmarks."""

import time

from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.sessions.build import Plan, build
from sparring.sessions.length import open_length

TIMED = 2.0
"""Seconds of processor time in which it is found how fast a run is."""


def timed(made: Plan, seconds: float, training: Pictures) -> Plan:
    """The plan; with its length, if the recipe leaves it open.

    Args:
        made: What is trained.
        seconds: Of processor time, that training will take.
        training: What it is trained on.
    """
    if not open_length(made):
        return made
    experiment = build(made)
    trainer = Trainer(experiment, experiment.stream(training, made.seed), Backend(), made.seed)
    trainer.step()
    start = time.process_time()
    while time.process_time() - start < TIMED:
        trainer.step()
    images = round((trainer.images - experiment.batch_size) * seconds / (time.process_time() - start))
    return made._replace(settings={**made.settings, "images": max(1, images)})


def trained_for(seconds: float, made: Plan, training: Pictures) -> tuple[Trainer, float]:
    """A trainer of a plan after so many seconds of processor time, its open length fitted to them, and how many it took."""
    experiment = build(timed(made, seconds, training))
    if experiment.prepare:
        experiment.prepare(training)
    trainer = Trainer(experiment, experiment.stream(training, made.seed), Backend(), made.seed)
    start = time.process_time()
    while time.process_time() - start < seconds:
        trainer.step()
    trainer.check()
    return trainer, time.process_time() - start
