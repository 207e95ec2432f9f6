"""Our side of the race: the tutorials' networks, batches and optimizer settings in a game, an `Experiment` and a `Trainer`.

`OURS` is the one place for how our side runs: what changes a step's cost and not what is trained belongs there.
"""

import copy
import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from race_networks import cyclegan_networks, dcgan_networks, mlp_networks, parameters
from race_tutorials import (
    ArrayItems,
    FileItems,
    Loop,
    UnpairedItems,
    cyclegan_loop,
    dcgan_loop,
    mlp_loop,
    r3gan_loop,
)
from torch import nn

from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.engine.backend import Backend
from sparring.engine.experiment import Experiment
from sparring.engine.trainer import Trainer
from sparring.games import GAN
from sparring.recipes.pieces import adams
from sparring.sessions.build import build, plan


class Ours(NamedTuple):
    """How our side runs a case.

    Args:
        game: Settings of `GAN`; of the recipe for cases that have one.
        experiment: Fields of the `Experiment` that are replaced.
        backend: Settings of `Backend`.
    """

    game: Mapping[str, Any] = {}
    experiment: Mapping[str, Any] = {}
    backend: Mapping[str, Any] = {}


OURS = {
    "mlp": Ours(game={"together": True}, experiment={"shared": True}),
    "dcgan32": Ours(experiment={"shared": True}, backend={"channels_last": True}),
    "dcgan64": Ours(experiment={"shared": True}, backend={"channels_last": True}),
    "cyclegan128": Ours(),
    "cyclegan256": Ours(),
    "r3gan32": Ours(experiment={"shared": True}),
}
"""Batch norm in D of the DCGAN tutorial forbids one pass for real and fake there. One pass of G serves both players, as in the
tutorials; `cyclegan` does so by itself."""

R3 = {"preset": "small", "augment": "none", "lr": 1e-3, "gamma": 0.5, "ema": 1e4, "batch_size": 32, "decay": 0}
"""Settings of `r3gan` that both sides run with; the naive loop knows neither schedules nor augmentation."""


class Match(NamedTuple):
    """Both sides of a case.

    Args:
        ours: One step.
        tutorial: One step.
        settle: Waits until our side has done what it was asked to.
        batch: Images a step of either side: one update of every player.
        parameters: Of the networks by name: of ours and of the tutorial's.
    """

    ours: Callable[[], object]
    tutorial: Callable[[], object]
    settle: Callable[[], object]
    batch: int
    parameters: dict[str, tuple[int, int]]


def mlp(case: str, images: Pictures, precision: str) -> Match:
    """The MLP GAN on pictures of 28 x 28."""
    G, D = mlp_networks()
    flat, shaped = nn.Sequential(nn.Flatten(), D), nn.Sequential(G, nn.Unflatten(1, (1, 28, 28)))
    game = GAN(copy.deepcopy(shaped), copy.deepcopy(flat), 64, **OURS[case].game)
    experiment = Experiment(game, adams(game.D, game.G, 2e-4, 0.9, 0.999), batch_size=100)
    loop = mlp_loop(G, D, ArrayItems(images.images[..., 0]))
    return match(case, experiment, (images,), loop, {"G": (game.G, G), "D": (game.D, D)}, precision)


def dcgan(case: str, folder: Path, cache: Path, precision: str) -> Match:
    """The DCGAN tutorial on a folder of pictures."""
    images = open_pictures(folder, cache=cache)
    G, D = dcgan_networks(images.spec.height)
    inner, outer = nn.Sequential(nn.Unflatten(1, (100, 1, 1)), G), nn.Sequential(D, nn.Flatten())
    game = GAN(copy.deepcopy(inner), copy.deepcopy(outer), 100, **OURS[case].game)
    experiment = Experiment(game, adams(game.D, game.G, 2e-4, 0.5, 0.999), batch_size=64)
    loop = dcgan_loop(G, D, FileItems(folder))
    return match(case, experiment, (images,), loop, {"G": (game.G, G), "D": (game.D, D)}, precision)


def cyclegan(case: str, folders: tuple[Path, Path], cache: Path, precision: str) -> Match:
    """The reference code's CycleGAN on two folders, against the recipe `cyclegan`; pictures are enlarged by 286/256 and cut."""
    x, y = (open_pictures(folder, cache=cache) for folder in folders)
    side = x.spec.height
    cut = {"crop": side, "load": round(side * 286 / 256)}
    experiment = build(plan("cyclegan", (x.spec, y.spec), cut | dict(OURS[case].game)))
    pairs = [cyclegan_networks() for _ in range(2)]
    nets = (*(G for G, _ in pairs), *(D for _, D in pairs))
    loop = cyclegan_loop(nets, UnpairedItems(*folders, cut["load"], cut["crop"]))
    own = {name: getattr(experiment.game, name) for name in ("G_xy", "G_yx", "D_x", "D_y")}
    named = {name: (net, other) for (name, net), other in zip(own.items(), nets, strict=True)}
    return match(case, experiment, (x, y), loop, named, precision)


def r3gan(case: str, folder: Path, cache: Path, precision: str) -> Match:
    """The networks of `r3gan` on a folder of pictures, in a loop without any care."""
    images = open_pictures(folder, cache=cache)
    experiment = build(plan("r3gan", (images.spec,), R3 | dict(OURS[case].game)))
    game = experiment.game
    assert isinstance(game, GAN)
    # the recipe ends its schedules at once without a decay: rate and gamma stand at their last values
    lr, gamma = (float(v) for v in (experiment.optimizers["D"].param_groups[0]["lr"], game.get_buffer("gamma")))
    G, D, average = (copy.deepcopy(net) for net in (game.G, game.D, game.G))
    loop = r3gan_loop(G, D, average, FileItems(folder), experiment.batch_size, gamma, lr)
    return match(case, experiment, (images,), loop, {"G": (game.G, G), "D": (game.D, D)}, precision)


def match(
    case: str,
    experiment: Experiment,
    data: tuple[Pictures, ...],
    loop: Loop,
    networks: Mapping[str, tuple[nn.Module, nn.Module]],
    precision: str,
) -> Match:
    """Both sides, ready to step.

    Args:
        case: Of `OURS`.
        experiment: Ours; what `OURS` says is put in.
        data: One set of pictures, or two.
        loop: The tutorial's.
        networks: By name: ours and the tutorial's.
        precision: Of our side; the tutorials run in float32.
    """
    experiment = dataclasses.replace(experiment, **OURS[case].experiment)
    backend = Backend(**{"precision": precision} | dict(OURS[case].backend))
    trainer = Trainer(experiment, experiment.stream(*data, 0), backend)
    sizes = {name: (parameters(ours), parameters(theirs)) for name, (ours, theirs) in networks.items()}
    return Match(trainer.step, lambda: next(loop), trainer.check, experiment.batch_size, sizes)
