"""Modulated convolutions: a style scales the weights' input channels, and the weights are brought back to unit size."""

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, conv_transpose2d

from sparring.games.dropout import Chance
from sparring.games.noise import Noise
from sparring.networks.equalised import KEEPS, Linear, Resample, activate

EPSILON = 1e-8


def modulated_conv(
    x: Tensor,
    weight: Tensor,
    style: Tensor,
    demodulate: bool = True,
    up: bool = False,
    grouped: bool = False,
    gain: float = 1.0,
) -> Tensor:
    """Convolve every sample with weights of its own: w'_oi = s_i w_oi, w''_oi = w'_oi / sqrt(sum over i and kernel of w'^2).

    Args:
        x: (N, I, H, W).
        weight: (O, I, k, k), k odd; H and W stay as they are.
        style: s, (N, I).
        demodulate: Whether w'' is used, or w'.
        up: A transposed convolution with stride 2: (N, O, 2H + k - 2, 2W + k - 2).
        grouped: As one convolution in N groups, each with its weights. The same, and the default, is to scale the channels of x
            by s and those of the result by the root: fewer weights to write, and a dense convolution, which CPUs prefer.
        gain: Factor on w''.

    Source: Karras et al. 2020 (Analyzing and Improving), equations 1 to 3.
    """
    n, (out, channels, k, _) = len(x), weight.shape
    scale = None
    if demodulate:  # the sum over the kernel first, so that it does not depend on the sample
        energy = style.square() @ weight.square().sum((2, 3)).T
        scale = gain * torch.rsqrt(energy.to(torch.promote_types(energy.dtype, torch.float32)) + EPSILON)
    if not grouped:
        x = x * style[:, :, None, None].to(x)
        x = conv_transpose2d(x, weight.transpose(0, 1), stride=2) if up else conv2d(x, weight, padding=k // 2)
        return x if scale is None else x * scale[:, :, None, None].to(x)
    own = weight * style[:, None, :, None, None]
    own = own if scale is None else own * scale[:, :, None, None, None]
    x = x.reshape(1, n * channels, *x.shape[2:])
    if up:
        x = conv_transpose2d(x, own.transpose(1, 2).reshape(n * channels, out, k, k), stride=2, groups=n)
    else:
        x = conv2d(x, own.reshape(n * out, channels, k, k), padding=k // 2, groups=n)
    return x.view(n, out, *x.shape[2:])


def source(layer: Chance, device: torch.device) -> Noise:
    """Where a layer draws from in training: the noise of the move, or of a network that is trained by hand torch's stream."""
    return layer.noise or Noise(torch.randint(1 << 62, (), device=device))


class Injection(Chance):
    """Noise for every pixel, the same in all channels, by a learnt strength. What is drawn from stays the same outside training.

    Args:
        size: (H, W) of the map.

    Source: Karras et al. 2019, section 2.
    """

    fixed: Tensor

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("fixed", torch.randn(1, 1, *size))

    def forward(self, x: Tensor) -> Tensor:
        """What is to be added to (N, C, H, W): (N or 1, 1, H, W)."""
        if not self.training:
            return self.fixed * self.strength
        drawn = source(self, x.device).normal(self.name, len(x), *self.fixed.shape[1:])
        return drawn.to(self.strength) * self.strength


class StyledConv(nn.Module):
    """Modulated 3 x 3 convolution, noise, bias, leaky ReLU.

    Args:
        a: Channels in.
        b: Channels out.
        w_dim: Numbers in w.
        size: (H, W) of the result.
        before: Of what comes in, if that is half as large; else the same.
    """

    def __init__(
        self, a: int, b: int, w_dim: int, size: tuple[int, int], before: tuple[int, int] | None = None
    ) -> None:
        super().__init__()
        self.style = Linear(w_dim, a, bias=1.0)
        self.weight = nn.Parameter(torch.randn(b, a, 3, 3))
        self.bias = nn.Parameter(torch.zeros(b))
        self.noise = Injection(size)
        self.scale, self.grouped = 1 / math.sqrt(a * 9), False
        self.smooth = None
        if before is not None:  # of the zeros between the pixels, filtered after the convolution
            self.smooth = Resample((2 * before[0] + 1, 2 * before[1] + 1), size, gain=2.0)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """(N, a, H', W') and w (N, w_dim) -> (N, b, H, W)."""
        up = self.smooth is not None
        x = modulated_conv(x, self.weight * self.scale, self.style(w), True, up, self.grouped, KEEPS)
        x = x if self.smooth is None else self.smooth(x)
        return activate(x + KEEPS * self.noise(x).to(x) + (KEEPS * self.bias).view(-1, 1, 1).to(x))


class ToPicture(nn.Module):
    """Modulated 1 x 1 convolution to the picture's channels, without demodulation."""

    def __init__(self, a: int, channels: int, w_dim: int) -> None:
        super().__init__()
        self.style = Linear(w_dim, a, bias=1.0)
        self.weight = nn.Parameter(torch.randn(channels, a, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.scale, self.grouped = 1 / math.sqrt(a), False

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """(N, a, H, W) and w (N, w_dim) -> (N, channels, H, W), at least in float32."""
        x = modulated_conv(x, self.weight * self.scale, self.style(w), demodulate=False, grouped=self.grouped)
        return x.to(torch.promote_types(x.dtype, torch.float32)) + self.bias.view(-1, 1, 1)
