"""The density of what G makes, estimated from its samples: histograms (exact as samples grow) and kernels (smooth)."""

import math

import torch
from torch import Tensor

from sparring.theory.divergences import Grid


def histogram_density(samples: Tensor, grid: Grid) -> Tensor:
    """Share of the samples in every cell over its width, (n,) float64; samples off the grid are lost mass."""
    flat = samples.detach().double().flatten()
    inside = ((flat - grid.edges[0]) / grid.dx).floor().long()
    inside = inside[(inside >= 0) & (inside < len(grid.x))]
    counts = torch.bincount(inside, minlength=len(grid.x)).double()
    return counts / (len(flat) * grid.dx)


def silverman(samples: Tensor) -> float:
    """A bandwidth for `kde`: 1.06 * std * n^(-1/5). Source: Silverman 1986, section 3.4."""
    return max(1.06 * float(samples.double().std()) * math.pow(len(samples), -0.2), 1e-6)


def kde(samples: Tensor, x: Tensor, bandwidth: float | None = None) -> Tensor:
    """Gaussian kernels of one bandwidth on every sample of a line, evaluated at x, (n,) float64.

    Args:
        samples: (m,) or (m, 1).
        x: (n,).
        bandwidth: In units of x; `silverman`'s by default.
    """
    flat = samples.detach().double().flatten()
    h = bandwidth or silverman(flat)
    total = torch.zeros_like(x, dtype=torch.float64)
    for part in torch.split(flat, 2000):
        total += torch.exp(-((x[:, None] - part[None, :]) / h).square() / 2).sum(1)
    return total / (len(flat) * h * math.sqrt(2 * math.pi))
