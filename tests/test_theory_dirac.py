"""The Dirac-GAN played by the shipping losses, penalties and `move`, against the table of eigenvalues."""

import math
from functools import cache

import numpy as np
import pytest
import torch

from sparring.games import AdversarialLoss, Noise
from sparring.games.losses import LOSSES, least_squares_with
from sparring.theory import dirac

HALF, ONE = 0.5j, 1j
TABLE = [  # loss, penalty, gamma, the eigenvalue with the positive imaginary (or larger real) part
    ("minimax", "none", 0.0, HALF),
    ("nonsaturating", "none", 0.0, HALF),
    ("relativistic", "none", 0.0, HALF),
    ("wasserstein", "none", 0.0, ONE),
    ("hinge", "none", 0.0, ONE),
    ("least_squares", "none", 0.0, 0),
    ("least_squares_pearson", "none", 0.0, 0),
    ("minimax", "r1", 0.3, -0.15 + 0.476970j),
    ("nonsaturating", "r1", 0.3, -0.15 + 0.476970j),
    ("relativistic", "r1", 0.3, -0.15 + 0.476970j),
    ("nonsaturating", "r1", 2.0, -1 + math.sqrt(0.75)),
    ("nonsaturating", "r1+r2", 0.3, -0.3 + 0.4j),
    ("relativistic", "r1+r2", 0.3, -0.3 + 0.4j),
    ("minimax", "r1+r2", 0.3, -0.3 + 0.4j),
    ("relativistic", "r1+r2", 1.0, -1 + math.sqrt(0.75)),
    ("wasserstein", "r1", 0.3, -0.15 + math.sqrt(1 - 0.0225) * 1j),
    ("hinge", "r1+r2", 0.3, -0.3 + math.sqrt(1 - 0.09) * 1j),
]


@pytest.mark.parametrize(("loss", "penalty", "gamma", "want"), TABLE)
def test_eigenvalues(loss, penalty, gamma, want) -> None:
    found = dirac.eigenvalues(dirac.shipping_jacobian(loss, penalty, gamma))
    by_hand = dirac.eigenvalues(dirac.theory_jacobian(loss, penalty, gamma))
    assert found[-1] == pytest.approx(want, abs=1e-4)
    assert by_hand[-1] == pytest.approx(want, abs=1e-6)
    assert found[0] == pytest.approx(by_hand[0], abs=1e-4)


def test_least_squares_towards_both_targets() -> None:
    """Targets -1 and 1, without the 1/2 of some papers: twice their +-i."""
    assert dirac.eigenvalues(dirac.shipping_jacobian(least_squares_with(-1, 1, 1)))[-1] == pytest.approx(2j, abs=1e-4)


def _even_noise(noise: Noise, name: str, n: int, *shape: int) -> torch.Tensor:
    """Standard normal noise without chance: its quantiles, scaled to variance 1."""
    count = math.prod((n, *shape))
    quantiles = torch.special.ndtri((torch.arange(count, dtype=torch.float64) + 0.5) / count)
    return (quantiles / quantiles.std(correction=0)).reshape(n, *shape)


@pytest.mark.parametrize("loss", ["minimax", "nonsaturating"])
@pytest.mark.parametrize("noise", [0.5, 1.0])
def test_eigenvalues_with_instance_noise(loss: str, noise: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Noise, "normal", _even_noise)
    found = dirac.eigenvalues(dirac.shipping_jacobian(loss, noise=noise, samples=1000))
    by_hand = dirac.eigenvalues(dirac.theory_jacobian(loss, noise=noise))
    s = noise**2
    assert found[-1] == pytest.approx(-s / 4 + 1j * math.sqrt(1 / 4 - s * s / 16), abs=1e-4)
    assert found[0] == pytest.approx(by_hand[0], abs=1e-4)


RADII = [  # loss, penalty, simultaneous, alternating: the spectral radius of one round, h = .2
    ("nonsaturating", "none", 1.00499, 1.0),
    ("nonsaturating", "r1", 0.97468, 0.96954),
    ("nonsaturating", "r1+r2", 0.94340, 0.93808),
    ("wasserstein", "none", math.sqrt(1.04), 1.0),
]


@pytest.mark.parametrize(("loss", "penalty", "simultaneous", "alternating"), RADII)
def test_spectral_radii_of_steps(loss, penalty, simultaneous, alternating) -> None:
    for order, want in (("simultaneous", simultaneous), ("alternating", alternating)):
        played = dirac.Shipping(LOSSES[loss], dirac.PENALTIES[penalty](0.3), 0.2, order)
        assert dirac.spectral_radius(played.step_matrix()) == pytest.approx(want, abs=1e-5)
        by_hand = dirac.theory_step(dirac.theory_jacobian(loss, penalty, 0.3), 0.2, order)
        assert dirac.spectral_radius(by_hand) == pytest.approx(want, abs=1e-5)


@cache
def _radius(loss, penalty, order, steps=500, gamma=0.3) -> float:
    """From (1, -1): the table was made with D's sign turned round, where that is (1, 1)."""
    path = dirac.Shipping(LOSSES[loss], dirac.PENALTIES[penalty](gamma), 0.2, order).orbit(steps, (1, -1))
    by_hand = dirac.theory_orbit(loss, penalty, gamma, 0.2, steps, order, (1, -1))
    assert path == pytest.approx(by_hand, rel=1e-6, abs=1e-9)
    return float(np.hypot(*path[-1]))


AFTER_500 = [  # loss, penalty, simultaneous, alternating: |(theta, psi)| from (1, 1) with h = .2
    ("minimax", "none", 3.10, 1.42),
    ("nonsaturating", "none", 0.640, 0.284),
    ("wasserstein", "none", 2.6e4, 1.40),
    ("nonsaturating", "r1", 2.2e-6, 1.5e-7),
    ("relativistic", "r1+r2", 1.4e-13, 1.6e-14),
]


@pytest.mark.parametrize(("loss", "penalty", "simultaneous", "alternating"), AFTER_500)
def test_where_500_steps_end(loss, penalty, simultaneous, alternating) -> None:
    assert _radius(loss, penalty, "simultaneous") == pytest.approx(simultaneous, rel=0.05)
    assert _radius(loss, penalty, "alternating") == pytest.approx(alternating, rel=0.1 if alternating > 1e-3 else 2)


@pytest.mark.parametrize("order", ["simultaneous", "alternating"])
def test_what_must_not_converge(order: str) -> None:
    """Controls: without a zero-centred penalty the last point is far from the data."""
    assert _radius("wasserstein", "none", order) > 1
    assert _radius("minimax", "none", order) > 1
    assert _radius("wasserstein", "gradient_penalty", order, gamma=1.0) > 0.5
    assert _radius("nonsaturating", "r1", order) < 1e-3
    assert _radius("relativistic", "r1+r2", order) < 1e-3


def test_the_nonsaturating_radius_law() -> None:
    h, half_turn = 0.2, 31  # alternating steps run on an ellipse: the mean over one turn, 4 pi long
    squares = (dirac.Shipping(LOSSES["nonsaturating"], None, h).orbit(1000 + half_turn) ** 2).sum(1)
    for t in (50, 100, 200):
        at = round(t / h)
        turn = squares[at - half_turn : at + half_turn].mean()
        assert turn == pytest.approx(dirac.radius_law(2.0, t), rel=0.05)


def test_control_the_law_is_not_met_by_minimax() -> None:
    path = dirac.Shipping(LOSSES["minimax"], None, 0.1).orbit(500)
    assert (path[-1] ** 2).sum() > 5 * dirac.radius_law(2.0, 50)


WRONG = {
    "sign": AdversarialLoss(LOSSES["nonsaturating"].d, lambda a, b: torch.nn.functional.softplus(b)),
    "half": AdversarialLoss(lambda a, b: LOSSES["nonsaturating"].d(a, b) / 2, LOSSES["nonsaturating"].g),
    "detached": AdversarialLoss(lambda a, b: torch.nn.functional.softplus(-a) + 0 * b, LOSSES["nonsaturating"].g),
}


@pytest.mark.parametrize("fault", WRONG)
def test_control_faults_show_in_the_eigenvalues(fault: str) -> None:
    """Control: a wrong sign, a factor of two and a detach each move the eigenvalues by far more than 1e-4."""
    found = dirac.eigenvalues(dirac.shipping_jacobian(WRONG[fault]))
    assert min(abs(v - 0.5j) for v in found) > 0.1
