"""k-means: so many pictures that stand for a set. As samples they are what a memoriser of averages would draw."""

import torch
from torch import Tensor

from sparring.games import noise_of
from sparring.metrics.rows import blocks, rows, squared_distances


def centroids(features: Tensor, count: int, seed: int = 0, rounds: int = 10) -> Tensor:
    """Lloyd's iteration from ``count`` different rows drawn by the seed, (count, d) float64.

    It ends after ``rounds`` or when no row changes its centroid. A centroid that no row is nearest to stays where it is.

    Args:
        features: (N, d).
        count: Centroids, 1 .. N; N gives the rows back.
        seed: Of the start.
        rounds: Assignments at most; each is one matrix product of N x count x d.

    Raises:
        ValueError: If count is not in 1 .. N, or features are no set of finite rows.

    Source: Lloyd 1982.
    """
    x = rows(features, "features")
    if not 1 <= count <= len(x) or rounds < 0:
        raise ValueError(f"{count} centroids of {len(x)} pictures in {rounds} rounds: 1 to {len(x)} in 0 or more")
    order = noise_of(seed, "k-means").share("start", len(x)).argsort(stable=True)[:count].to(x.device)
    middle = x.mean(0)
    x = x - middle
    found, nearest = x[order], torch.full((len(x),), -1, device=x.device)
    for _ in range(rounds):
        before = nearest
        nearest = torch.cat([squared_distances(x[part], found).argmin(1) for part in blocks(len(x), count)])
        if torch.equal(before, nearest):
            break
        sizes = torch.bincount(nearest, minlength=count)
        sums = torch.zeros_like(found).index_add_(0, nearest, x)
        found = torch.where(sizes[:, None] > 0, sums / sizes.clamp_min(1)[:, None], found)
    return found + middle
