"""Residual networks for pictures of any size: those of SNGAN and of WGAN-GP, with 32 x 32 as the published form.

Source: Miyato et al. 2018, Miyato & Koyama 2018 (labels) and Gulrajani et al. 2017, with their published code (sngan_projection,
improved_wgan_training; both MIT).
"""

import math
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate, relu

from sparring.data.spec import Spec
from sparring.games.view import widen
from sparring.networks.dcgan import stages
from sparring.networks.mlp import Labels

SAME = 3
"""So many stages next to the smallest map have full width; every further one has half as many channels."""


class Generator(nn.Module):
    """z -> projection -> residual blocks that double the size -> batch norm, ReLU, convolution -> tanh.

    The first map is the picture's size divided by 2^n, rounded up, with a shorter side of 3 to 7 pixels; what is too much at the
    end is cut off evenly. At 32 x 32 there are three blocks of one width; larger pictures have more, each half as wide.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        features: Channels of the first maps.
        classes: Labels that are told to G, by conditional batch norm; 0 for none.
    """

    def __init__(self, spec: Spec, z_dim: int = 128, features: int = 256, classes: int = 0) -> None:
        super().__init__()
        n = stages(spec.height, spec.width)
        widths = [max(features >> max(0, i - SAME), 1) for i in range(n + 1)]
        self.size = (spec.height, spec.width)
        self.base = (features, math.ceil(spec.height / 2**n), math.ceil(spec.width / 2**n))
        self.project = nn.Linear(z_dim, math.prod(self.base))
        self.blocks = nn.ModuleList(Up(a, b, classes) for a, b in pairwise(widths))
        self.norm = nn.BatchNorm2d(widths[-1])
        self.draw = nn.Conv2d(widths[-1], spec.channels, 3, padding=1)
        glorot(self)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> pictures (N, C, H, W) in (-1, 1)."""
        x: Tensor = self.project(z).view(-1, *self.base)
        for block in self.blocks:
            x = block(x, y)
        top, left = (x.shape[2] - self.size[0]) // 2, (x.shape[3] - self.size[1]) // 2
        x = self.draw(relu(self.norm(x)))[:, :, top : top + self.size[0], left : left + self.size[1]]
        return torch.tanh(widen(x))


class Discriminator(nn.Module):
    """Picture -> residual blocks -> ReLU -> sum or mean over the map -> logit. The samples of a batch do not see each other.

    At 32 x 32 two blocks halve the size and two keep it, all of one width; larger pictures are halved more often at first, in
    blocks half as wide each.

    Args:
        spec: Shape of the pictures.
        features: Channels of the last maps.
        classes: Labels that are told to D, by projection; 0 for none.
        pool: How the last map becomes a vector.
        bias: Whether the logit has one.
        layer_norm: Whether blocks after the first have layer norm.
    """

    def __init__(
        self,
        spec: Spec,
        features: int = 128,
        classes: int = 0,
        pool: Literal["sum", "mean"] = "sum",
        bias: bool = False,
        layer_norm: bool = False,
    ) -> None:
        super().__init__()
        halved = max(1, stages(spec.height, spec.width) - 1)
        widths = [max(features >> max(0, halved + 1 - SAME - i), 1) for i in range(halved)] + [features] * 2
        blocks = [Block(a, b, down=i + 1 < halved, layer_norm=layer_norm) for i, (a, b) in enumerate(pairwise(widths))]
        self.blocks = nn.Sequential(First(spec.channels, widths[0]), *blocks)
        self.pool = pool
        self.logit = nn.Linear(features, 1, bias=bias)
        self.embed = Labels(classes, features) if classes else None
        glorot(self)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (N, C, H, W) and labels (N,) -> logits (N,)."""
        h = relu(widen(self.blocks(x)))
        h = h.sum((2, 3)) if self.pool == "sum" else h.mean((2, 3))
        logits: Tensor = self.logit(h).squeeze(1)
        return logits if self.embed is None else logits + (h * self.embed(y)).sum(1)


class Up(nn.Module):
    """Residual block of G: twice the size.

    Args:
        before: Channels that come in.
        after: Channels that go out.
        classes: Labels that its batch norms are told; 0 for none.
    """

    def __init__(self, before: int, after: int, classes: int = 0) -> None:
        super().__init__()
        self.norm1, self.norm2 = ConditionalBatchNorm(before, classes), ConditionalBatchNorm(after, classes)
        self.conv1 = nn.Conv2d(before, after, 3, padding=1)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.shortcut = nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, before, H, W) and labels (N,) -> (N, after, 2 H, 2 W)."""
        h = self.conv1(doubled(relu(self.norm1(x, y))))
        h = self.conv2(relu(self.norm2(h, y)))
        found: Tensor = h + doubled(
            self.shortcut(x)
        )  # a 1 x 1 convolution and the doubling may be done in either order
        return found


class Block(nn.Module):
    """Residual block of D: half the size or the same.

    Args:
        before: Channels that come in.
        after: Channels that go out.
        down: Whether the size is halved, by averages over 2 x 2 pixels.
        layer_norm: Whether there is layer norm before either ReLU.
    """

    def __init__(self, before: int, after: int, down: bool = False, layer_norm: bool = False) -> None:
        super().__init__()
        self.down = down
        # over channels and places, with a gain and a bias for each channel
        self.norm1, self.norm2 = (nn.GroupNorm(1, before) if layer_norm else nn.Identity() for _ in range(2))
        self.conv1 = nn.Conv2d(before, before, 3, padding=1)
        self.conv2 = nn.Conv2d(before, after, 3, padding=1)
        self.shortcut = nn.Conv2d(before, after, 1) if down or before != after else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) -> (N, after, H, W), or half of H and W, rounded up."""
        h = self.conv2(relu(self.norm2(self.conv1(relu(self.norm1(x))))))
        found: Tensor = self.shortcut(halved(x)) + halved(h) if self.down else self.shortcut(x) + h
        return found


class First(nn.Module):
    """Residual block that a picture meets first: no ReLU before its first convolution, half the size.

    Args:
        before: Channels of the picture.
        after: Channels that go out.
    """

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, padding=1)
        self.conv2 = nn.Conv2d(after, after, 3, padding=1)
        self.shortcut = nn.Conv2d(before, after, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, before, H, W) -> (N, after, H / 2, W / 2), rounded up."""
        found: Tensor = halved(self.conv2(relu(self.conv1(x)))) + self.shortcut(halved(x))
        return found


class ConditionalBatchNorm(nn.Module):
    """Batch norm with a gain and a bias for each channel, or for each channel and label; -1, no label, has gain 1 and bias 0.

    Args:
        features: Channels.
        classes: Labels; 0 for plain batch norm.

    Source: Dumoulin et al. 2017; Miyato & Koyama 2018.
    """

    def __init__(self, features: int, classes: int = 0) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(features, affine=not classes)
        self.gain, self.bias = (Labels(classes, features) if classes else None for _ in range(2))

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, features, H, W) and labels (N,) -> the same shape."""
        x = self.norm(x)
        if self.gain is None or self.bias is None:
            return x
        gain, bias = ((of(y)[:, :, None, None]).to(x.dtype) for of in (self.gain, self.bias))
        return torch.addcmul(x + bias, x, gain)  # the embedding is of the gain less 1


def doubled(x: Tensor) -> Tensor:
    """Every pixel four times: (N, C, H, W) -> (N, C, 2 H, 2 W)."""
    return interpolate(x, scale_factor=2.0, mode="nearest")


def halved(x: Tensor) -> Tensor:
    """Averages over 2 x 2 pixels, at an odd edge over what there is: (N, C, H, W) -> (N, C, H / 2, W / 2), rounded up."""
    return avg_pool2d(x, 2, ceil_mode=True)


@torch.no_grad()
def glorot(network: nn.Module) -> None:
    """Uniform weights that keep the variance in both directions; those before a ReLU or a sum have twice the variance; biases 0.

    These are the 3 x 3 convolutions of the residual blocks. Gains and biases by label start as those of a plain norm.

    Source: Glorot & Bengio 2010.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear | Labels):
            nn.init.xavier_uniform_(module.weight)
        if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)
    for module in network.modules():
        if isinstance(module, Up | Block | First):
            for conv in (module.conv1, module.conv2):
                nn.init.xavier_uniform_(conv.weight, math.sqrt(2))
        elif isinstance(module, ConditionalBatchNorm):
            for of in (module.gain, module.bias):
                if of is not None:
                    nn.init.zeros_(of.weight)
