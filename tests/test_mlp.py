"""The perceptrons: how G starts, and that its units do not die."""

import pytest
import torch
from torch import nn

from sparring.data.spec import Spec
from sparring.networks.mlp import Discriminator, Generator

SPEC = Spec(channels=1, height=28, width=28)


def spread(G):
    """Mean over pixels of the standard deviation from one z to another, z from U(-1, 1)."""
    z = torch.rand(2000, 100, generator=torch.Generator().manual_seed(1)) * 2 - 1
    with torch.no_grad():
        return G(z).std(0).mean().item()


def test_the_first_fakes_differ_as_z_does():
    torch.manual_seed(0)
    G = Generator(SPEC, 100)
    values: list[torch.Tensor] = []
    hook = G.layers[-1].register_forward_hook(lambda *a: values.append(a[2]))
    assert spread(G) == pytest.approx(0.357, abs=0.02)
    hook.remove()
    # E z^2 = 1/3; the hidden layers keep the mean square, Glorot's output layer multiplies it by 2 * 1024 / (1024 + 784)
    assert values[0].square().mean().item() == pytest.approx(2048 / 1808 / 3, rel=0.15)
    assert all(not layer.bias.any() for layer in G.layers if isinstance(layer, nn.Linear))
    for layer in G.layers:  # control: the initial weights of PyTorch
        if isinstance(layer, nn.Linear):
            layer.reset_parameters()
    assert spread(G) < 0.05


@pytest.mark.parametrize("network", [Generator(SPEC, 100, (16, 16)), Discriminator(SPEC, (16, 16))])
def test_units_that_are_below_zero_for_every_input_still_learn(network):
    layers = [layer for layer in network.layers if isinstance(layer, nn.Linear)]
    hidden = layers[:-1] if isinstance(network, Generator) else layers
    torch.manual_seed(0)
    with torch.no_grad():
        for layer in hidden:
            layer.weight.mul_(0.1)
            layer.bias.fill_(-1.0)
    x = torch.rand(8, 100) if isinstance(network, Generator) else torch.rand(8, 1, 28, 28)
    seen: list[bool] = []
    for layer in hidden:
        layer.register_forward_hook(lambda *a: seen.append(bool((a[2] < 0).all())))
    network(x).sum().backward()
    assert seen == [True, True]
    assert all(layer.weight.grad.abs().max() > 1e-5 for layer in hidden)
