"""How many of 1,000 modes does a generator hold? Stacked digits: three digits as the channels of one picture, all triples alike.

Trains `small`, R3GAN and, as controls that fall short, DCGAN as it was published and R3GAN's networks without its loss and
penalties, on stacks of the embedded 8 x 8 digits (or of MNIST's, made smaller), each for the same seconds of processor time on one
thread. A classifier that was trained apart, with its accuracy on digits it did not learn from, names the three digits of 26,000
samples: modes with at least one sample of 1,000, and KL(samples || uniform) beside what as many real stacks score by it.

Run: python benchmarks/stacked_digits.py --seconds 600 --seeds 3 --out benchmarks/results/stacked_digits.json
"""

import argparse
import statistics
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from timed import trained_for
from torch import Tensor, nn
from torch.nn.functional import affine_grid, cross_entropy, grid_sample, interpolate

from sparring import durable
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.draw import evaluating, of_noise, sampled
from sparring.engine.trainer import Trainer
from sparring.metrics.modes import Modes, modes, stack
from sparring.report.grid import grid, to_pil
from sparring.runs.environment import environment
from sparring.sessions.build import plan

SAMPLES, STACKS, HELD_OUT = 26_000, 100_000, 400
SCHEDULE = {"decay": 200_000, "ema": 5_000, "augment": "none"}
RUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "small": ("small", {"augment": "none"}),
    "r3gan": ("r3gan", SCHEDULE),
    "dcgan": (
        "dcgan",
        {
            "batch_norm": True,
            "gamma": 0,
            "decay": 0,
            "features": 64,
            "lr": 2e-4,
            "beta2": 0.999,
            "ema": 0,
            "augment": "none",
        },
    ),
    "r3gan_plain": ("r3gan", {**SCHEDULE, "loss": "nonsaturating", "gamma": 0, "gamma_end": 0}),
}
"""Recipe and settings by name; the last two are the controls."""


class Digits(NamedTuple):
    """Single digits: (N, 1, S, S) in [-1, 1] and labels (N,), those that are learnt from and those that are not."""

    x: Tensor
    y: Tensor
    held_x: Tensor
    held_y: Tensor


def digits(source: str, side: int) -> Digits:
    """The digits of a source, those held out being the last after a fixed permutation."""
    pictures = open_pictures(source)
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))
    x, y = pictures.batch(order)
    assert y is not None, "digits come with labels"
    if x.shape[2] != side:
        x = interpolate(x, size=(side, side), mode="area")
    held = max(HELD_OUT, len(x) // 10)
    return Digits(x[:-held], y[:-held], x[-held:], y[-held:])


def stacks(x: Tensor, y: Tensor, n: int, seed: int) -> Tensor:
    """N stacks (n, 3, S, S): the class of each channel is drawn, all alike, and then one of its digits."""
    chance = torch.Generator().manual_seed(seed)
    rows = [torch.nonzero(y == label).flatten() for label in range(10)]
    labels = torch.randint(10, (n, 3), generator=chance)
    picked = torch.empty_like(labels)
    for label, some in enumerate(rows):
        here = labels == label
        picked[here] = some[torch.randint(len(some), (int(here.sum()),), generator=chance)]
    return x[picked.flatten(), 0].view(n, 3, *x.shape[2:])


def oracle(of: Digits, epochs: int = 30) -> tuple[nn.Module, float]:
    """A classifier of single digits, and its share right on digits held out. Digits are moved and bent a little while it learns."""
    torch.manual_seed(0)
    widths, layers = (1, 32, 32, 64, 64), list[nn.Module]()
    for i, (a, b) in enumerate(pairwise(widths)):
        layers += [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(), *([nn.MaxPool2d(2)] if i == 1 else [])]
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout(0.3), nn.Linear(1024, 10))
    epochs = max(3, min(epochs, 60_000 // len(of.x)))
    adam = torch.optim.AdamW(network.parameters(), weight_decay=1e-2)
    steps = epochs * -(-len(of.x) // 64)
    rate = torch.optim.lr_scheduler.OneCycleLR(adam, 4e-3, total_steps=steps)
    for _ in range(epochs):
        for part in torch.split(torch.randperm(len(of.x)), 64):
            n = len(part)
            bent = torch.eye(2, 3) + 0.1 * torch.randn(n, 2, 3)
            grid = affine_grid(bent, [n, *of.x.shape[1:]], align_corners=False)
            x = grid_sample(of.x[part], grid, padding_mode="border", align_corners=False)
            adam.zero_grad()
            cross_entropy(network(x), of.y[part], label_smoothing=0.05).backward()
            adam.step()
            rate.step()
    network.eval()
    return network, float((named(network, of.held_x)[:, 0] == of.held_y).float().mean())


@torch.no_grad()
def named(network: nn.Module, x: Tensor) -> Tensor:
    """The digit in every channel: (N, C, S, S) -> (N, C) int64."""
    single = x.flatten(0, 1)[:, None]
    return torch.cat([network(part).argmax(1) for part in single.split(4096)]).view(x.shape[:2])


def trained(name: str, settings: dict[str, Any], seed: int, seconds: float, data: Pictures) -> tuple[Trainer, float]:
    """A trainer after so many seconds of processor time, and how many it took."""
    recipe, own = RUNS[name]
    made = plan(recipe, (data.spec,), {**own, **(settings if recipe == "r3gan" else {})}, seed)
    return trained_for(seconds, made, data)


@torch.no_grad()
def sure(network: nn.Module, x: Tensor) -> float:
    """How sure the classifier is of a channel, on average: a mode that is counted by a guess is none."""
    single = x.flatten(0, 1)[:, None]
    return float(torch.cat([network(part).softmax(1).amax(1) for part in single.split(4096)]).mean())


def judged(trainer: Trainer, network: nn.Module, real: Tensor) -> tuple[Modes, Tensor]:
    """Modes of 26,000 samples, from the average of the weights where one is kept; and the samples."""
    with evaluating(trainer, average=trainer.experiment.averaged) as game:
        (m,) = of_noise(game).values()
        fakes = torch.cat([part.float() for part in sampled(game, m, SAMPLES, seed=1)])
    return modes(stack(named(network, fakes)), 1000, real=real), fakes


def run(given: argparse.Namespace) -> dict[str, Any]:
    """Seed after seed, run after run; saved after each, so that a run that is cut off has said something."""
    of = digits(given.digits, given.side)
    network, accuracy = oracle(of)
    if accuracy < 0.99:
        raise SystemExit(
            f"the classifier is right on {accuracy:.1%} of the digits held out; a count of modes needs 99 %"
        )
    real = stack(named(network, stacks(of.held_x, of.held_y, SAMPLES, seed=2)))
    images = ((stacks(of.x, of.y, STACKS, seed=3) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).numpy()
    data = Pictures(np.ascontiguousarray(images), name="stacked-digits")
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "processor": here["cpu"],
        "torch": torch.__version__,
        "commit": here["commit"],
        "oracle_accuracy": accuracy,
        "rows": [],
    }
    for seed in range(given.first_seed, given.first_seed + given.seeds):
        for name in given.runs:
            settings = dict(pair.split("=", 1) for pair in given.set)
            trainer, seconds = trained(name, settings, seed, given.seconds, data)
            found, fakes = judged(trainer, network, real)
            row = {"run": name, "seed": seed, "seconds": round(seconds, 1), "images": trainer.images}
            row |= {**found._asdict(), "sure": sure(network, fakes), "sure_real": sure(network, of.held_x)}
            report["rows"].append(row)
            print(row, flush=True)
            if given.out:
                durable.write_json(given.out, report)
                sheet = to_pil(grid(fakes[:64].permute(0, 2, 3, 1).numpy()), -1.0, 1.0)
                sheet.save(given.out.with_name(f"{given.out.stem}-{name}-seed{seed}.png"))
    return report


def table(report: dict[str, Any]) -> str:
    """Markdown, medians over the seeds and their range."""
    lines = ["| run | images | modes of 1,000 | KL |", "|---" * 4 + "|"]
    for name in dict.fromkeys(row["run"] for row in report["rows"]):
        rows = [row for row in report["rows"] if row["run"] == name]
        held, kl = [row["held"] for row in rows], [row["kl"] for row in rows]
        images = statistics.median(row["images"] for row in rows)
        lines.append(
            f"| `{name}` | {images:,.0f} | {statistics.median(held):,.0f} ({min(held)} to {max(held)}) "
            f"| {statistics.median(kl):.3f} ({min(kl):.3f} to {max(kl):.3f}) |"
        )
    real = report["rows"][0]
    return "\n".join([*lines, f"| real stacks | | | {real['kl_real']:.3f} (floor {real['kl_floor']:.3f}) |"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600, help="processor time of training a run and seed")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--runs", nargs="*", default=list(RUNS), choices=RUNS)
    parser.add_argument("--digits", default="digits", help="labelled digits: a named set, a folder or a file")
    parser.add_argument("--side", type=int, default=8, help="pixels; digits are averaged down to it")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of r3gan")
    parser.add_argument("--out", type=Path, help="JSON; sheets of samples go beside it")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    print(table(run(given)))


if __name__ == "__main__":
    main()
