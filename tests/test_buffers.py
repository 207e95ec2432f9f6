"""Buffers of networks: they move with their own player, once for every pass, and with nobody else."""

import pytest
import torch
from torch import nn
from torch.optim import SGD

from sparring.games import GAN, Batch, Seat, Turn, move, noise_of
from sparring.games.penalties import functional, r1, r2
from sparring.networks.spectral import spectral_norm


def batch(n=6):
    return Batch(noise_of("data").uniform("x", n, 1, 12, 10))


def turn(name):
    return Turn(noise_of(0, name, 0))


def state(module):
    return {k: v.clone() for k, v in module.state_dict().items()}


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


class Counted(nn.Module):
    """A network with a buffer that its user thought of, written to in every pass of training."""

    def __init__(self, a, b):
        super().__init__()
        self.layer = nn.Linear(a, b)
        self.register_buffer("passes", torch.tensor(0))
        self.register_buffer("mean", torch.zeros(b))

    def forward(self, x):
        out = self.layer(x.flatten(1))
        if self.training:
            self.passes += 1
            self.mean.lerp_(out.detach().mean(0), 0.1)
        return out


def _pictures(*layers):
    return nn.Sequential(*layers, nn.Unflatten(1, (1, 12, 10)))


STATEFUL = {
    "user": (lambda: _pictures(Counted(5, 120)), lambda: Counted(120, 1)),
    "batch norm": (
        lambda: _pictures(nn.Linear(5, 120), nn.BatchNorm1d(120)),
        lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(160, 1)),
    ),
    "spectral norm": (
        lambda: spectral_norm(_pictures(nn.Linear(5, 120))),
        lambda: nn.Sequential(nn.Flatten(), spectral_norm(nn.Linear(120, 8)), nn.Linear(8, 1)),
    ),
    "instance norm": (
        lambda: nn.Sequential(_pictures(nn.Linear(5, 120)), nn.InstanceNorm2d(1, track_running_stats=True)),
        lambda: nn.Sequential(
            nn.Conv2d(1, 2, 3), nn.InstanceNorm2d(2, track_running_stats=True), nn.Flatten(), nn.Linear(160, 1)
        ),
    ),
}


@pytest.mark.parametrize("kind", STATEFUL)
def test_buffers_move_with_their_own_player_only(kind):
    torch.manual_seed(0)
    G, D = (make_one() for make_one in STATEFUL[kind])
    game = GAN(G, D, 5, penalties={"r1": r1(1.0), "again": r2(1.0, functional)})
    for name in game.players():
        own, other = getattr(game, name), getattr(game, "G" if name == "D" else "D")
        before, bystanding = state(own), state(other)
        move(Seat(game, name, SGD(own.parameters(), 0.1)), batch(), turn(name))
        assert same(state(other), bystanding)
        after = state(own)
        stale = [k for k, _ in own.named_buffers() if torch.equal(after[k], before[k])]
        if kind == "instance norm":  # torch's own counts no batches
            stale = [k for k in stale if not k.endswith("num_batches_tracked")]
        assert not stale, f"{stale} of {name} stood still in its own move"
    if kind == "user":
        assert (int(D.passes), int(G[0].passes)) == (2, 1), "what a penalty asks of D is not counted"
