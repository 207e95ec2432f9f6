"""Spectral normalisation: the largest singular value is 1, and stays so through training."""

import pytest
import torch
from torch import nn

from sparring.games import GAN, LOSSES, Batch, Seat, Turn, move, noise_of
from sparring.games.penalties import r1
from sparring.networks.spectral import LAYERS, spectral_norm


def _pictures(n: int = 6) -> torch.Tensor:
    return noise_of("data").normal("x", n, 3, 4, 4)


def _mlp() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(48, 32), nn.SiLU(), nn.Linear(32, 32), nn.SiLU(), nn.Linear(32, 1))


def _conv() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(8, 8, 3, stride=2, padding=1), nn.LeakyReLU(0.2),
        nn.Conv2d(8, 1, 2),
    )  # fmt: skip


def _largest_singular_values(network: nn.Module) -> list[float]:
    weights = [m.weight.detach() for m in network.modules() if isinstance(m, LAYERS)]
    return [float(torch.linalg.matrix_norm(w.flatten(1), 2)) for w in weights]


@pytest.mark.parametrize("build", [_mlp, _conv])
def test_spectral_norm(build) -> None:
    plain = build()
    D = spectral_norm(build())
    for _ in range(50):
        D(_pictures())
    D.eval()
    assert all(0.9 < s < 1.1 for s in _largest_singular_values(D))
    assert not all(0.9 < s < 1.1 for s in _largest_singular_values(plain))  # control


def test_spectral_norm_holds_through_training() -> None:
    """After steps of a real game with a penalty, sigma is still 1, and twice normalised is once normalised."""
    D = spectral_norm(spectral_norm(_mlp()))
    torch.manual_seed(0)
    game = GAN(nn.Sequential(nn.Linear(4, 48), nn.Unflatten(1, (3, 4, 4))), D, 4, LOSSES["hinge"], {"r1": r1(0.1)})
    seat = Seat(game, "D", torch.optim.Adam(D.parameters(), lr=1e-3, fused=True))
    for i in range(60):
        noise = noise_of(0, "D", i)
        assert move(seat, Batch(noise.normal("x", 16, 3, 4, 4)), Turn(noise, i)).fine
    D.eval()
    assert all(0.9 < s < 1.1 for s in _largest_singular_values(D))


def test_spectral_norm_refuses() -> None:
    with pytest.raises(ValueError, match="steps is 0"):
        spectral_norm(_mlp(), 0)
    with pytest.raises(ValueError, match="no linear or convolution"):
        spectral_norm(nn.Sequential(nn.ReLU()))
