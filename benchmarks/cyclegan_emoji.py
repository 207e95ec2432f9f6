"""How much of the gap does unpaired translation close? Emoji in two styles, where the right answer is known.

Trains `cyclegan_small` on designs of one style and other designs of the other, never a pair, and measures both directions on test
designs that training never saw: PSNR inside the drawn part as the share of the gap between doing nothing and the same network
trained on true pairs, beside colour baselines, the kernel distance to the true style and the honesty probe.

Run: python benchmarks/cyclegan_emoji.py --minutes 20 --seeds 3 --out benchmarks/results/cyclegan_emoji.json
"""

import argparse
import json
import platform
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.optim import Adam

from sparring.data.embedded_sets import emoji_pairs
from sparring.data.pictures import Pictures
from sparring.metrics import colour, honesty
from sparring.metrics.translation import against_truth, kernel_distance, plain_features, share_of_gap
from sparring.recipes import cyclegan_small
from sparring.settings import settle
from sparring.training.backend import Backend, find_precision
from sparring.training.trainer import Trainer


class Both(NamedTuple):
    """Pictures of both styles (N, C, H, W) in [-1, 1], row by row the same designs."""

    x: Tensor
    y: Tensor


class Split(NamedTuple):
    """What is trained on, unpaired; the pairs behind it, for the supervised bound; and the test pairs."""

    train_x: Pictures
    train_y: Pictures
    pairs: Both
    test: Both


def load(path: str | None) -> Split:
    """The embedded emoji at 32 px, or an npz with modern, flat and role at any size."""
    if path is None:
        modern, flat, role = (getattr(emoji_pairs(), name) for name in ("modern", "flat", "role"))
    else:
        with np.load(path, allow_pickle=False) as stored:
            modern, flat, role = stored["modern"], stored["flat"], stored["role"]
    test = role == "test"
    x, y = Pictures(modern[role == "trainA"]), Pictures(flat[role == "trainB"])
    return Split(x, y, Both(_unit(modern[~test]), _unit(flat[~test])), Both(_unit(modern[test]), _unit(flat[test])))


def train(split: Split, seed: int, minutes: float, settings: dict[str, Any], backend: Backend) -> tuple[Trainer, float]:
    """Train one seed for so many minutes, or the recipe's length if that is shorter."""
    torch.manual_seed(seed)
    experiment = cyclegan_small(split.train_x.spec, split.train_y.spec, **settle(cyclegan_small, settings))
    trainer = Trainer(experiment, experiment.stream(split.train_x, split.train_y, seed), backend)
    start = time.perf_counter()
    while time.perf_counter() - start < 60 * minutes and trainer.images < experiment.images:
        trainer.step()
    return trainer, time.perf_counter() - start


def supervised(split: Split, minutes: float, settings: dict[str, Any], backend: Backend) -> dict[str, nn.Module]:
    """The bound: the same translators trained on true pairs by squared error, for so many minutes each."""
    torch.manual_seed(0)
    game = backend.place(
        cyclegan_small(split.train_x.spec, split.train_y.spec, **settle(cyclegan_small, settings)).game
    )
    networks = game.generators()
    for name, network in networks.items():
        start, given, wanted = time.perf_counter(), *(split.pairs if name == "G_xy" else split.pairs[::-1])
        optimizer = Adam(network.parameters(), 2e-3, (0.9, 0.99), fused=True)
        while (done := (time.perf_counter() - start) / (60 * minutes)) < 1:
            optimizer.param_groups[0]["lr"] = 2e-3 * (1 - done)
            rows = torch.randint(len(given), (32,))
            a, b = given[rows], wanted[rows]
            if torch.rand(()) < 0.5:
                a, b = a.flip(3), b.flip(3)
            with backend.autocast():
                loss = (network(a) - b).square().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return networks


@torch.no_grad()
def translated(network: nn.Module, pictures: Tensor, backend: Backend) -> Tensor:
    """All pictures through a translator, in parts."""
    with backend.autocast():
        return torch.cat([network(part).float() for part in pictures.split(100)]).clamp(-1, 1)


def measure(given: Tensor, out: Tensor, truth: Tensor) -> dict[str, float]:
    """All truth measures and the kernel distance to the true style, on the same designs."""
    distance = kernel_distance(plain_features(out), plain_features(truth))
    return {**against_truth(given, out, truth), "kernel_distance": distance}


def baselines(split: Split, bound: dict[str, nn.Module], backend: Backend) -> dict[str, dict[str, Any]]:
    """What stands beside: identity, colour maps, the supervised bound; by direction."""
    x, y = (_unit(p.images) for p in (split.train_x, split.train_y))
    found: dict[str, dict[str, Any]] = {}
    for name, a, b, pairs, test in (
        ("x_to_y", x, y, split.pairs, split.test),
        ("y_to_x", y, x, Both(*split.pairs[::-1]), Both(*split.test[::-1])),
    ):
        maps = {
            "identity": colour.identity,
            "colour_moments": colour.fit_moments(a, b),
            "colour_monge": colour.fit_monge(a, b),
            "colour_transport": colour.fit_transport(a, b),
            "colour_linear_paired": colour.fit_paired_linear(*pairs),
        }
        found[name] = {key: measure(test.x, f(test.x), test.y) for key, f in maps.items()}
        network = bound["G_xy" if name == "x_to_y" else "G_yx"]
        found[name]["supervised"] = measure(test.x, translated(network, test.x, backend), test.y)
    return found


def judge(trainer: Trainer, split: Split, rows: dict[str, dict[str, Any]], backend: Backend) -> dict[str, Any]:
    """Both directions of one seed against the truth; averages of the weights, as they are used."""
    networks = {name: trainer.ema.networks[name] for name in ("G_xy", "G_yx")}
    found: dict[str, Any] = {}
    for name, there, back, (given, truth) in (
        ("x_to_y", "G_xy", "G_yx", split.test),
        ("y_to_x", "G_yx", "G_xy", split.test[::-1]),
    ):
        measured = measure(given, translated(networks[there], given, backend), truth)
        ends = rows[name]["identity"]["psnr_drawn"], rows[name]["supervised"]["psnr_drawn"]
        with backend.autocast():
            probe = honesty.probe(networks[there], networks[back], given[:100])
        found[name] = {
            **measured,
            "share_of_gap": share_of_gap(measured["psnr_drawn"], *ends),
            "honesty": {**probe.as_json(), "words": honesty.words(probe)},
        }
    return found


def strips(trainer: Trainer, split: Split, path: Path, backend: Backend) -> None:
    """Input, translation, truth: x to y on the left, y to x on the right."""
    rows = torch.linspace(0, len(split.test.x) - 1, 24).long()
    x, y = split.test.x[rows], split.test.y[rows]
    columns = [x, translated(trainer.ema.networks["G_xy"], x, backend), y]
    columns += [y, translated(trainer.ema.networks["G_yx"], y, backend), x]
    sheet = torch.cat([torch.cat(list(part), 2) for part in torch.cat(columns, 3).split(2)], 1)
    picture = Image.fromarray(((sheet.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())
    picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST).save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20, help="of training a seed")
    parser.add_argument("--supervised-minutes", type=float, default=5, help="for the bound, each direction")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pairs", help="npz with modern, flat and role instead of the embedded 32 px")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--out", type=Path, help="JSON; strips go beside it")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    precision = find_precision("auto", "cpu")
    backend = Backend("cpu", precision, precision == "bfloat16")
    settings: dict[str, Any] = dict(pair.split("=", 1) for pair in given.set)
    split = load(given.pairs)
    rows = baselines(split, supervised(split, given.supervised_minutes, settings, backend), backend)
    report: dict[str, Any] = {
        "command": {k: str(v) for k, v in vars(given).items()},
        "torch": torch.__version__,
        "processor": platform.processor() or platform.machine(),
        "precision": precision,
        "settings": settle(cyclegan_small, settings),
        "baselines": rows,
        "seeds": [],
    }
    for seed in range(given.seeds):
        trainer, seconds = train(split, seed, given.minutes, settings, backend)
        judged = judge(trainer, split, rows, backend)
        facts = {"seed": seed, "images": trainer.images, "steps": trainer.steps, "seconds": round(seconds, 1)}
        report["seeds"].append({**facts, **judged})
        shares = [judged[d]["share_of_gap"] for d in ("x_to_y", "y_to_x")]
        print(
            f"seed {seed}: {facts['images']:,} images, {seconds:.0f} s, share of gap {shares[0]:.1%} and {shares[1]:.1%}",
            flush=True,
        )
        if given.out:
            strips(trainer, split, given.out.with_name(f"{given.out.stem}-seed{seed}.png"), backend)
    report["median_share_of_gap"] = {
        d: statistics.median(s[d]["share_of_gap"] for s in report["seeds"])
        for d in ("x_to_y", "y_to_x")
        if report["seeds"]
    }
    text = json.dumps(report, indent=1)
    if given.out:
        given.out.write_text(text + "\n", "utf-8")
    print(text)


def _unit(pictures: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(pictures, -1, 1))).float() / 127.5 - 1


if __name__ == "__main__":
    main()
