"""What two densities on a grid say exactly: the optimal D, the value of the game, and how far apart the two are.

Every function takes densities ``p`` (data) and ``q`` (model) as tensors of one shape over the cells of an even grid and
``dx``, the size of a cell (a length in 1-D, an area in 2-D), and sums over all cells. Values are in nats unless said.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

LOG_4 = math.log(4)


class Grid(NamedTuple):
    """The middles of even cells on a line: ``x`` (n,) float64, each ``dx`` wide."""

    x: Tensor
    dx: float

    @property
    def edges(self) -> Tensor:
        """Borders of the cells, (n + 1,)."""
        return torch.cat([self.x - self.dx / 2, self.x[-1:] + self.dx / 2])


def line_grid(low: float, high: float, n: int = 4001) -> Grid:
    """``n`` cells from ``low`` to ``high``.

    Raises:
        ValueError: If the interval is empty or ``n`` is below 1.
    """
    if not low < high or n < 1:
        raise ValueError(f"a grid from {low} to {high} with {n} cells is empty; give low < high and n >= 1")
    dx = (high - low) / n
    return Grid(low + dx * (torch.arange(n, dtype=torch.float64) + 0.5), dx)


def optimal_discriminator(p: Tensor, q: Tensor) -> Tensor:
    """D*(x) = p(x) / (p(x) + q(x)); one half where neither has mass. Source: Goodfellow et al. 2014, proposition 1."""
    both = p + q
    return torch.where(both > 0, p / both.clamp_min(torch.finfo(both.dtype).tiny), torch.full_like(both, 0.5))


def value(p: Tensor, q: Tensor, D: Tensor, dx: float) -> Tensor:
    """V(D, G) = E_p log D + E_q log(1 - D) for any D in [0, 1] on the grid. Source: Goodfellow et al. 2014, eq. 1."""
    return (torch.xlogy(p, D) + torch.xlogy(q, 1 - D)).sum() * dx


def value_at_optimum(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """max_D V(D, G) = 2 JSD(p, q) - log 4. Source: Goodfellow et al. 2014, theorem 1."""
    return 2 * jensen_shannon(p, q, dx) - LOG_4


def kullback_leibler(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """KL(p || q) = E_p log(p / q); infinite where q has no mass and p has."""
    return (torch.xlogy(p, p) - torch.xlogy(p, q)).sum() * dx


def jensen_shannon(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """JSD = KL(p || m)/2 + KL(q || m)/2 with m = (p + q)/2; from 0 to log 2."""
    m = (p + q) / 2
    return (kullback_leibler(p, m, dx) + kullback_leibler(q, m, dx)) / 2


def total_variation(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """TV = 1/2 * integral |p - q|; from 0 to 1."""
    return (p - q).abs().sum() * dx / 2


def wasserstein_1(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """W1 = integral |P - Q| of the distribution functions, on a line only; in units of x."""
    return ((p - q).cumsum(0) * dx).abs().sum() * dx


def kolmogorov_smirnov(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """Largest |P - Q| of the distribution functions, on a line only; from 0 to 1."""
    return ((p - q).cumsum(0) * dx).abs().max()


def chi_squared(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """Integral of (p - q)^2 / (p + q): Pearson's chi-squared of p + q against 2 q; from 0 to 2."""
    both = (p + q).clamp_min(torch.finfo(p.dtype).tiny)
    return ((p - q).square() / both).sum() * dx


def best_accuracy(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """(1 + TV)/2: how often the best classifier tells a balanced sample of p from one of q."""
    return (1 + total_variation(p, q, dx)) / 2


def distance_from_half(p: Tensor, q: Tensor, D: Tensor, dx: float) -> Tensor:
    """E |D - 1/2| over (p + q)/2. At the optimal D it is TV/2, so there, and only there, it measures the samples."""
    return ((p + q) / 2 * (D - 0.5).abs()).sum() * dx


def compare(p: Tensor, q: Tensor, dx: float) -> dict[str, float]:
    """All of them on a line, as numbers by name."""
    best = optimal_discriminator(p, q)
    found = {
        "jsd": jensen_shannon(p, q, dx),
        "value": value_at_optimum(p, q, dx),
        "kl": kullback_leibler(p, q, dx),
        "tv": total_variation(p, q, dx),
        "w1": wasserstein_1(p, q, dx),
        "ks": kolmogorov_smirnov(p, q, dx),
        "chi2": chi_squared(p, q, dx),
        "accuracy": best_accuracy(p, q, dx),
        "distance_from_half": distance_from_half(p, q, best, dx),
    }
    return {name: float(number) for name, number in found.items()}
