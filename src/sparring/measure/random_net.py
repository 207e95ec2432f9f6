"""A fixed random convolutional network: features without any training, for pictures of every size and number of channels.

Random filters see colour, contrast, edges at several scales and roughly where they are. They know no objects, so a distance in them
ranks blur, noise and other sets, but says less about whether a picture shows what it should.

Source: Naeem et al. 2020, which takes random embeddings where pictures are unlike those of ImageNet.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, conv2d, pad

from sparring.games import noise_of

WIDTHS = (32, 64, 32)
GRIDS = (1, 1, 2)
"""Of each block: how many maps it has, and over how many fields each way their mean and standard deviation are taken."""
DIMENSION = sum(2 * width * grid**2 for width, grid in zip(WIDTHS, GRIDS, strict=True))


class RandomNet(nn.Module):
    """Strided 3 x 3 convolutions with ReLU; mean and standard deviation of each block's maps are the features.

    Weights are uniform with He's variance 2 / fan-in, a function of the number of channels alone: whole numbers times a power of
    two and one factor, so they are the same bits on every machine.

    Args:
        channels: Of the pictures.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        noise = noise_of("random features", channels)
        for number, (before, width) in enumerate(zip((channels, *WIDTHS), WIDTHS, strict=False)):
            bound = math.sqrt(6 / (9 * before))
            self.register_buffer(f"weight{number}", noise.uniform(f"block {number}", width, before, 3, 3) * bound)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> (N, 448)."""
        found = []
        for number, grid in enumerate(GRIDS):
            weight = self.get_buffer(f"weight{number}")
            x = conv2d(pad(x, (1, 1, 1, 1), "replicate"), weight, stride=2).relu()
            found += [part.flatten(1) for part in mean_and_deviation(x, grid)]
        return torch.cat(found, 1)


def mean_and_deviation(x: Tensor, grid: int) -> tuple[Tensor, Tensor]:
    """Of each of ``grid`` x ``grid`` fields of (N, C, H, W), both (N, C, grid, grid)."""
    middle = x.mean((2, 3), keepdim=True)  # squares about it lose no digits where a map is nearly constant
    mean = adaptive_avg_pool2d(x - middle, grid)
    square = adaptive_avg_pool2d((x - middle).square(), grid)
    return mean + middle, (square - mean.square()).clamp_min(0).sqrt()
