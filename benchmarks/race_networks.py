"""The networks of the public tutorials, layer for layer. Discriminators give logits; the loops put the sigmoid behind them.

Source: yunjey/pytorch-tutorial, generative_adversarial_network; pytorch/tutorials, dcgan_faces;
junyanz/pytorch-CycleGAN-and-pix2pix, models/networks.py: written anew after them.
"""

import itertools

from torch import Tensor, nn


def mlp_networks() -> tuple[nn.Sequential, nn.Sequential]:
    """G (N, 64) -> (N, 784) and D (N, 784) -> logits (N, 1) of the MLP tutorial."""
    D = nn.Sequential(nn.Linear(784, 256), nn.LeakyReLU(0.2), nn.Linear(256, 256), nn.LeakyReLU(0.2), nn.Linear(256, 1))
    G = nn.Sequential(
        *[nn.Linear(64, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU()],
        *[nn.Linear(256, 784), nn.Tanh()],
    )
    return G, D


def dcgan_networks(side: int, features: int = 64, channels: int = 3) -> tuple[nn.Sequential, nn.Sequential]:
    """G (N, 100, 1, 1) -> (N, C, side, side) and D -> logits (N, 1, 1, 1) of the DCGAN tutorial; a stage less at 32 pixels."""
    widths = [features * 2**i for i in range((side // 8).bit_length())]
    up: list[nn.Module] = [nn.ConvTranspose2d(100, widths[-1], 4, 1, 0, bias=False)]
    for a, b in itertools.pairwise(reversed(widths)):
        up += [nn.BatchNorm2d(a), nn.ReLU(True), nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False)]
    up += [nn.BatchNorm2d(features), nn.ReLU(True), nn.ConvTranspose2d(features, channels, 4, 2, 1, bias=False)]
    down: list[nn.Module] = [nn.Conv2d(channels, features, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for a, b in itertools.pairwise(widths):
        down += [nn.Conv2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.LeakyReLU(0.2, inplace=True)]
    G, D = nn.Sequential(*up, nn.Tanh()), nn.Sequential(*down, nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False))
    for module in (*G, *D):
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
    return G, D


class Residual(nn.Module):
    """x + conv(relu(conv(x))), reflecting at the border, with instance norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        first = [nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width), nn.ReLU(True)]
        self.block = nn.Sequential(*first, nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = x + self.block(x)
        return out


def cyclegan_networks() -> tuple[nn.Sequential, nn.Sequential]:
    """The reference code's translator with 9 blocks, and its 70-pixel PatchGAN: (N, 3, H, W) -> logits (N, 1, h, w)."""
    G: list[nn.Module] = [nn.ReflectionPad2d(3), nn.Conv2d(3, 64, 7), nn.InstanceNorm2d(64), nn.ReLU(True)]
    for w in (64, 128):
        G += [nn.Conv2d(w, 2 * w, 3, 2, 1), nn.InstanceNorm2d(2 * w), nn.ReLU(True)]
    G += [Residual(256) for _ in range(9)]
    for w in (256, 128):
        up = nn.ConvTranspose2d(w, w // 2, 3, stride=2, padding=1, output_padding=1)
        G += [up, nn.InstanceNorm2d(w // 2), nn.ReLU(True)]
    G += [nn.ReflectionPad2d(3), nn.Conv2d(64, 3, 7), nn.Tanh()]
    D: list[nn.Module] = [nn.Conv2d(3, 64, 4, 2, 1), nn.LeakyReLU(0.2, True)]
    for w, stride in ((64, 2), (128, 2), (256, 1)):
        D += [nn.Conv2d(w, 2 * w, 4, stride, 1), nn.InstanceNorm2d(2 * w), nn.LeakyReLU(0.2, True)]
    return nn.Sequential(*G), nn.Sequential(*D, nn.Conv2d(512, 1, 4, 1, 1))


def parameters(network: nn.Module) -> int:
    """How many weights it has."""
    return sum(p.numel() for p in network.parameters())
