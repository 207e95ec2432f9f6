"""Worlds with a known truth: a density that can be written down and a sampler that draws from exactly it.

All but the uniform and the drawn histogram are mixtures of round Gaussians; a curve (spiral, moons) is a mixture of
many small ones along it, so its density is exact too. What D and G see is standardised; ``world.raw()`` is the control.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Generator, Tensor


@dataclass(frozen=True)
class World:
    """A distribution in the plane or on the line.

    Args:
        name: For titles and file names.
        log_density: ``(n, dim) -> (n,)``, nats per unit of length or area.
        draw: ``(n, generator) -> (n, dim)``.
        mean: Subtracted before D sees a sample, (dim,).
        std: Divided by likewise, (dim,).
        half_width: Samples and pictures live in the square [-half_width, half_width] around the origin.
        modes: Middles of the modes, (K, dim); None where there are none to count.
        mode_std: Standard deviation of a mode.
    """

    name: str
    log_density: Callable[[Tensor], Tensor]
    draw: Callable[[int, Generator | None], Tensor]
    mean: Tensor
    std: Tensor
    half_width: float
    modes: Tensor | None = None
    mode_std: float = 0.0

    @property
    def dim(self) -> int:
        """1 or 2."""
        return len(self.mean)

    def density(self, x: Tensor) -> Tensor:
        """p(x) at (n, dim), (n,)."""
        return self.log_density(x).exp()

    def sample(self, n: int, generator: Generator | None = None) -> Tensor:
        """``n`` independent draws, (n, dim) float32."""
        return self.draw(n, generator)

    def standardise(self, x: Tensor) -> Tensor:
        """(x - mean) / std: what D sees. Every low-dimensional set should be standardised first."""
        return (x - self.mean.to(x)) / self.std.to(x)

    def unstandardise(self, x: Tensor) -> Tensor:
        """The way back, for what G makes."""
        return x * self.std.to(x) + self.mean.to(x)

    def raw(self) -> "World":
        """The same world with standardising switched off: the control that shows why it is on."""
        return replace(self, name=f"{self.name} raw", mean=torch.zeros(self.dim), std=torch.ones(self.dim))


def mixture(
    name: str, means: Tensor, std: float | Tensor, weights: Tensor | None = None, *, count: bool = True
) -> World:
    """A mixture of round Gaussians.

    Args:
        name: Its name.
        means: (K, dim).
        std: Of every component, or (K,).
        weights: (K,), any positive numbers; even by default.
        count: Whether the components are modes to count.

    Raises:
        ValueError: If a deviation or a weight is not positive.
    """
    means = means.double()
    stds = torch.as_tensor(std, dtype=torch.float64).expand(len(means))
    shares = torch.ones(len(means), dtype=torch.float64) if weights is None else weights.double()
    if not (stds > 0).all() or not (shares > 0).all():
        raise ValueError(f"a mixture with deviations {stds.tolist()} and weights {shares.tolist()} has no density")
    shares = shares / shares.sum()
    dim = means.shape[1]

    def log_density(x: Tensor) -> Tensor:
        squares = torch.cdist(x.double(), means).square() / stds.square() / 2
        return torch.logsumexp(shares.log() - squares - dim * (stds * math.sqrt(2 * math.pi)).log(), dim=1)

    def draw(n: int, generator: Generator | None) -> Tensor:
        which = torch.multinomial(shares, n, replacement=True, generator=generator)
        noise = torch.randn(n, dim, generator=generator)
        return means[which].float() + stds[which, None].float() * noise

    mean = (shares[:, None] * means).sum(0)
    variance = (shares[:, None] * ((means - mean).square() + stds[:, None].square())).sum(0)
    reach = float((means.abs() + 4 * stds[:, None]).max())
    modes = means.float() if count else None
    return World(name, log_density, draw, mean.float(), variance.sqrt().float(), reach, modes, float(stds.mean()))


def gaussian(mean: float = 0.0, std: float = 1.0) -> World:
    """N(mean, std^2) on the line."""
    return mixture("gaussian", torch.tensor([[mean]]), std)


def line_mixture(means: Sequence[float], stds: Sequence[float], weights: Sequence[float] | None = None) -> World:
    """A mixture on the line."""
    shares = None if weights is None else torch.tensor(weights)
    return mixture("mixture", torch.tensor(means)[:, None], torch.tensor(stds), shares)


def histogram(heights: Sequence[float], low: float = -1.0, high: float = 1.0) -> World:
    """A density drawn by hand: even bins from ``low`` to ``high`` with these heights, flat within a bin.

    Raises:
        ValueError: If there is no mass, a height is negative, or low >= high.
    """
    bars = torch.as_tensor(heights, dtype=torch.float64)
    if not low < high or bars.dim() != 1 or not (bars >= 0).all() or not bars.sum() > 0:
        raise ValueError(f"heights {list(heights)} from {low} to {high} are no density: need mass, none negative")
    width = (high - low) / len(bars)
    density = bars / bars.sum() / width

    def log_density(x: Tensor) -> Tensor:
        place = ((x[:, 0].double() - low) / width).floor().long()
        inside = (place >= 0) & (place < len(bars))
        return torch.where(inside, density[place.clamp(0, len(bars) - 1)].log(), -torch.inf)

    def draw(n: int, generator: Generator | None) -> Tensor:
        which = torch.multinomial(bars, n, replacement=True, generator=generator)
        return (low + width * (which + torch.rand(n, generator=generator)))[:, None]

    middles = low + width * (torch.arange(len(bars)) + 0.5)
    mean = (density * width * middles).sum()
    variance = (density * width * ((middles - mean).square() + width**2 / 12)).sum()
    reach = max(abs(low), abs(high)) * 1.25
    return World("histogram", log_density, draw, mean[None].float(), variance.sqrt()[None].float(), reach)


def uniform_line(low: float = -1.0, high: float = 1.0) -> World:
    """U(low, high)."""
    return replace(histogram([1.0], low, high), name="uniform")


def ring(modes: int = 8, radius: float = 1.0, std: float = 0.01) -> World:
    """Gaussians on a circle: by default 8 of deviation .01 at radius 1. Source: Lin et al. 2018 (PacGAN), section 4."""
    angle = torch.arange(modes) * (2 * math.pi / modes)
    world = mixture("ring", radius * torch.stack([angle.cos(), angle.sin()], 1), std)
    return replace(world, half_width=1.4 * radius)


def grid(side: int = 5, spacing: float = 2.0, std: float = 0.05) -> World:
    """Gaussians on a square lattice: by default 25 of deviation .05 at {-4, -2, 0, 2, 4}^2. Source: as `ring`."""
    ticks = (torch.arange(side) - (side - 1) / 2) * spacing
    return replace(mixture("grid", torch.cartesian_prod(ticks, ticks), std), half_width=side * spacing / 2)


def spiral(turns: float = 1.75, std: float = 0.03, parts: int = 400) -> World:
    """One arm of a spiral of radius 1, even in arc length."""
    t = torch.linspace(0.15, 1, parts).sqrt() * turns * 2 * math.pi
    points = (t / t.max())[:, None] * torch.stack([t.cos(), t.sin()], 1)
    return replace(mixture("spiral", points, std, count=False), half_width=1.3)


def moons(std: float = 0.05, parts: int = 200) -> World:
    """Two half circles that reach into each other."""
    t = torch.linspace(0, math.pi, parts)
    upper = torch.stack([t.cos() - 0.5, t.sin() - 0.25], 1)
    lower = torch.stack([0.5 - t.cos(), 0.25 - t.sin()], 1)
    return replace(mixture("moons", torch.cat([upper, lower]), std, count=False), half_width=1.8)


WORLDS: dict[str, Callable[[], World]] = {
    "gaussian": gaussian,
    "mixture": lambda: line_mixture([-2, 0, 2.5], [0.4, 0.3, 0.6], [0.4, 0.2, 0.4]),
    "uniform": uniform_line,
    "ring": ring,
    "grid": grid,
    "spiral": spiral,
    "moons": moons,
}
"""The worlds that the command line can name."""
