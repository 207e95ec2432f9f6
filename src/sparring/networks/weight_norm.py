"""Weight norm: a unit's weights are a direction, and a length of their own. No batch statistics while training."""

import torch
from torch import Tensor, nn

from sparring.data.pictures import Pictures
from sparring.data.sampler import permutation
from sparring.games.dropout import Dropout
from sparring.games.noise import noise_of

FIRST = 500
"""Pictures that lengths and biases are started from."""


class Normed(nn.Module):
    """A linear layer or convolution whose weights w of a unit are used as scale * w / |w|.

    Args:
        layer: Its weight and bias are used; weights start from N(0, .1), biases at 0.
        learnt: Whether the scale is a weight too. Else it stays what `start_from_data` makes of it, a buffer.

    Source: Salimans & Kingma 2016.
    """

    scale: Tensor

    def __init__(self, layer: nn.Linear | nn.Conv2d, learnt: bool = False) -> None:
        super().__init__()
        self.layer = layer
        nn.init.normal_(layer.weight, 0.0, 0.1)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
        ones = torch.ones(len(layer.weight))
        if learnt:
            self.scale = nn.Parameter(ones)
        else:
            self.register_buffer("scale", ones)

    def weight(self) -> Tensor:
        """As it is used: rows of length ``scale``."""
        w: Tensor = self.layer.weight
        used: Tensor = w * (self.scale / w.flatten(1).norm(dim=1)).view(-1, *[1] * (w.dim() - 1))
        return used

    def forward(self, x: Tensor) -> Tensor:
        """What the layer gives with that weight."""
        if isinstance(self.layer, nn.Conv2d):
            out: Tensor = self.layer._conv_forward(x, self.weight(), self.layer.bias)
            return out
        return nn.functional.linear(x, self.weight(), self.layer.bias)


@torch.no_grad()
def start_from_data(network: nn.Module, pictures: Pictures) -> None:
    """Set scales and biases, layer after layer, so that what every unit gives has mean 0 and variance 1 over some pictures.

    The pictures are the same 500 every time, and noise within the network is always the same too.

    Args:
        network: Changed in place; layers that are no `Normed` stay.
        pictures: To be learnt from.

    Source: Salimans & Kingma 2016, section 3; Salimans et al. 2016, published code.
    """
    x, _ = pictures.batch(permutation(0, 0, len(pictures))[:FIRST])
    first = next(network.parameters())
    drawing = [m for m in network.modules() if isinstance(m, Dropout)]
    for i, m in enumerate(drawing):
        m.name, m.noise = f"dropout/{i}", noise_of("start", device=first.device)
    hooks = [m.register_forward_pre_hook(_start) for m in network.modules() if isinstance(m, Normed)]
    try:
        network(x.to(first))
    finally:
        for hook in hooks:
            hook.remove()
        for m in drawing:
            m.noise = None


def _start(layer: nn.Module, given: tuple[Tensor, ...]) -> None:
    assert isinstance(layer, Normed)
    assert layer.layer.bias is not None
    layer.layer.bias.zero_()
    out = layer.forward(given[0]).transpose(0, 1).flatten(1)
    deviation = out.std(1, correction=0).clamp_min(1e-6)
    layer.scale.div_(deviation)
    layer.layer.bias.copy_(-out.mean(1) / deviation)
