"""How much of the machine does a step use, and where does the rest go?

The peak is measured: the best of many products of two square matrices, for each precision and number of threads. The operations of
a step are counted as they run (`race_flops.py`); operations a second over the peak is the share. On one thread the clock is
processor time, so that other work does not count; on more it is the clock on the wall, and nothing else should run.

Where the time goes is torch.profiler's self time of every operator of a few steps, summed by kind. The profiler itself costs time,
most of it for small networks: its shares of "other" are upper bounds.

Run: python benchmarks/race_roofline.py --threads 1 2 --out benchmarks/results/race_roofline.json
     python benchmarks/race_roofline.py --plot benchmarks/results/race_roofline.json
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from race_flops import PERIOD, flops
from race_kinds import KINDS, by_kind

from sparring import durable
from sparring.data.embedded_sets import emoji_pairs
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan
from sparring.settings import domains_of


class Entry(NamedTuple):
    """What is measured: a recipe, its settings and the side of its pictures; 28 is `fashion`, all others are emoji."""

    recipe: str
    settings: Mapping[str, Any] = {}
    side: int = 32


ENTRIES = {
    "gan": Entry("gan", side=28),
    "dcgan": Entry("dcgan"),
    "dcgan_64_features": Entry("dcgan", {"features": 64}),
    "r3gan": Entry("r3gan"),
    "cyclegan": Entry("cyclegan", {"load": 71, "crop": 64}, 64),
}
"""By name; any other recipe is measured with its own settings at 32 pixels."""


def peak(precision: str, clock: Callable[[], float], side: int = 2048, seconds: float = 2.0) -> float:
    """The best rate of a matrix product, operations a second."""
    a, b = (torch.randn(side, side, dtype=getattr(torch, precision)) for _ in range(2))
    out, best, end = torch.empty_like(a), 0.0, clock() + seconds
    while not best or clock() < end:
        start = clock()
        torch.mm(a, b, out=out)
        best = max(best, 2 * side**3 / (clock() - start))
    return best


def pictures_of(entry: Entry) -> tuple[Pictures, ...]:
    """The pictures of each domain."""
    n = domains_of(RECIPES[entry.recipe])
    return (
        (open_pictures("fashion"),) if entry.side == 28 else tuple(map(emoji, ("modern", "flat")[:n], [entry.side] * n))
    )


def trainer_of(entry: Entry, precision: str) -> Trainer:
    """A trainer at its beginning."""
    data = pictures_of(entry)
    experiment = build(plan(entry.recipe, tuple(p.spec for p in data), entry.settings))
    if experiment.prepare:
        experiment.prepare(*data)
    stream = experiment.stream(*data, 0)

    def told(position: int, n: int) -> Any:
        with torch.profiler.record_function("data"):
            return stream(position, n)

    return Trainer(experiment, told, Backend("cpu", precision))  # type: ignore[arg-type]


def emoji(style: str, side: int) -> Pictures:
    """The first 500 emoji of a style, enlarged."""
    some = [
        Image.fromarray(p).resize((side, side), Image.Resampling.BICUBIC) for p in getattr(emoji_pairs(), style)[:500]
    ]
    return Pictures(np.stack([np.asarray(p) for p in some]), name=f"emoji-{style}")


def clock_for(threads: int) -> Callable[[], float]:
    """Processor time for one thread, the wall's for more."""
    return time.process_time if threads == 1 else time.perf_counter


def pace(step: Callable[[], object], seconds: float, clock: Callable[[], float]) -> float:
    """Median seconds of a step, of whole periods, after one period that does not count."""
    times: list[float] = []
    end = clock() + seconds
    while len(times) < 2 or clock() < end:
        start = clock()
        for _ in range(PERIOD):
            step()
        times.append((clock() - start) / PERIOD)
    return statistics.median(times[1:])


def share(operations: float, seconds: float, most: float) -> float:
    """Of the peak that so many operations in so many seconds reach."""
    return operations / seconds / most


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Peaks first, then entry after entry; saved after each."""
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "machine": {k: here[k] for k in ("cpu", "cores", "platform", "python", "torch")},
        "device": "cpu",
        "commit": here["commit"],
        "peaks": [],
        "entries": {},
    }
    peaks: dict[tuple[int, str], float] = {}
    for threads in given.threads:
        torch.set_num_threads(threads)
        for precision in given.precisions:
            peaks[threads, precision] = peak(precision, clock_for(threads), seconds=given.seconds / 2)
            found = {"threads": threads, "precision": precision, "gflops": round(peaks[threads, precision] / 1e9, 1)}
            report["peaks"].append(found)
            print(f"peak of {precision} on {threads}: {found['gflops']:,.0f} GFLOP/s", flush=True)
    for name in given.entries:
        entry = ENTRIES.get(name) or Entry(name)
        made: dict[str, Any] = {
            "recipe": entry.recipe,
            "settings": dict(entry.settings),
            "side": entry.side,
            "shares": [],
        }
        for (threads, precision), most in peaks.items():
            torch.set_num_threads(threads)
            trainer = trainer_of(entry, precision)
            if "flops_per_step" not in made:
                made |= {"batch": trainer.experiment.batch_size, "flops_per_step": flops(trainer.step)}
            seconds = pace(trainer.step, given.seconds, clock_for(threads))
            reached = share(made["flops_per_step"], seconds, most)
            row = {"threads": threads, "precision": precision, "seconds_per_step": round(seconds, 5)}
            made["shares"].append({**row, "share_of_peak": round(reached, 4)})
            print(f"{name:<18} {precision} on {threads}: {seconds:.4f} s a step, {reached:.1%} of the peak", flush=True)
            if "kinds" not in made:
                made["kinds"] = {k: round(v, 4) for k, v in by_kind(trainer.step, PERIOD).items()}
                print("  " + ", ".join(f"{k} {v:.1%}" for k, v in made["kinds"].items()), flush=True)
        report["entries"][name] = made
        if given.out:
            durable.write_json(given.out, report)
    return report


def table(report: dict[str, Any]) -> str:
    """Markdown: a row an entry, threads and precision; where the time goes in the first of them."""
    lines = ["| recipe | threads | precision | s a step | GFLOP a step | share of peak | " + " | ".join(KINDS) + " |"]
    lines += ["|---" * (6 + len(KINDS)) + "|"]
    for name, made in report["entries"].items():
        for i, row in enumerate(made["shares"]):
            cells = [f"`{name}`", str(row["threads"]), row["precision"], f"{row['seconds_per_step']:.4f}"]
            cells += [f"{made['flops_per_step'] / 1e9:.2f}", f"{row['share_of_peak']:.1%}"]
            cells += [f"{made['kinds'].get(kind, 0):.1%}" if not i else "" for kind in KINDS]
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(path: Path) -> Path:
    """The share of the peak of each entry, and where its time goes."""
    from matplotlib.figure import Figure

    report = json.loads(path.read_text())
    entries = report["entries"]
    figure = Figure(figsize=(11, 1.5 + 0.5 * len(entries)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    runs = [(row["threads"], row["precision"]) for row in report["peaks"]]
    for j, (threads, precision) in enumerate(runs):
        shares = [made["shares"][j]["share_of_peak"] for made in entries.values()]
        places = [i + 0.8 * (j + 0.5) / len(runs) - 0.4 for i in range(len(entries))]
        left.barh(places, shares, 0.8 / len(runs), label=f"{precision}, {threads} thread" + "s" * (threads > 1))
    left.axvline(0.6, color="gray", ls=":")
    left.set_xlim(0, 1)
    left.set_xlabel("share of the measured matrix peak")
    left.set_yticks(range(len(entries)), list(entries))
    left.invert_yaxis()
    start = [0.0] * len(entries)
    for kind in KINDS:
        parts = [made["kinds"].get(kind, 0.0) for made in entries.values()]
        right.barh(range(len(entries)), parts, left=start, label=kind)
        start = [a + b for a, b in zip(start, parts, strict=True)]
    right.set_xlabel("share of the time of a step")
    left.legend(fontsize=7)
    handles, names = right.get_legend_handles_labels()
    figure.legend(handles, names, fontsize=7, ncols=len(KINDS), loc="outside lower right")
    figure.suptitle(f"{report['machine']['cpu']}, torch {report['machine']['torch']}", fontsize=8)
    out = path.with_suffix(".png")
    figure.savefig(out, dpi=100)
    return out


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", nargs="+", default=list(ENTRIES), choices=list(ENTRIES | RECIPES))
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--precisions", nargs="+", default=["float32", "bfloat16"], choices=["float32", "bfloat16"])
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="of timing an entry; at least two periods of four steps"
    )
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--plot", type=Path, help="draw the JSON of an earlier run, and time nothing")
    return parser


def main() -> None:
    given = parser().parse_args()
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
