"""Least squares, WGAN-GP and the hinge loss with spectral normalisation in the worlds, where the truth is known; with a control.

The weight of the gradient penalty is .1, that of the published toy script: with 10 the critic, whose gradient is held at 1,
turns too slowly for so small a G.
"""

import statistics

import pytest

from sparring.theory.coverage import coverage
from sparring.theory.play import Play, Setup
from sparring.theory.verdict import verdict
from sparring.theory.worlds import gaussian, ring

pytestmark = pytest.mark.slow
SEEDS = range(5)
GP = {"loss": "wasserstein", "penalty": "gp", "gamma": (0.1, 0.1)}
ON_A_LINE = {
    "least squares": {"loss": "least_squares", "penalty": "none"},
    "wgan-gp": {**GP, "d_steps": 5},
    "sngan": {"loss": "hinge", "penalty": "none", "spectral": True},
}
ON_A_RING = {"wgan-gp": {**GP, "d_steps": 3}, "sngan": ON_A_LINE["sngan"]}
UNBOUND = {"loss": "hinge", "penalty": "none"}


@pytest.mark.parametrize("name", ON_A_LINE)
def test_one_gaussian_on_4_of_5_seeds(name):
    setup = Setup(steps=1500, width=32, depth=2, z_dim=1, **ON_A_LINE[name])
    found = [verdict(Play(gaussian(), setup, seed).run()) for seed in SEEDS]
    print(f"\n{name}:", [f"{v.jsd:.5f} {v.ks:.4f}" for v in found])
    assert sum(v.jsd < 0.01 and v.ks < 0.03 for v in found) >= 4


def ring_on(setup):
    """Five seeds, as quickly as `test_ring_quickly`."""
    world = ring(std=0.05)
    found = [
        coverage(Play(world, Setup(steps=400, width=64, **setup), seed).run().fakes(2500), world) for seed in SEEDS
    ]
    print([f"{c.fair} {c.high_quality:.3f} {c.kl:.4f}" for c in found])
    return found


@pytest.mark.parametrize("name", ON_A_RING)
def test_every_mode_of_a_ring_on_4_of_5_seeds(name):
    assert sum(c.fair == 8 and c.kl < 0.05 for c in ring_on(ON_A_RING[name])) >= 4


def test_control_without_spectral_normalisation_modes_are_missing():
    """For the penalty there is none of this kind: for so few steps a critic without it covers a ring too, `test_classic.py` has
    what goes wrong there."""
    bare, bound = ring_on(UNBOUND), ring_on(ON_A_RING["sngan"])
    assert sum(c.fair == 8 and c.kl < 0.05 for c in bare) <= 1
    assert statistics.median(c.high_quality for c in bound) > statistics.median(c.high_quality for c in bare) + 0.1
