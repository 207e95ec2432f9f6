"""Which modes does G cover, and how well? Every measure beside what perfect samples would score.

Counting a mode when one sample lands in it is nearly blind, so a mode counts here when it holds at least a fifth of
its fair share. A share of high quality above its ceiling is too little spread, not excellence, and a KL below its floor
is luck.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from sparring.theory.worlds import World

FAIR_PART = 0.2
WITHIN = 3.0


@dataclass(frozen=True)
class Coverage:
    """What samples of a world with modes score.

    Args:
        modes: All modes, K.
        covered: Modes with at least one sample of high quality.
        fair: Modes holding at least 20 % of their fair share N/K in samples of high quality.
        high_quality: Share of samples within 3 standard deviations of the nearest mode.
        high_quality_ceiling: What perfect samples score: 1 - e^-4.5 = 98.89 % in the plane.
        kl: KL(shares || uniform) of the modes' shares among samples of high quality, nats; log K if there is none.
        kl_floor: What perfect samples score on average: (K - 1) / 2N.
        n: Samples looked at, N.
    """

    modes: int
    covered: int
    fair: int
    high_quality: float
    high_quality_ceiling: float
    kl: float
    kl_floor: float
    n: int


def ceiling(dim: int) -> float:
    """Share of a round Gaussian within 3 standard deviations of its middle."""
    return 1 - math.exp(-(WITHIN**2) / 2) if dim == 2 else math.erf(WITHIN / math.sqrt(2))


def coverage(samples: Tensor, world: World) -> Coverage:
    """Measure samples (N, dim), in the world's own units.

    Raises:
        ValueError: If the world has no modes to count, or there are no samples.

    Source: Lin et al. 2018 (PacGAN), section 4, for high quality and KL.
    """
    if world.modes is None or not len(samples):
        raise ValueError(f"world {world.name!r} with {len(samples)} samples: nothing to count modes in")
    n, k = len(samples), len(world.modes)
    distance, nearest = torch.cdist(samples.float(), world.modes).min(1)
    good = distance <= WITHIN * world.mode_std
    counts = torch.bincount(nearest[good], minlength=k).double()
    shares = counts / counts.sum().clamp_min(1)
    kl = math.log(k) + float(torch.xlogy(shares, shares).sum())
    return Coverage(
        modes=k,
        covered=int((counts > 0).sum()),
        fair=int((counts >= FAIR_PART * n / k).sum()),
        high_quality=float(good.double().mean()),
        high_quality_ceiling=ceiling(world.dim),
        kl=kl,
        kl_floor=(k - 1) / (2 * max(1, int(counts.sum()))),
        n=n,
    )
