"""How a run computes, chosen by timing a few steps, and remembered by machine and network: a second start times nothing."""

import contextlib
import copy
import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from sparring import durable
from sparring.data.cache import cache_folder, key_of
from sparring.engine.backend import MemoryFormat, Precision, backend_for, cores, find_precision
from sparring.engine.calibrate import (
    GAIN,
    GAIN_OF_BFLOAT16,
    Pace,
    Timed,
    Way,
    calibrate,
    round_cadence,
    take,
    timed_steps,
    ways,
)
from sparring.engine.trainer import Trainer
from sparring.errors import ModelError, NoRoomError
from sparring.runs.environment import cpu
from sparring.sessions.build import Plan, describe
from sparring.sessions.options import Run
from sparring.words import mark, tr, trn

FOLDER = "backends"
OPEN = "images"
"""A setting that follows the length of the run where it is None: how long a run is does not change how fast a step is."""


def paced(trainer: Trainer, made: Plan, run: Run, anew: bool = False) -> tuple[Run, Pace]:
    """The options with threads, precision, memory format and cadence settled, and how fast the trainer is.

    Args:
        trainer: Goes on in the way that is chosen; what it has learnt is left as it was.
        made: What is trained.
        run: Its device is resolved.
        anew: Time steps even if it is remembered how fast they are.
    """
    if trainer.world.size > 1:
        return _settled(run, _together(trainer, run))
    channels_last = None if run.memory_format == "auto" else run.memory_format == "channels_last"
    candidates = ways(trainer, run.threads, run.precision, channels_last)
    note = cache_folder() / FOLDER / f"{key_of(*_about(trainer, made, candidates))}.json"
    pace = None if anew else _remembered(note, candidates)
    if pace is None:
        pace = calibrate(trainer, candidates)
        if not pace.busy:
            _remember(note, pace)
    else:
        take(trainer, pace.way)
    return _settled(run, pace)


def _settled(run: Run, pace: Pace) -> tuple[Run, Pace]:
    """The options with what timing found, and it."""
    options = dataclasses.replace(
        run,
        threads=pace.way.threads,
        precision=pace.way.precision,
        memory_format=format_of(pace.way),
        log_every=run.log_every or round_cadence(2, pace.seconds),
        sample_every=run.sample_every or round_cadence(20, pace.seconds),
        save_every=run.save_every or round_cadence(300, pace.seconds),
    )
    return options, pace


def _together(trainer: Trainer, run: Run) -> Pace:
    """How fast several processes are together, in the usual way: to time others all would have to agree on each step."""
    device = trainer.backend.device
    precision = find_precision(run.precision, device)
    way = Way(run.threads or cores(), precision, backend_for(device, precision, _format(run)).channels_last)
    take(trainer, way)
    before = copy.deepcopy(trainer.snapshot())
    seconds = min(timed_steps(trainer))
    trainer.restore(before)
    return Pace(way, trainer.world.said(seconds))


def _format(run: Run) -> MemoryFormat | None:
    """The memory format that a user wants; None for any."""
    return None if run.memory_format == "auto" else run.memory_format


def format_of(way: Way) -> MemoryFormat:
    """Its memory format by torch's name."""
    return "channels_last" if way.channels_last else "contiguous"


def facts_of(pace: Pace) -> dict[str, Any]:
    """A pace as JSON; the seconds of a way that the networks do not work in are null."""
    return {
        **_facts(Timed(pace.way, pace.seconds)),
        "tried": [_facts(timed) for timed in pace.tried],
        "busy": pace.busy,
    }


def pace_of(facts: Mapping[str, Any]) -> Pace:
    """Take back what `facts_of` gave.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: If that is not what it is.
    """
    return Pace(*_timed(facts), tuple(_timed(each) for each in facts["tried"]), bool(facts["busy"]))


def in_short(threads: int, precision: Precision | str, memory_format: MemoryFormat | str) -> str:
    """A way in words: ``float32, channels_last, 2 threads``; the plain format is not worth one."""
    last = ["channels_last"] if memory_format == "channels_last" else []
    return ", ".join([precision, *last, trn("{n} thread", "{n} threads", threads)])


def why(facts: Mapping[str, Any]) -> str | None:
    """Why a run computes as it does: how fast it is in other ways. None if only one was asked for.

    Args:
        facts: As `facts_of` gives them.
    """
    pace = pace_of(facts)
    own, found = pace.way, dict[str, float]()
    for way, seconds in sorted(pace.tried, key=lambda timed: timed.seconds):
        names = {
            trn("{n} thread", "{n} threads", way.threads): way.threads != own.threads,
            way.precision: way.precision != own.precision,
            format_of(way): way.channels_last != own.channels_last,
        }
        for name in [name for name, differs in names.items() if differs]:
            found.setdefault(name, pace.seconds / seconds)
    if not found:
        return None
    fails = tr("fails")
    others = ", ".join(f"{name} {f'{speed:.2f}' if speed else fails}" for name, speed in found.items())
    if pace.busy:
        text = mark(
            "speed of the other ways (this one = 1): {others}; the machine was busy, so the next start times them again"
        )
        return tr(text, others=others)
    if max(found.values()) <= 1:
        return tr("speed of the other ways (this one = 1): {others}", others=others)
    text = mark(
        "speed of the other ways (this one = 1): {others}; more threads or channels_last are taken from {gain:.2f} on, "
        "bfloat16, which costs accuracy, from {half:.2f} on"
    )
    return tr(text, others=others, gain=GAIN, half=GAIN_OF_BFLOAT16)


def _about(trainer: Trainer, made: Plan, candidates: tuple[Way, ...]) -> tuple[Any, ...]:
    """All that a pace may depend on: the machine, the network, and which ways are in question."""
    here = torch.device(trainer.backend.device)
    machine = [cpu(), cores(), torch.__version__, torch.backends.cpu.get_cpu_capability(), str(here)]
    if here.type == "cuda":
        machine.append(torch.cuda.get_device_name(here))
    plan = {name: value for name, value in describe(made).items() if name != "seed"}
    plan["settings"] = {name: value for name, value in plan["settings"].items() if name != OPEN}
    shapes = {name: list(p.shape) for name, p in trainer.game.named_parameters()}
    return machine, plan, shapes, trainer.experiment.batch_size, candidates


def _remembered(note: Path, candidates: tuple[Way, ...]) -> Pace | None:
    """The pace that a file holds; None if there is none, or it makes no sense."""
    try:
        pace = pace_of(durable.read_json(note))
    except (ModelError, ValueError, KeyError, TypeError, AttributeError):
        return None
    known = pace.way in candidates and all(timed.way in candidates for timed in pace.tried)
    return pace if known and math.isfinite(pace.seconds) else None


def _remember(note: Path, pace: Pace) -> None:
    """Keep a pace, found on a quiet machine, for the next start; if the cache cannot be written, that one times again."""
    with contextlib.suppress(OSError, NoRoomError):
        note.parent.mkdir(parents=True, exist_ok=True)
        durable.write_json(note, facts_of(pace))


def _facts(timed: Timed) -> dict[str, Any]:
    way, seconds = timed
    return {
        "threads": way.threads,
        "precision": way.precision,
        "memory_format": format_of(way),
        "seconds_per_step": seconds if math.isfinite(seconds) else None,
    }


def _timed(facts: Mapping[str, Any]) -> Timed:
    kinds: dict[str, Precision] = {"float32": "float32", "bfloat16": "bfloat16"}
    channels_last = {"contiguous": False, "channels_last": True}[facts["memory_format"]]
    seconds = facts["seconds_per_step"]
    if seconds is not None and not seconds > 0:
        raise ValueError(seconds)
    way = Way(int(facts["threads"]), kinds[facts["precision"]], channels_last)
    return Timed(way, math.inf if seconds is None else float(seconds))
