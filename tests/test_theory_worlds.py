"""Worlds: the density that is written down is the one that is sampled. Grids, estimates and mode measures."""

import math

import pytest
import torch

from sparring.theory import divergences as dv
from sparring.theory import worlds
from sparring.theory.coverage import ceiling, coverage
from sparring.theory.estimate import histogram_density, kde
from sparring.theory.worlds import WORLDS

LINES = ("gaussian", "mixture", "uniform")
PLANES = ("ring", "grid", "spiral", "moons")


@pytest.mark.parametrize("name", LINES)
def test_line_densities_integrate_to_one_and_are_what_is_sampled(name: str) -> None:
    world = WORLDS[name]()
    cells = dv.line_grid(-8, 8, 400)
    p = world.density(cells.x[:, None])
    assert float(p.sum() * cells.dx) == pytest.approx(1, abs=1e-6)
    q = histogram_density(world.sample(200_000, torch.Generator().manual_seed(0)), cells)
    assert dv.jensen_shannon(p, q, cells.dx) < 1e-3
    assert dv.kolmogorov_smirnov(p, q, cells.dx) < 0.01
    shifted = histogram_density(world.sample(200_000) + 0.2, cells)
    assert dv.jensen_shannon(p, shifted, cells.dx) > 3e-3  # control


def test_a_histogram_drawn_by_hand() -> None:
    world = worlds.histogram([0, 1, 3, 0], low=0, high=4)
    assert world.density(torch.tensor([[0.5], [1.5], [2.5], [9.0]])).tolist() == pytest.approx([0, 0.25, 0.75, 0])
    x = world.sample(100_000)
    assert ((x >= 1) & (x <= 3)).all()
    assert (x > 2).float().mean().item() == pytest.approx(0.75, abs=0.01)
    assert x.mean().item() == pytest.approx(world.mean.item(), abs=0.02)
    assert x.std().item() == pytest.approx(world.std.item(), abs=0.02)
    for bad in ([], [0, 0], [1, -1]):
        with pytest.raises(ValueError, match="no density"):
            worlds.histogram(bad)


@pytest.mark.parametrize("name", PLANES)
def test_plane_densities_match_their_samples(name: str) -> None:
    """E log p over samples against -entropy by summing the density over a fine grid around it."""
    world = WORLDS[name]()
    if name == "grid":
        world = worlds.grid(side=2, std=0.05)
    side = torch.linspace(-world.half_width, world.half_width, 1201 if name == "ring" else 301, dtype=torch.float64)
    dx = float(side[1] - side[0])
    points = torch.cartesian_prod(side, side)
    log_p = torch.cat([world.log_density(part) for part in points.split(200_000)])
    p = log_p.exp()
    assert float(p.sum() * dx**2) == pytest.approx(1, abs=5e-3)
    x = world.sample(20_000, torch.Generator().manual_seed(0))
    assert world.log_density(x).mean().item() == pytest.approx(float((p * log_p).sum() * dx**2), abs=0.05)


@pytest.mark.parametrize("name", WORLDS)
def test_standardised(name: str) -> None:
    world = WORLDS[name]()
    x = world.sample(50_000, torch.Generator().manual_seed(0))
    seen = world.standardise(x)
    assert seen.mean(0).tolist() == pytest.approx([0] * world.dim, abs=0.02)
    assert seen.std(0).tolist() == pytest.approx([1] * world.dim, abs=0.02)
    torch.testing.assert_close(world.unstandardise(seen), x, rtol=1e-4, atol=1e-5)
    assert torch.equal(world.raw().standardise(x), x)


def test_samples_repeat_with_the_seed() -> None:
    world = worlds.ring()
    a, b = (world.sample(10, torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(a, b)


def test_kde_and_histogram_find_a_gaussian() -> None:
    cells = dv.line_grid(-6, 6, 200)
    world = worlds.gaussian()
    p = world.density(cells.x[:, None])
    samples = world.sample(20_000, torch.Generator().manual_seed(0))
    assert dv.jensen_shannon(p, kde(samples, cells.x), cells.dx) < 1e-3
    assert dv.jensen_shannon(p, histogram_density(samples, cells), cells.dx) < 3e-3
    assert float(kde(samples, cells.x).sum() * cells.dx) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["ring", "grid"])
def test_perfect_samples_score_the_ceilings_and_the_floor(name: str) -> None:
    world = WORLDS[name]()
    found = [coverage(world.sample(2500, torch.Generator().manual_seed(s)), world) for s in range(40)]
    assert all(f.fair == f.covered == f.modes for f in found)
    quality = sum(f.high_quality for f in found) / 40
    assert quality == pytest.approx(1 - math.exp(-4.5), abs=2e-3)
    assert sum(f.kl for f in found) / 40 == pytest.approx(found[0].kl_floor, rel=0.25)
    assert found[0].high_quality_ceiling == pytest.approx(0.98889, abs=1e-5)


def test_lost_modes_show() -> None:
    """Controls: half the ring, one sample in a mode, and noise."""
    world = worlds.ring()
    x = world.sample(8000)
    half = x[x[:, 1] > 0.1]
    found = coverage(half, world)
    assert found.fair == found.covered == 3
    assert found.kl == pytest.approx(math.log(8 / 3), abs=0.01)
    straggler = coverage(torch.cat([half, world.modes[6:7]]), world)
    assert (straggler.covered, straggler.fair) == (4, 3)
    nothing = coverage(torch.zeros(100, 2), world)
    assert (nothing.fair, nothing.high_quality, nothing.kl) == (0, 0, pytest.approx(math.log(8)))
    with pytest.raises(ValueError, match="nothing to count"):
        coverage(x, worlds.moons())


def test_ceilings() -> None:
    assert ceiling(2) == pytest.approx(1 - math.exp(-4.5))
    assert ceiling(1) == pytest.approx(0.9973, abs=1e-4)


def test_grid_functions_refuse() -> None:
    with pytest.raises(ValueError, match="empty"):
        dv.line_grid(1, 1)
    with pytest.raises(ValueError, match="deviations"):
        worlds.gaussian(0, -1)
