"""What several processes cost and bring: seconds of a step and bytes on the wire, measured; and many GPUs, reckoned.

Measured: 1, 2 and 4 processes on one machine, the same whole batch, one thread each; a step is a round of every player. Beside them
the ideal, the time of one process over their number (or over the number of cores, if there are fewer), and what is sent: each
process sends and receives 2 (n - 1) / n times the gradients, losses and running means of every move.

Reckoned (``--reckon``): seconds of a step on n GPUs for a whole batch that stays the same, from operations that are counted and
bytes that are counted; speeds of the GPU and of the links are stated, not measured:

    step(n) = operations / (n * rate) + moves * (2 (n - 1) / n * bytes a move / link + 2 log2(n) * latency)

Run: python benchmarks/processes.py --out benchmarks/results/processes.json
     python benchmarks/processes.py --reckon --out benchmarks/results/processes_reckoned.json
"""

import argparse
import json
import math
import os
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import torch
from race_flops import flops
from race_roofline import Entry, pictures_of

from sparring import durable
from sparring.engine.backend import Backend
from sparring.engine.distributed import World
from sparring.engine.joining import joined
from sparring.engine.trainer import Trainer
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan

MEASURED = {
    "gan": Entry("gan", {"batch_size": 64}, 28),
    "dcgan": Entry("dcgan", {}, 32),
    "cyclegan_small": Entry("cyclegan_small", {}, 32),
}
RECKONED = {
    "dcgan": Entry("dcgan", {"features": 64, "batch_size": 1024}, 64),
    "r3gan": Entry("r3gan", {"preset": "ffhq256", "batch_size": 1024}, 256),
    "cyclegan": Entry("cyclegan", {"batch_size": 1024}, 256),
}
GPUS = (1, 8, 64, 1024)
RATE = 200e12
"""Operations a second that a GPU reaches in such networks: stated, a fifth of an H100's 989e12 in bfloat16."""
INSIDE, BETWEEN = 450e9, 50e9
"""Bytes a second of a link within a machine of eight (NVLink 4, one way) and between machines (400 Gbit/s a GPU): stated."""
LATENCY = 10e-6
"""Seconds that a hop of an all-reduce takes: stated."""


def trainer_of(entry: Entry, world: World) -> Trainer:
    """A trainer of an entry, one thread."""
    torch.set_num_threads(1)
    domains = pictures_of(entry)
    made = build(plan(entry.recipe, tuple(d.spec for d in domains), dict(entry.settings)))
    return Trainer(made, made.stream(*domains, 0), Backend(), 0, world)


def sent(trainer: Trainer) -> int:
    """Bytes of all that a round averages, once: counted where it is averaged."""
    counted = 0
    for seat in trainer.seats.values():
        average = seat.average
        assert average is not None

        def count(tensors: list[torch.Tensor], average: Any = average) -> None:
            nonlocal counted
            counted += 4 * sum(t.numel() for t in tensors)
            average(tensors)

        seat.average = count
    trainer.step()
    return counted


def process(names: list[str], steps: int, blocks: int) -> None:
    """One process of several, or alone: the first says what it found as JSON."""
    found = {}
    with joined() as world:
        for name in names:
            trainer = trainer_of(MEASURED[name], world)
            trainer.step()
            times = []
            for _ in range(blocks):
                start = time.perf_counter()
                for _ in range(steps):
                    trainer.step()
                times.append((time.perf_counter() - start) / steps)
            found[name] = {"seconds": times, "bytes": sent(trainer) if world.size > 1 else 0}
        if world.first:
            print(json.dumps(found))


def measured(size: int, names: list[str], steps: int, blocks: int) -> dict[str, Any]:
    """What so many processes find."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    started = []
    for rank in range(size):
        env = os.environ | {"OMP_NUM_THREADS": "1", "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size)}
        env |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
        words = [sys.executable, __file__, "--process", *names, "--steps", str(steps), "--blocks", str(blocks)]
        started.append(subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True))
    said = [p.communicate(timeout=1200)[0] for p in started]
    found: dict[str, Any] = json.loads(said[0].splitlines()[-1])
    return found


def reckoned(entry: Entry) -> dict[str, Any]:
    """Seconds of a step on many GPUs, reckoned from a step's operations and bytes, counted on two pictures."""
    few = entry._replace(settings={**entry.settings, "batch_size": 2})
    trainer = trainer_of(few, World())
    operations = flops(trainer.step) / 2 * entry.settings["batch_size"]
    seats = trainer.seats.values()
    moves = sum(seat.steps for seat in seats)
    bytes_ = sum(seat.steps * 4 * sum(p.numel() for p in seat.parameters()) for seat in seats)
    rows = []
    for n in GPUS:
        work = operations / (n * RATE)
        link = INSIDE if n <= 8 else BETWEEN
        talk = 2 * (n - 1) / n * bytes_ / link + moves * 2 * math.log2(n) * LATENCY if n > 1 else 0.0
        rows.append({"gpus": n, "work": work, "talk": talk, "seconds": work + talk, "of_ideal": work / (work + talk)})
    return {
        "operations": operations,
        "bytes": bytes_,
        "moves": moves,
        "rows": rows,
        "half_at": half_at(operations, bytes_, moves),
    }


def half_at(operations: float, bytes_: float, moves: int) -> int:
    """The number of GPUs, a power of two, from which on more than half of a step is talk."""
    n = 16
    while n < 1 << 20:
        talk = 2 * bytes_ / BETWEEN + moves * 2 * math.log2(n) * LATENCY
        if talk > operations / (n * RATE):
            return n
        n *= 2
    return n


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", default=list(MEASURED), choices=MEASURED)
    parser.add_argument("--sizes", nargs="+", type=int, default=[1, 2, 4])
    parser.add_argument("--steps", type=int, default=20, help="of a block")
    parser.add_argument("--blocks", type=int, default=5, help="of which the median counts")
    parser.add_argument("--reckon", action="store_true", help="many GPUs, reckoned, and nothing measured")
    parser.add_argument("--process", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    if given.process is not None:
        process(given.process, given.steps, given.blocks)
        return
    here = environment()
    report: dict[str, Any] = {"processor": here["cpu"], "torch": torch.__version__, "commit": here["commit"]}
    if given.reckon:
        report |= {"rate": RATE, "inside": INSIDE, "between": BETWEEN, "latency": LATENCY}
        report["recipes"] = {name: reckoned(entry) for name, entry in RECKONED.items()}
    else:
        found = {size: measured(size, given.recipes, given.steps, given.blocks) for size in given.sizes}
        report["recipes"] = {
            name: {
                str(size): {
                    "seconds": statistics.median(of[name]["seconds"]),
                    "bytes_a_step": of[name]["bytes"],
                    "sent_by_each": round(2 * (size - 1) / size * of[name]["bytes"]),
                }
                for size, of in found.items()
            }
            for name in given.recipes
        }
    print(json.dumps(report["recipes"], indent=1))
    if given.out:
        durable.write_json(given.out, report)


if __name__ == "__main__":
    main()
