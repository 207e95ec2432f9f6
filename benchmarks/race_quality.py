"""How good are samples after so many seconds? Recipes over the time of one thread, against the tutorial's DCGAN.

A run of each recipe and seed is measured when it has had so much processor time; measuring is not counted. Kernel distance (in the
features of a small classifier where the pictures have labels, else of a random network) and, with labels, the share of the rarest
class. Held-out pictures are what samples are held against.

A look within a run is not the end of a run of that length where the learning rate falls with a schedule. Two ways, said in every
row: `--lengths own` keeps each recipe's own schedule, in images, so that one run serves for all looks: what a person sees who stops
there. `--lengths fitted` lets the schedule end at the last look, after timing a few steps: the last look is then what a run of that
length is worth, the earlier ones are what it goes through, and a curve of ends takes a run for each length, with an --out of its
own. By default `own`: the other is several times as dear.

Rows that the file has are not trained again: it can be stopped, go on later, and take up other pictures, recipes and seeds.

Run: python benchmarks/race_quality.py --data fashion --seeds 3 --out benchmarks/results/race_quality.json
     python benchmarks/race_quality.py --data train-images-idx3-ubyte.gz --name "full Fashion-MNIST" --out ...
     python benchmarks/race_quality.py --data EMOJI.npz --side 32 --out benchmarks/results/race_quality.json
     python benchmarks/race_quality.py --plot benchmarks/results/race_quality.json
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from noise_recipes import SETTINGS, judged
from small_data import load
from timed import timed

from sparring import durable
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.trainer import Trainer
from sparring.measure.measure import measure
from sparring.measure.reference import Reference
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan
from sparring.sessions.length import open_length
from sparring.settings import signature

TUTORIAL = {
    "batch_norm": True,
    "gamma": 0.0,
    "decay": 0,
    "features": 64,
    "lr": 2e-4,
    "beta2": 0.999,
    "ema": 0,
    "augment": "none",
}
"""`dcgan` as the tutorial has it: batch norm in both networks, no penalty, constant rates, no average."""
ENTRIES: dict[str, tuple[str, Mapping[str, Any]]] = {"tutorial_dcgan": ("dcgan", TUTORIAL)}
"""Beside the recipes, which run with their defaults or, where these are for GPUs, with the `SETTINGS` of noise_recipes.py."""
DEFAULT = ["tutorial_dcgan", "small", "gan", "dcgan", "sngan", "r3gan"]
TIMED = 8
"""Steps that tell how fast a run is, after two that do not count."""


def opened(data: str, side: int, held_out: int, name: str | None) -> tuple[str, Pictures, Pictures]:
    """The name, training and held-out pictures; an npz of emoji is parted by design."""
    if data.endswith(".npz"):
        training, others = load(Path(data), side)
        return name or f"emoji {side}", Pictures(training, name="emoji"), Pictures(others, name="emoji")
    pictures = open_pictures(data)
    return name or pictures.name, *pictures.split(held_out)


def metrics_of(pictures: Pictures) -> tuple[str, ...]:
    """What is measured: the rarest class only where there are classes."""
    return ("kernel_distance", "rarest_class") if pictures.spec.classes else ("kernel_distance",)


def features_of(pictures: Pictures) -> str:
    """What distances are measured in."""
    return "classifier" if pictures.spec.classes else "random"


def trainer_of(entry: str, seed: int, training: Pictures, **extra: Any) -> tuple[Trainer, dict[str, Any]]:
    """A trainer at its beginning, and the settings that are not the recipe's own."""
    recipe, settings = ENTRIES.get(entry) or (entry, SETTINGS.get(entry, {}))
    settings = {**settings, **extra}
    experiment = build(plan(recipe, (training.spec,), settings, seed))
    if experiment.prepare:
        experiment.prepare(training)
    return Trainer(experiment, experiment.stream(training, seed), Backend(), seed), settings


def fitted(entry: str, training: Pictures, seconds: float) -> dict[str, Any]:
    """The setting with which the rates have fallen after so many seconds; nothing for recipes whose rates do not fall."""
    recipe, settings = ENTRIES.get(entry) or (entry, SETTINGS.get(entry, {}))
    known = signature(RECIPES[recipe])
    made = plan(recipe, (training.spec,), settings)
    if open_length(made):
        return {"images": timed(made, seconds, training).settings["images"]}
    if "decay" not in known or settings.get("decay", known["decay"][1]) == 0:
        return {}
    trainer, _ = trainer_of(entry, 0, training)
    for i in range(2 + TIMED):
        if i == 2:
            start = time.process_time()
        trainer.step()
    rate = TIMED * trainer.experiment.batch_size / (time.process_time() - start)
    return {"decay": round(seconds * rate)}


def looks(trainer: Trainer, seconds: Sequence[float]) -> Iterator[float]:
    """The processor time that a run has had, at each of these times; what happens between two of them is not counted."""
    spent = 0.0
    for end in sorted(seconds):
        start = time.process_time() - spent
        while (spent := time.process_time() - start) < end:
            trainer.step()
        trainer.check()
        yield spent


def trained(
    entry: str, seed: int, training: Pictures, reference: Reference, given: argparse.Namespace
) -> dict[str, Any]:
    """A run from its beginning to its last look."""
    follows = given.lengths == "fitted" or entry == "small"  # whose length is the run's, whatever the others' are
    extra = fitted(entry, training, max(given.seconds)) if follows else {}
    trainer, settings = trainer_of(entry, seed, training, **extra)
    row: dict[str, Any] = {"recipe": entry, "seed": seed, "lengths": given.lengths, "settings": settings, "looks": []}
    metrics, features = metrics_of(training), features_of(training)
    for spent in looks(trainer, given.seconds):
        found = judged(trainer, reference, given.count, features, metrics)["values"]
        row["looks"].append({"seconds": round(spent, 1), "steps": trainer.steps, "images": trainer.images, **found})
        print(
            entry,
            seed,
            f"{spent:.0f} s",
            {k: [round(x, 4) for x in v if x is not None] for k, v in found.items()},
            flush=True,
        )
    return row


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Seed after seed, recipe after recipe; saved after each run."""
    name, training, held_out = opened(given.data, given.side, given.held_out, given.name)
    reference, here = Reference.of(training, held_out), environment()
    report: dict[str, Any] = {"real": {}, "rows": []}
    if given.out and given.out.exists():
        report = json.loads(given.out.read_text())
    rows = torch.arange(min(given.count, len(training)))
    reals = measure(
        training.batch(rows)[0],
        reference,
        metrics=metrics_of(training),
        features=features_of(training),
        count=given.count,
    )
    report["real"][name] = reals.as_json()["values"]
    about = {"data": name, "pictures": len(training), "count": given.count, "features": features_of(training)}
    about |= {
        "device": "cpu",
        "threads": 1,
        "precision": "float32",
        "processor": here["cpu"],
        "torch": torch.__version__,
    }
    about["commit"] = here["commit"]
    there = {key_of(row) for row in report["rows"]}
    for seed in range(given.first, given.first + given.seeds):
        for entry in given.recipes:
            if key_of(about | {"recipe": entry, "seed": seed, "lengths": given.lengths}) not in there:
                report["rows"].append(about | trained(entry, seed, training, reference, given))
                if given.out:
                    durable.write_json(given.out, report)
    return report


def key_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes two rows the same."""
    return tuple(row[k] for k in ("data", "recipe", "seed", "lengths", "count"))


def curve(rows: Sequence[Mapping[str, Any]], metric: str) -> list[tuple[float, float, float, float]]:
    """Over the looks that all rows have: seconds, median, lowest and highest of the seeds."""
    points = []
    for looks in zip(*(row["looks"] for row in rows), strict=False):
        values = [look[metric][0] for look in looks]
        points.append(
            (statistics.median(k["seconds"] for k in looks), statistics.median(values), min(values), max(values))
        )
    return points


def groups(report: Mapping[str, Any]) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Rows by data, recipe and lengths, in their order."""
    found: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in report["rows"]:
        found.setdefault((row["data"], row["recipe"], row["lengths"]), []).append(row)
    return found


def table(report: Mapping[str, Any]) -> str:
    """Markdown: the kernel distance (and the rarest class) after so many seconds, medians over the seeds."""
    lines = [
        "| data | recipe | seeds | images | kernel distance (rarest class) after so many seconds |",
        "|---|---|---|---|---|",
    ]
    for (data, recipe, lengths), rows in groups(report).items():
        rare = curve(rows, "rarest_class") if "rarest_class" in rows[0]["looks"][0] else []
        cells = []
        for i, (seconds, middle, low, high) in enumerate(curve(rows, "kernel_distance")):
            ends = f" [{low:.3g} to {high:.3g}]" if len(rows) > 1 else ""
            cells.append(f"{seconds:.0f}: {middle:.3g}{ends}" + (f" ({rare[i][1]:.3f})" if rare else ""))
        images = statistics.median(row["looks"][-1]["images"] for row in rows)
        name = f"`{recipe}`" + (" (fitted)" if lengths == "fitted" else "")
        lines.append(f"| {data} | {name} | {len(rows)} | {images:,.0f} | {', '.join(cells)} |")
    return "\n".join(lines)


def plot(path: Path) -> Path:
    """Both measures over the seconds, a column for each set of pictures: medians, and the range of the seeds."""
    from matplotlib.figure import Figure

    report = json.loads(path.read_text())
    data, found = list(report["real"]), groups(report)
    figure = Figure(figsize=(5 * len(data), 7), layout="constrained")
    axes = figure.subplots(2, len(data), sharex="col", squeeze=False)
    colours = {name: f"C{i}" for i, name in enumerate(dict.fromkeys(row["recipe"] for row in report["rows"]))}
    for (name, recipe, lengths), rows in found.items():
        for i, metric in enumerate(("kernel_distance", "rarest_class")):
            if metric not in rows[0]["looks"][0]:
                continue
            x, y, low, high = zip(*curve(rows, metric), strict=True)
            axis, style = axes[i][data.index(name)], "--" if lengths == "fitted" else "-"
            axis.plot(
                x, y, style, color=colours[recipe], label=recipe + " (fitted)" * (lengths == "fitted"), marker="."
            )
            axis.fill_between(x, low, high, color=colours[recipe], alpha=0.2, lw=0)
    for j, name in enumerate(data):
        axes[0][j].set_xscale("log")
        real = report["real"][name]["kernel_distance"][0]  # around 0, and below it by chance
        axes[0][j].set_yscale("symlog", linthresh=max(abs(real), 0.005))
        axes[0][j].set_title(name)
        axes[0][j].axhline(real, color="gray", ls=":", label="training pictures")
        axes[0][j].set_ylabel("kernel distance to held-out pictures")
        if "rarest_class" not in report["real"][name]:
            axes[1][j].set_axis_off()
            axes[0][j].tick_params(labelbottom=True)
        axes[1][j].set_ylabel("share of the rarest class")
        axes[1][j].set_xlabel("seconds of processor time, one thread")
        axes[0][j].legend(fontsize=7)
    out = path.with_suffix(".png")
    figure.savefig(out, dpi=100)
    return out


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="fashion", help="a named set, IDX or any other pictures, or an npz of emoji")
    parser.add_argument("--side", type=int, default=32, help="of emoji, in pixels")
    parser.add_argument("--name", help="of the pictures, in the file and the plot")
    parser.add_argument("--held-out", type=int, default=1000, help="pictures that are held out, of others than emoji")
    parser.add_argument("--recipes", nargs="+", default=DEFAULT, choices=[*ENTRIES, *RECIPES])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument(
        "--seconds", type=float, nargs="+", default=[15, 30, 60, 120, 240, 600, 1200], help="of the looks"
    )
    parser.add_argument("--lengths", default="own", choices=["own", "fitted"], help="how long schedules are")
    parser.add_argument("--count", type=int, default=5000, help="samples that are measured")
    parser.add_argument("--out", type=Path, help="JSON")
    parser.add_argument("--plot", type=Path, help="draw the JSON of an earlier run, and train nothing")
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
