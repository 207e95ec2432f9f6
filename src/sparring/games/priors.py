"""Priors: where the noise z comes from, and how to go from one z to another."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.games.noise import Noise

Draw = Callable[[Noise, int, int], Tensor]
Between = Callable[[Tensor, Tensor, Tensor], Tensor]


class Prior(NamedTuple):
    """p(z).

    Args:
        dim: Numbers in a z.
        draw: ``(noise, n, dim) -> (n, dim)``.
        between: ``(a, b, t) -> (n, dim)``: from a (1, dim) to b (1, dim) at t (n, 1), through places where z is likely.
    """

    dim: int
    draw: Draw
    between: Between = torch.lerp

    def __call__(self, noise: Noise, n: int) -> Tensor:
        """N rows of z, (n, dim) float32."""
        return self.draw(noise, n, self.dim)


def normal(dim: int) -> Prior:
    """N(0, 1) in every coordinate; the way between two z keeps their length."""
    return Prior(dim, lambda noise, n, d: noise.normal("z", n, d), great_circle)


def uniform(dim: int, half_width: float = 1.0) -> Prior:
    """U(-half_width, half_width) in every coordinate; a half width of sqrt(3) has variance 1."""
    return Prior(dim, lambda noise, n, d: noise.uniform("z", n, d).mul_(half_width))


def great_circle(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Along the great circle from a to b, each (1, d), at t (n, 1), with the length going straight: (n, d).

    Source: Shoemake 1985; White 2016.
    """
    lengths = torch.lerp(a.norm(), b.norm(), t)
    ua, ub = a / a.norm(), b / b.norm()
    angle = torch.arccos((ua * ub).sum().clamp(-1, 1))
    if angle < 1e-3:  # the same to float32, whose arccos is not 0 there
        return torch.lerp(a, b, t)
    way: Tensor = lengths * (torch.sin((1 - t) * angle) * ua + torch.sin(t * angle) * ub) / torch.sin(angle)
    return way
