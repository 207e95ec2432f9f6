"""A game is networks plus what each player pays.

To write a game of your own: subclass `Game`, hold the networks as attributes, and return one `Player` for each side.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.instancenorm import _InstanceNorm
from torch.nn.utils.parametrizations import _SpectralNorm


class Batch(NamedTuple):
    """What one move is given.

    Args:
        x: Real data, (N, ...); pictures are (N, C, H, W) in [-1, 1].
        y: What belongs to it: labels (N,) int64, or unpaired pictures of the other domain; None if there is none.
    """

    x: Tensor
    y: Tensor | None = None


class Terms(NamedTuple):
    """What a player paid in one move, and what it saw.

    Args:
        paid: 0-dim tensors by name; their sum is minimised.
        seen: 0-dim tensors by name, detached: what a person wants to watch, such as ``D(x)``.
    """

    paid: dict[str, Tensor]
    seen: Mapping[str, Tensor] = {}

    def total(self) -> Tensor:
        """The sum that is minimised, 0-dim."""
        return torch.stack(list(self.paid.values())).sum()


class Player(NamedTuple):
    """One side of a game.

    Args:
        loss: ``Batch -> Terms``. Only the parameters in the player's own optimizer receive a gradient.
        steps: Moves in a row before the next player's turn: the k of Algorithm 1.
    """

    loss: Callable[[Batch], Terms]
    steps: int = 1


class Game(nn.Module, ABC):
    """Networks plus what each player pays. Games are final: no game inherits from another."""

    @abstractmethod
    def players(self) -> dict[str, Player]:
        """The players by name, in order of play."""

    @abstractmethod
    def generators(self) -> dict[str, nn.Module]:
        """The networks that make pictures, by attribute name: what an average of the weights is kept of."""

    @abstractmethod
    def sample(self, n: int, *, seed: int = 0, held_out: Batch | None = None) -> dict[str, Tensor]:
        """Pictures to look at, by name, each (n, C, H, W) in [-1, 1].

        Args:
            n: How many.
            seed: Seed of the noise; the same seed draws the same noise on every device.
            held_out: Real pictures that training never sees, for games that answer to pictures.
        """

    @abstractmethod
    def watch(self, held_out: Batch, seed: int = 0) -> dict[str, Tensor]:
        """What the discriminating player thinks of pictures it never trains on: 0-dim tensors by name."""


@contextmanager
def bystander(network: nn.Module) -> Iterator[None]:
    """Within this context a forward pass leaves the network's buffers alone.

    Batch statistics are still used, but running averages and power iterations do not move: a player that is not moving
    changes nothing, buffers included.
    """
    norms = [m for m in network.modules() if isinstance(m, _BatchNorm) and m.training and m.track_running_stats]
    spectral = [m for m in network.modules() if isinstance(m, _SpectralNorm) and m.training]
    tracking = [m for m in network.modules() if isinstance(m, _InstanceNorm) and m.track_running_stats]
    momenta = [m.momentum for m in tracking]
    for m in norms:
        m.track_running_stats = False
    for i in tracking:
        i.momentum = 0.0  # an instance norm writes its averages even if told not to; with 0 they stay
    for s in spectral:
        s.training = False
    try:
        yield
    finally:
        for m in norms:
            m.track_running_stats = True
        for i, momentum in zip(tracking, momenta, strict=True):
            i.momentum = momentum
        for s in spectral:
            s.training = True
