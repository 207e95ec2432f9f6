"""Networks of the semi-supervised GAN: the perceptrons of the paper for small grey pictures, convolutions for others.

Source: Salimans et al. 2016, and its published code for MNIST and CIFAR-10.
"""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.games.dropout import Dropout
from sparring.games.gaussian_noise import GaussianNoise
from sparring.games.view import widen
from sparring.networks.dcgan import stages
from sparring.networks.weight_norm import Normed


class Generator(nn.Module):
    """z -> softplus and batch norm, twice -> sigmoid, whose weights are normalised.

    The paper's pixels are in [0, 1]; ours are in [-1, 1], so the sigmoid is stretched, nothing else.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        hidden: Widths of the hidden layers.
    """

    def __init__(self, spec: Spec, z_dim: int = 100, hidden: Sequence[int] = (500, 500)) -> None:
        super().__init__()
        self.shape = (spec.channels, spec.height, spec.width)
        layers: list[nn.Module] = []
        for a, b in pairwise([z_dim, *hidden]):
            linear = nn.Linear(a, b, bias=False)
            nn.init.xavier_uniform_(linear.weight)
            layers += [linear, nn.BatchNorm1d(b), nn.Softplus()]
        output = nn.Linear(([z_dim, *hidden])[-1], spec.channels * spec.height * spec.width)
        self.layers = nn.Sequential(*layers, Normed(output, learnt=True))

    def forward(self, z: Tensor) -> Tensor:
        """(N, z_dim) -> pictures (N, C, H, W) in (-1, 1)."""
        return (2 * torch.sigmoid(widen(self.layers(z))) - 1).view(-1, *self.shape)


class _Classifier(nn.Module):
    """What both discriminators are: features, a layer of classes on them, and Z = logsumexp as the logit of being real.

    Args:
        body: Pictures in [-1, 1] -> features (N, d), before the last noise.
        features: Their number.
        classes: How many classes there are.
        noise: On the features, before the layer of classes.
    """

    def __init__(self, body: nn.Module, features: int, classes: int, noise: float) -> None:
        super().__init__()
        self.body, self.noise = body, GaussianNoise(noise)
        self.head = Normed(nn.Linear(features, classes), learnt=True)

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Pictures (N, C, H, W) -> logits (N,), classes (N, K) and features (N, d)."""
        features: Tensor = self.body(x)
        classes = widen(self.head(self.noise(features)))
        return {"logits": classes.logsumexp(1), "classes": classes, "features": features}

    def classify(self, x: Tensor) -> Tensor:
        """Pictures (N, C, H, W) -> logits of their classes (N, K)."""
        classes: Tensor = self(x)["classes"]
        return classes


class Discriminator(_Classifier):
    """Picture -> ReLU layers with Gaussian noise before each and weight norm -> classes.

    Args:
        spec: Shape of the pictures; how many classes there are.
        hidden: Widths of the hidden layers.
        noise: Standard deviation of the noise on pixels, in units of [0, 1], and on hidden units.
    """

    def __init__(
        self, spec: Spec, hidden: Sequence[int] = (1000, 500, 250, 250, 250), noise: tuple[float, float] = (0.3, 0.5)
    ) -> None:
        layers: list[nn.Module] = [nn.Flatten(), Unit()]
        for i, (a, b) in enumerate(pairwise([spec.channels * spec.height * spec.width, *hidden])):
            layers += [GaussianNoise(noise[min(i, 1)]), Normed(nn.Linear(a, b)), nn.ReLU()]
        super().__init__(nn.Sequential(*layers), hidden[-1], spec.classes, noise[1])


class ConvolutionalDiscriminator(_Classifier):
    """Picture -> 3x3 convolutions in threes with dropout and weight norm, every third halves the size -> mean -> classes.

    At 32 x 32 with 96 features these are the nine layers of the paper's for CIFAR-10: 3 of 96, 3 of 192, then one 3x3 and two
    1x1 of 192.

    Args:
        spec: Shape of the pictures; how many classes there are.
        features: Channels of the first three; all others have twice as many.
        dropout: Probability for pixels, and for maps after each three.
    """

    def __init__(self, spec: Spec, features: int = 96, dropout: tuple[float, float] = (0.2, 0.5)) -> None:
        layers: list[nn.Module] = [Dropout(dropout[0])]
        before = spec.channels
        for i in range(max(1, stages(spec.height, spec.width) - 1)):
            width = features * (1 if i == 0 else 2)
            for stride in (1, 1, 2):
                layers += [Normed(nn.Conv2d(before, width, 3, stride, 1)), nn.LeakyReLU(0.2)]
                before = width
            layers += [Dropout(dropout[1])]
        for kernel in (3, 1, 1):
            layers += [Normed(nn.Conv2d(before, 2 * features, kernel, padding=kernel // 2)), nn.LeakyReLU(0.2)]
            before = 2 * features
        super().__init__(nn.Sequential(*layers, Mean()), before, spec.classes, 0.0)


class Unit(nn.Module):
    """[-1, 1] -> [0, 1]."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, ...) -> the same shape."""
        return (x + 1) / 2


class Mean(nn.Module):
    """The mean of a map: (N, C, H, W) -> (N, C)."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) -> (N, C)."""
        return x.mean((2, 3))
