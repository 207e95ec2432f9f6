"""How good are samples after the same seconds? Every recipe that draws from noise, on `fashion`, judged by what it does not train.

Trains each recipe with its defaults, or where these are for GPUs with smaller widths (`SETTINGS`), for so many seconds of
processor time on one thread, seed after seed, and measures the average of the weights (the newest, where a recipe keeps none)
against held-out pictures: kernel distance with its interval, precision, recall, rarest class, confidence, and the share of
samples nearer to training than to held-out pictures. Processor time of the process is what is given, so that other work on the
machine does not decide. A row a recipe, medians over the seeds.

A row that the file has is not trained again: a recipe can be added later.

Run: python benchmarks/noise_recipes.py --seconds 120 --seeds 3 --out benchmarks/results/noise_recipes.json
"""

import argparse
import json
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from timed import trained_for

from sparring import durable
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.draw import evaluating, of_noise, sampled
from sparring.engine.trainer import Trainer
from sparring.measure.measure import measure
from sparring.measure.reference import Reference
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.sessions.build import plan
from sparring.settings import domains_of

SETTINGS: dict[str, dict[str, Any]] = {
    "wgan_gp": {"features": 32, "d_features": 32, "ema": 5_000},
    "sngan": {
        "features": 32,
        "d_features": 32,
        "d_steps": 1,
        "batch_size": 32,
        "lr": 2e-3,
        "decay": 80_000,
        "ema": 5_000,
    },
    "acgan": {
        "features": 16,
        "d_features": 128,
        "gamma": 0.5,
        "batch_norm": False,
        "dropout": 0.0,
        "noise": 0.0,
        "lr": 1e-3,
    },
    "stylegan2": {"width": 32, "z_dim": 64, "batch_size": 16},
}
"""What is set for recipes whose defaults are for GPUs; those of the others are their own."""
METRICS = ("kernel_distance", "precision", "recall", "rarest_class", "confidence", "nearer_to_training")


def trained(recipe: str, seed: int, seconds: float, training: Pictures) -> tuple[Trainer, float]:
    """A trainer after so many seconds of processor time, and how many it took."""
    return trained_for(seconds, plan(recipe, (training.spec,), SETTINGS.get(recipe, {}), seed), training)


def judged(
    trainer: Trainer, reference: Reference, count: int, features: str, metrics: Sequence[str] = METRICS
) -> dict[str, Any]:
    """The measures by name: value, low, high."""
    average = trainer.experiment.averaged
    with evaluating(trainer, average=average) as game:
        (m,) = of_noise(game).values()
        fakes = torch.cat([part.float() for part in sampled(game, m, count, seed=1)])
    weights = "average" if average else "newest"
    found = measure(fakes, reference, metrics=metrics, features=features, count=count, weights=weights)
    return found.as_json()


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Seed after seed, recipe after recipe; saved after each, so that a run that is cut off has said something."""
    training, held_out = open_pictures("fashion").split(1000)
    reference = Reference.of(training, held_out)
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "processor": here["cpu"],
        "torch": torch.__version__,
        "real": measured_reals(training, reference, given),
        "rows": earlier(given),
    }
    there = {(row["recipe"], row["seed"]) for row in report["rows"]}
    names = given.recipes or [name for name, recipe in RECIPES.items() if domains_of(recipe) == 1]
    for seed in range(given.seeds):
        for name in names:
            if (name, seed) in there:
                continue
            trainer, seconds = trained(name, seed, given.seconds, training)
            found = judged(trainer, reference, given.count, given.features)
            row = {
                "recipe": name,
                "seed": seed,
                "seconds": round(seconds, 1),
                "steps": trainer.steps,
                "images": trainer.images,
                "settings": SETTINGS.get(name, {}),
                "commit": here["commit"],
            }
            report["rows"].append({**row, **found})
            print(
                name,
                seed,
                trainer.steps,
                {k: [round(x, 4) for x in v if x is not None] for k, v in found["values"].items()},
                flush=True,
            )
            if given.out:
                durable.write_json(given.out, report)
    return report


def earlier(given: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows of the file, if they were trained for as long and measured in the same way."""
    if not (given.out and given.out.exists()):
        return []
    report = json.loads(given.out.read_text())
    for name in ("seconds", "count", "features"):
        if report["command"][name] != getattr(given, name):
            raise SystemExit(f"{given.out.name} has rows of --{name} {report['command'][name]}; give another --out")
    rows: list[dict[str, Any]] = report["rows"]
    return rows


def measured_reals(training: Pictures, reference: Reference, given: argparse.Namespace) -> dict[str, Any]:
    """Training pictures as if they were samples: what perfect samples would score, but for the memorisation."""
    rows = torch.arange(min(given.count, len(training)))
    return measure(
        training.batch(rows)[0], reference, metrics=METRICS, features=given.features, count=given.count
    ).as_json()


def table(report: dict[str, Any]) -> str:
    """Markdown, medians over the seeds, the kernel distance with the range of the seeds."""
    lines = [
        "| recipe | steps | " + " | ".join(name.replace("_", " ") for name in METRICS) + " |",
        "|---" * (len(METRICS) + 2) + "|",
    ]
    for name in dict.fromkeys(row["recipe"] for row in report["rows"]):
        rows = [row for row in report["rows"] if row["recipe"] == name]
        cells = [f"{statistics.median(r['steps'] for r in rows):,.0f}"]
        for metric in METRICS:
            values = [row["values"][metric][0] for row in rows]
            ends = f" ({min(values):.3g} to {max(values):.3g})" if metric == "kernel_distance" else ""
            cells.append(f"{statistics.median(values):.3g}{ends}")
        lines.append(f"| `{name}` | " + " | ".join(cells) + " |")
    real = [f"{report['real']['values'][m][0]:.3g}" for m in METRICS]
    return "\n".join([*lines, "| real pictures | | " + " | ".join(real) + " |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120, help="processor time of training a recipe and seed")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--recipes", nargs="*", help="by default all that draw from noise")
    parser.add_argument("--count", type=int, default=5000, help="samples that are measured")
    parser.add_argument("--features", default="classifier")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    print(table(run(given)))


if __name__ == "__main__":
    main()
