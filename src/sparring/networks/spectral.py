"""Spectral normalisation: a property that any network can be given."""

from typing import TypeVar

from torch import nn
from torch.nn.utils.parametrizations import spectral_norm as parametrised
from torch.nn.utils.parametrize import is_parametrized

from sparring.words import mark, tr

Network = TypeVar("Network", bound=nn.Module)
LAYERS = (
    nn.Linear,
    nn.Conv1d,
    nn.Conv2d,
    nn.Conv3d,
    nn.ConvTranspose1d,
    nn.ConvTranspose2d,
    nn.ConvTranspose3d,
    nn.Embedding,
)


def spectral_norm(network: Network, steps: int = 1) -> Network:
    """The same network, every linear, convolution and embedding weight divided by its largest singular value, sigma.

    sigma is followed by power iteration, ``steps`` rounds a forward pass in training, so a weight's own largest
    singular value settles at 1. As usual the weight is taken as a matrix (out, in * kernel), which bounds a convolution
    only up to a factor. Layers that have it already are left as they are.

    Args:
        network: Changed in place.
        steps: Rounds of power iteration a forward pass.

    Raises:
        ValueError: If ``steps`` is below 1 or the network has no such layer.

    Source: Miyato et al. 2018, algorithm 1.
    """
    if steps < 1:
        raise ValueError(tr("steps is {steps}; power iteration needs 1 or more", steps=steps))
    layers = [m for m in network.modules() if isinstance(m, LAYERS)]
    if not layers:
        text = mark("{network} has no linear or convolution layer to normalise")
        raise ValueError(tr(text, network=type(network).__name__))
    for layer in layers:
        if not is_parametrized(layer, "weight"):
            parametrised(layer, n_power_iterations=steps)
    return network
