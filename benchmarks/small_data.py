"""What does augmentation do for few pictures? Emoji, from 100, 500 and 2,000 of them, with and without.

Trains `dcgan` on so many designs of one style and measures its samples against designs that training never saw: the kernel
distance with its interval, and memorisation (the share of samples that are nearer to training pictures than to as many held-out
ones: a half if nothing is learnt by heart), at several times of the run. Time is processor time on one thread.

Run: python benchmarks/small_data.py --data EMOJI.npz --seeds 3 --images 64000 --out benchmarks/results/small_data.json
     python benchmarks/small_data.py --plot benchmarks/results/small_data.json
"""

import argparse
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sparring import durable
from sparring.data.embedded_sets import emoji_pairs
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.draw import evaluating, of_noise, sampled
from sparring.engine.trainer import Trainer
from sparring.measure.measure import measure
from sparring.measure.reference import Reference
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan

HELD_OUT = 900
METRICS = ("kernel_distance", "nearer_to_training")


def load(path: Path | None, side: int) -> tuple[np.ndarray, np.ndarray]:
    """Pictures of one style in a fixed random order, and held-out ones of other designs.

    Args:
        path: An npz with ``modern`` (N, H, W, 3) uint8 and ``design`` (N,), the name of what is drawn: one design may come in
            several skin tones, which are held out together. None for the embedded ones.
        side: Pictures are reduced to it, a whole part of theirs, by the mean.
    """
    if path is None:
        pictures, design = emoji_pairs().modern, np.arange(len(emoji_pairs().modern))
    else:
        with np.load(path, allow_pickle=False) as stored:
            pictures, design = stored["modern"], stored["design"]
    order = np.random.default_rng(0).permutation(np.unique(design))
    rank = {name: i for i, name in enumerate(order)}
    rows = np.argsort([rank[d] for d in design], kind="stable")
    n, large, _, channels = pictures.shape
    parts = pictures.reshape(n, side, large // side, side, large // side, channels)
    pictures = parts.mean((2, 4)).round().astype(np.uint8)
    end = HELD_OUT
    while design[rows[end]] == design[rows[end - 1]]:
        end += 1
    return pictures[np.random.default_rng(1).permutation(rows[end:])], pictures[rows[:end]]


def looks(settings: dict[str, Any], seed: int, training: Pictures, given: argparse.Namespace) -> Iterator[Trainer]:
    """A run, from time to time."""
    made = plan("dcgan", (training.spec,), settings, seed)
    experiment = build(made)
    trainer = Trainer(experiment, experiment.stream(training, seed), Backend(), seed)
    for i in range(1, given.looks + 1):
        while trainer.images < given.images * i / given.looks:
            trainer.step()
        trainer.check()
        yield trainer


def judged(trainer: Trainer, reference: Reference, given: argparse.Namespace) -> dict[str, Any]:
    """The measures of the average's samples: value, low, high."""
    with evaluating(trainer, average=True) as game:
        (m,) = of_noise(game).values()
        fakes = torch.cat([part.float() for part in sampled(game, m, HELD_OUT, seed=1)])
    return measure(fakes, reference, metrics=METRICS, features=given.features).as_json()["values"]


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Seed after seed; saved after each run, so that one that is cut off has said something."""
    pool, kept_apart = load(given.data, given.side)
    held_out, here = Pictures(kept_apart), environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "processor": here["cpu"],
        "torch": torch.__version__,
        "commit": here["commit"],
        "real": {},
        "rows": [],
    }
    for count in given.counts:
        training = Pictures(pool[:count])
        reals = training.batch(torch.arange(count))[0]
        found = measure(reals, Reference.of(training, held_out), metrics=METRICS[:1], features=given.features)
        report["real"][str(count)] = found.as_json()["values"]
    for seed in range(given.first, given.first + given.seeds):
        for count in given.counts:
            training = Pictures(pool[:count])
            reference = Reference.of(training, held_out)
            for augment in given.augment:
                settings = {"features": given.width, "batch_size": given.batch_size}
                settings |= {"decay": given.images, "augment": augment}
                start, spent = time.process_time(), 0.0
                row: dict[str, Any] = {"pictures": count, "augment": augment, "seed": seed, "looks": []}
                for trainer in looks(settings, seed, training, given):
                    spent += time.process_time() - start
                    row["looks"].append(
                        {"images": trainer.images, "seconds": round(spent, 1), **judged(trainer, reference, given)}
                    )
                    start = time.process_time()
                report["rows"].append(row)
                said = {k: [round(v, 4) for v in row["looks"][-1][k]] for k in METRICS}
                print(count, augment, seed, f"{spent:.0f} s", said, flush=True)
                if given.out:
                    durable.write_json(given.out, report)
    return report


def table(report: dict[str, Any]) -> str:
    """Markdown: medians over the seeds at the end and at the best look, with the range of the seeds."""
    lines = [
        "| pictures | augmentation | kernel distance | at its best | nearer to training |",
        "|---|---|---|---|---|",
    ]
    for count, augment in dict.fromkeys((r["pictures"], r["augment"]) for r in report["rows"]):
        rows = [r["looks"] for r in report["rows"] if (r["pictures"], r["augment"]) == (count, augment)]
        end = [r[-1]["kernel_distance"][0] for r in rows]
        best = [min(look["kernel_distance"][0] for look in r) for r in rows]
        heart = [r[-1]["nearer_to_training"][0] for r in rows]
        cells = [f"{statistics.median(v):.3g} ({min(v):.3g} to {max(v):.3g})" for v in (end, best, heart)]
        lines.append(f"| {count:,} | {augment} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def plot(path: Path) -> Path:
    """Both measures over the images seen, a column for each number of pictures, a colour for each augmentation."""
    import json

    from matplotlib.figure import Figure

    report = json.loads(path.read_text())
    counts = list(dict.fromkeys(r["pictures"] for r in report["rows"]))
    figure = Figure(figsize=(4 * len(counts), 6), layout="constrained")
    axes = figure.subplots(len(METRICS), len(counts), sharex=True, sharey="row", squeeze=False)
    names = list(dict.fromkeys(r["augment"] for r in report["rows"]))
    for (i, metric), (j, count) in ((a, b) for a in enumerate(METRICS) for b in enumerate(counts)):
        axis = axes[i][j]
        for c, name in enumerate(names):
            for k, r in enumerate(r for r in report["rows"] if (r["pictures"], r["augment"]) == (count, name)):
                x, y = zip(*[(look["images"], look[metric][0]) for look in r["looks"]], strict=True)
                axis.plot(x, y, color=f"C{c}", label=name if not k else None, alpha=0.8)
        if metric == "kernel_distance":
            axis.set_yscale("log")
            axis.axhline(report["real"][str(count)][metric][0], color="gray", ls=":", label="the training pictures")
            axis.set_title(f"{count:,} pictures")
        else:
            axis.axhline(0.5, color="gray", ls=":")
            axis.set_xlabel("images seen")
        if not j:
            axis.set_ylabel("kernel distance to held-out" if metric == METRICS[0] else "share nearer to training")
    axes[0][0].legend()
    out = path.with_suffix(".png")
    figure.savefig(out, dpi=100)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="an npz of emoji; by default the embedded ones")
    parser.add_argument("--counts", type=int, nargs="*", default=[100, 500, 2000])
    parser.add_argument("--augment", nargs="*", default=["none", "diffaugment"])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--images", type=int, default=64_000, help="length of a run")
    parser.add_argument("--looks", type=int, default=4, help="times that a run is measured")
    parser.add_argument("--side", type=int, default=32, help="of the pictures, in pixels")
    parser.add_argument("--width", type=int, default=16, help="the recipe's --features")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--features", default="random", help="in which distances are measured")
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--plot", type=Path, help="draw the JSON of an earlier run, and train nothing")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if given.plot:
        print(plot(given.plot))
        return
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    print(table(run(given)))


if __name__ == "__main__":
    main()
