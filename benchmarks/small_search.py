"""Which settings give the best pictures for the time? How those of `small` were found: `dcgan`'s networks, a change at a time.

Every entry is trained for so many seconds of processor time on one thread, its learning rate falling within them, and measured as
in `noise_recipes.py`. Losers stay in the file. What is there already is not trained again. ``tutorial`` is DCGAN as PyTorch's
tutorial writes it.

Run: python benchmarks/small_search.py --seconds 60 --out benchmarks/results/small.json
     python benchmarks/small_search.py --seconds 120 --seeds 0 1 2 --entries gamma5 --out benchmarks/results/small.json
"""

import argparse
import json
from pathlib import Path
from typing import Any

import torch
from noise_recipes import judged
from timed import trained_for

from sparring import durable
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.engine.trainer import Trainer
from sparring.measure.reference import Reference
from sparring.recipes import dcgan
from sparring.runs.environment import environment
from sparring.sessions.build import plan

HELD_OUT = {"fashion": 1000, "emoji-modern": 600}
BEFORE = {"features": 16, "batch_size": 32, "gamma": 2.0, "lr": 2e-3}
"""The best that was known before."""
SHARED = {**BEFORE, "shared": True}
CALM = {**SHARED, "beta1": 0.0}
STRONG = {**CALM, "gamma": 5.0}
ENTRIES: dict[str, dict[str, Any]] = {
    "dcgan": {},
    "before": BEFORE,
    "shared": SHARED,
    "relativistic": {**SHARED, "loss": "relativistic"},
    "rate4": {**SHARED, "lr": 4e-3},
    "features24": {**SHARED, "features": 24},
    "batch16": {**SHARED, "batch_size": 16},
    "gamma1": {**SHARED, "gamma": 1.0},
    "ema3000": {**SHARED, "ema": 3000},
    "calm": CALM,
    "calm_batch16": {**CALM, "batch_size": 16},
    "calm_batch8": {**CALM, "batch_size": 8},
    "calm_rate4": {**CALM, "lr": 4e-3},
    "calm_batch16_rate4": {**CALM, "batch_size": 16, "lr": 4e-3},
    "calm_batch16_features24": {**CALM, "batch_size": 16, "features": 24},
    "calm_relativistic": {**CALM, "loss": "relativistic"},
    "calm_gamma1": {**CALM, "gamma": 1.0},
    "gamma5": STRONG,
    "gamma5_relativistic": {**STRONG, "loss": "relativistic"},
    "gamma5_apart": {**STRONG, "shared": False},
    "gamma5_rate4": {**STRONG, "lr": 4e-3},
    "gamma5_features12": {**STRONG, "features": 12},
    "gamma5_features24": {**STRONG, "features": 24},
    "gamma5_beta2_90": {**STRONG, "beta2": 0.9},
    "gamma10": {**STRONG, "gamma": 10.0},
    "gamma20": {**STRONG, "gamma": 20.0},
    "tutorial": {
        "features": 64,
        "batch_norm": True,
        "gamma": 0.0,
        "lr": 2e-4,
        "beta2": 0.999,
        "decay": 0.0,
        "ema": 0.0,
    },
}
"""Settings of `dcgan`, by what is changed."""


def searched(spec: Spec, *, entry: str = "gamma5", images: float | None = None) -> Experiment:
    """An entry, its learning rate falling over so many images."""
    settings = {"augment": "none", "decay": images or 448_000, **ENTRIES[entry]}
    return dcgan(spec, **settings)


def trained(entry: str, seed: int, seconds: float, training: Pictures) -> tuple[Trainer, float]:
    """A trainer after so many seconds of processor time, and how many it took."""
    return trained_for(seconds, plan(searched, (training.spec,), {"entry": entry}, seed), training)


def run(given: argparse.Namespace) -> None:
    """Entry after entry; the file is written after each."""
    training, held_out = open_pictures(given.data).split(HELD_OUT[given.data])
    reference, here = Reference.of(training, held_out), environment()
    report: dict[str, Any] = json.loads(given.out.read_text()) if given.out.exists() else {"entries": {}, "rows": []}
    report |= {"entries": ENTRIES, "processor": here["cpu"], "torch": torch.__version__, "threads": 1}
    asked = {"data": given.data, "seconds": given.seconds}
    features = "classifier" if held_out.labels is not None else "random"
    for seed in given.seeds:
        for entry in given.entries:
            key = {"entry": entry, "seed": seed, **asked}
            if any(key.items() <= row.items() for row in report["rows"]):
                continue
            trainer, seconds = trained(entry, seed, given.seconds, training)
            values = judged(trainer, reference, given.count, features)["values"]
            facts = {
                "took": round(seconds, 1),
                "steps": trainer.steps,
                "images": trainer.images,
                "commit": here["commit"],
            }
            report["rows"].append({**key, **facts, **{name: value[0] for name, value in values.items()}})
            print(report["rows"][-1], flush=True)
            durable.write_json(given.out, report)


def table(rows: list[dict[str, Any]]) -> str:
    """Markdown, the best first."""
    lines = [
        "| data, seconds | entry | seed | images | kernel distance | precision | recall | rarest class |",
        "|---" * 8 + "|",
    ]
    for row in sorted(rows, key=lambda r: (r["data"], r["seconds"], r["kernel_distance"])):
        rarest = f"{row['rarest_class']:.3f}" if "rarest_class" in row else "-"
        cells = [f"{row['data']}, {row['seconds']:g}", row["entry"], row["seed"], f"{row['images']:,}",
                 f"{row['kernel_distance']:.3g}", f"{row['precision']:.3f}", f"{row['recall']:.3f}", rarest]  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60, help="processor time of a run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--entries", nargs="+", choices=ENTRIES, default=[e for e in ENTRIES if e != "tutorial"])
    parser.add_argument("--data", choices=HELD_OUT, default="fashion")
    parser.add_argument("--count", type=int, default=5000, help="samples that are measured")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "small.json")
    parser.add_argument("--table", action="store_true", help="train nothing: print what is there")
    given = parser.parse_args()
    torch.set_num_threads(1)
    if not given.table:
        run(given)
    print(table(json.loads(given.out.read_text())["rows"]))


if __name__ == "__main__":
    main()
