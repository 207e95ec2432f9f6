"""How much of the gap does unpaired translation close? Emoji in two styles, where the right answer is known.

Trains `cyclegan_small` on designs of one style and other designs of the other, never a pair, and measures both directions on test
designs that training never saw: PSNR inside the drawn part as the share of the gap between doing nothing and the same network
trained on true pairs, beside colour baselines, the kernel distance to the true style and the honesty probe.

Run: python benchmarks/cyclegan_emoji.py --minutes 20 --seeds 3 --out benchmarks/results/cyclegan_emoji.json
"""

import argparse
import statistics
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from PIL import Image

from sparring import durable
from sparring.data.embedded_sets import emoji_pairs
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend, find_precision
from sparring.engine.trainer import Trainer
from sparring.metrics import honesty
from sparring.runs.environment import environment
from sparring.sessions.build import Plan, build, plan
from sparring.use.bound import measured_bound
from sparring.use.evaluate import DIRECTIONS, Rows, add_shares, baselines, judged, oriented, probed, translated
from sparring.use.pairs import Pairs, few


class Split(NamedTuple):
    """What is trained on, unpaired; the pairs behind it, for the supervised bound; and the test pairs."""

    train_x: Pictures
    train_y: Pictures
    pairs: Pairs
    test: Pairs


def load(path: Path | None) -> Split:
    """The embedded emoji at 32 px, or an npz with modern, flat and role at any size."""
    if path is None:
        modern, flat, role = (getattr(emoji_pairs(), name) for name in ("modern", "flat", "role"))
    else:
        with np.load(path, allow_pickle=False) as stored:
            modern, flat, role = stored["modern"], stored["flat"], stored["role"]
    test = role == "test"
    x, y = Pictures(modern[role == "trainA"]), Pictures(flat[role == "trainB"])
    pairs, tested = (
        Pairs(*(Pictures(style[rows]).batch(np.arange(rows.sum()))[0] for style in (modern, flat)), "emoji", "design")
        for rows in (~test, test)
    )
    return Split(x, y, pairs, tested)


def train(made: Plan, split: Split, minutes: float, backend: Backend) -> tuple[Trainer, float]:
    """Train one seed for so many minutes, or the recipe's length if that is shorter."""
    experiment = build(made)
    trainer = Trainer(experiment, experiment.stream(split.train_x, split.train_y, made.seed), backend, made.seed)
    start = time.perf_counter()
    while time.perf_counter() - start < 60 * minutes and trainer.images < experiment.images:
        trainer.step()
    trainer.check()
    return trainer, time.perf_counter() - start


def judge(trainer: Trainer, split: Split, beside: dict[str, Rows]) -> dict[str, Any]:
    """Both directions of one seed against the truth; averages of the weights, as they are used."""
    averages, found = trainer.ema.networks.eval(), dict[str, Any]()
    networks = {name: averages[m.network] for name, m in trainer.game.maps().items()}
    for direction, back in DIRECTIONS.items():
        given, truth = oriented(direction, split.test)
        rows = {**beside[direction], "this_run": judged(networks[direction], given, truth)}
        missing = add_shares(rows, "psnr_drawn")
        probe = probed(networks[direction], networks[back], given)
        words = {"words": honesty.words(probe)}
        found[direction] = {"share_of_gap": None, **rows["this_run"], "honesty": {**probe.as_json(), **words}}
        found[direction] |= {"no_share": missing[0]} if missing else {}
    return found


def medians(seeds: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Of every measure over the seeds, by direction."""
    found: dict[str, dict[str, float]] = {}
    for direction in DIRECTIONS:
        names = [n for n in seeds[0][direction] if all(isinstance(s[direction][n], float) for s in seeds)]
        found[direction] = {n: statistics.median(s[direction][n] for s in seeds) for n in names}
    return found


def strips(trainer: Trainer, split: Split, path: Path) -> None:
    """Input, translation, truth: x to y on the left, y to x on the right."""
    rows = torch.linspace(0, len(split.test.x) - 1, 24).long()
    x, y = split.test.x[rows], split.test.y[rows]
    columns = [x, translated(trainer.ema.networks["G_xy"], x), y]
    columns += [y, translated(trainer.ema.networks["G_yx"], y), x]
    sheet = torch.cat([torch.cat(list(part), 2) for part in torch.cat(columns, 3).split(2)], 1)
    picture = Image.fromarray(((sheet.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())
    picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST).save(path)


def run(given: argparse.Namespace, backend: Backend) -> dict[str, Any]:
    """The bound, then seed after seed; the report is saved after each, so that a run that is cut off has said something."""
    split = load(given.pairs)
    settings = dict(pair.split("=", 1) for pair in given.set)
    made = plan("cyclegan_small", (split.train_x.spec, split.train_y.spec), settings)
    here = environment()
    report: dict[str, Any] = {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "torch": torch.__version__,
        "processor": here["cpu"],
        "threads": torch.get_num_threads(),
        "precision": backend.precision,
        "commit": here["commit"],
        "settings": made.settings,
    }
    beside = baselines(split.test, (few(split.train_x), few(split.train_y)), split.pairs)
    bound = measured_bound(made, split.pairs, split.test, given.supervised_minutes, backend)
    for direction, rows in beside.items():
        rows["supervised"] = bound[direction]
        add_shares(rows, "psnr_drawn")
    report |= {"bound": {k: v for k, v in bound.items() if k not in DIRECTIONS}, "baselines": beside, "seeds": []}
    save(report, given.out)
    for seed in range(given.seeds):
        trainer, seconds = train(made._replace(seed=seed), split, given.minutes, backend)
        found = judge(trainer, split, beside)
        facts = {"seed": seed, "images": trainer.images, "steps": trainer.steps, "seconds": round(seconds, 1)}
        report["seeds"].append({**facts, **found})
        report["medians"] = medians(report["seeds"])
        report["median_share_of_gap"] = {d: row.get("share_of_gap") for d, row in report["medians"].items()}
        save(report, given.out)
        shares = [found[d]["share_of_gap"] for d in DIRECTIONS]
        words = " and ".join("none" if share is None else f"{share:.1%}" for share in shares)
        print(f"seed {seed}: {facts['images']:,} images, {seconds:.0f} s, share of gap {words}", flush=True)
        if given.out:
            strips(trainer, split, given.out.with_name(f"{given.out.stem}-seed{seed}.png"))
    return report


def save(report: dict[str, Any], path: Path | None) -> None:
    """Write the report whole, so that a kill leaves the last one."""
    if path:
        durable.write_json(path, report)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20, help="of training a seed")
    parser.add_argument("--supervised-minutes", type=float, default=5, help="for the bound, each direction")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--pairs", type=Path, help="npz with modern, flat and role instead of the embedded 32 px")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--out", type=Path, help="JSON; strips go beside it")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    precision = find_precision("auto", "cpu")
    print(durable.json_text(run(given, Backend("cpu", precision, precision == "bfloat16"))))


if __name__ == "__main__":
    main()
