"""The 2014 GAN on MNIST and its Parzen-window log-likelihood, by the protocol of the original code.

Trains `gan2014` on the first 50,000 training images and takes 10,000 samples from the newest and from the averaged weights. The
width of the windows suits the first 1,000 of the last 10,000 training images best, and the number is for the 10,000 test images;
the published one is 225 +- 2 nats. It is no measure of quality, so true training images, centroids of k-means and a Gaussian for
each pixel are scored beside it: centroids, which show nothing new, score best (Theis et al. 2016).

Time is processor time, so that other work on the machine does not decide: 40 minutes are 20 minutes of two cores.

Run: python benchmarks/parzen.py mnist --minutes 40 --out benchmarks/results/parzen.json
"""

import argparse
import time
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sparring import durable
from sparring.data.idx import read_idx
from sparring.data.pictures import Pictures
from sparring.data.values import to_unit
from sparring.engine.backend import Backend, find_precision
from sparring.engine.draw import evaluating, of_noise, sampled
from sparring.engine.trainer import Trainer
from sparring.metrics.parzen import Parzen, parzen, references, remarks
from sparring.runs.environment import environment
from sparring.sessions.build import Plan, build, plan


class Split(NamedTuple):
    """What is trained on; validation and test images (N, 1, H, W) in [0, 1]."""

    training: Pictures
    validation: Tensor
    test: Tensor


def load(folder: Path) -> Split:
    """The IDX files of MNIST, plain or gzipped; the last sixth of the training images is for validation."""

    def read(name: str) -> Pictures:
        path = folder / name
        return Pictures(read_idx(path if path.exists() else folder / f"{name}.gz")[..., None], name="mnist")

    both, test = read("train-images-idx3-ubyte"), read("t10k-images-idx3-ubyte")
    cut = len(both) * 5 // 6
    return Split(Pictures(both.images[:cut], name="mnist"), pixels(both)[cut:], pixels(test))


def pixels(pictures: Pictures) -> Tensor:
    """All of them in [0, 1], (N, 1, H, W)."""
    return (to_unit(pictures.images, pictures.spec) + 1) / 2


def train(made: Plan, training: Pictures, minutes: float, backend: Backend) -> tuple[Trainer, float]:
    """Train for so many minutes of processor time, a step at least, or the recipe's length if that is shorter."""
    experiment = build(made)
    if experiment.prepare:
        experiment.prepare(training)
    trainer = Trainer(experiment, experiment.stream(training, made.seed), backend, made.seed)
    start = time.process_time()
    while trainer.steps == 0 or (time.process_time() - start < 60 * minutes and trainer.images < experiment.images):
        trainer.step()
    trainer.check()
    return trainer, time.process_time() - start


def samples(trainer: Trainer, n: int, seed: int, average: bool) -> Tensor:
    """So many samples in float32, in [0, 1]."""
    with evaluating(trainer, average) as game, torch.autocast(trainer.backend.device, enabled=False):
        (m,) = of_noise(game).values()
        return ((torch.cat(list(sampled(game, m, n, seed))) + 1) / 2).clamp(0, 1).cpu()


def row(found: Parzen) -> dict[str, Any]:
    return found._asdict() | {"words": f"{found.log_likelihood:.1f} +- {found.standard_error:.1f} nats"}


def run(given: argparse.Namespace, backend: Backend) -> dict[str, Any]:
    """The reference rows, then the training; the report is saved after each, so that a run that is cut off has said something."""
    split, here = load(given.mnist), environment()
    settings = {"ema": "500000"} | dict(pair.split("=", 1) for pair in given.set)
    made = plan("gan2014", (split.training.spec,), settings, given.seed)
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "torch": torch.__version__,
        "processor": here["cpu"],
        "threads": torch.get_num_threads(),
        "precision": backend.precision,
        "commit": here["commit"],
        "settings": made.settings,
        "published": "225 +- 2 nats",
    }
    start = time.perf_counter()
    real = pixels(split.training)
    beside = references(real, split.validation, split.test, given.samples, given.clusters, given.seed)
    report["references"] = {name: row(found) for name, found in beside.items()}
    report["seconds_of_references"] = round(time.perf_counter() - start, 1)
    save(report, given.out)
    trainer, seconds = train(made, split.training, given.minutes, backend)
    report |= {"images": trainer.images, "steps": trainer.steps, "seconds": round(seconds, 1)}
    for name, average in (("newest", False), ("average", True)):
        start = time.perf_counter()
        found = parzen(samples(trainer, given.samples, given.seed, average), split.validation, split.test)
        report[name] = row(found) | {"remarks": remarks(found, beside)}
        report[name]["seconds"] = round(time.perf_counter() - start, 1)
        save(report, given.out)
    return report


def save(report: dict[str, Any], path: Path | None) -> None:
    """Write the report whole, so that a kill leaves the last one."""
    if path:
        durable.write_json(path, report)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("mnist", type=Path, help="folder with the IDX files of MNIST: train-images-idx3-ubyte and so on")
    made.add_argument(
        "--minutes", type=float, default=40, help="processor time of training; inf for the recipe's own length"
    )
    made.add_argument("--samples", type=int, default=10_000, help="of the model, and of each reference row")
    made.add_argument("--clusters", type=int, help="centroids of k-means; as many as samples if not given")
    made.add_argument("--seed", type=int, default=0)
    made.add_argument("--threads", type=int, default=1)
    made.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    made.add_argument("--out", type=Path, help="JSON")
    return made


def main() -> None:
    given = parser().parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    precision = find_precision("auto", "cpu")
    print(durable.json_text(run(given, Backend("cpu", precision))))


if __name__ == "__main__":
    main()
