"""Runs in which one thing is wrong, made on purpose: what `benchmarks/doctor.py` shows to the doctor. All are small.

`lab` and `lab_translation` are recipes with switches for what can go wrong; all switches off, they are healthy. `FAULTS` are the
failures with what the doctor should call them; `HEALTHY` are recipes of the library, `dcgan`
with a length that fits in half a minute.
"""

import functools
from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Adam

from sparring.data.embedded_sets import fashion
from sparring.data.pictures import Pictures
from sparring.data.resize import fit
from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.games import GAN, LOSSES, normal
from sparring.games.penalties import lazy, r1
from sparring.networks import dcgan as convolutional
from sparring.recipes import (
    acgan,
    cut,
    cyclegan,
    cyclegan_small,
    dcgan,
    fastcut,
    gan,
    gan2014,
    lsgan,
    pix2pix,
    r3gan,
    sgan,
    small,
    sngan,
    stylegan2,
    wgan_gp,
)

SIDE, BATCH = 16, 32
TRAINING, HELD_OUT, TEST = 2700, 200, 1000
TINT, OTHER = (1.0, 0.55, 0.2), (0.25, 0.6, 1.0)


class Copies(nn.Module):
    """A G that has learnt 64 training pictures by heart and nothing else; ``fill`` shows them to it before the first step."""

    def __init__(self, spec: Spec) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.register_buffer("known", torch.zeros(64, spec.channels, spec.height, spec.width))

    def fill(self, pictures: Pictures) -> None:
        self.known.copy_(pictures.batch(torch.arange(64))[0])

    def forward(self, z: Tensor) -> Tensor:
        return self.known[(z[:, 0].abs() * 1000).long() % 64] * self.scale.clamp(0.99, 1)


class Squashed(nn.Module):
    """G with a switch for each way in which it can be broken."""

    def __init__(self, G: nn.Module, deaf: bool, drops_y: bool, squash: str) -> None:
        super().__init__()
        self.G, self.deaf, self.drops_y, self.squash = G, deaf, drops_y, squash

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        z = torch.zeros_like(z) if self.deaf else z
        y = None if y is None else torch.zeros_like(y) if self.drops_y else y
        x = self.G(z) if y is None else self.G(z, y)
        return (x + 1) / 2 if self.squash == "sigmoid" else x


def lab(
    spec: Spec,
    *,
    loss: Literal["nonsaturating", "minimax", "hinge"] = "nonsaturating",
    d_steps: int = 1,
    gamma: float = 0.5,
    conditional: bool = False,
    g_lr: float = 1e-3,
    d_lr: float = 1e-3,
    beta1: float = 0.5,
    g_features: int = 8,
    d_features: int = 8,
    updates: Literal["alternating", "simultaneous"] = "alternating",
    deaf: bool = False,
    drops_y: bool = False,
    copies: bool = False,
    squash: Literal["tanh", "sigmoid"] = "tanh",
    images: int = 10_000,
) -> Experiment:
    """A small DCGAN whose rates are apart, with switches for what can go wrong."""
    classes = spec.classes if conditional else 0
    inner = Copies(spec) if copies else convolutional.Generator(spec, 64, g_features, classes)
    G = Squashed(inner, deaf, drops_y, squash)
    D = convolutional.Discriminator(spec, d_features, classes, False)
    penalties = {"r1": lazy(r1(gamma), 4)} if gamma else {}
    game = GAN(G, D, normal(64), LOSSES[loss], penalties, d_steps=d_steps, classes=classes, together=True)
    real = not next(G.parameters()).is_meta
    rates = {"D": (D, d_lr), "G": (G, g_lr)}
    optimizers = {name: Adam(net.parameters(), lr, (beta1, 0.99), fused=real) for name, (net, lr) in rates.items()}
    prepare = inner.fill if isinstance(inner, Copies) else None
    return Experiment(game, dict(optimizers), BATCH, images, updates, ema_half_life=2000.0, prepare=prepare)


class Inverted(nn.Module):
    """A translator that gives the negative."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        return -self.network(x)


def lab_translation(
    spec: Spec,
    spec_y: Spec,
    *,
    lambda_cycle: float = 1.0,
    lambda_identity: float = 0.0,
    lambda_lookalike: float = 3.0,
    negative: bool = False,
    images: int = 4000,
) -> Experiment:
    """`cyclegan_small`, smaller; ``negative``: both translators begin as the negative of what they read."""
    weights = {"lambda_cycle": lambda_cycle, "lambda_identity": lambda_identity, "lambda_lookalike": lambda_lookalike}
    small = {"features": 32, "blocks": 1, "d_features": 16, "memory": 512, "ema": 1000, "flip": False}
    made = cyclegan_small(spec, spec_y, images=images, **small, **weights)
    if negative:
        made.game.G_xy, made.game.G_yx = Inverted(made.game.G_xy), Inverted(made.game.G_yx)
    return made


class Data(NamedTuple):
    """Arrays for training (N, H, W, C) and what a judge keeps: test pictures (M, C, H, W), labels or the true translation."""

    arrays: dict[str, np.ndarray]
    test: Tensor
    truth: Tensor
    y: dict[str, np.ndarray] | None = None


@functools.cache
def grey() -> tuple[np.ndarray, np.ndarray]:
    """Fashion at 16 x 16: (10000, 16, 16, 1) uint8 and labels."""
    pictures = fashion()
    assert pictures.labels is not None
    small = np.stack([fit(image, (SIDE, SIDE), "cover") for image in pictures.images])
    return small.reshape(len(small), SIDE, SIDE, 1), np.asarray(pictures.labels)


def unit(images: np.ndarray) -> Tensor:
    return torch.from_numpy(np.moveaxis(images, -1, 1).astype(np.float32)) / 127.5 - 1


@functools.cache
def clothes(n: int = TRAINING + HELD_OUT, kind: str = "") -> Data:
    """The first n, with labels; the last 1,000 are the test. ``shuffled``: labels in any order; ``stray``: see `FAULTS`."""
    images, labels = grey()
    x, y = images[:n], labels[:n]
    if kind == "shuffled":
        y = np.random.default_rng(0).permutation(y)
    if kind == "stray":  # floats in [0, 1] and one value at -1: so the range is taken to be [-1, 1]
        x = x.astype(np.float32) / 255
        x[0, 0, 0, 0] = -1
    test = images[-TEST:]
    arrays = {"images": x, "labels": y}
    return Data(arrays, unit(test), torch.from_numpy(labels[-TEST:].astype(np.int64)))


@functools.cache
def tinted(polar: bool = False, n: int = TRAINING // 2, paired: bool = False) -> Data:
    """Clothes in one tint, other clothes in another; the truth is the same picture in the other tint.

    Args:
        polar: Half of the pictures of both domains are negatives, so that the negative of a right translation fits as well.
        paired: The clothes in the other tint are the same, in the same order.
    """
    images = grey()[0] / 255.0
    if polar:
        negative = np.random.default_rng(0).random(len(images)) < 0.5
        images = np.where(negative[:, None, None, None], 1 - images, images)

    def tint(some: np.ndarray, colour: tuple[float, ...]) -> np.ndarray:
        dark = np.array([0.15, 0.1, 0.05]) if colour == TINT else np.array([0.05, 0.1, 0.25])
        return ((dark + some * (np.array(colour) - dark)) * 255).round().astype(np.uint8)

    test, others = images[-300:], images[:n] if paired else images[n : 2 * n]
    return Data(
        {"images": tint(images[:n], TINT)},
        unit(tint(test, TINT)),
        unit(tint(test, OTHER)),
        {"images": tint(others, OTHER)},
    )


class Case(NamedTuple):
    """A kind of run.

    Args:
        found: What the doctor may call it; nothing for a healthy one.
        recipe: The recipe.
        data: Makes the pictures.
        settings: Of the recipe.
        steps: Of the run.
        cured: Settings and data of the run after the advice, where that is no change of a setting: another recipe or other data.
        measure: What the doctor does not see: ``frechet``, ``agreement``, ``copies`` or ``psnr``.
        words: What was done.
        held_out: Pictures held out.
    """

    found: tuple[str, ...]
    recipe: Callable[..., Experiment]
    data: Callable[[], Data]
    settings: dict[str, Any]
    steps: int = 200
    cured: tuple[dict[str, Any], Callable[[], Data]] | None = None
    measure: Literal["frechet", "agreement", "psnr", "copies"] = "frechet"
    words: str = ""
    held_out: int = HELD_OUT


QUICK = {"g_lr": 2e-3, "d_lr": 2e-3}
FAULTS = {
    "d_too_strong": Case(
        ("d_too_strong", "no_gradient"), lab, clothes, {"loss": "minimax", "d_steps": 5, "gamma": 0.0, "d_features": 16}, 150,
        words="`--loss minimax --d-steps 5`, no penalty, a wide D",
    ),
    "d_guesses": Case(
        ("d_guesses",), lab, clothes, {"d_lr": 5e-5, "d_features": 2}, 200, words="D a quarter as wide, its rate a twentieth"
    ),
    "g_rate": Case(
        ("collapsed", "partly_collapsed", "oscillates"), lab, clothes, {"g_lr": 5e-2}, 200, words="G's rate times 50"
    ),
    "collapsed": Case(
        ("collapsed",), lab, clothes, {"deaf": True}, 200, ({}, clothes), words="G is not given z"),
    "partly_collapsed": Case(
        ("partly_collapsed",), lab, clothes, {"gamma": 0.0, "beta1": 0.9, "g_lr": 4e-3, "d_lr": 4e-3}, 200,
        words="rates times 4, beta1 .9, no penalty",
    ),
    "oscillates": Case(
        ("oscillates",), lab, clothes, {"gamma": 0.0, "g_lr": 1e-2}, 200, words="no penalty, G's rate times 10",
    ),
    "d_overfits": Case(
        ("d_overfits",), lab, functools.partial(clothes, 140), {"gamma": 0.0, "d_features": 24, "d_lr": 2e-3}, 500, held_out=100,
        words="40 pictures, no penalty, D three times as wide and twice as fast",
    ),
    "memorises": Case(
        ("memorises",), lab, clothes, {"copies": True}, 200, ({}, clothes), "copies",
        "G draws 64 training pictures, nothing else",
    ),
    "few_pictures": Case(
        ("few_pictures",), lab, functools.partial(clothes, 120), {"images": 25_600}, 800,
        ({"images": 25_600}, clothes), held_out=100,
        words="20 pictures, 1,280 passes",
    ),
    "diverged": Case(("diverged",), lab, clothes, {"g_lr": 1e3, "d_lr": 1e3}, 200, words="rates of 1,000"),
    "labels_unrelated": Case(
        ("labels_unrelated",), lab, functools.partial(clothes, kind="shuffled"), {"conditional": True, **QUICK}, 200,
        ({"conditional": True, **QUICK}, clothes), "agreement", "labels in any order",
    ),
    "labels_ignored": Case(
        ("labels_ignored",), lab, clothes, {"conditional": True, "drops_y": True, **QUICK}, 200,
        ({"conditional": True, **QUICK}, clothes), "agreement", "G is given label 0 always",
    ),
    "range_mismatch": Case(
        ("range_mismatch",), lab, clothes, {"squash": "sigmoid"}, 200, ({}, clothes), words="G draws in [0, 1], data in [-1, 1]",
    ),
    "unused_range": Case(
        ("unused_range",), lab, functools.partial(clothes, kind="stray"), {}, 200, ({}, clothes),
        words="data in [0, 1], one stray value at -1",
    ),
    "inverted": Case(
        ("inverted",), lab_translation, functools.partial(tinted, True), {"negative": True, "lambda_lookalike": 0.0}, 120,
        measure="psnr", words="translators that begin as the negative, no look-alikes",
    ),
    "closed_but_wrong": Case(
        ("closed_but_wrong",), lab_translation, tinted,
        {"lambda_cycle": 100.0, "lambda_identity": 100.0, "lambda_lookalike": 0.0}, 120,
        measure="psnr", words="cycle and identity loss of weight 100",
    ),
}  # fmt: skip


SMALL = {"features": 16, "blocks": 2, "d_features": 16, "d_layers": 1, "load": 18, "crop": SIDE}
CONTRAST = {**SMALL, "batch_size": 4, "epochs": 2, "decay_epochs": 2, "nce_width": 32, "patches": 64}
HEALTHY = {
    "lab": Case((), lab, clothes, {}, 312),
    "lab_translation": Case((), lab_translation, tinted, {"images": 2000}, 250, measure="psnr"),
    "gan": Case((), gan, clothes, {"decay": 96_000}, 1500),
    "gan2014": Case((), gan2014, clothes, {"g_units": 120, "d_units": 24}, 6400),
    "dcgan": Case((), dcgan, clothes, {"decay": 48_000, "features": 16}, 750),
    "dcgan_conditional": Case((), dcgan, clothes, {"decay": 48_000, "features": 16, "conditional": True}, 750),
    "cyclegan_small": Case((), cyclegan_small, tinted, {"images": 1600}, 200, measure="psnr"),
    "cyclegan": Case(
        (), cyclegan, functools.partial(tinted, n=400), {**SMALL, "epochs": 1, "decay_epochs": 1}, 800, measure="psnr"
    ),
    "small": Case((), small, clothes, {"images": 24_000}, 750),
    "lsgan": Case((), lsgan, clothes, {"features": 16}, 750),
    "wgan_gp": Case((), wgan_gp, clothes, {"features": 16, "d_features": 16, "d_steps": 3, "lr": 1e-3, "decay": 20_000}, 300),
    "sngan": Case(
        (), sngan, clothes, {"features": 16, "d_features": 16, "d_steps": 1, "batch_size": 32, "lr": 2e-3, "decay": 16_000}, 500
    ),
    "acgan": Case(
        (), acgan, clothes,
        {"features": 16, "d_features": 64, "gamma": 0.5, "batch_norm": False, "dropout": 0.0, "noise": 0.0, "lr": 1e-3,
         "batch_size": 32},
        500,
    ),
    "sgan": Case((), sgan, clothes, {"batch_size": 100}, 400),
    "r3gan": Case((), r3gan, clothes, {"widths": (32, 16), "group_width": 16, "batch_size": 32, "decay": 19_200}, 600),
    "stylegan2": Case(
        (), stylegan2, clothes, {"z_dim": 32, "width": 16, "batch_size": 16, "ema": 1000, "augment": "none"}, 400
    ),
    "pix2pix": Case(
        (), pix2pix, functools.partial(tinted, paired=True),
        {"features": 16, "downs": 4, "d_features": 16, "d_layers": 1, "load": 18, "crop": SIDE, "batch_size": 4, "epochs": 2,
         "decay_epochs": 2},
        1000, measure="psnr",
    ),
    "cut": Case((), cut, functools.partial(tinted, n=400), {**CONTRAST, "taps": (0, 4, 6)}, 400, measure="psnr"),
    "fastcut": Case((), fastcut, functools.partial(tinted, n=400), {**CONTRAST, "taps": (0, 4, 6)}, 400, measure="psnr"),
}  # fmt: skip
"""What is wrong with none of these: nothing may be found but a notice."""
