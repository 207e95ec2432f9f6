"""What are pictures without a label worth to a classifier? `sgan` with few labels, beside the same network without the others.

Seed after seed a fresh choice of labels, equally many of each class, is kept; of all other training pictures the label is hidden.
Then `sgan` learns from all of them, and, as the control, its D alone from the labelled ones: the same network, noise, optimizer,
steps and labels, but neither the unlabelled pictures nor fakes. Both are asked about pictures that neither has seen, by the
average of their weights. The bar: at least 2 points more in 4 of 5 seeds.

Run: python benchmarks/semi_supervised.py --data digits --labels 50 --steps 200 --out benchmarks/results/semi_supervised.json
MNIST: --data train-images-idx3-ubyte.gz --test t10k-images-idx3-ubyte.gz --labels 100 --steps 6000
"""

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from torch.nn.functional import cross_entropy

from sparring import durable
from sparring.data.labels import keep_labels
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.draw import evaluating
from sparring.engine.trainer import Trainer
from sparring.games import Batch, Terms, Turn
from sparring.games.classify import classifier_of
from sparring.games.semi_supervised import mean_over
from sparring.metrics.labelled import label_agreement
from sparring.runs.environment import environment
from sparring.sessions.build import build, plan

BAR, OF = 0.02, 0.8
"""How much better it must be, and in which share of the seeds."""


def trainer_of(pictures: Pictures, seed: int, settings: dict[str, Any], supervised: bool) -> Trainer:
    """A trainer of `sgan`; of D alone, on labels only, if it is to be supervised."""
    made = plan("sgan", (pictures.spec,), settings, seed)
    experiment = build(made)
    if experiment.prepare:
        experiment.prepare(pictures)
    trainer = Trainer(experiment, experiment.stream(pictures, seed), Backend(), seed)
    if not supervised:
        return trainer

    def pays(batch: Batch, turn: Turn) -> Terms:
        assert batch.y is not None
        each = cross_entropy(trainer.game.D(batch.x)["classes"], batch.y, ignore_index=-1, reduction="none")
        return Terms({"classes": mean_over(batch.y >= 0, each)})

    trainer.seats = {"D": trainer.seats["D"]}
    trainer.seats["D"].loss = pays
    return trainer


def accuracy(trainer: Trainer, asked: Pictures) -> list[float | None]:
    """How often the average of D is right, with its interval."""
    x, y = asked.batch(torch.arange(len(asked)))
    assert y is not None
    with evaluating(trainer, average=True) as game:
        network = classifier_of(game)
        assert network is not None
        return list(label_agreement(x, y, network.classify))


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Seed after seed, with and without the unlabelled pictures; saved after each, and it goes on where its file ends."""
    training = open_pictures(given.data)
    if given.test:
        asked = open_pictures(given.test)
    else:
        training, asked = training.split(given.held_out)
    here = environment()
    settings = dict(pair.split("=", 1) for pair in given.set)
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "processor": here["cpu"],
        "torch": torch.__version__,
        "commit": here["commit"],
        "training": len(training),
        "asked": len(asked),
        "rows": [],
    }
    report["rows"] = kept(given)
    for seed in range(given.first, given.first + given.seeds):
        if any(row["seed"] == seed for row in report["rows"]):
            continue
        few = keep_labels(training, given.labels, seed)
        for kind in ("supervised", "sgan"):
            trainer = trainer_of(few, seed, settings, kind == "supervised")
            start = time.process_time()
            for _ in range(given.steps):
                trainer.step()
            trainer.check()
            seconds = round(time.process_time() - start, 1)
            row = {"kind": kind, "seed": seed, "seconds": seconds, "accuracy": accuracy(trainer, asked)}
            report["rows"].append(row)
            print(kind, seed, f"{seconds} s", [round(v, 4) for v in row["accuracy"]], flush=True)
        report["better"] = better(report["rows"])
        if given.out:
            durable.write_json(given.out, report)
    return report


def kept(given: argparse.Namespace) -> list[dict[str, Any]]:
    """The rows that the file holds already, if they were made with the same words but for which seeds."""
    if not (given.out and given.out.is_file()):
        return []
    old = durable.read_json(given.out)
    seeds = {"first", "seeds", "out"}
    same = all(str(old["command"][name]) == str(value) for name, value in vars(given).items() if name not in seeds)
    if not same:
        raise SystemExit(f"{given.out} was made with other words; give another name")
    return [row for row in old["rows"] if isinstance(row, dict)]


def better(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """By how much `sgan` is better, seed by seed, and whether that is what was asked for."""
    found = {(row["kind"], row["seed"]): row["accuracy"][0] for row in rows}
    gains = {str(seed): found["sgan", seed] - found["supervised", seed] for _, seed in found if ("sgan", seed) in found}
    enough = sum(gain >= BAR for gain in gains.values())
    return {"gains": gains, "enough": enough, "of": len(gains), "passed": enough >= OF * len(gains)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", default="digits", help="a labelled set, by name or path")
    parser.add_argument("--test", help="pictures to be asked about; by default some of the data are held out")
    parser.add_argument("--held-out", type=int, default=500)
    parser.add_argument("--labels", type=int, default=50)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    print(run(given)["better"])


if __name__ == "__main__":
    main()
