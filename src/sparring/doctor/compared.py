"""Samples and real pictures compared, from small copies of both: cheap enough to look at while training goes on."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from sparring.metrics.kernel import Kept
from sparring.metrics.kmeans import centroids
from sparring.metrics.memorisation import nearest
from sparring.metrics.modes import modes
from sparring.metrics.rows import squared_distances
from sparring.metrics.translation import plain_features

SIDE = 8
CLUSTERS, FEWEST, RAREST = 10, 60, 0.03
"""Clusters of real pictures; pictures that they take; the share below which a cluster does not count."""
ENOUGH = 20
"""Pictures of each kind from which distances are worth a look."""
RIDGE = 1.0
LEAST = 0.1
"""Spread of a feature, in units of [-1, 1], below which it counts as this: what never changes says little."""
LOW, HIGH = 0.01, 0.99
SEEN = 1 << 20
"""Values that a percentile is taken of at most."""


class Small(NamedTuple):
    """Pictures seen small.

    Args:
        pooled: (N, C 64) float64, means over 8 x 8 fields.
        features: (N, 3 C 64) float64, as `plain_features`.
        values: 1st and 99th percentile of all values.
    """

    pooled: Tensor
    features: Tensor
    values: tuple[float, float]


def seen_small(pictures: Tensor) -> Small:
    """Pictures (N, C, H, W) in [-1, 1], seen small."""
    pictures = pictures.detach().float().cpu()
    pooled = nn.functional.adaptive_avg_pool2d(pictures, SIDE).flatten(1).double()
    flat = pictures.flatten()
    flat = flat[:: max(1, len(flat) // SEEN)]
    low, high = np.quantile(
        flat[:SEEN].numpy(), [LOW, HIGH]
    ).tolist()  # it parts the values; torch's sorts them: 10 x as long
    return Small(pooled, plain_features(pictures), (low, high))


def together(parts: list[Small]) -> Small:
    """Several parts of one set as one; percentiles are means over the parts."""
    values = [sum(p.values[i] * len(p.pooled) for p in parts) / sum(len(p.pooled) for p in parts) for i in (0, 1)]
    pooled, features = torch.cat([p.pooled for p in parts]), torch.cat([p.features for p in parts])
    return Small(pooled, features, (values[0], values[1]))


class Clusters(NamedTuple):
    """Clusters of real pictures: their centres (K, d), and the cluster of each real picture."""

    centres: Tensor
    real: Tensor

    def of(self, pooled: Tensor) -> Tensor:
        """The cluster of each picture, (N,) int64."""
        middle = self.centres.mean(0)
        return squared_distances(pooled - middle, self.centres - middle).argmin(1)

    def shares(self, pooled: Tensor) -> tuple[float, ...]:
        """Share of each cluster."""
        counts = torch.bincount(self.of(pooled), minlength=len(self.centres))
        return tuple(round(x, 4) for x in (counts / len(pooled)).tolist())

    def covered(self, pooled: Tensor) -> float:
        """Share of the clusters that hold at least a fifth of their fair share of these pictures."""
        found = modes(self.of(pooled), len(self.centres), self.real)
        return found.fair / found.of


def clusters(pooled: Tensor) -> Clusters | None:
    """Clusters of real pictures (N, d), without rare ones; None if there are fewer than 60 pictures."""
    if len(pooled) < FEWEST:
        return None
    centres = centroids(pooled, CLUSTERS, rounds=20)
    shares = torch.bincount(squared_distances(pooled, centres).argmin(1), minlength=CLUSTERS) / len(pooled)
    kept = Clusters(centres[shares >= RAREST], torch.zeros(0, dtype=torch.int64))
    return kept._replace(real=kept.of(pooled))


class Target:
    """Real pictures that others are compared with, by the kernel distance in plain features standardised by the real ones."""

    def __init__(self, real: Small) -> None:
        self.kept: Kept | None = None
        if len(real.features) >= ENOUGH:
            self.mean, self.std = real.features.mean(0), real.features.std(0).clamp_min(LEAST)
            self.kept = Kept((real.features - self.mean) / self.std)

    def distance(self, fake: Small) -> float | None:
        """Of pictures seen small; None if there are fewer than 20 of either."""
        if self.kept is None or len(fake.features) < ENOUGH:
            return None
        return self.kept.distance((fake.features - self.mean) / self.std)


def nearer_than_held_out(fake: Tensor, training: Tensor, held_out: Tensor) -> float | None:
    """Median distance of samples to the nearest training picture, as a share of that of held-out pictures.

    Copies of training pictures have 0. Samples as far from training pictures as new pictures of the same kind have 1.

    Args:
        fake: (M, d) pooled.
        training: (N, d).
        held_out: (K, d).

    Source: Meehan et al. 2020, the idea of its test.
    """
    if min(len(fake), len(training)) < ENOUGH or len(held_out) < 2:
        return None
    usual = nearest(held_out, training)[0].median()
    return float(nearest(fake, training)[0].median() / usual) if usual > 0 else None


class Labels(NamedTuple):
    """A linear classifier of pooled pictures: weights (d + 1, K), means (d,), and its accuracy on held-out pictures."""

    weights: Tensor
    middle: Tensor
    accuracy: float

    @property
    def classes(self) -> int:
        """How many."""
        return self.weights.shape[1]

    @property
    def above_chance(self) -> float:
        """Its accuracy: 0 is guessing, 1 is always right."""
        chance = 1 / self.classes
        return (self.accuracy - chance) / (1 - chance)

    def right(self, pooled: Tensor, y: Tensor) -> float:
        """How often it is right, each class counting alike."""
        said = (_with_one(pooled - self.middle) @ self.weights).argmax(1)
        return _balanced(said == y, y)

    def match(self, pooled: Tensor, y: Tensor) -> float:
        """How often samples show the class they were drawn for: 0 is chance, 1 as often as held-out pictures do."""
        chance = 1 / self.classes
        return (self.right(pooled, y) - chance) / max(self.accuracy - chance, 1e-6)


def labels(pooled: Tensor, y: Tensor, held_out: Tensor, held_y: Tensor, classes: int) -> Labels | None:
    """Ridge regression on one-hot labels, asked about held-out pictures. Pictures without a label (-1) do not count.

    Args:
        pooled: (N, d) training pictures.
        y: (N,) their labels.
        held_out: (M, d).
        held_y: (M,).
        classes: How many there are.

    Returns:
        None if fewer than 20 pictures of either have a label.
    """
    pooled, y, held_out, held_y = pooled[y >= 0], y[y >= 0], held_out[held_y >= 0], held_y[held_y >= 0]
    if min(len(y), len(held_y)) < ENOUGH or classes < 2:
        return None
    middle = pooled.mean(0)
    x = _with_one(pooled - middle)
    gram = x.T @ x + RIDGE * torch.eye(x.shape[1], dtype=x.dtype)
    weights = torch.linalg.solve(gram, x.T @ nn.functional.one_hot(y, classes).double())
    found = Labels(weights, middle, 0.0)
    return found._replace(accuracy=found.right(held_out, held_y))


def answered_between(training: list[float], held_out: list[float]) -> float | None:
    """Where D's answer to held-out pictures stands between that to training pictures (0) and that to fakes (1).

    r_v = (E D(training) - E D(held out)) / (E D(training) - E D(fake)): what D knows by heart, as a part of all it knows.

    Args:
        training: D's answers to training pictures and to fakes, in turn: one pair for each discriminator.
        held_out: The same with held-out pictures.

    Returns:
        The largest; None if there is no discriminator that tells training pictures from fakes.

    Source: Karras et al. 2020 (ADA), equation 1.
    """
    pairs = zip(training[::2], training[1::2], held_out[::2], strict=False)
    found = [(real - unseen) / (real - fake) for real, fake, unseen in pairs if real - fake > 0.1]
    return max(found, default=None)


def _with_one(x: Tensor) -> Tensor:
    return torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)


def _balanced(right: Tensor, y: Tensor) -> float:
    shares = [float(right[y == label].double().mean()) for label in sorted(set(y.tolist()))]
    return sum(shares) / len(shares)
