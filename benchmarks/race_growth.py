"""What does more cost? A step against batch, resolution and width, and a run against the number of its pictures.

Steps are those of `dcgan` on random pictures, one thread, processor time: seconds, images a second, and billions of operations a
second (`race_flops.py`). Runs are processes of their own that open pictures of 28 x 28 and train `gan` for twenty steps through
`sparring.train`, once with an empty cache and once more, on the clock of the wall: seconds that opening takes, the hash of the
pixels included, and seconds until the first step is made (Python's start and 1.5 s of timing steps included; the pictures are then
opened for the second time). Memory: pages of the process's own, which grow if something of the size of the data is held, and the
most that was resident, among it pages of the file that the kernel keeps as long as there is room. Pictures are a .npy
(`--pictures`) or a folder of PNG (`--files`), which the first run decodes. Linux only.

Several processes are left out: the trainer runs in one.

Run: python benchmarks/race_growth.py --out benchmarks/results/race_growth.json
     python benchmarks/race_growth.py --plot benchmarks/results/race_growth.json
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from race_flops import PERIOD, flops

from sparring import durable
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan

CHILD = """
import sys, time
start = time.time()
import sparring
from sparring.sessions.hooks import Hook
first, own, ready = [], [], time.time()
sparring.open_pictures(sys.argv[1]).digest()
opened = time.time() - ready
def look(session):
    first.append(time.time() - start - opened)
    facts = dict(line.split(":", 1) for line in open("/proc/self/status"))
    own.append(int(facts["RssAnon"].split()[0]))
run = {"steps": 20, "threads": 1, "device": "cpu", "precision": "float32", "log_every": 20, "sample_every": 20, "out": sys.argv[2]}
sparring.train("gan", sys.argv[1], run=run, hooks=[Hook(look, every=1)])
facts = dict(line.split(":", 1) for line in open("/proc/self/status"))
print("FOUND", opened, first[0], max(own) * 1024, int(facts["VmHWM"].split()[0]) * 1024)
"""
BATCHES, SIDES, WIDTHS = (8, 16, 32, 64, 128, 256), (16, 32, 64, 128), (8, 16, 32, 64, 128)


def cases(which: Sequence[str], sides: Sequence[int] = SIDES) -> dict[str, list[tuple[int, dict[str, Any], int]]]:
    """What is stepped, by what grows: its size, the settings of `dcgan` and the side of the pictures."""
    grows: dict[str, list[tuple[int, dict[str, Any], int]]] = {
        "batch": [(n, {"batch_size": n}, 32) for n in BATCHES],
        "resolution": [(n, {"batch_size": 16}, n) for n in sides],
        "width": [(n, {"features": n}, 32) for n in WIDTHS],
    }
    return {name: grows[name] for name in which if name in grows}


def stepped(settings: Mapping[str, Any], side: int, seconds: float) -> dict[str, Any]:
    """The cost of a step of `dcgan` on random pictures."""
    pictures = Pictures(np.random.default_rng(0).integers(0, 256, (512, side, side, 3), np.uint8))
    experiment = build(plan("dcgan", (pictures.spec,), {**settings, "augment": "none"}))
    trainer = Trainer(experiment, experiment.stream(pictures, 0), Backend())
    operations = flops(trainer.step)
    times: list[float] = []
    end = time.process_time() + seconds
    while not times or time.process_time() < end:
        start = time.process_time()
        for _ in range(PERIOD):
            trainer.step()
        times.append((time.process_time() - start) / PERIOD)
    step = statistics.median(times)
    return {
        "seconds_per_step": round(step, 6),
        "images_per_second": round(experiment.batch_size / step, 1),
        "gflops": round(operations / step / 1e9, 2),
    }


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of log cost over log size by least squares: 1 where the cost grows as the size does, 2 with its square."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def array_of(path: Path, count: int) -> Path:
    """A .npy of so many random pictures of 28 x 28, written piece by piece."""
    made = np.lib.format.open_memmap(path, "w+", np.uint8, (count, 28, 28, 1))
    for at in range(0, count, 50_000):
        part = made[at : at + 50_000]
        part[:] = np.random.default_rng(at).integers(0, 256, part.shape, np.uint8)
    made.flush()
    return path


def folder_of(path: Path, count: int) -> Path:
    """A folder of so many random PNG of 28 x 28."""
    path.mkdir()
    for i in range(count):
        Image.fromarray(np.random.default_rng(i).integers(0, 256, (28, 28), np.uint8)).save(path / f"{i:07}.png")
    return path


def started(source: Path, folder: Path) -> dict[str, float]:
    """A run in a process of its own: seconds of opening and until its first step, and memory in bytes.

    Raises:
        RuntimeError: If it failed, with what it said.
    """
    named = {"OMP_NUM_THREADS": "1", "SPARRING_CACHE": str(folder / "cache"), "SPARRING_LANGUAGE": "en"}
    words = [sys.executable, "-c", CHILD, str(source), str(folder / "runs")]
    done = subprocess.run(words, env=os.environ | named, capture_output=True, text=True)
    _, found, numbers = done.stdout.rpartition("FOUND ")
    if done.returncode or not found:
        raise RuntimeError(f"a run on {source.name} failed with code {done.returncode}: {done.stderr[-2000:]}")
    opened, first, own, peak = map(float, numbers.split())
    return {"opening": round(opened, 2), "first_step": round(first, 2), "own_memory": own, "peak_memory": peak}


def many(kind: str, count: int) -> dict[str, Any]:
    """The first and the second run on so many pictures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = array_of(folder / "pictures.npy", count) if kind == "npy" else folder_of(folder / "pictures", count)
        first, second = started(source, folder), started(source, folder)
    return {"kind": kind, "pictures": count, "first": first, "second": second}


def run(given: argparse.Namespace) -> dict[str, Any]:
    """What grows, one after another; saved after each."""
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "machine": {k: here[k] for k in ("cpu", "cores", "platform", "python", "torch")},
        "device": "cpu",
        "threads": 1,
        "precision": "float32",
        "commit": here["commit"],
        "steps": {},
        "pictures": [],
    }

    def keep(line: str) -> None:
        print(line, flush=True)
        if given.out:
            durable.write_json(given.out, report)

    for name, some in cases(given.grows, given.sides).items():
        rows = report["steps"][name] = []
        for size, settings, side in some:
            rows.append({"size": size, "settings": settings, "side": side, **stepped(settings, side, given.seconds)})
            keep(
                f"{name} {size}: {rows[-1]['seconds_per_step']:.4f} s a step, {rows[-1]['images_per_second']:,.0f} images/s"
            )
    for kind, counts in (("npy", given.pictures), ("png", given.files)):
        for count in counts if "pictures" in given.grows else ():
            row = many(kind, count)
            report["pictures"].append(row)
            two = row["second"]
            keep(
                f"{count:,} pictures ({kind}): opened in {row['first']['opening']} s, the second time in {two['opening']} s, "
                f"first step after {two['first_step']} s, {two['own_memory'] / 1e6:,.0f} MB of its own, "
                f"{two['peak_memory'] / 1e6:,.0f} MB resident"
            )
    return report


def table(report: Mapping[str, Any]) -> str:
    """Markdown: steps, how their cost grows, and pictures."""
    lines = ["| what grows | size | s a step | images/s | GFLOP/s |", "|---|---|---|---|---|"]
    for name, rows in report["steps"].items():
        for row in rows:
            cells = (
                f"{row['size']} | {row['seconds_per_step']:.4f} | {row['images_per_second']:,.0f} | {row['gflops']:.1f}"
            )
            lines.append(f"| {name} | {cells} |")
        if len(rows) > 1:
            slope = exponent([r["size"] for r in rows], [r["seconds_per_step"] for r in rows])
            lines.append(f"| {name} | cost ~ size^{slope:.2f} | | | |")
    lines += ["", "| pictures | opened first, s | opened again, s | first step, s | own memory, MB | resident, MB |"]
    lines += ["|---|---|---|---|---|---|"]
    for row in report["pictures"]:
        two = row["second"]
        told = [f"{s:.2f}" for s in (row["first"]["opening"], two["opening"], two["first_step"])]
        told += [f"{two[key] / 1e6:,.0f}" for key in ("own_memory", "peak_memory")]
        lines.append(f"| {row['pictures']:,} ({row['kind']}) | " + " | ".join(told) + " |")
    return "\n".join(lines)


def plot(path: Path) -> Path:
    """The cost of a step over each size, and memory and start over the number of pictures."""
    from matplotlib.figure import Figure

    report = json.loads(path.read_text())
    drawn: list[Callable[[Any], None]] = []
    for name, rows in report["steps"].items():

        def steps(axis: Any, name: str = name, rows: Any = rows) -> None:
            axis.loglog([r["size"] for r in rows], [r["seconds_per_step"] for r in rows], marker="o")
            axis.set(xlabel=name, ylabel="seconds a step")

        drawn.append(steps)
    for key, label, unit in (
        ("opening", "seconds to open a second time", 1),
        ("own_memory", "MB of its own", 1e6),
    ):

        def pictures(axis: Any, key: str = key, label: str = label, unit: float = unit) -> None:
            for kind in dict.fromkeys(r["kind"] for r in report["pictures"]):
                rows = [r for r in report["pictures"] if r["kind"] == kind]
                axis.semilogx(
                    [r["pictures"] for r in rows], [r["second"][key] / unit for r in rows], marker="o", label=kind
                )
            axis.set(xlabel="pictures", ylabel=label)
            axis.set_ylim(0)
            axis.legend()

        drawn += [pictures] if report["pictures"] else []
    figure = Figure(figsize=(3.5 * len(drawn), 3.5), layout="constrained")
    for axis, draw in zip(figure.subplots(1, len(drawn), squeeze=False)[0], drawn, strict=True):
        draw(axis)
    out = path.with_suffix(".png")
    figure.savefig(out, dpi=100)
    return out


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = ["batch", "resolution", "width", "pictures"]
    parser.add_argument("--grows", nargs="+", default=known, choices=known)
    parser.add_argument("--sides", type=int, nargs="+", default=list(SIDES), help="of the pictures, in pixels")
    parser.add_argument("--pictures", type=int, nargs="*", default=[1000, 10_000, 100_000, 1_000_000], help="of a .npy")
    parser.add_argument("--files", type=int, nargs="*", default=[1000, 10_000, 100_000], help="of a folder of PNG")
    parser.add_argument("--seconds", type=float, default=5.0, help="of timing a case; at least four steps")
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--plot", type=Path, help="draw the JSON of an earlier run, and time nothing")
    return parser


def main() -> None:
    given = parser().parse_args()
    torch.set_num_threads(1)
    if given.plot:
        print(plot(given.plot))
        return
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    print(table(run(given)))
    if given.out:
        print(plot(given.out))


if __name__ == "__main__":
    main()
