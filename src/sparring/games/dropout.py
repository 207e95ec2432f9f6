"""Layers whose chance is a function of the move, dropout first: no random state, the same with any number of processes."""

import torch
from torch import Tensor, nn
from torch.nn.functional import dropout

from sparring.games.noise import SIGNED, Noise
from sparring.words import tr


class Chance(nn.Module):
    """A layer that draws from the noise of the move it is asked in.

    Attributes:
        name: Of its stream; in a game each such layer has one of its own.
        noise: Of the move; None outside of one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.name = "chance"
        self.noise: Noise | None = None


class Dropout(Chance):
    """Drops a unit with probability ``p`` and scales the others by 1 / (1 - p).

    Within a move (see `sparring.games.move`) masks come from the turn's noise. A network that is trained by hand has no turn: then
    they come from torch's stream, as in `torch.nn.Dropout`. That one works in a game too, but its masks depend on the
    process.

    Args:
        p: Probability, rounded to a multiple of 2^-16.
    """

    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p < 1:
            raise ValueError(tr("p is {p}; a unit is dropped with a probability from 0 to below 1", p=p))
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        """(N, ...) -> the same shape."""
        if not self.training or self.p == 0:
            return x
        if self.noise is None:
            return dropout(x, self.p)
        words = self.noise.words(self.name, torch.int16, *x.shape)
        return torch.where(words >= (2 * self.p - 1) / SIGNED[torch.int16], x / (1 - self.p), 0.0)


DROPOUTS = (Dropout, nn.Dropout, nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.AlphaDropout, nn.FeatureAlphaDropout)
"""What drops units at random."""
