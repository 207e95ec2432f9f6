"""Threads, precision and memory format, from timing a few steps: what is faster on one machine is far slower on the next."""

import copy
import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import torch

from sparring.engine.backend import CONVOLUTIONS, Backend, Precision, cores, find_precision, multiplies_bfloat16
from sparring.engine.trainer import Trainer

GAIN = 1.05
"""How many times as fast more threads or another memory format must be to be taken: less is within the noise of timing."""
GAIN_OF_BFLOAT16 = 1.10
"""The same for bfloat16, which also costs accuracy."""
SLOWER = 1.5
"""A way that takes so many times as long as the fastest so far is timed no further at that time."""
SLOW = 0.5
"""Seconds; a first step that takes longer is the measurement: setting things up is little of it."""
QUIET = 0.5
"""Part of the time that steps had a processor, below which the machine was busy with other work."""
ALWAYS, VISITS = 2, 3
"""Ways that are timed however long it takes, and how often each is timed in turn."""


class Way(NamedTuple):
    """One way to do the work: CPU threads, precision of activations, and whether channels lie innermost."""

    threads: int
    precision: Precision = "float32"
    channels_last: bool = False


class Timed(NamedTuple):
    """A way, and seconds that a step takes in it; infinite if it cannot be gone."""

    way: Way
    seconds: float


class Pace(NamedTuple):
    """What timing found.

    Args:
        way: That was chosen.
        seconds: A step takes in it.
        tried: All that were timed.
        busy: Whether other work had the processors for most of the time, so that another look may find something else.
    """

    way: Way
    seconds: float
    tried: tuple[Timed, ...] = ()
    busy: bool = False


def ways(
    trainer: Trainer, threads: int = 0, precision: str = "auto", channels_last: bool | None = None
) -> tuple[Way, ...]:
    """The ways in question, the likeliest first: what takes seconds a step is timed in the first two alone.

    Args:
        trainer: Whose game and device it is about.
        threads: A fixed number; 0 for one, half of the processors and all.
        precision: A fixed one; ``auto`` for float32, and bfloat16 where the hardware multiplies it.
        channels_last: A fixed format; None for both, if there are convolutions of pictures.
    """
    device, n = trainer.backend.device, cores()
    on_cpu = torch.device(device).type == "cpu"
    numbers = [threads] if threads else sorted({1, max(1, n // 2), n} if on_cpu else {n}, reverse=True)
    likely = find_precision(precision, device)
    kinds: list[Precision] = [likely]
    if precision == "auto" and multiplies_bfloat16(device):
        kinds.append("float32" if likely == "bfloat16" else "bfloat16")
    formats = [channels_last]
    if channels_last is None:
        formats = [False, True] if any(isinstance(m, CONVOLUTIONS) for m in trainer.game.modules()) else [False]
    found = [
        Way(number, kind, bool(last))
        for number in numbers
        for kind in kinds
        for last in sorted(formats, key=lambda last: last != (kind == "bfloat16"))
    ]
    if len(numbers) > 1:  # second comes one thread: where processors are shared, all of them can be many times slower
        found.insert(1, found.pop(len(found) // len(numbers) * (len(numbers) - 1)))
    return tuple(found)


def calibrate(trainer: Trainer, candidates: Sequence[Way], budget: float = 2.0) -> Pace:
    """Time steps in several ways and go on in the best. What is learnt is left as it was, bit for bit.

    Every way plays the same steps from the same state, up to three times in turn, so that what disturbs the machine for a while
    disturbs all. The first two are always timed, the others while time is left, those with as many threads as the fastest so far
    before others; threads with which every way so far was slower by far are given up. So is a way that the networks do not work in.

    Args:
        trainer: Whose steps are timed; its backend becomes that of the way chosen.
        candidates: The ways, the likeliest first; of one alone only the pace is found.
        budget: Seconds to spend, from the beginning of the second way's steps on.

    Returns:
        The pace; the threads are set in torch.

    Raises:
        RuntimeError: If the networks work in no way.
    """
    before = copy.deepcopy(trainer.snapshot())
    found: dict[Way, list[float]] = {}
    refused: RuntimeError | None = None
    began, worked = time.perf_counter(), time.process_time()
    start = began
    for visit in range(VISITS):
        waiting = list(candidates)
        while waiting:
            works = [Timed(way, min(times)) for way, times in found.items() if math.isfinite(times[0])]
            best = min(works, key=_seconds_of, default=None)
            first = not visit and len(works) < ALWAYS
            if first or not best:
                start, way, limit = time.perf_counter(), waiting.pop(0), SLOWER * best.seconds if best else math.inf
            else:
                way = next((w for w in waiting if w.threads == best.way.threads), waiting[0])
                waiting.remove(way)
                limit, late = SLOWER * best.seconds, time.perf_counter() - start
                given_up = way not in found and _least(found, way.threads) > limit
                if given_up or late + 2 * (_least(found, way) or best.seconds) > budget:
                    continue
            take(trainer, way)
            trainer.restore(before)
            try:
                times = _timed(trainer, limit)
            except RuntimeError as e:  # a network may view what lies otherwise, or mix precisions
                times, refused = [math.inf], e
            found.setdefault(way, []).extend(times)
    busy = _on_cpu(trainer) and time.process_time() - worked < (time.perf_counter() - began) * QUIET
    tried = tuple(Timed(way, _quartile(times)) for way, times in found.items())
    chosen = choose(tried)
    if refused and not math.isfinite(chosen.seconds):
        raise refused
    take(trainer, chosen.way)
    trainer.restore(before)
    return Pace(*chosen, tried, busy)


def take(trainer: Trainer, way: Way) -> None:
    """Go on in this way; the threads are torch's."""
    torch.set_num_threads(way.threads)
    trainer.use(Backend(trainer.backend.device, way.precision, way.channels_last))


def choose(tried: Sequence[Timed]) -> Timed:
    """The fastest; but what costs something, or is not the plain way, must gain clearly."""

    def cost(timed: Timed) -> float:
        unusual = timed.way.channels_last and timed.way.precision == "float32"
        return timed.seconds * GAIN ** ((timed.way.threads > 1) + unusual)

    whole = min((timed for timed in tried if timed.way.precision == "float32"), key=cost, default=None)
    half = min((timed for timed in tried if timed.way.precision == "bfloat16"), key=cost, default=None)
    if whole and (half is None or half.seconds * GAIN_OF_BFLOAT16 > whole.seconds):
        return whole
    assert half, "at least one way is timed"
    return half


def round_cadence(target: float, seconds_per_step: float) -> int:
    """Steps in about ``target`` seconds, rounded to 1, 2 or 5 times a power of ten."""
    steps = max(1.0, target / max(seconds_per_step, 1e-9))
    power = 10 ** (len(str(int(steps))) - 1)
    return int(min((1, 2, 5, 10), key=lambda m: abs(m * power - steps)) * power)


def _timed(trainer: Trainer, limit: float) -> list[float]:
    """Seconds of up to three steps after the first, which sets things up; of that alone if it says enough.

    Args:
        trainer: Whose steps.
        limit: Seconds beyond which a way is too slow to be timed further.
    """
    first = _seconds(trainer.step)
    if first > min(SLOW, 2 * limit) and _on_cpu(trainer):
        return [first]
    times = [_seconds(trainer.step)]
    while len(times) < 3 and times[0] < limit:
        times.append(_seconds(trainer.step))
    return times


def timed_steps(trainer: Trainer, count: int = 3) -> list[float]:
    """Seconds of so many steps after the first, which sets things up: on several processes each makes as many."""
    _seconds(trainer.step)
    return [_seconds(trainer.step) for _ in range(count)]


def _on_cpu(trainer: Trainer) -> bool:
    return torch.device(trainer.backend.device).type == "cpu"


def _seconds(step: Callable[[], object]) -> float:
    start = time.perf_counter()
    step()
    if torch.accelerator.is_available():
        torch.accelerator.synchronize()
    return time.perf_counter() - start


def _seconds_of(timed: Timed) -> float:
    return timed.seconds


def _quartile(times: Sequence[float]) -> float:
    """The lower one: a disturbance makes steps longer and never shorter."""
    return sorted(times)[(len(times) - 1) // 4]


def _least(found: Mapping[Way, Sequence[float]], of: Way | int) -> float:
    """The shortest step so far in a way, or in any with this number of threads; 0 if there is none."""
    return min((min(times) for way, times in found.items() if of in (way, way.threads)), default=0.0)
