"""Threads and cadence, from timing a few steps: two threads can be far slower than one."""

import copy
import time
from collections.abc import Callable
from typing import NamedTuple

import torch

from sparring.engine.backend import cores
from sparring.engine.trainer import Trainer


class Pace(NamedTuple):
    """Threads that were fastest, and seconds a step takes with them."""

    threads: int
    seconds: float


def calibrate(trainer: Trainer, threads: int = 0, budget: float = 1.5) -> Pace:
    """Time a few steps and choose the number of threads. The trainer is left as it was, bit for bit.

    Args:
        trainer: Whose steps are timed.
        threads: A fixed number, which is then only timed; 0 tries one, half of the processors and all.
        budget: Seconds to spend; at least two steps are timed for each candidate.

    Returns:
        The pace; the threads are set in torch.
    """
    before = copy.deepcopy(trainer.snapshot())
    n = cores()
    candidates = [threads] if threads else sorted({1, max(1, n // 2), n})
    paces = []
    for candidate in candidates:
        torch.set_num_threads(candidate)
        paces.append(Pace(candidate, _median_step(trainer.step, budget / len(candidates))))
    best = paces[0]
    for pace in paces[1:]:
        if pace.seconds < 0.95 * best.seconds:
            best = pace
    torch.set_num_threads(best.threads)
    trainer.restore(before)
    return best


def round_cadence(target: float, seconds_per_step: float) -> int:
    """Steps in about ``target`` seconds, rounded to 1, 2 or 5 times a power of ten."""
    steps = max(1.0, target / max(seconds_per_step, 1e-9))
    power = 10 ** (len(str(int(steps))) - 1)
    return int(min((1, 2, 5, 10), key=lambda m: abs(m * power - steps)) * power)


def _median_step(step: Callable[[], object], budget: float) -> float:
    """Median seconds of a step; the first is not counted, it sets things up."""
    step()
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < 1 or (len(times) < 9 and time.perf_counter() - start < budget):
        t = time.perf_counter()
        step()
        _wait()
        times.append(time.perf_counter() - t)
    return sorted(times)[len(times) // 2]


def _wait() -> None:
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()
