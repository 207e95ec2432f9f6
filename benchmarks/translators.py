"""Which recipe translates best after the same processor time? Emoji in two styles, where the right answer is known.

Trains recipes and variants of them on one core, each for the same processor time, and measures them on test designs that training
never saw, as `benchmarks/cyclegan_emoji.py` does, against the bound that was measured there. Unpaired recipes see designs of one
style and other designs of the other. `pix2pix` is shown all true pairs but the test designs: it says what pairs are worth.
The learning rate of each run decays over the images that fit into its time. `cut_without_nce` is a control: nothing keeps the
content.

Run: python benchmarks/translators.py --recipes cut pix2pix --minutes 17 --out benchmarks/results/translators.json
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from cyclegan_emoji import Split, load, save
from PIL import Image

from sparring import durable
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend, find_precision
from sparring.engine.experiment import Experiment
from sparring.engine.trainer import Trainer
from sparring.games.penalties import finite_differences, on_share, r2
from sparring.games.terms import term
from sparring.metrics import honesty
from sparring.recipes import RECIPES
from sparring.runs.environment import environment
from sparring.sessions.build import Plan, build, plan
from sparring.settings import signature
from sparring.use.evaluate import DIRECTIONS, Rows, add_shares, judged, oriented, probed, translated

TIMED = 8
"""Steps that tell how fast a run is, after one that does not count."""


class Entry(NamedTuple):
    """What is trained.

    Args:
        recipe: Its name.
        settings: Other than its defaults.
        paired: Whether it is shown true pairs.
        r2: Whether the discriminators also pay R2, of the recipe's own gamma.
    """

    recipe: str
    settings: Mapping[str, Any] = {}
    paired: bool = False
    r2: bool = False


SMALL = {"load": 0, "crop": 0, "translator": "shuffle", "blocks": 3, "d_features": 32, "d_layers": 1, "batch_size": 8}
SMALL |= {"lr": 5e-4, "beta2": 0.99, "ema": 10_000}
"""The networks, the batch and the rate of `cyclegan_small`, for recipes that translate one way."""
TAPS = {"taps": (0, 1, 2, 3, 4), "patches": 64, "nce_width": 64}
"""Of a map of 16 x 16 places."""

ENTRIES = {
    "pix2pix": Entry("pix2pix", SMALL, paired=True),
    "cut": Entry("cut", {**SMALL, **TAPS}),
    "cut_without_nce": Entry("cut", {**SMALL, **TAPS, "lambda_nce": 0.0}),
    "fastcut": Entry("fastcut", {**SMALL, **TAPS}),
    "cyclegan_small": Entry("cyclegan_small"),
    "cyclegan_small_relativistic": Entry(
        "cyclegan_small", {"loss": "relativistic", "gamma": 0.01, "d_norm": "none"}, r2=True
    ),
}
"""What can be measured, by the name that ``--recipes`` takes."""


def experiment_of(made: Plan, entry: Entry) -> Experiment:
    """The experiment of a plan, with R2 where the entry asks for it: both penalties by finite differences on half a batch."""
    experiment = build(made)
    if entry.r2:
        gamma = made.settings["gamma"]
        experiment.game.penalties["r2"] = term(on_share(r2(gamma, finite_differences(0.03)), 0.5))
    return experiment


def lasting(entry: Entry, images: int, pictures: int) -> dict[str, Any]:
    """The settings that make a run so many images long, its learning rate decaying within them.

    Args:
        entry: What is trained.
        images: Of each domain.
        pictures: Of an epoch.
    """
    if "epochs" in signature(RECIPES[entry.recipe]):
        epochs = max(2, round(images / pictures))
        return {"epochs": epochs - epochs // 2, "decay_epochs": epochs // 2}
    return {"images": max(1, images)}


def speed(trainer: Trainer) -> float:
    """Processor seconds of a step."""
    trainer.step()
    start = time.process_time()
    for _ in range(TIMED):
        trainer.step()
    return (time.process_time() - start) / TIMED


def train(entry: Entry, made: Plan, domains: tuple[Pictures, Pictures], minutes: float, backend: Backend) -> Trainer:
    """Train one seed for so many minutes of processor time."""
    probe = experiment_of(made, entry)
    seconds = speed(Trainer(probe, probe.stream(*domains, made.seed), backend, made.seed))
    images = round(60 * minutes / seconds) * probe.batch_size
    made = plan(
        entry.recipe,
        made.specs,
        {**made.settings, **lasting(entry, images, max(map(len, domains)))},
        made.seed,
    )
    experiment = experiment_of(made, entry)
    trainer = Trainer(experiment, experiment.stream(*domains, made.seed), backend, made.seed)
    start = time.process_time()
    while time.process_time() - start < 60 * minutes and trainer.images < images:
        trainer.step()
    trainer.check()
    return trainer


def judge(trainer: Trainer, split: Split, beside: dict[str, Rows]) -> dict[str, Any]:
    """Every direction that the game has against the truth; averages of the weights where there are any, as they are used."""
    networks = {name: network.eval() for name, network in used(trainer).items()}
    found: dict[str, Any] = {}
    for direction, back in DIRECTIONS.items():
        if direction not in networks:
            continue
        given, truth = oriented(direction, split.test)
        rows = {**beside[direction], "this_run": judged(networks[direction], given, truth)}
        missing = add_shares(rows, "psnr_drawn")
        found[direction] = {"share_of_gap": None, **rows["this_run"], **({"no_share": missing} if missing else {})}
        if back in networks:
            probe = probed(networks[direction], networks[back], given)
            found[direction]["honesty"] = {**probe.as_json(), "words": honesty.words(probe)}
    return found


def used(trainer: Trainer) -> dict[str, torch.nn.Module]:
    """The translators as they would be used, by direction."""
    held = trainer.ema.networks if trainer.experiment.averaged else trainer.game.generators()
    return {name: held[m.network] for name, m in trainer.game.maps().items()}


def strips(trainer: Trainer, split: Split, path: Path) -> None:
    """Input, translation, truth of 24 test designs, each direction beside the other."""
    rows = torch.linspace(0, len(split.test.x) - 1, 24).long()
    columns: list[torch.Tensor] = []
    for direction, network in used(trainer).items():
        given, truth = (side[rows] for side in oriented(direction, split.test))
        columns += [given, translated(network, given), truth]
    sheet = torch.cat([torch.cat(list(part), 2) for part in torch.cat(columns, 3).split(2)], 1)
    picture = Image.fromarray(((sheet.permute(1, 2, 0) + 1) * 127.5).round().byte().numpy())
    picture.resize((picture.width * 3, picture.height * 3), Image.Resampling.NEAREST).save(path)


def run(given: argparse.Namespace, backend: Backend) -> dict[str, Any]:
    """Recipe after recipe, seed after seed; the report is saved after each."""
    split = load(None)
    beside = durable.read_json(given.bound)["baselines"]
    here = environment()
    report: dict[str, Any] = durable.read_json(given.out) if given.out and given.out.exists() else {"recipes": {}}
    report |= {
        "command": {k: v.name if isinstance(v, Path) else v for k, v in vars(given).items()},
        "torch": torch.__version__,
        "processor": here["cpu"],
        "threads": torch.get_num_threads(),
        "precision": backend.precision,
        "commit": here["commit"],
        "bound": {d: beside[d]["supervised"] for d in DIRECTIONS},
        "identity": {d: beside[d]["identity"] for d in DIRECTIONS},
    }
    pairs = paired_pictures(split)
    own = dict(pair.split("=", 1) for pair in given.set)
    for name in given.recipes:
        entry = ENTRIES[name]
        domains = pairs if entry.paired else (split.train_x, split.train_y)
        for seed in given.seeds:
            made = plan(entry.recipe, tuple(p.spec for p in domains), {**entry.settings, **own}, seed)
            start = time.process_time()
            trainer = train(entry, made, domains, given.minutes, backend)
            facts = {"seed": seed, "images": trainer.images, "steps": trainer.steps}
            facts["cpu_seconds"] = round(time.process_time() - start, 1)
            found = {**facts, **judge(trainer, split, beside)}
            rows = report["recipes"].setdefault(name, {"settings": made.settings, "r2": entry.r2, "seeds": []})
            rows["seeds"].append(found)
            save(report, given.out)
            said = {d: round(found[d]["share_of_gap"], 4) for d in DIRECTIONS if d in found}
            print(f"{name}, seed {seed}: {facts}, share of the gap {said}", flush=True)
            if given.out:
                strips(trainer, split, given.out.with_name(f"{given.out.stem}-{name}-seed{seed}.png"))
    return report


def paired_pictures(split: Split) -> tuple[Pictures, Pictures]:
    """All true pairs but those of the test, row by row."""
    x, y = (
        Pictures(((side.permute(0, 2, 3, 1) + 1) * 127.5).round().byte().numpy())
        for side in (split.pairs.x, split.pairs.y)
    )
    return x, y


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recipes", nargs="+", choices=ENTRIES, default=list(ENTRIES))
    parser.add_argument("--minutes", type=float, default=17, help="of processor time a run")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of every recipe")
    parser.add_argument(
        "--bound",
        type=Path,
        default=Path(__file__).parent / "results" / "cyclegan_emoji_32.json",
        help="JSON of cyclegan_emoji.py: its baselines and its bound",
    )
    parser.add_argument("--out", type=Path, help="JSON; strips go beside it; what is there is kept and added to")
    given = parser.parse_args()
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    precision = find_precision("auto", "cpu")
    run(given, Backend("cpu", precision, precision == "bfloat16"))


if __name__ == "__main__":
    main()
