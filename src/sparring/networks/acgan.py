"""The discriminator of the auxiliary classifier GAN: strided convolutions with dropout and noise, and two heads.

Source: Odena et al. 2017, appendix A. The generator is that of `sparring.networks.dcgan`.
"""

import math
from itertools import pairwise

from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.games.dropout import Dropout
from sparring.games.gaussian_noise import GaussianNoise
from sparring.networks.dcgan import dcgan_weights, stages

NARROWEST = 16
"""Channels that a map has at least, unless the last one has fewer."""


class Discriminator(nn.Module):
    """Picture -> 3x3 convolutions, of which every first halves the size and every second does not -> real or fake, and the class.

    At 32 x 32 with 512 features these are the six layers of the paper's for CIFAR-10: 16, 32, 64, 128, 256, 512 channels.

    Args:
        spec: Shape of the pictures; how many classes there are.
        features: Channels of the last map; every earlier one has half as many, at least 16.
        dropout: Probability, after every convolution.
        noise: Standard deviation of Gaussian noise on what goes into every convolution.
        batch_norm: Whether every convolution but the first has batch norm.
    """

    def __init__(
        self, spec: Spec, features: int = 512, dropout: float = 0.5, noise: float = 0.1, batch_norm: bool = True
    ) -> None:
        super().__init__()
        n = stages(spec.height, spec.width)
        narrow = min(NARROWEST, features)
        widths = [spec.channels] + [max(features // 2 ** (2 * n - 1 - i), narrow) for i in range(2 * n)]
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate(pairwise(widths)):
            normed = batch_norm and i > 0
            layers += [GaussianNoise(noise), nn.Conv2d(a, b, 3, 2 - i % 2, 1, bias=not normed)]
            layers += [nn.BatchNorm2d(b)] if normed else []
            layers += [nn.LeakyReLU(0.2), Dropout(dropout)]
        self.layers = nn.Sequential(*layers, nn.Flatten())
        flat = widths[-1] * math.ceil(spec.height / 2**n) * math.ceil(spec.width / 2**n)
        self.source, self.classes = nn.Linear(flat, 1), nn.Linear(flat, spec.classes)
        dcgan_weights(self)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Pictures (N, C, H, W) -> logits (N,) and classes (N, K)."""
        h = self.layers(x)
        return {"logits": self.source(h).squeeze(1), "classes": self.classes(h)}

    def classify(self, x: Tensor) -> Tensor:
        """Pictures (N, C, H, W) -> logits of their classes (N, K)."""
        classes: Tensor = self(x)["classes"]
        return classes
