"""Do samples show the class that they are asked for, can one learn from them, and does a class hold more than one picture?

Trains a recipe that is told labels for so many seconds of processor time on one thread (or its own length, if that is
shorter), seed after seed, and asks of samples, drawn from the average of the weights in equal numbers of each class:

- label agreement: the share that a classifier of real pictures gives the label they were drawn for;
- classification accuracy score: how often a fresh classifier that saw nothing but samples is right on held-out pictures;
- class diversity: how varied each class is beside real pictures of it, the mean and the least of the classes.

Beside them stand real pictures in the samples' place (held-out ones where the classifier is asked, training ones where a fresh
one learns), and with ``--control`` the same recipe trained on the same pictures with their labels shuffled, which must fail.
Widths and lengths are those of ``SMALL`` below, for one core.

Run: python benchmarks/classes.py --recipe sngan --data fashion --seeds 3 --control --out benchmarks/results/classes.json
"""

import argparse
import statistics
import time
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from PIL import Image
from timed import timed
from torch import Tensor

from sparring import durable
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend, backend_for
from sparring.engine.draw import evaluating, of_noise, sampled
from sparring.engine.trainer import Trainer
from sparring.measure.classifier import Classifier, classifier
from sparring.metrics.labelled import class_diversity, classification_accuracy_score, label_agreement
from sparring.runs.environment import environment
from sparring.sessions.build import Plan, build, plan

BARS = {"label_agreement": 0.97, "classification_accuracy_score": 0.85, "class_diversity": 0.8}
"""What samples must reach; real pictures may not reach the first where classes overlap, see their row."""
SMALL: dict[tuple[str, str], dict[str, Any]] = {
    ("small", "fashion"): {"conditional": True},
    ("small", "digits"): {"conditional": True},
    ("sngan", "fashion"): {
        "conditional": True, "features": 32, "d_features": 32, "d_steps": 1, "batch_size": 32, "lr": 2e-3, "decay": 80_000,
        "ema": 5_000,
    },
    ("sngan", "digits"): {
        "conditional": True, "features": 32, "d_features": 32, "d_steps": 1, "batch_size": 32, "lr": 2e-3, "decay": 100_000,
        "ema": 5_000,
    },
    **{
        ("acgan", data): {
            "features": features, "d_features": 128, "gamma": 0.5, "batch_norm": False, "dropout": 0.0, "noise": 0.0, "lr": 1e-3,
            "beta2": 0.99, "batch_size": 64,
        }
        for data, features in (("fashion", 16), ("digits", 32))
    },
}  # fmt: skip
"""Settings by recipe and data for one core; what ``--set`` says goes before them."""
HELD_OUT = {"fashion": 2000, "digits": 400}


class Data(NamedTuple):
    """Pictures to train on, pictures that training never sees, and a classifier of the first."""

    training: Pictures
    held_out: Pictures
    judge: Classifier


def load(name: str, held_out: int | None) -> Data:
    """A labelled set by name or path."""
    pictures = open_pictures(name)
    training, rest = pictures.split(held_out or HELD_OUT.get(name, max(1, len(pictures) // 5)))
    return Data(training, rest, classifier(training))


def shuffled(pictures: Pictures) -> Pictures:
    """The same pictures, their labels in another order: each class holds pictures of all."""
    assert pictures.labels is not None
    labels = np.random.default_rng(0).permutation(pictures.labels)
    return Pictures(pictures.images, labels, pictures.class_names, name=f"{pictures.name}-shuffled")


def train(made: Plan, training: Pictures, seconds: float, backend: Backend) -> tuple[Trainer, float]:
    """A trainer after so many seconds of processor time or the recipe's length, and how many seconds it took."""
    experiment = build(made)
    if experiment.prepare:
        experiment.prepare(training)
    trainer = Trainer(experiment, experiment.stream(training, made.seed), backend, made.seed)
    start = time.process_time()
    while time.process_time() - start < seconds and trainer.images < experiment.images:
        trainer.step()
    trainer.check()
    return trainer, time.process_time() - start


def drawn(trainer: Trainer, count: int) -> tuple[Tensor, Tensor]:
    """Samples (n, C, H, W) in [-1, 1] and their labels (n,), classes in turn."""
    with evaluating(trainer, average=trainer.experiment.averaged) as game:
        (m,) = of_noise(game).values()
        fakes = torch.cat([part.float() for part in sampled(game, m, count, seed=1)])
    return fakes.clamp(-1, 1), torch.arange(count) % m.classes


def judged(x: Tensor, y: Tensor, data: Data) -> dict[str, Any]:
    """The three measures of samples (n, C, H, W) with labels (n,), shares with their intervals."""
    (real, real_y), (training, training_y) = whole(data.held_out), whole(data.training)
    ratios = class_diversity(x, y, training, training_y).values()
    return {
        "label_agreement": list(label_agreement(x, y, data.judge.network)),
        "classification_accuracy_score": list(classification_accuracy_score(x, y, real, real_y)),
        "class_diversity": [statistics.mean(ratios), min(ratios), max(ratios)],
    }


def judged_reals(data: Data) -> dict[str, Any]:
    """The same of real pictures: held-out ones, but training ones for a fresh classifier to learn from."""
    found = judged(*whole(data.held_out), data)
    real, training = whole(data.held_out), whole(data.training)
    return {**found, "classification_accuracy_score": list(classification_accuracy_score(*training, *real))}


def whole(pictures: Pictures) -> tuple[Tensor, Tensor]:
    """All pictures (N, C, H, W) and their labels (N,)."""
    x, y = pictures.batch(torch.arange(len(pictures)))
    assert y is not None, "a labelled set"
    return x, y


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Real pictures, then seed after seed and after each its control; saved after each."""
    data = load(given.data, given.held_out)
    chosen = {**SMALL.get((given.recipe, given.data), {}), **dict(pair.split("=", 1) for pair in given.set)}
    made = plan(given.recipe, (data.training.spec,), chosen)
    backend = backend_for("cpu", given.precision)
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "processor": here["cpu"],
        "torch": torch.__version__,
        "commit": here["commit"],
        "settings": made.settings,
        "bars": BARS,
        "classifier": {"accuracy": data.judge.accuracy},
        "real": judged_reals(data),
        "rows": [],
    }
    print("real", words(report["real"]), flush=True)
    kinds: tuple[Literal["run", "control"], ...] = ("run", "control") if given.control else ("run",)
    for seed in range(given.first, given.first + given.seeds):
        for kind in kinds:
            training = data.training if kind == "run" else shuffled(data.training)
            own = timed(made._replace(seed=seed), given.seconds, training)
            trainer, seconds = train(own, training, given.seconds, backend)
            fakes, asked = drawn(trainer, given.count)
            found = judged(fakes, asked, data)
            facts = {
                "kind": kind,
                "seed": seed,
                "seconds": round(seconds, 1),
                "steps": trainer.steps,
                "images": trainer.images,
            }
            report["rows"].append({**facts, **found})
            print(kind, seed, f"{seconds:.0f} s", trainer.steps, "steps", words(found), flush=True)
            if given.out:
                durable.write_json(given.out, report)
                sheet(fakes, asked, given.out.with_name(f"{given.out.stem}-{kind}-seed{seed}.png"))
    return report


def words(found: dict[str, Any]) -> str:
    """The measures in a line."""
    return ", ".join(f"{name.replace('_', ' ')} {values[0]:.3f}" for name, values in found.items())


def sheet(x: Tensor, y: Tensor, path: Path) -> None:
    """A row a class, 16 of each."""
    rows = [torch.cat(list(x[y == label][:16]), 2) for label in range(int(y.max()) + 1)]
    pixels = ((torch.cat(rows, 1).permute(1, 2, 0) + 1) * 127.5).round().byte().numpy()
    picture = Image.fromarray(pixels[..., 0] if pixels.shape[2] == 1 else pixels)
    picture.resize((picture.width * 2, picture.height * 2), Image.Resampling.NEAREST).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipe", default="sngan")
    parser.add_argument("--data", default="fashion", help="a labelled set, by name or path")
    parser.add_argument("--seconds", type=float, default=600, help="processor time of training a seed, at most")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--control", action="store_true", help="each seed also with shuffled labels")
    parser.add_argument("--count", type=int, default=10_000, help="samples that are measured")
    parser.add_argument("--held-out", type=int)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--out", type=Path, help="JSON; a sheet of samples goes beside it")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    run(given)


if __name__ == "__main__":
    main()
