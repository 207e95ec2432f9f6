"""Does a way to compute change what is computed? How far weights lie from those of plain PyTorch, way by way.

Each recipe plays the same moves in several ways: eager float32 on one thread (the reference), two threads, channels innermost,
bfloat16, and torch.compile of G's whole loss. Told of each: the relative difference of a player's whole gradient in the first
step, G's against a D that has moved once; and after 1 and after N steps the greatest relative difference of a tensor of weights,
|w - w0| / |w0| by the Euclidean norm, and the difference of all weights as a share of the way that the reference has gone since
the start. Adam's first steps are as long for a gradient that is nothing but rounding as for any other, so weights differ by far
more than gradients do. A control plays with other noise from the same start: that is how far apart two runs are at most.

Whether a way resumes bit for bit is measured, too: N steps, a snapshot, a fresh trainer of the same way that takes it back, and N
more, against 2 N without a stop. Nothing is timed but torch.compile, by processor time in turn with eager steps: sums in another
order are the subject, and the machine may be busy.

Run: python benchmarks/equality.py --compile --out benchmarks/results/equality.json
"""

import argparse
import copy
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch._inductor.config
from torch import Tensor

from sparring import durable
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend, Precision
from sparring.engine.trainer import Trainer
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.settings import domains_of

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "gan": ("gan", {}),
    "dcgan": ("dcgan", {"features": 16, "batch_size": 32}),
    "r3gan": ("r3gan", {"batch_size": 8}),
    "cyclegan_small": ("cyclegan_small", {}),
}


class Way(NamedTuple):
    """How steps are played."""

    threads: int = 1
    precision: Precision = "float32"
    channels_last: bool = False
    compiled: bool = False
    seed: int = 0


REFERENCE = Way()
WAYS = {
    "2 threads": Way(2),
    "channels_last": Way(1, "float32", True),
    "2 threads, channels_last": Way(2, "float32", True),
    "bfloat16": Way(1, "bfloat16"),
    "bfloat16, channels_last": Way(1, "bfloat16", True),
}
COMPILED = {"torch.compile of G's loss": Way(compiled=True)}
COMPILED_CASES = ("gan", "dcgan", "cyclegan_small")
"""r3gan's takes longer than ten minutes to compile."""
CONTROL = {"control: other noise": Way(seed=1)}


def begun(case: str, way: Way) -> Trainer:
    """A trainer at its start: the same weights and pictures whatever the way."""
    recipe, settings = CASES[case]
    g = np.random.default_rng(0)
    waves = np.sin(np.arange(32) * g.uniform(0.1, 1.0, (200, 1, 1, 3)).swapaxes(1, 3)).swapaxes(1, 3)
    images = (waves * waves.swapaxes(1, 2) * 127 + 128).astype(np.uint8)
    data = tuple(Pictures(images[at : at + 100]) for at in (0, 100)[: domains_of(RECIPES[recipe])])
    torch.set_num_threads(way.threads)
    torch.manual_seed(0)
    made = RECIPES[recipe](*(p.spec for p in data), **settings)
    trainer = Trainer(made, made.stream(*data, 0), Backend("cpu", way.precision, way.channels_last), way.seed)
    if way.compiled:
        trainer.seats["G"].loss = torch.compile(trainer.seats["G"].loss)
    return trainer


def weights(trainer: Trainer) -> dict[str, Tensor]:
    """Copies of all weights, in float64."""
    return {name: p.detach().double().clone() for name, p in trainer.game.named_parameters()}


def gradients(trainer: Trainer) -> dict[str, Tensor]:
    """Of each player's last move, all of one player in one vector, in float64."""
    return {
        name: torch.cat([p.grad.double().flatten() for p in seat.parameters() if p.grad is not None])
        for name, seat in trainer.seats.items()
    }


def played(trainer: Trainer, steps: int) -> Trainer:
    """The same, some steps later.

    Raises:
        DivergedError: If a step was not finite.
    """
    for _ in range(steps):
        trainer.step()
    trainer.check()
    return trainer


def apart(a: dict[str, Tensor], b: dict[str, Tensor], start: dict[str, Tensor]) -> dict[str, Any]:
    """Relative difference of the tensor where it is greatest, and the difference as a share of b's way from the start."""
    greatest, tensor = max((float((a[k] - b[k]).norm() / b[k].norm().clamp_min(1e-30)), k) for k in b)
    gone = sum(float((b[k] - start[k]).square().sum()) for k in b) ** 0.5
    share = sum(float((a[k] - b[k]).square().sum()) for k in b) ** 0.5 / gone
    return {"greatest": float(f"{greatest:.2g}"), "tensor": tensor, "share_of_the_way": float(f"{share:.2g}")}


def resumes(case: str, way: Way, steps: int) -> bool:
    """Whether stopping after some steps and going on in a fresh trainer gives the same bits as going straight on."""
    straight = played(begun(case, way), steps)
    kept = copy.deepcopy(straight.snapshot())
    played(straight, steps)
    resumed = begun(case, way)
    resumed.restore(kept)
    played(resumed, steps)
    parts = [t.snapshot().tensors for t in (straight, resumed)]
    return all(torch.equal(parts[0][part][k], parts[1][part][k]) for part in parts[0] for k in parts[0][part])


def timed(a: Trainer, b: Trainer, seconds: float) -> tuple[float, float]:
    """Processor seconds of a step of each, played in turn: the least of several rounds."""
    found: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(found[0]) < 3:
        for trainer, times in zip((a, b), found, strict=True):
            start = time.process_time()
            played(trainer, 4)
            times.append((time.process_time() - start) / 4)
    return min(found[0]), min(found[1])


def compare(case: str, ways: dict[str, Way], steps: int) -> list[dict[str, Any]]:
    """One recipe in all ways."""
    reference = begun(case, REFERENCE)
    start, first = weights(reference), weights(played(reference, 1))
    slopes, after = gradients(reference), [first, weights(played(reference, steps - 1))]
    rows: list[dict[str, Any]] = []
    for name, way in ways.items():
        trainer, clock = begun(case, way), time.perf_counter()
        first = weights(played(trainer, 1))
        wrong = max(float((g - slopes[k]).norm() / slopes[k].norm()) for k, g in gradients(trainer).items())
        found = [first, weights(played(trainer, steps - 1))]
        row: dict[str, Any] = {"recipe": case, "way": name, "first_gradient": float(f"{wrong:.2g}")}
        row |= {f"after_{n}": apart(a, b, start) for n, a, b in zip((1, steps), found, after, strict=True)}
        if way.compiled:
            row["seconds_of_compiling"] = round(time.perf_counter() - clock)
            ours, plain = timed(trainer, reference, 10)
            row["speed"] = round(plain / ours, 2)
        elif name not in CONTROL:
            row["resumes_bit_for_bit"] = resumes(case, way, steps)
        rows.append(row)
        print(row, flush=True)
    return rows


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=list(CASES), choices=CASES)
    parser.add_argument("--steps", type=int, default=10, help="N, 2 or more")
    parser.add_argument("--compile", action="store_true", help="also torch.compile, which takes a minute or more each")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args(words)
    torch._inductor.config.force_disable_caches = True  # every compilation is whole
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "machine": {k: here[k] for k in ("cpu", "cores", "platform", "python", "torch")},
        "commit": here["commit"],
        "reference": "eager, float32, 1 thread",
        "settings": {case: CASES[case][1] for case in given.recipes},
        "rows": [],
    }
    for case in given.recipes:
        own = WAYS if case != "gan" else {name: way for name, way in WAYS.items() if not way.channels_last}
        report["rows"] += compare(
            case, {**own, **(COMPILED if given.compile and case in COMPILED_CASES else {}), **CONTROL}, given.steps
        )
        if given.out:
            durable.write_json(given.out, report)


if __name__ == "__main__":
    main()
