"""Look-alikes: of two sets of pictures that were never paired, some show nearly the same thing."""

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn


class LookAlikes(NamedTuple):
    """How a translator learns from the nearest pictures of the other domain.

    Args:
        weight: Of the term in what G pays.
        memory: Pictures of each domain that are kept to look in, the last ones seen.
        scale: Root mean square difference of a pixel at which half of the pull is given up, in units of [-1, 1].

    Raises:
        ValueError: If a number makes no sense.
    """

    weight: float
    memory: int = 2048
    scale: float = 0.3

    def check(self) -> "LookAlikes":
        """Itself, if it makes sense."""
        if self.weight < 0 or self.memory < 1 or self.scale <= 0:
            raise ValueError(f"{self}: weight is 0 or more, memory 1 or more, scale above 0")
        return self


class Memory(nn.Module):
    """The last pictures of a domain. They are buffers: a resumed run looks in the same ones.

    Args:
        size: How many are kept.
        shape: Of one picture, (C, H, W) or any other.
    """

    pictures: Tensor
    squares: Tensor
    count: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("pictures", torch.zeros(size, math.prod(shape), dtype=torch.bfloat16))
        self.register_buffer("squares", torch.zeros(size))
        self.register_buffer("count", torch.tensor(0))

    @torch.no_grad()
    def remember(self, pictures: Tensor) -> None:
        """Keep (N, ...); the oldest make room."""
        places = (self.count + torch.arange(len(pictures), device=self.count.device)) % self.size
        newest = pictures[-self.size :].flatten(1).to(self.pictures)
        self.pictures.index_copy_(0, places[-self.size :], newest)
        self.squares.index_copy_(0, places[-self.size :], newest.float().square().sum(1))
        self.count.add_(len(pictures))

    @torch.no_grad()
    def nearest(self, pictures: Tensor) -> Tensor:
        """Of each picture (N, ...) the nearest in the memory by squared difference, (N, ...) float32."""
        known, asked = self.pictures, pictures.flatten(1).to(self.pictures)
        far = self.squares - 2 * (asked @ known.T).float()
        far = far.masked_fill(torch.arange(self.size, device=far.device) >= self.count, torch.inf)
        return known[far.argmin(1)].float().view(pictures.shape)


def unlikeness(a: Tensor, b: Tensor, scale: float) -> Tensor:
    """Mean over pixels of e / (e + scale^2), e the squared difference of a pixel, the mean over its channels; (N,) in [0, 1).

    Near pixels pull as squared error does, far ones hardly at all: where two pictures show different things neither is right.

    Args:
        a: (N, C, ...).
        b: (N, C, ...).
        scale: In units of the values.

    Source: Geman and McClure 1985.
    """
    e = (a.float() - b.float()).square().mean(1).flatten(1)
    return (e / (e + scale**2)).mean(1)
