"""Translators: picture in, picture out, of any height and width, from any number of channels to any other.

`ResNetTranslator` with its defaults is the generator of the CycleGAN paper. `UNetTranslator` is the one of pix2pix. Both say
how far they look (`context`) and on which grid they work (`stride`): what tiled translation needs to know.

Source: Johnson et al. 2016; Zhu et al. 2017, appendix 7.2; Ronneberger et al. 2015; Isola et al. 2017.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from sparring.games.dropout import Dropout
from sparring.networks.antialias import Doubled, Halved
from sparring.networks.instance_norm import InstanceNorm2d
from sparring.words import mark, tr

Norm = Literal["instance", "none"]
Up = Literal["transposed", "resize"]


class ResNetTranslator(nn.Module):
    """7x7 convolution, strided convolutions down, residual blocks, up again, 7x7 convolution.

    Args:
        channels_in: Of the pictures that come in.
        channels_out: Of the pictures that go out.
        width: Channels of the first map; every stage down has twice as many.
        blocks: Residual blocks in the middle: 9 for 256 pixels, 6 for 128.
        downs: Stages down, and up again.
        up: ``transposed`` convolution, or ``resize`` (nearest neighbour) and convolution, which leaves no checkerboard.
        norm: ``instance`` (no parameters, no running statistics, so every convolution has a bias) or ``none``.
        residual: The network adds to its input instead of drawing anew, and starts as the identity. Its output is cut to
            [-1, 1], which a plain network reaches only in the limit of tanh.
        antialias: Blur before halving and after doubling, with plain convolutions between; ``up`` then counts for nothing.

    Raises:
        ValueError: If a number is below its least.

    Source: Zhu et al. 2017, appendix 7.2; ``antialias``: Park et al. 2020.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        width: int = 64,
        blocks: int = 9,
        downs: int = 2,
        up: Up = "transposed",
        norm: Norm = "instance",
        residual: bool = False,
        antialias: bool = False,
    ) -> None:
        super().__init__()
        if min(channels_in, channels_out, width) < 1 or min(blocks, downs) < 0:
            text = mark(
                "channels {a} to {b}, width {width}, blocks {blocks}, downs {downs}: channels and width are 1 or more, "
                "blocks and downs 0 or more"
            )
            raise ValueError(tr(text, a=channels_in, b=channels_out, width=width, blocks=blocks, downs=downs))
        self.residual, self.channels_out = residual, channels_out
        widths = [width * 2**i for i in range(downs + 1)]
        layers: list[nn.Module] = [*_conv7(channels_in, width), *_normed(width, norm)]
        for a, b in pairwise(widths):
            conv = nn.Conv2d(a, b, 3, stride=1 if antialias else 2, padding=1)
            layers += [conv, *_normed(b, norm), *([Halved()] if antialias else [])]
        layers += [ResidualBlock(widths[-1], norm) for _ in range(blocks)]
        for a, b in pairwise(reversed(widths)):
            larger = [Doubled(), nn.Conv2d(a, b, 3, padding=1)] if antialias else _doubled(a, b, up)
            layers += [*larger, *_normed(b, norm)]
        layers += _conv7(width, channels_out)
        self.layers = nn.Sequential(*layers)
        self.stride = 2**downs
        self.context = 6 + 2 * self.stride * blocks + (5 if antialias else 3) * (self.stride - 1) + self.stride
        normal_weights(self)
        if residual:
            nn.init.zeros_(layers[-1].weight)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels_in, H, W) -> (N, channels_out, H, W) in [-1, 1]."""
        drawn = crop(self.layers(fit(x, self.stride, 2 * self.stride)), x).float()
        if not self.residual:
            return torch.tanh(drawn)
        base = x if x.shape[1] == self.channels_out else x.mean(1, keepdim=True)
        return within_range(base.float() + drawn)

    def encode(self, x: Tensor, taps: Sequence[int]) -> list[Tensor]:
        """Maps (N, C_i, h_i, w_i) after the layers of these numbers: 0 pads the picture; with antialias blocks begin at 12."""
        return tapped(self.layers, fit(x, self.stride, 2 * self.stride), taps)


class ResidualBlock(nn.Module):
    """x + conv(relu(conv(x))), reflecting at the border, each convolution normed.

    Args:
        width: Channels in and out.
        norm: As in `ResNetTranslator`.
    """

    def __init__(self, width: int, norm: Norm) -> None:
        super().__init__()
        first = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), *_normed(width, norm)]
        self.layers = nn.Sequential(
            *first, nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), *_normed(width, norm)[:-1]
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, width, h, w) -> the same shape."""
        added: Tensor = self.layers(x)
        return x + added


class UNetTranslator(nn.Module):
    """An encoder and a decoder with every encoder map handed across.

    Args:
        channels_in: Of the pictures that come in.
        channels_out: Of the pictures that go out.
        width: Channels of the first map; every stage has twice as many, up to ``8 * width``.
        downs: Stages down: 8 for 256 pixels, 7 for 128.
        norm: As in `ResNetTranslator`; the innermost map, which may be 1x1, has none.
        dropout: Share of units that the first three stages up drop in training: the only noise that pix2pix has.

    Raises:
        ValueError: If a number is below 1.

    Source: Isola et al. 2017, appendix 6.1.
    """

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        width: int = 64,
        downs: int = 5,
        norm: Norm = "instance",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if min(channels_in, channels_out, width, downs) < 1:
            text = mark("channels {a} to {b}, width {width}, downs {downs}: all must be 1 or more")
            raise ValueError(tr(text, a=channels_in, b=channels_out, width=width, downs=downs))
        widths = [width * min(2**i, 8) for i in range(downs)]
        self.down, self.up = nn.ModuleList(), nn.ModuleList()
        for i, b in enumerate(widths):
            inner = i in (0, downs - 1)
            conv = nn.Conv2d(widths[i - 1] if i else channels_in, b, 4, stride=2, padding=1)
            self.down.append(
                nn.Sequential(*([nn.LeakyReLU(0.2)] if i else []), conv, *_normed(b, "none" if inner else norm)[:-1])
            )
        for i in reversed(range(downs)):
            a = widths[i] * (1 if i == downs - 1 else 2)
            b = widths[i - 1] if i else channels_out
            up = nn.ConvTranspose2d(a, b, 4, stride=2, padding=1)
            dropped = [Dropout(dropout)] if dropout and i and i > downs - 4 else []
            self.up.append(nn.Sequential(nn.ReLU(), up, *_normed(b, norm if i else "none")[:-1], *dropped))
        self.stride = 2**downs
        self.context = 4 * self.stride
        normal_weights(self)

    def forward(self, x: Tensor) -> Tensor:
        """(N, channels_in, H, W) -> (N, channels_out, H, W) in (-1, 1)."""
        maps = [fit(x, self.stride, 2 * self.stride)]
        for stage in self.down:
            maps.append(stage(maps[-1]))
        h = maps[-1]
        for i, stage in enumerate(self.up):
            h = stage(h if i == 0 else torch.cat([h, maps[-1 - i]], 1))
        return torch.tanh(crop(h, x).float())


def tapped(layers: nn.Sequential, x: Tensor, taps: Sequence[int]) -> list[Tensor]:
    """What comes out of some layers, in their order; those after the last of them are not computed.

    Args:
        layers: Of the network.
        x: (N, C, H, W).
        taps: Numbers of layers from 0.

    Raises:
        ValueError: If there is no such layer.
    """
    if not taps or min(taps) < 0 or max(taps) >= len(layers):
        text = mark("layers {taps}: the network has layers 0 to {last}")
        raise ValueError(tr(text, taps=", ".join(map(str, taps)) or "-", last=len(layers) - 1))
    maps: list[Tensor] = []
    for i in range(max(taps) + 1):
        x = layers[i](x)
        if i in taps:
            maps.append(x)
    return maps


class _Cut(torch.autograd.Function):
    """Cut to [-1, 1]; a gradient that would bring a value back inside is let through."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x.clamp(-1, 1)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        (x,), (g,) = ctx.saved_tensors, gradients
        return g.masked_fill(((x > 1) & (g < 0)) | ((x < -1) & (g > 0)), 0)


def within_range(x: Tensor) -> Tensor:
    """Cut to [-1, 1] without killing the gradient of what lies outside: a step that leads back inside stays possible."""
    cut: Tensor = _Cut.apply(x)  # type: ignore[no-untyped-call]
    return cut


def fit(x: Tensor, stride: int, least: int) -> Tensor:
    """Pad right and below to a multiple of ``stride`` and at least ``least``: reflected, or repeated if too small for that."""
    tall = max(-(-x.shape[2] // stride) * stride, least) - x.shape[2]
    wide = max(-(-x.shape[3] // stride) * stride, least) - x.shape[3]
    if not tall and not wide:
        return x
    reflects = tall < x.shape[2] and wide < x.shape[3]
    return pad(x, (0, wide, 0, tall), "reflect" if reflects else "replicate")


def crop(x: Tensor, like: Tensor) -> Tensor:
    """The upper left part of ``x`` that is as high and wide as ``like``."""
    return x[:, :, : like.shape[2], : like.shape[3]]


@torch.no_grad()
def normal_weights(network: nn.Module) -> None:
    """Convolutions from N(0, .02), biases 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


@torch.no_grad()
def xavier_weights(network: nn.Module, gain: float = 0.02) -> None:
    """Convolutions and linear layers from N(0, gain^2 2 / (fan_in + fan_out)), biases 0.

    Source: Park et al. 2020, reference code.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.xavier_normal_(module.weight, gain)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def _conv7(a: int, b: int) -> list[nn.Module]:
    return [nn.ReflectionPad2d(3), nn.Conv2d(a, b, 7)]


def _normed(width: int, norm: Norm) -> list[nn.Module]:
    """What follows a convolution: the norm, if there is one, and ReLU last."""
    return [*([InstanceNorm2d(width)] if norm == "instance" else []), nn.ReLU()]


def _doubled(a: int, b: int, up: Up) -> list[nn.Module]:
    if up == "transposed":
        return [nn.ConvTranspose2d(a, b, 3, stride=2, padding=1, output_padding=1)]
    return [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(a, b, 3)]
