"""The way through noise that frames are drawn on: from seed to seed, and back to the first for a loop."""

from collections.abc import Sequence

import torch
from torch import Tensor

from sparring.errors import CommandError
from sparring.games import Prior, noise_of
from sparring.words import tr

MOST = 10_000


def walk(prior: Prior, seeds: Sequence[int], frames: int, closed: bool, device: torch.device) -> Tensor:
    """Noise at equal steps of the way, (frames, dim).

    Args:
        prior: Says which way leads from one z to another.
        seeds: Two or more; each leg of the way takes the same number of steps.
        frames: In all; the first is the first seed's, the last the last one's, or of a loop the one before the first again.
        closed: Whether it is a loop.
        device: Where to.

    Raises:
        CommandError: If there are fewer than 2 seeds, fewer frames than seeds, or more than 10,000.
    """
    if len(seeds) < 2:
        raise CommandError(tr("{n} seeds given; a way needs at least 2", n=len(seeds)))
    if not len(seeds) <= frames <= MOST:
        raise CommandError(
            tr(
                "{frames} frames requested; the number must be from {least} to 10,000",
                frames=frames,
                least=len(seeds),
            )
        )
    points = [prior(noise_of(seed, device=device), 1) for seed in seeds]
    points += points[:1] if closed else []
    legs = len(points) - 1
    at = torch.linspace(0, legs, frames + closed, device=device)[:frames]
    leg = at.long().clamp(max=legs - 1)
    ways = [
        prior.between(points[i], points[i + 1], (at[leg == i] - i).unsqueeze(1))
        for i in range(legs)
        if (leg == i).any()
    ]
    return torch.cat(ways)
