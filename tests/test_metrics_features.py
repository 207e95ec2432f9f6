"""Distances of sets of features: golden values, closed forms, intervals that hold, and bounded memory."""

import math

import numpy as np
import pytest
import torch

from sparring.metrics import kernel, manifold, rows
from sparring.metrics.frechet import frechet
from sparring.metrics.kernel import kernel_distance
from sparring.metrics.manifold import density_coverage, precision_recall
from sparring.metrics.moments import Moments
from sparring.metrics.value import Value

GOLDEN = {  # torch-fidelity 0.4.0; FID by scipy's sqrtm in float64, KID of all pairs: generated, real
    "AB": (9.647096307159472, 0.3140850441564593, 0.9549999833106995, 0.048500001430511475),
    "AC": (16.520063396485767, 0.025698115643372432, 0.0, 1.0),
    "BA": (9.647096307159586, 0.3140850441564593, 0.048500001430511475, 0.9549999833106995),
}


def draws(n, d, seed, shift=0.0, scale=1.0):
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed)) * scale + shift


@pytest.fixture(scope="module")
def sets():
    r = np.random.RandomState(0)
    drawn = {"A": r.randn(2000, 64), "B": r.randn(2000, 64) * 1.2 + 0.3, "C": r.randn(1500, 64) * 0.5}
    return {name: torch.from_numpy(x.astype(np.float32)) for name, x in drawn.items()}


@pytest.mark.parametrize("pair", GOLDEN)
def test_golden_values(sets, pair):
    fake, real = (sets[name] for name in pair)
    fid, kid, precision, recall = GOLDEN[pair]
    assert frechet(Moments.of(fake), Moments.of(real)) == pytest.approx(fid, rel=1e-9)
    assert kernel_distance(fake, real).value == pytest.approx(kid, rel=1e-9)
    assert precision_recall(fake, real) == pytest.approx((precision, recall), rel=1e-4)


def test_the_frechet_distance_of_two_gaussians():
    """Covariances that do not commute; in 2 x 2, tr M^(1/2) = sqrt(tr M + 2 sqrt(det M))."""
    a, b = (torch.tensor(m, dtype=torch.float64) for m in ([[2.0, 0.6], [0.6, 1.0]], [[1.0, -0.4], [-0.4, 3.0]]))
    root = math.sqrt(float((a @ b).trace()) + 2 * math.sqrt(float(a.det() * b.det())))
    first, second = (Moments(101, torch.tensor(m).double(), 100 * c) for m, c in (([0.0, 0.0], a), ([3.0, -4.0], b)))
    assert frechet(first, second) == pytest.approx(25 + 3 + 4 - 2 * root, rel=1e-12)
    one, two = (
        Moments(2, torch.tensor([m]).double(), torch.tensor([[v]]).double()) for m, v in ((1.0, 4.0), (3.0, 9.0))
    )
    assert frechet(one, two) == pytest.approx(4 + (2 - 3) ** 2)


@pytest.mark.parametrize("n", [40, 400], ids=["fewer pictures than features", "more"])
def test_a_set_against_itself(n):
    """Also with pictures that occur four times, whose balls have no size."""
    x = torch.cat([draws(n, 60, 0, shift=5.0), draws(1, 60, 9).expand(4, 60)])
    assert frechet(Moments.of(x), Moments.of(x)) == pytest.approx(0, abs=1e-9)
    assert precision_recall(x, x.clone()) == (1.0, 1.0)
    assert density_coverage(x, x.clone(), k=3)[1] == 1.0
    assert density_coverage(x[:n], x[:n].clone())[0] == pytest.approx(1.0, abs=1e-12)


def test_moments_in_parts_are_those_of_the_whole():
    x = draws(1000, 12, 0, shift=100.0)
    whole = Moments.of(x)
    parts = [Moments.of(part) for part in torch.split(x, [1, 400, 3, 596])]
    merged = parts[2].merged(parts[0]).merged(parts[3]).merged(parts[1])
    assert merged.n == 1000 and whole.mean.dtype == torch.float64
    assert torch.allclose(merged.mean, whole.mean, rtol=1e-12)
    assert torch.allclose(merged.covariance, torch.cov(x.double().T), rtol=1e-9, atol=1e-9)
    assert torch.allclose(merged.covariance, whole.covariance, rtol=1e-9, atol=1e-9)
    with pytest.raises(ValueError, match="1 picture has no covariance"):
        _ = parts[0].covariance
    with pytest.raises(ValueError, match="of 12 and of 11"):
        whole.merged(Moments.of(x[:, 1:]))


def everything(fake, real):
    return [
        *Moments.of(fake).scatter.flatten().tolist(),
        *kernel_distance(fake, real),
        *precision_recall(fake, real),
        *density_coverage(fake, real),
    ]


def test_blocks_do_not_matter(monkeypatch):
    fake, real = draws(301, 6, 0, 0.2), draws(257, 6, 1)
    whole = everything(fake, real)
    for room in (1, 700, 20_011):
        monkeypatch.setattr(rows, "ROOM", room)
        assert everything(fake, real) == pytest.approx(whole, rel=1e-9)


def test_no_table_of_all_pairs_is_ever_whole(monkeypatch):
    tables = []

    def kept(f):
        def g(*given):
            tables.append(f(*given))
            tables[-1] = tables[-1].numel()
            return f(*given)

        return g

    monkeypatch.setattr(manifold, "squared_distances", kept(manifold.squared_distances))
    monkeypatch.setattr(kernel, "_kernel", kept(kernel._kernel))
    monkeypatch.setattr(rows, "ROOM", 100_000)
    fake, real = draws(900, 3, 0), draws(1000, 3, 1)
    kernel_distance(fake, real)
    precision_recall(fake, real)
    density_coverage(fake, real)
    assert len(tables) > 40 and max(tables) <= 100_000
    assert list(rows.blocks(5, 10**9)) == [slice(i, i + 1) for i in range(5)], "a row is the least"


def test_the_kernel_distance_is_the_u_statistic_over_all_pairs():
    x, y = draws(25, 4, 0, 0.5).double(), draws(30, 4, 1).double()
    k = lambda f, g: (f @ g / 4 + 1) ** 3  # noqa: E731
    within = [
        sum(k(f, g) for i, f in enumerate(s) for j, g in enumerate(s) if i != j) / len(s) / (len(s) - 1) for s in (x, y)
    ]
    across = sum(k(f, g) for f in x for g in y) / (25 * 30)
    assert kernel_distance(x, y).value == pytest.approx(float(sum(within) - 2 * across), rel=1e-10)
    assert kernel_distance(x[:19], y) == Value(kernel_distance(x[:19], y).value, None, None), "too few for an interval"
    assert kernel_distance(x, y).low is not None


@pytest.mark.parametrize(
    ("d", "n", "m", "shift"), [(8, 200, 200, 0.3), (16, 300, 150, 0.2), (8, 200, 200, 0.0), (32, 150, 250, 0.0)]
)
def test_the_kernel_distances_interval_holds_the_truth_in_95_of_100_draws(d, n, m, shift):
    """Of shifted sets, and of two sets of one distribution, where the truth is 0 and the statistic is degenerate."""
    found = [kernel_distance(draws(n, d, 2 * i, shift), draws(m, d, 2 * i + 1)) for i in range(200)]
    mean = float(np.mean([v.value for v in found]))
    truth = expected(d, shift)
    assert mean == pytest.approx(truth, abs=4 * np.std([v.value for v in found]) / 200**0.5), "unbiased"
    held = np.mean([v.low <= truth <= v.high for v in found])
    assert 0.90 <= held <= 0.99
    reach = np.mean([(v.high - v.low) / 2 for v in found]) / 1.96
    assert reach == pytest.approx(np.std([v.value for v in found]), rel=0.25 if shift else 0.2), (
        "no wider than it must be"
    )
    if shift:
        assert np.mean([v.low > 0 for v in found]) > 0.95, "and it is narrow enough to see the shift"


def expected(d, shift):
    """Exact, for N(0, I) and N(shift, I): E (u/d + 1)^3 with u = f.g, by its first three moments."""

    def mean(a, b):
        """E k of f ~ N(a 1, I) and g ~ N(b 1, I): u is a sum of d independent products."""
        one, two = a * b, (a * a + 1) * (b * b + 1)
        three = (a**3 + 3 * a) * (b**3 + 3 * b)
        u1, variance = d * one, d * (two - one**2)
        third = d * (three - 3 * two * one + 2 * one**3)
        u2, u3 = variance + u1**2, third + 3 * u1 * variance + u1**3
        return 1 + 3 * u1 / d + 3 * u2 / d**2 + u3 / d**3

    return mean(shift, shift) + mean(0, 0) - 2 * mean(shift, 0)


def naive(fake, real, k):
    across = torch.cdist(fake, real)
    own = {name: torch.cdist(s, s).sort(1).values[:, k] for name, s in (("fake", fake), ("real", real))}
    precision, recall = (across <= own["real"]).any(1), (across <= own["fake"][:, None]).any(0)
    density, coverage = (across < own["real"]).sum(1) / k, across.amin(0) < own["real"]
    return [float(t.double().mean()) for t in (precision, recall, density, coverage)]


@pytest.mark.parametrize("k", [1, 3, 5])
def test_balls_are_those_of_the_whole_table(k):
    fake, real = draws(200, 5, 0, 0.4).double(), draws(150, 5, 1).double()
    found = [*precision_recall(fake, real, k), *density_coverage(fake, real, k)]
    assert found == pytest.approx(naive(fake, real, k))
    assert naive(fake, real, 1) != pytest.approx(naive(fake, real, 5)), "control"


def test_fresh_samples_have_a_density_of_1_and_the_coverage_that_is_known():
    found = np.array([density_coverage(draws(300, 8, 2 * i), draws(300, 8, 2 * i + 1)) for i in range(40)])
    assert found[:, 0].mean() == pytest.approx(1, abs=0.02)
    assert found[:, 1].mean() == pytest.approx(1 - 2**-5, abs=0.006)


def test_refuses():
    x = draws(30, 4, 0)
    with pytest.raises(ValueError, match=r"fake has 3 features and real 4"):
        kernel_distance(x[:, :3], x)
    with pytest.raises(ValueError, match=r"fake is \(1, 4\); .* N >= 2"):
        kernel_distance(x[:1], x)
    with pytest.raises(ValueError, match=r"real is \(30, 4, 1\)"):
        precision_recall(x, x[..., None])
    with pytest.raises(ValueError, match="k is 3, and 3 pictures have at most 2"):
        precision_recall(x[:3], x)
    with pytest.raises(ValueError, match="k is 0"):
        density_coverage(x, x, 0)
    with pytest.raises(ValueError, match="real holds values that are not finite"):
        density_coverage(x, x.clone().fill_(torch.nan))
    with pytest.raises(ValueError, match=r"features is \(0, 4\)"):
        Moments.of(x[:0])
    with pytest.raises(ValueError, match="have 4 and 3 features"):
        frechet(Moments.of(x), Moments.of(x[:, 1:]))
