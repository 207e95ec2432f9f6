"""Layers of the style-based generators: equalised learning rates, pixel norm, and resampling by a smooth filter.

A leaky ReLU of these networks has a gain of sqrt 2, so that it keeps the size of what comes in. It is homogeneous, so the layer
before it takes that gain: its weights and bias are multiplied, and not every activation.

Source: Karras et al. 2018 (equalised learning rate, pixel norm); Karras et al. 2019, 2020 (the filter, the gains).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, leaky_relu, linear, pad

SLOPE = 0.2
KEEPS = math.sqrt(2)
"""Gain of a layer before a leaky ReLU, as the published networks have it for a slope of .2."""
TAPS = (1.0, 3.0, 3.0, 1.0)
DENSE = 64
"""Side in pixels up to which a filter is a product of matrices, which is faster there: half the time at 32 pixels on a CPU."""


def activate(x: Tensor) -> Tensor:
    """Leaky ReLU; its gain is in the layer before."""
    return leaky_relu(x, SLOPE)


def pixel_norm(x: Tensor) -> Tensor:
    """Each vector of channels brought to a mean square of 1: x / sqrt(mean of x^2), (N, C, ...)."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-8)


class Linear(nn.Module):
    """Linear map whose weights start as N(0, 1) and are scaled when used, so that Adam moves all layers equally fast.

    Args:
        a: Numbers in.
        b: Numbers out.
        bias: What it starts at.
        gain: Of the scale: `KEEPS` before a leaky ReLU.
        rate: Factor on its learning rate; .01 in the mapping network.
    """

    def __init__(self, a: int, b: int, bias: float = 0.0, gain: float = 1.0, rate: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(b, a) / rate)
        self.bias = nn.Parameter(torch.full((b,), bias / rate))
        self.scale, self.bias_scale = gain * rate / math.sqrt(a), gain * rate

    def forward(self, x: Tensor) -> Tensor:
        """(N, a) -> (N, b)."""
        return linear(x, self.weight * self.scale, self.bias * self.bias_scale)


class Conv(nn.Module):
    """Convolution with stride 1 or 2, weights scaled when used.

    Args:
        a: Channels in.
        b: Channels out.
        kernel: Its side, odd.
        stride: With 2 nothing is padded: what comes in has been filtered and padded already.
        bias: Whether it has one.
        gain: As in `Linear`.
    """

    def __init__(self, a: int, b: int, kernel: int, stride: int = 1, bias: bool = True, gain: float = KEEPS) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(b, a, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(b)) if bias else None
        self.gain, self.scale = gain, gain / math.sqrt(a * kernel**2)
        self.stride, self.padding = stride, kernel // 2 if stride == 1 else 0

    def forward(self, x: Tensor) -> Tensor:
        """(N, a, H, W) -> (N, b, H', W')."""
        bias = None if self.bias is None else self.bias * self.gain
        return conv2d(x, self.weight * self.scale, bias, self.stride, self.padding)


class Resample(nn.Module):
    """The filter [1, 3, 3, 1] along both axes, to any size: smooths, doubles or halves.

    What lies beyond a border is 0. Sizes are told beforehand, since a side of 2n - 1 pixels is halved to n and doubled from n like
    one of 2n.

    Args:
        size: (H, W) of what comes in.
        to: Of what goes out.
        up: 2 puts a zero after every pixel first, with a gain that keeps the brightness.
        down: 2 keeps every second pixel of the result.
        before: Pixels of border before the first; behind the last there are as many as ``to`` takes.
        gain: Factor along each axis.
    """

    rows: Tensor
    columns: Tensor

    def __init__(
        self, size: tuple[int, int], to: tuple[int, int], up: int = 1, down: int = 1, before: int = 1, gain: float = 1.0
    ) -> None:
        super().__init__()
        self.to_size, self.down, self.before = to, down, before
        self.dense = up > 1 or max(*size, *to) <= DENSE
        if self.dense:
            rows, columns = (_band(n, m, up, down, before, gain) for n, m in zip(size, to, strict=True))
        else:
            rows = columns = torch.tensor(TAPS) * (gain / sum(TAPS))
        self.register_buffer("rows", rows, persistent=False)
        self.register_buffer("columns", columns, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C, *to)."""
        if self.dense:
            return self.rows @ (x @ self.columns.T)
        channels, (h, w) = x.shape[1], x.shape[2:]
        bottom, right = ((m - 1) * self.down + 4 - n - self.before for n, m in zip((h, w), self.to_size, strict=True))
        x = pad(x, (self.before, right, self.before, bottom))
        x = conv2d(x, self.rows.view(1, 1, 4, 1).expand(channels, 1, 4, 1), stride=(self.down, 1), groups=channels)
        return conv2d(x, self.columns.expand(channels, 1, 1, 4), stride=(1, self.down), groups=channels)


def _band(n: int, m: int, up: int, down: int, before: int, gain: float) -> Tensor:
    """The filter along one axis as a matrix (m, n)."""
    tap = up * torch.arange(n) + before - down * torch.arange(m).unsqueeze(1)
    taps = torch.tensor(TAPS) * (gain * up / sum(TAPS))
    return torch.where((tap >= 0) & (tap < len(TAPS)), taps[tap.clamp(0, len(TAPS) - 1)], 0.0)


def doubling(size: tuple[int, int], to: tuple[int, int]) -> Resample:
    """From (H, W) to twice that, or one less."""
    return Resample(size, to, up=2, before=2)


def halving(size: tuple[int, int]) -> Resample:
    """From (H, W) to half of that, rounded up."""
    return Resample(size, half(size), down=2)


def half(size: tuple[int, int]) -> tuple[int, int]:
    """Half of a size, rounded up."""
    return -(-size[0] // 2), -(-size[1] // 2)


def pyramid(height: int, width: int) -> list[tuple[int, int]]:
    """Sizes from the coarsest map, whose longer side is 3 or 4 pixels, to the whole picture, each half of the next."""
    sizes = [(height, width)]
    while max(sizes[-1]) > 4:
        sizes.append(half(sizes[-1]))
    return sizes[::-1]
