"""The networks of the original code of 2014: rectifiers with a sigmoid output against maxout with dropout."""

import torch
from torch import Tensor, nn

from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.games.dropout import Dropout


class Maxout(nn.Module):
    """The largest of ``pieces`` linear functions, unit by unit: (N, a) -> (N, units).

    Source: Goodfellow et al. 2013.
    """

    def __init__(self, inputs: int, units: int, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces
        self.linear = nn.Linear(inputs, units * pieces)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs) -> (N, units)."""
        largest: Tensor = self.linear(x).unflatten(1, (-1, self.pieces)).amax(2)
        return largest


class Generator2014(nn.Module):
    """z -> ReLU -> ReLU -> sigmoid, weights U(-.05, .05).

    The original's pixels are in [0, 1]; ours are in [-1, 1], so the sigmoid is stretched, nothing else.

    Args:
        spec: Shape of the pictures.
        z_dim: Numbers in z.
        units: Width of the two hidden layers.
    """

    def __init__(self, spec: Spec, z_dim: int = 100, units: int = 1200) -> None:
        super().__init__()
        self.shape = (spec.channels, spec.height, spec.width)
        pixels = spec.channels * spec.height * spec.width
        self.layers = nn.Sequential(
            nn.Linear(z_dim, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(), nn.Linear(units, pixels)
        )
        uniform_weights(self, 0.05)

    def forward(self, z: Tensor) -> Tensor:
        """(N, z_dim) -> pictures (N, C, H, W) in (-1, 1)."""
        return (2 * torch.sigmoid(self.layers(z)) - 1).view(-1, *self.shape)

    @torch.no_grad()
    def start_at_marginals(self, pictures: Pictures) -> None:
        """Set the output's bias to the logit of every pixel's mean: the first fakes have the data's marginals."""
        total = sum(
            pictures.batch(torch.arange(i, min(i + 512, len(pictures))))[0].double().sum(0)
            for i in range(0, len(pictures), 512)
        )
        mean = ((torch.as_tensor(total) / len(pictures) + 1) / 2).clamp(1e-3, 1 - 1e-3)
        bias = self.layers[-1].bias
        assert isinstance(bias, Tensor)
        bias.copy_(torch.logit(mean).flatten())


class Discriminator2014(nn.Module):
    """Maxout 240 x 5 twice, then a logit; dropout before every layer; weights U(-.005, .005).

    Args:
        spec: Shape of the pictures.
        units: Maxout units in each of the two layers.
        pieces: Linear pieces a unit.
        dropout: Probability of dropping an input, and a hidden unit. What is kept is scaled up, as in the original.
    """

    def __init__(
        self, spec: Spec, units: int = 240, pieces: int = 5, dropout: tuple[float, float] = (0.2, 0.5)
    ) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            Dropout(dropout[0]),
            Maxout(spec.channels * spec.height * spec.width, units, pieces),
            Dropout(dropout[1]),
            Maxout(units, units, pieces),
            Dropout(dropout[1]),
            nn.Linear(units, 1),
        )
        uniform_weights(self, 0.005)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, C, H, W) in [-1, 1] -> logits (N,)."""
        logits: Tensor = self.layers((x + 1) / 2)
        return logits.squeeze(1)


@torch.no_grad()
def uniform_weights(network: nn.Module, half_width: float) -> None:
    """All linear weights from U(-half_width, half_width), biases 0."""
    for module in network.modules():
        if isinstance(module, nn.Linear):
            module.weight.uniform_(-half_width, half_width)
            module.bias.zero_()
