"""A known map on real pictures: clothing in one set of colours to clothing in another, never paired.

Every picture of `fashion` is tinted by the kind of thing it shows: domain x. Domain y is other pictures, tinted the same way and
then sent through one matrix that turns red to green, green to blue and blue to red, unevenly. That matrix is the map to find, the
same for every pixel of every picture. No optimal transport of colours finds it, for it is not the nearest one; what a picture
shows tells which colour it should have. Measured on pictures that training never saw: PSNR to the true map.

Run: python benchmarks/cyclegan_fashion.py --seeds 5 --out benchmarks/results/cyclegan_fashion.json
"""

import argparse
import json
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sparring.data.embedded_sets import fashion
from sparring.data.pictures import Pictures
from sparring.data.values import to_unit
from sparring.engine.backend import Backend, find_precision
from sparring.engine.trainer import Trainer
from sparring.metrics import colour
from sparring.metrics.translation import psnr
from sparring.recipes import cyclegan_small
from sparring.settings import settle

TINTS = {"tops": (1.0, 0.55, 0.25), "trousers": (0.3, 0.85, 0.4), "shoes": (0.35, 0.5, 1.0), "bags": (0.9, 0.35, 0.7)}
KINDS = {1: "trousers", 5: "shoes", 7: "shoes", 9: "shoes", 8: "bags"}
MAP = ((0.1, 0.1, 0.8), (0.85, 0.1, 0.0), (0.1, 0.75, 0.1))
TRAINING, TEST = 4500, 500


class Known(NamedTuple):
    """Two domains to train on, and test pictures (N, 3, 28, 28) in [-1, 1] with what they should become."""

    x: Pictures
    y: Pictures
    test: Tensor
    truth: Tensor


def tinted() -> Known:
    """Domains of disjoint pictures, and the test pictures that are in neither."""
    grey = fashion()
    tints = np.array([TINTS[KINDS.get(label, "tops")] for label in range(10)])
    assert grey.labels is not None
    x = (grey.images / 255 * tints[grey.labels][:, None, None]).clip(0, 1)
    y = (x @ np.array(MAP).T).clip(0, 1)
    stored = [Pictures((part * 255).round().astype(np.uint8)) for part in (x[:TRAINING], y[TRAINING : 2 * TRAINING])]
    rows = [(part[-TEST:] * 255).round().astype(np.uint8) for part in (x, y)]
    return Known(*stored, *(to_unit(part, stored[0].spec) for part in rows))


def baselines(known: Known) -> dict[str, float]:
    """PSNR in dB of doing nothing and of colour maps fitted without pairs."""
    a, b = (to_unit(p.images[:1000], p.spec) for p in (known.x, known.y))
    maps = {
        "identity": colour.identity,
        "moments": colour.fit_moments(a, b),
        "monge": colour.fit_monge(a, b),
        "transport": colour.fit_transport(a, b),
    }
    return {name: float(psnr(f(known.test), known.truth).mean()) for name, f in maps.items()}


def train(known: Known, seed: int, images: int, **settings: object) -> dict[str, float]:
    """Train one seed and measure it: PSNR in dB of the averaged translator, and seconds."""
    start = time.perf_counter()
    precision = find_precision("auto", "cpu")
    backend = Backend("cpu", precision, precision == "bfloat16")
    torch.manual_seed(seed)
    experiment = cyclegan_small(known.x.spec, known.y.spec, **settle(cyclegan_small, {"images": images, **settings}))
    trainer = Trainer(experiment, experiment.stream(known.x, known.y, seed), backend, seed)
    while trainer.images < images:
        trainer.step()
    with torch.no_grad(), backend.autocast():
        out = torch.cat([trainer.ema.networks["G_xy"](part).float() for part in known.test.split(100)])
    return {"seed": seed, "psnr": float(psnr(out, known.truth).mean()), "seconds": time.perf_counter() - start}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--images", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--out", type=Path, help="JSON")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    known = tinted()
    settings = dict(pair.split("=", 1) for pair in given.set)
    report = {"torch": torch.__version__, "images": given.images, "settings": settings, "baselines": baselines(known)}
    print(report, flush=True)
    rows = []
    for seed in range(given.seeds):
        rows.append(train(known, seed, given.images, **settings))
        print(rows[-1], flush=True)
        if given.out:
            given.out.write_text(json.dumps({**report, "seeds": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
