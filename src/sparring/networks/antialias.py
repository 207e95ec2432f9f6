"""Halving and doubling a map without aliases: blur first, then take every second place.

Source: Zhang 2019 (Making convolutional networks shift-invariant again), as Park et al. 2020 (CUT) use it.
"""

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, pad


class Halved(nn.Module):
    """Blur with [1, 2, 1] / 4 along both axes, reflecting at the border, and keep every second place. No parameters."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W), both sides at least 2 -> (N, C, ceil(H / 2), ceil(W / 2))."""
        return avg_pool2d(avg_pool2d(pad(x, (1, 1, 1, 1), "reflect"), 2, 1), 2)  # [1, 2, 1] is [1, 1] twice


class Doubled(nn.Module):
    """Twice as high and wide, blurred with [1, 3, 3, 1] / 4: bilinear interpolation. No parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.larger = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, 2 H, 2 W)."""
        larger: Tensor = self.larger(x)
        return larger
