"""Networks of R3GAN: residual blocks of 1x1, grouped 3x3 and 1x1 convolutions, no normalisation, fix-up initial weights.

Source: Huang et al. 2024 (R3GAN), section 4; Zhang et al. 2019 (fix-up initialisation).
"""

import math
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d

from sparring.data.spec import Spec
from sparring.games.view import widen
from sparring.networks.mlp import Labels
from sparring.words import mark, tr

SLOPE = 0.2
"""Slope below zero of the leaky ReLUs."""


class Block(nn.Module):
    """x + W3(act(b2 + grouped 3x3(act(b1 + W1 x)))): W1 doubles the channels, W3 halves them.

    Args:
        width: Channels in and out.
        group: Channels of a group of the 3x3 convolution, a divisor of ``2 * width``.

    Raises:
        ValueError: If it is no divisor.
    """

    def __init__(self, width: int, group: int) -> None:
        super().__init__()
        inner = 2 * width
        if inner % group:
            text = mark("group_width is {group}; it must divide {inner}, twice the width {width}")
            raise ValueError(tr(text, group=group, inner=inner, width=width))
        self.widen = nn.Conv2d(width, inner, 1)
        self.grouped = nn.Conv2d(inner, inner, 3, padding=1, groups=inner // group)
        self.narrow = nn.Conv2d(inner, width, 1, bias=False)
        self.act = nn.LeakyReLU(SLOPE)

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) -> the same shape."""
        added: Tensor = self.narrow(self.act(self.grouped(self.act(self.widen(x)))))
        return x + added


class Generator(nn.Module):
    """z -> a learnt basis of small maps, each multiplied by a linear function of z -> blocks and upsampling -> 1x1 convolution.

    The basis is the picture's size divided by 2^(stages - 1), rounded up; an upsampled map ends where it has the size of its
    stage, again rounded up, so pictures of any size come out exactly. There is no tanh: in training the output is unbounded; in
    evaluation it is cut to [-1, 1], as whatever stores a picture would.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        widths: Channels of every stage, from the smallest maps to the largest.
        blocks: Blocks of a stage.
        group: Channels of a group of the 3x3 convolutions.
        classes: Labels that are told to G, as an embedding beside z; 0 for none.
        embedding: Numbers in that embedding.
    """

    def __init__(
        self,
        spec: Spec,
        z_dim: int = 64,
        widths: Sequence[int] = (768, 768, 768, 768),
        blocks: int = 2,
        group: int = 16,
        classes: int = 0,
        embedding: int = 64,
    ) -> None:
        super().__init__()
        smallest, *self.sizes = reversed(sizes(spec.height, spec.width, len(widths)))
        self.embed = Labels(classes, embedding) if classes else None
        self.basis = nn.Parameter(torch.empty(widths[0], *smallest))
        self.project = nn.Linear(z_dim + (embedding if classes else 0), widths[0], bias=False)
        self.first = stage(widths[0], blocks, group)
        self.changes = nn.ModuleList(channels(a, b) for a, b in pairwise(widths))
        self.stages = nn.ModuleList(stage(width, blocks, group) for width in widths[1:])
        self.pixels = nn.Conv2d(widths[-1], spec.channels, 1, bias=False)
        fixup_weights(self)
        nn.init.normal_(self.basis)
        if self.embed is not None:
            nn.init.normal_(self.embed.weight, 0.0, classes**-0.5)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> pictures (N, C, H, W)."""
        if self.embed is not None:
            z = torch.cat([z, self.embed(y)], 1)
        x: Tensor = self.first(self.basis * self.project(z)[:, :, None, None])
        for change, blocks, size in zip(self.changes, self.stages, self.sizes, strict=True):
            x = blocks(upsampled(change(x), size))
        pictures = widen(self.pixels(x))
        return pictures if self.training else pictures.clamp(-1, 1)


class Discriminator(nn.Module):
    """G's mirror: 1x1 convolution -> blocks and downsampling -> one weight for every place of every channel -> logit.

    With classes, the last linear map ends in an embedding's space, and the logit is its product with the label's embedding; a
    picture without a label (-1) is judged by the mean of all classes.

    Args:
        spec: Shape of the pictures.
        widths: Channels of every stage, from the smallest maps to the largest, as G's.
        blocks: Blocks of a stage.
        group: Channels of a group of the 3x3 convolutions.
        classes: Labels that are told to D; 0 for none.
        embedding: Numbers in their embedding.
    """

    def __init__(
        self,
        spec: Spec,
        widths: Sequence[int] = (768, 768, 768, 768),
        blocks: int = 2,
        group: int = 16,
        classes: int = 0,
        embedding: int = 64,
    ) -> None:
        super().__init__()
        widths = tuple(reversed(widths))
        smallest = sizes(spec.height, spec.width, len(widths))[-1]
        self.pixels = nn.Conv2d(spec.channels, widths[0], 1, bias=False)
        self.stages = nn.ModuleList(stage(width, blocks, group) for width in widths[:-1])
        self.changes = nn.ModuleList(channels(a, b) for a, b in pairwise(widths))
        self.last = stage(widths[-1], blocks, group)
        self.places = nn.Conv2d(widths[-1], widths[-1], smallest, groups=widths[-1], bias=False)
        self.logit = nn.Linear(widths[-1], embedding if classes else 1, bias=False)
        self.embed = nn.Embedding(classes, embedding) if classes else None
        fixup_weights(self)
        if self.embed is not None:
            nn.init.normal_(self.embed.weight, 0.0, (embedding * classes) ** -0.5)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (N, C, H, W) and labels (N,) -> logits (N,)."""
        x = self.pixels(x)
        for blocks, change in zip(self.stages, self.changes, strict=True):
            x = change(downsampled(blocks(x)))
        h: Tensor = self.logit(self.places(self.last(x)).flatten(1))
        if self.embed is None:
            return h.squeeze(1)
        told = self.embed.weight.mean(0)
        if y is not None:
            told = torch.where((y < 0)[:, None], told, self.embed(y.clamp_min(0)))
        return (h * told).sum(1)


def sizes(height: int, width: int, stages: int) -> list[tuple[int, int]]:
    """The size of each stage's maps, the largest first: each the half of the one before, rounded up."""
    return [(math.ceil(height / 2**k), math.ceil(width / 2**k)) for k in range(stages)]


def stage(width: int, blocks: int, group: int) -> nn.Sequential:
    """Blocks at one size."""
    return nn.Sequential(*(Block(width, group) for _ in range(blocks)))


def channels(before: int, after: int) -> nn.Module:
    """A 1x1 convolution where the number of channels changes; it costs least at the smaller size, to either side."""
    return nn.Identity() if before == after else nn.Conv2d(before, after, 1, bias=False)


def upsampled(x: Tensor, size: tuple[int, int]) -> Tensor:
    """(N, C, h, w) -> (N, C, *size), at most twice as large: values stay, and between two stands their mean.

    This is the kernel [1, 2, 1] / 2 in each direction; beyond the last value it goes on.
    """
    x = torch.cat([x, x[:, :, -1:]], 2)
    x = torch.cat([x, x[:, :, :, -1:]], 3)
    n = x.shape[1]
    made = conv_transpose2d(x, (_binomial(x) / 4).expand(n, 1, 3, 3), stride=2, padding=1, groups=n)
    return made[:, :, : size[0], : size[1]]


def downsampled(x: Tensor) -> Tensor:
    """(N, C, h, w) -> half the size, rounded up: every other value, smoothed by [1, 2, 1] / 4 in each direction.

    The border goes on beyond the ends.
    """
    x = torch.cat([x[:, :, :1], x, x[:, :, -1:]], 2)
    x = torch.cat([x[:, :, :, :1], x, x[:, :, :, -1:]], 3)
    n = x.shape[1]
    return conv2d(x, (_binomial(x) / 16).expand(n, 1, 3, 3), stride=2, groups=n)


def _binomial(x: Tensor) -> Tensor:
    """[1, 2, 1] times [1, 2, 1], (3, 3); made where x is, so that the host sends nothing."""
    line = 2 - (torch.arange(3, device=x.device, dtype=x.dtype) - 1).abs()
    return line[:, None] * line


@torch.no_grad()
def fixup_weights(network: nn.Module) -> None:
    """Initial weights without norms: N(0, g^2 / fan-in), biases 0, every block starts as the identity.

    g is 1; inside blocks it is He's gain for the leaky ReLU divided by the fourth root of the number of blocks, and the last
    convolution of a block is 0.

    Source: Zhang et al. 2019, for three layers a block; Huang et al. 2024.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.normal_(module.weight, 0.0, module.weight[0].numel() ** -0.5)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    blocks = [module for module in network.modules() if isinstance(module, Block)]
    for block in blocks:
        for conv in (block.widen, block.grouped):
            conv.weight.mul_(math.sqrt(2 / (1 + SLOPE**2)) * len(blocks) ** -0.25)
        nn.init.zeros_(block.narrow.weight)
