"""Do pictures differ from one another as much as real ones do? The plainest sign of a collapse, without a network."""

import torch
from torch import Tensor, nn

SIDE = 8
MOST = 256


def diversity(pictures: Tensor, y: Tensor | None = None) -> float | None:
    """Mean distance of two different pictures, seen small: averages over 8 x 8 fields, so that mere noise hardly counts.

    Args:
        pictures: (N, C, H, W); the first 256 are compared.
        y: Labels (N,): only pictures of one label are compared, or a G that knows nothing but its label would pass.

    Returns:
        The mean Euclidean distance, in units of the pictures; None if there is no pair to compare.
    """
    small = nn.functional.adaptive_avg_pool2d(pictures[:MOST].float(), SIDE).flatten(1)
    pairs = torch.ones(len(small), len(small), dtype=torch.bool, device=small.device).triu(1)
    if y is not None:
        same = y[:MOST].to(small.device)
        pairs &= (same[:, None] == same) & (same[:, None] >= 0)
    distances = torch.cdist(small, small, compute_mode="donot_use_mm_for_euclid_dist")[pairs]
    return distances.mean().item() if len(distances) else None
