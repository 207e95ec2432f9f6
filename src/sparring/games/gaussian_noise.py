"""Gaussian noise on activations whose numbers are a function of the move, as the masks of `Dropout` are."""

import torch
from torch import Tensor

from sparring.games.dropout import Dropout
from sparring.words import tr


class GaussianNoise(Dropout):
    """Adds N(0, std^2) to every number while it trains, and nothing in evaluation.

    It is a `Dropout` to whoever gives noise to a move or asks whether a network draws at random: within a move the numbers come
    from the turn's noise, outside of one from torch's stream.

    Args:
        std: Standard deviation, in units of what passes.

    Raises:
        ValueError: If it is negative.
    """

    def __init__(self, std: float) -> None:
        super().__init__(0.0)
        if std < 0:
            raise ValueError(tr("std is {std}; a standard deviation is 0 or more", std=std))
        self.p = self.std = std  # above 0: two passes are of two networks

    def forward(self, x: Tensor) -> Tensor:
        """(N, ...) -> the same shape."""
        if not self.training or self.std == 0:
            return x
        drawn = torch.randn_like(x) if self.noise is None else self.noise.normal(self.name, *x.shape).to(x.dtype)
        return x + self.std * drawn
