"""DCGAN for pictures of any size: strided convolutions down, transposed ones up, batch norm between.

Source: Radford et al. 2016. At 64 x 64 with ``features=64`` these are the networks of the well-known ports
(4x4 kernels; the paper's are 5x5 and twice as wide).
"""

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.networks.mlp import Labels, ProjectionHead


def stages(height: int, width: int) -> int:
    """How often the size is halved: until the shorter side is 3 to 6 pixels (28 -> 14 -> 7 -> 3), and at least once."""
    return max(1, int(math.log2(max(min(height, width), 7) / 3.5)))


LABEL = 0.3
"""Size (RMS) of the numbers of a label's embedding; those of z have 1. What a label does is the same for all its samples and so
learnt sooner than what z does. Measured with ``dcgan --conditional --features 16`` on clothes at 16 pixels, 375 steps: with 1,
samples of one label differ by 11 % of what real pictures do, and that does not grow; with .3 by 80 %."""


class Generator(nn.Module):
    """z -> projection -> transposed convolutions -> tanh.

    The first map is the picture's size divided by 2^stages, rounded up; what is too much at the end is cut off evenly.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        features: Channels of the last hidden map; every stage towards z has twice as many, up to ``8 * features``.
        classes: Labels that are told to G, as an embedding beside z, its numbers of size `LABEL` whatever it learns; 0 for none.
    """

    def __init__(self, spec: Spec, z_dim: int = 100, features: int = 64, classes: int = 0) -> None:
        super().__init__()
        n = stages(spec.height, spec.width)
        widths = [min(2 ** (n - 1 - i), 8) * features for i in range(n)]
        self.size = (spec.height, spec.width)
        self.base = (widths[0], math.ceil(spec.height / 2**n), math.ceil(spec.width / 2**n))
        self.embed = Labels(classes, z_dim) if classes else None
        self.project = nn.Linear(z_dim * (2 if classes else 1), math.prod(self.base), bias=False)
        layers: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for a, b in pairwise(widths):
            up = nn.ConvTranspose2d(a, b, kernel_size=4, stride=2, padding=1, bias=False)
            layers += [up, nn.BatchNorm2d(b), nn.ReLU()]
        layers += [nn.ConvTranspose2d(widths[-1], spec.channels, kernel_size=4, stride=2, padding=1)]
        self.layers = nn.Sequential(*layers)
        dcgan_weights(self)

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, z_dim) and labels (N,) -> pictures (N, C, H, W) in (-1, 1)."""
        if self.embed is not None:
            label = self.embed(y)
            size = (label.square().mean(1, keepdim=True) + 1e-8).sqrt()
            z = torch.cat([z, LABEL * label / size], 1)
        x: Tensor = self.layers(self.project(z).view(-1, *self.base))
        top, left = (x.shape[2] - self.size[0]) // 2, (x.shape[3] - self.size[1]) // 2
        return torch.tanh(x[:, :, top : top + self.size[0], left : left + self.size[1]].float())


class Discriminator(nn.Module):
    """Picture -> strided convolutions -> logit. Batch norm everywhere but in the first layer, or nowhere.

    Args:
        spec: Shape of the pictures.
        features: Channels of the first map; every stage has twice as many, up to ``8 * features``.
        classes: Labels that are told to D, by projection; 0 for none.
        batch_norm: Without it, the samples of a batch do not see each other, and weights start as of He et al. 2015.
    """

    def __init__(self, spec: Spec, features: int = 64, classes: int = 0, batch_norm: bool = True) -> None:
        super().__init__()
        n = stages(spec.height, spec.width)
        widths = [spec.channels] + [min(2**i, 8) * features for i in range(n)]
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(pairwise(widths)):
            normed = batch_norm and i > 0
            layers += [nn.Conv2d(a, b, kernel_size=4, stride=2, padding=1, bias=not normed)]
            layers += [nn.BatchNorm2d(b)] if normed else []
            layers += [nn.LeakyReLU(0.2)]
        self.layers = nn.Sequential(*layers, nn.Flatten())
        self.head = ProjectionHead(widths[-1] * (spec.height >> n) * (spec.width >> n), classes)
        dcgan_weights(self)
        if not batch_norm:
            he_weights(self)

    def forward(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """Pictures (N, C, H, W) and labels (N,) -> logits (N,)."""
        logits: Tensor = self.head(self.layers(x), y)
        return logits


@torch.no_grad()
def dcgan_weights(network: nn.Module) -> None:
    """Convolutions and linear maps from N(0, .02), batch norm's gain from N(1, .02), biases 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
        bias = getattr(module, "bias", None)
        if isinstance(bias, Tensor):
            nn.init.zeros_(bias)


@torch.no_grad()
def he_weights(network: nn.Module) -> None:
    """Convolutions and linear maps so that activations keep their size without a norm (leaky ReLU of .2 between).

    Source: He et al. 2015.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, 0.2)
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, 0.0, 1 / math.sqrt(module.in_features))
