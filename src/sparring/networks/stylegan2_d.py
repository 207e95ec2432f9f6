"""StyleGAN2's discriminator: residual, with a look across the batch at its end.

Source: Karras et al. 2020 (Analyzing and Improving the Image Quality of StyleGAN); Karras et al. 2018 (minibatch deviation).
"""

import math

import torch
from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.networks.equalised import KEEPS, Conv, Linear, Resample, activate, half, halving, pyramid
from sparring.networks.mlp import Labels
from sparring.networks.stylegan2 import widths


def group_of(n: int, wanted: int) -> int:
    """How many of n rows make a group: the largest divisor of n up to ``wanted``, else the smallest above it; 1 only if n is 1.

    A group of one would have no deviation, and groups of several sizes would not be alike.
    """
    divisors = [g for g in range(2, n + 1) if n % g == 0]
    return max([g for g in divisors if g <= wanted], default=min(divisors, default=1))


class BatchDeviation(nn.Module):
    """One more map: how much the samples of a group differ, the mean over all features of their standard deviation.

    A group is some rows after one another, so that it does not depend on chance.

    Args:
        group: Samples in one; as near to it as the batch allows.
    """

    def __init__(self, group: int = 4) -> None:
        super().__init__()
        self.group = group

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C + 1, H, W)."""
        n, g = len(x), group_of(len(x), self.group)
        rows = x.reshape(n // g, g, -1).to(torch.promote_types(x.dtype, torch.float32))
        spread = (rows - rows.mean(1, keepdim=True)).square().mean(1)
        deviation = (spread + 1e-8).sqrt().mean(1).to(x)
        map_ = deviation.repeat_interleave(g).view(n, 1, 1, 1).expand(-1, -1, *x.shape[2:])
        return torch.cat([x, map_], 1)


class Down(nn.Module):
    """Residual block that halves the size: two convolutions, and beside them one of a single pixel.

    Args:
        a: Channels in.
        b: Channels out.
        size: (H, W) of what comes in.
    """

    def __init__(self, a: int, b: int, size: tuple[int, int]) -> None:
        super().__init__()
        self.first = Conv(a, a, 3)
        smaller = half(size)
        self.smooth = Resample(size, (2 * smaller[0] + 1, 2 * smaller[1] + 1), before=2)
        self.second = Conv(a, b, 3, stride=2, gain=KEEPS * math.sqrt(0.5))
        self.halve = halving(size)
        self.skip = Conv(a, b, 1, bias=False, gain=math.sqrt(0.5))

    def forward(self, x: Tensor) -> Tensor:
        """(N, a, H, W) -> (N, b, H/2, W/2), rounded up."""
        beside: Tensor = self.skip(self.halve(x))
        return activate(self.second(self.smooth(activate(self.first(x))))) + beside


class Discriminator(nn.Module):
    """Picture -> residual blocks -> deviation over the batch -> logit.

    Args:
        spec: Shape of the pictures.
        fmaps: Factor on the channels; 1 in the paper.
        width: Most channels of a map.
        classes: Labels that are told to D, by projection; 0 for none.
        group: Samples of a batch that are compared.
    """

    def __init__(self, spec: Spec, fmaps: float = 1.0, width: int = 512, classes: int = 0, group: int = 4) -> None:
        super().__init__()
        sizes = pyramid(spec.height, spec.width)[::-1]
        each = widths(len(sizes), fmaps, width)[::-1]
        self.read = Conv(spec.channels, each[0], 1)
        self.blocks = nn.Sequential(*(Down(each[i], each[i + 1], sizes[i]) for i in range(len(sizes) - 1)))
        self.deviation = BatchDeviation(group)
        self.conv = Conv(each[-1] + 1, each[-1], 3)
        self.dense = Linear(each[-1] * math.prod(sizes[-1]), each[-1], gain=KEEPS)
        self.logit = Linear(each[-1], 1)
        self.embed = Labels(classes, each[-1]) if classes else None

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (N, C, H, W) and labels (N,) -> logits (N,)."""
        x = self.blocks(activate(self.read(x)))
        x = activate(self.conv(self.deviation(x)))
        h = activate(self.dense(x.flatten(1)))
        logits: Tensor = self.logit(h).squeeze(1)
        return logits if self.embed is None else logits + (h * self.embed(y)).sum(1) / math.sqrt(h.shape[1])
