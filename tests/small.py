"""Small trainers of every recipe, and how two of them are compared."""

import numpy as np
import torch

from sparring.data.pictures import Pictures
from sparring.engine.trainer import Trainer
from sparring.recipes import RECIPES
from sparring.settings import domains_of, is_paired

SMALL = {
    "small": {"features": 4, "z_dim": 8, "batch_size": 8, "ema": 40, "images": 400},
    "gan": {"g_hidden": (16,), "d_hidden": (16,), "z_dim": 8, "batch_size": 8, "ema": 40},
    "gan2014": {"g_units": 16, "d_units": 8, "z_dim": 8, "batch_size": 8, "ema": 40},
    "dcgan": {"features": 4, "z_dim": 8, "batch_size": 8, "ema": 40, "d_steps": 2},
    "r3gan": {"widths": (8,), "group_width": 4, "z_dim": 8, "batch_size": 4, "ema": 40, "decay": 64},
    "lsgan": {"features": 4, "z_dim": 8, "batch_size": 8, "ema": 40},
    "wgan_gp": {"features": 4, "d_features": 4, "z_dim": 8, "batch_size": 4, "ema": 20, "d_steps": 1},
    "sngan": {"features": 4, "d_features": 4, "z_dim": 8, "batch_size": 4, "ema": 20, "d_steps": 1},
    "acgan": {"features": 4, "d_features": 8, "z_dim": 8, "batch_size": 8, "ema": 40, "gamma": 0.5},
    "sgan": {"g_hidden": (16,), "d_hidden": (16, 8), "z_dim": 8, "batch_size": 8, "ema": 40},
    "stylegan2": {"z_dim": 8, "mapping": 1, "width": 4, "batch_size": 4, "ema": 20, "r1_every": 4, "path_every": 4,
                  "augment": "none"},
    "cyclegan": {"features": 4, "blocks": 1, "d_features": 4, "d_layers": 1, "load": 14, "crop": 12, "batch_size": 2, "ema": 20,
                 "pool": 5},
    "cyclegan_small": {"features": 8, "blocks": 1, "d_features": 4, "batch_size": 3, "ema": 20, "images": 100, "memory": 7,
                       "pool": 5},
    "cut": {"features": 2, "blocks": 0, "d_features": 2, "d_layers": 1, "load": 14, "crop": 12, "batch_size": 2, "ema": 20,
            "taps": (0, 8), "patches": 5, "nce_width": 6},
    "fastcut": {"translator": "shuffle", "features": 4, "blocks": 1, "d_features": 2, "d_layers": 1, "load": 0, "crop": 0,
                "batch_size": 2, "ema": 20, "taps": (0, 2), "patches": 5, "nce_width": 6},
    "pix2pix": {"features": 2, "downs": 3, "d_features": 4, "d_layers": 1, "load": 14, "crop": 12, "batch_size": 2, "ema": 20},
}  # fmt: skip
FROM_NOISE = tuple(name for name, recipe in RECIPES.items() if domains_of(recipe) == 1)
WITHOUT_TANH = ("stylegan2", "r3gan")
"""Whose G may draw values that no picture has."""


def pictures(n=50, channels=1, side=16, seed=0):
    images = np.random.default_rng(seed).integers(0, 256, (n, side, side, channels), np.uint8)
    return Pictures(images, np.arange(n) % 3, ("a", "b", "c"), name="noise")


def domains(recipe):
    if recipe in FROM_NOISE:
        return (pictures(),)
    return pictures(11, 3, 12), pictures(11 if is_paired(RECIPES[recipe]) else 17, 3, 12, 1)


def trainer(recipe, backend=None, seed=7, **settings):
    """A trainer of a recipe, its weights, data and noise from one seed."""
    data = domains(recipe)
    torch.manual_seed(seed)
    made = RECIPES[recipe](*(p.spec for p in data), **{**SMALL[recipe], **settings})
    return Trainer(made, made.stream(*data, seed), backend, seed)


def bits(t):
    """All that a snapshot holds, copied."""
    snapshot = t.snapshot()
    flat = {f"{part}/{k}": v.clone() for part, tensors in snapshot.tensors.items() for k, v in tensors.items()}
    return flat, snapshot.state


def assert_same(a, b):
    assert a[0].keys() == b[0].keys() and a[1] == b[1]
    differing = [k for k in a[0] if not torch.equal(a[0][k], b[0][k])]
    assert not differing, differing
