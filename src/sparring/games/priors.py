"""Priors: where the noise z comes from. A prior is a function of the number of samples."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor

Draw = Callable[[int, int, torch.device | str, Generator | None], Tensor]


class Prior(NamedTuple):
    """p(z): ``dim`` numbers a sample, drawn by ``draw(n, dim, device, generator) -> (n, dim)``."""

    dim: int
    draw: Draw

    def __call__(self, n: int, device: torch.device | str = "cpu", seed: int | None = None) -> Tensor:
        """Draw z of shape (n, dim) from the device's own stream or, with ``seed``, the same z on every device."""
        if seed is None:
            return self.draw(n, self.dim, device, None)
        return self.draw(n, self.dim, "cpu", torch.Generator().manual_seed(seed)).to(device)


def normal(dim: int) -> Prior:
    """N(0, 1) in every coordinate."""
    return Prior(dim, lambda n, d, device, g: torch.randn(n, d, device=device, generator=g))


def uniform(dim: int, half_width: float = 1.0) -> Prior:
    """U(-half_width, half_width) in every coordinate; a half width of sqrt(3) has variance 1."""
    return Prior(dim, lambda n, d, device, g: (torch.rand(n, d, device=device, generator=g) * 2 - 1) * half_width)
