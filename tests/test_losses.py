"""Every pair of losses against its formula, its gradient, and the golden table of exact values."""

import math

import pytest
import torch
from torch import Tensor

from sparring.games.losses import LOSSES, AdversarialLoss, least_squares_with
from sparring.theory import divergences as dv
from sparring.theory.objectives import (
    expected,
    generator_slope,
    kantorovich,
    log_normal,
    optimal_logits,
)

A, B = 0.7, -1.3


def _sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t))


def _log(t: float) -> float:
    return math.log(t)


FORMULAS = {
    "minimax": (-_log(_sigmoid(A)) - _log(1 - _sigmoid(B)), _log(1 - _sigmoid(B))),
    "nonsaturating": (-_log(_sigmoid(A)) - _log(1 - _sigmoid(B)), -_log(_sigmoid(B))),
    "least_squares": ((A - 1) ** 2 + B**2, (B - 1) ** 2),
    "least_squares_pearson": ((A - 1) ** 2 + (B + 1) ** 2, B**2),
    "hinge": (max(0, 1 - A) + max(0, 1 + B), -B),
    "wasserstein": (B - A, -B),
    "relativistic": (-_log(_sigmoid(A - B)), -_log(_sigmoid(B - A))),
}


@pytest.mark.parametrize("name", LOSSES)
def test_formula(name: str) -> None:
    a, b = torch.tensor([A], dtype=torch.float64), torch.tensor([B], dtype=torch.float64)
    d, g = FORMULAS[name]
    assert LOSSES[name].d(a, b).item() == pytest.approx(d, abs=1e-12)
    assert LOSSES[name].g(a, b).item() == pytest.approx(g, abs=1e-12)


SLOPES = {  # dL_G / db at D's logit b
    "minimax": lambda b: -_sigmoid(b),
    "nonsaturating": lambda b: -_sigmoid(-b),
    "least_squares": lambda b: 2 * (b - 1),
    "least_squares_pearson": lambda b: 2 * b,
    "hinge": lambda b: -1.0,
    "wasserstein": lambda b: -1.0,
    "relativistic": lambda b: -_sigmoid(A - b),
}


def _slope_of_g(loss: AdversarialLoss, at: float) -> float:
    b = torch.tensor(at, dtype=torch.float64, requires_grad=True)
    a = torch.tensor(A if loss.paired else math.nan, dtype=torch.float64)
    (slope,) = torch.autograd.grad(loss.g(a, b), b)
    return float(slope)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("at", [-10.0, -1.0, 0.0, 2.0])
def test_gradient_that_reaches_g(name: str, at: float) -> None:
    assert _slope_of_g(LOSSES[name], at) == pytest.approx(SLOPES[name](at), abs=1e-12)


def test_saturation_golden_values() -> None:
    assert -_slope_of_g(LOSSES["minimax"], -10) == pytest.approx(4.5398e-5, rel=1e-4)
    assert -_slope_of_g(LOSSES["nonsaturating"], -10) == pytest.approx(0.99995, abs=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_per_sample_and_finite_far_out(name: str) -> None:
    a, b = torch.tensor([-1e4, 0.0, 1e4]), torch.tensor([1e4, 0.0, -1e4])
    for pay in (LOSSES[name].d, LOSSES[name].g):
        assert pay(a, b).shape == (3,)
        assert pay(a, b).isfinite().all()


def _normals(mean: float, std: float, n: int = 16_001) -> tuple[Tensor, Tensor, Tensor, float]:
    x, dx = dv.line_grid(-20, 20 + mean, n)
    return x, log_normal(x).exp(), log_normal(x, mean, std).exp(), dx


GOLDEN = [  # mean, std, JSD, V, accuracy, TV, W1, chi2, E|D*-1/2|
    (0.0, 1.0, 0, -1.386294, 0.5, 0, 0, 0, 0),
    (0.1, 1.0, 0.001248, -1.383797, 0.519939, 0.039878, 0.1, 0.004988, 0.019939),
    (0.5, 1.0, 0.030311, -1.325672, 0.598706, 0.197413, 0.5, 0.117892, 0.098706),
    (1.0, 1.0, 0.111421, -1.163451, 0.691462, 0.382925, 1.0, 0.408109, 0.191462),
    (2.0, 1.0, 0.336831, -0.712633, 0.841345, 0.682689, 2.0, 1.100801, 0.341345),
    (3.0, 1.0, 0.526777, -0.332740, 0.933193, 0.866386, 3.0, 1.605515, 0.433193),
    (5.0, 1.0, 0.675943, -0.034409, 0.993790, 0.987581, 5.0, 1.962096, 0.493790),
    (0.0, 2.0, 0.092733, -1.200828, 0.661337, 0.322675, 0.797885, 0.319964, 0.161337),
    (0.0, 0.5, 0.092733, -1.200828, 0.661337, 0.322675, 0.398942, 0.319964, 0.161337),
]


@pytest.mark.parametrize(("mean", "std", "jsd", "v", "accuracy", "tv", "w1", "chi2", "half"), GOLDEN)
def test_golden_divergences(mean, std, jsd, v, accuracy, tv, w1, chi2, half) -> None:
    _, p, q, dx = _normals(mean, std)
    found = dv.compare(p, q, dx)
    want = {"jsd": jsd, "value": v, "accuracy": accuracy, "tv": tv, "w1": w1, "chi2": chi2, "distance_from_half": half}
    assert {name: found[name] for name in want} == pytest.approx(want, abs=1e-5)


@pytest.mark.parametrize(("mean", "std", "jsd", "v", "accuracy", "tv", "w1", "chi2", "half"), GOLDEN)
def test_golden_losses_at_the_optimal_d(mean, std, jsd, v, accuracy, tv, w1, chi2, half) -> None:
    """The losses that train, integrated at the optimal D, are the divergences of the papers."""
    _, p, q, dx = _normals(mean, std)

    def d_pays(name: str) -> float:
        return float(expected(LOSSES[name].d, optimal_logits(name, p, q), p, q, dx))

    assert d_pays("minimax") == pytest.approx(-v, abs=1e-5)
    assert d_pays("nonsaturating") == pytest.approx(-v, abs=1e-5)
    assert d_pays("hinge") == pytest.approx(2 * (1 - tv), abs=1e-5)
    assert d_pays("least_squares_pearson") == pytest.approx(2 - chi2, abs=1e-5)
    assert d_pays("least_squares") == pytest.approx((2 - chi2) / 4, abs=1e-5)
    critic = expected(LOSSES["wasserstein"].d, kantorovich(p, q, dx), p, q, dx)
    assert float(critic) == pytest.approx(-w1, abs=1e-5)


@pytest.mark.parametrize("mean", [0.0, 0.5, 2.0])
def test_relativistic_is_the_divergence_of_pairs(mean: float) -> None:
    """At the optimal D the relativistic loss is log 2 - JSD of the pairs (x, y) and (y, x)."""
    _, p, q, dx = _normals(mean, 1.0, n=1001)
    logits = optimal_logits("relativistic", p, q)
    one, other = p[:, None] * q[None, :], q[:, None] * p[None, :]
    pays = (one * LOSSES["relativistic"].d(logits[:, None], logits[None, :])).sum() * dx**2
    assert float(pays) == pytest.approx(math.log(2) - float(dv.jensen_shannon(one, other, dx**2)), abs=1e-5)


@pytest.mark.parametrize("name", ["minimax", "hinge", "least_squares", "least_squares_pearson"])
def test_the_optimal_d_is_optimal(name: str) -> None:
    """Control: any other logits cost D more."""
    _, p, q, dx = _normals(1.0, 1.0)
    best = optimal_logits(name, p, q)
    least = expected(LOSSES[name].d, best, p, q, dx)
    for other in (best + 0.05, best * 0.9, best + 0.1 * torch.sin(torch.arange(len(best)))):
        assert expected(LOSSES[name].d, other, p, q, dx) > least + 1e-4


SLIDE = [  # mean, saturating and non-saturating slope of G's loss at D*
    (0.5, 0.2353, 0.2647),
    (1.0, 0.3980, 0.6020),
    (2.0, 0.4496, 1.5504),
    (3.0, 0.2959, 2.7041),
    (5.0, 0.0474, 4.9526),
    (8.0, 0.00039, 7.9996),
]


@pytest.mark.parametrize(("mean", "saturating", "nonsaturating"), SLIDE)
def test_golden_slopes_of_g(mean: float, saturating: float, nonsaturating: float) -> None:
    x, _, _, dx = _normals(mean, 1.0)
    logits = log_normal(x) - log_normal(x, mean)
    found = generator_slope(LOSSES["minimax"], logits, x, mean, 1.0, dx)
    assert found == pytest.approx(saturating, abs=6e-5)
    assert generator_slope(LOSSES["nonsaturating"], logits, x, mean, 1.0, dx) == pytest.approx(nonsaturating, abs=6e-5)
    # The identities behind them: d(2 JSD), and d(KL(q||p) - 2 JSD) with KL = mean^2 / 2 (Arjovsky & Bottou 2017).
    step = 1e-4
    up, down = (float(dv.jensen_shannon(*_normals_at(x, mean + s), dx)) for s in (step, -step))
    assert found == pytest.approx((up - down) / step, abs=1e-5)
    assert generator_slope(LOSSES["nonsaturating"], logits, x, mean, 1.0, dx) == pytest.approx(mean - found, abs=1e-5)


def _normals_at(x: Tensor, mean: float) -> tuple[Tensor, Tensor]:
    return log_normal(x).exp(), log_normal(x, mean).exp()


def test_control_a_wrong_sign_is_found() -> None:
    """Control: least squares with G's target at the fakes' own is not the LSGAN of the table."""
    wrong = least_squares_with(fake=0, real=1, target=0)
    assert _slope_of_g(wrong, -1.0) * _slope_of_g(LOSSES["least_squares"], -1.0) > 0
    assert _slope_of_g(wrong, 0.5) * _slope_of_g(LOSSES["least_squares"], 0.5) < 0
