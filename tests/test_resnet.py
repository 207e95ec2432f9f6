"""The residual networks of SNGAN and WGAN-GP: the published form at 32 x 32, any other size, and how they start."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d, interpolate, relu

from sparring.data.spec import Spec
from sparring.networks.mlp import Labels
from sparring.networks.resnet import Block, ConditionalBatchNorm, Discriminator, First, Generator, Up, halved
from sparring.networks.spectral import spectral_norm

CIFAR = Spec(3, 32, 32, 10)


def parameters(network):
    return sum(p.numel() for p in network.parameters())


def conv(a, b, k=3):
    """Weights and biases of a convolution."""
    return a * b * k * k + b


def g_by_hand(z, f, colours, norms):
    """Projection to 4 x 4, three blocks of one width, a norm and the last convolution."""
    block = 2 * conv(f, f) + conv(f, f, 1) + 2 * norms * 2 * f
    return z * 16 * f + 16 * f + 3 * block + 2 * f + conv(f, colours)


def d_by_hand(f, colours, head):
    """The first block; one that halves, with a shortcut; two that keep the size, without; the head."""
    first = conv(colours, f) + conv(f, f) + conv(colours, f, 1)
    return first + 2 * conv(f, f) + conv(f, f, 1) + 2 * 2 * conv(f, f) + head


def test_parameters_of_the_published_form_counted_by_hand():
    """Layer by layer, as the papers and their code tell them."""
    G, D = Generator(CIFAR), Discriminator(CIFAR)
    assert parameters(G) == g_by_hand(128, 256, 3, 1) == 4_276_739
    assert parameters(D) == d_by_hand(128, 3, 128) == 1_053_824
    assert parameters(spectral_norm(D)) == 1_053_824, "normalised, it has no more"
    told = Generator(CIFAR, classes=10), Discriminator(CIFAR, classes=10)
    assert parameters(told[0]) == g_by_hand(128, 256, 3, 10) == 4_304_387
    assert parameters(told[1]) == d_by_hand(128, 3, 128 + 10 * 128) == 1_055_104
    critic = Discriminator(CIFAR, pool="mean", bias=True, layer_norm=True)
    assert parameters(Generator(CIFAR, features=128)) == g_by_hand(128, 128, 3, 1) == 1_204_483
    assert parameters(critic) == d_by_hand(128, 3, 129) + 3 * 2 * 2 * 128 == 1_055_361


@pytest.mark.parametrize(
    ("shape", "base", "widths"),
    [
        ((1, 8, 8), (4, 4), [16] * 3),
        ((1, 28, 28), (4, 4), [16] * 4),
        ((3, 32, 32), (4, 4), [16] * 4),
        ((1, 17, 29), (5, 8), [16] * 3),
        ((3, 64, 64), (4, 4), [8, 16, 16, 16, 16]),
        ((7, 128, 130), (4, 5), [4, 8, 16, 16, 16, 16]),
        ((1, 1, 1), (1, 1), [16] * 3),
    ],
)
def test_any_size_has_a_first_map_of_its_own_and_as_many_blocks_as_it_takes(shape, base, widths):
    spec = Spec(*shape)
    G, D = Generator(spec, 8, 16).double(), Discriminator(spec, 16).double()
    assert G.base == (16, *base)
    assert [m.conv2.weight.shape[0] for m in D.blocks] == widths
    x = G(torch.randn(3, 8, dtype=torch.float64))
    assert x.shape == (3, *shape) and x.dtype == torch.float64 and x.abs().max() <= 1
    assert D(x).shape == (3,)


def test_blocks_are_those_of_the_papers():
    """Written down anew: norm, ReLU, doubling, convolution; the shortcut doubles first and averages last."""
    torch.manual_seed(0)
    x = torch.randn(2, 4, 6, 6, dtype=torch.float64)
    up, down, first, keeps = (m.double() for m in (Up(4, 6), Block(4, 6, down=True), First(4, 6), Block(4, 4)))

    def c(x, m):
        return conv2d(x, m.weight, m.bias, padding=m.weight.shape[2] // 2)

    def bigger(x):
        return interpolate(x, scale_factor=2)

    normed = (x - x.mean((0, 2, 3), keepdim=True)) / (x.var((0, 2, 3), correction=0, keepdim=True) + 1e-5).sqrt()
    h = c(bigger(relu(normed)), up.conv1)
    h = (h - h.mean((0, 2, 3), keepdim=True)) / (h.var((0, 2, 3), correction=0, keepdim=True) + 1e-5).sqrt()
    torch.testing.assert_close(up(x), c(relu(h), up.conv2) + c(bigger(x), up.shortcut))
    h = c(relu(c(relu(x), down.conv1)), down.conv2)
    torch.testing.assert_close(down(x), avg_pool2d(h, 2) + avg_pool2d(c(x, down.shortcut), 2))
    h = c(relu(c(x, first.conv1)), first.conv2)
    torch.testing.assert_close(first(x), avg_pool2d(h, 2) + c(avg_pool2d(x, 2), first.shortcut))
    torch.testing.assert_close(keeps(x), x + c(relu(c(relu(x), keeps.conv1)), keeps.conv2))


def test_at_an_odd_edge_no_pixel_is_lost():
    x = torch.arange(15.0).view(1, 1, 3, 5)
    torch.testing.assert_close(halved(x)[0, 0], torch.tensor([[3.0, 5.0, 6.5], [10.5, 12.5, 14.0]]))


@pytest.mark.parametrize("pool", ["sum", "mean"])
def test_d_s_logit_is_a_projection(pool):
    torch.manual_seed(0)
    D = Discriminator(CIFAR, 8, 10, pool, bias=True)
    x, y = torch.rand(4, 3, 32, 32) * 2 - 1, torch.tensor([3, 0, 9, -1])
    h = relu(D.blocks(x))
    h = h.sum((2, 3)) if pool == "sum" else h.sum((2, 3)) / 64
    rows = torch.cat([D.embed.weight[[3, 0, 9]], torch.zeros(1, 8)])
    torch.testing.assert_close(D(x, y), h @ D.logit.weight[0] + D.logit.bias + (h * rows).sum(1))


def test_conditional_batch_norm_starts_as_a_plain_one_and_then_obeys_the_label():
    torch.manual_seed(0)
    norm, x = ConditionalBatchNorm(4, 3), torch.randn(6, 4, 5, 5)
    for of in (norm.gain, norm.bias):
        nn.init.zeros_(of.weight)
    y = torch.tensor([0, 1, 2, 0, -1, 2])
    plain = nn.BatchNorm2d(4, affine=False)(x)
    assert torch.equal(norm(x, y), plain)
    with torch.no_grad():
        norm.gain.weight.copy_(torch.arange(12.0).view(3, 4))
        norm.bias.weight.copy_(-torch.arange(12.0).view(3, 4))
    found = norm(x, y)
    torch.testing.assert_close(
        found[1], plain[1] * (1 + torch.arange(4.0, 8).view(4, 1, 1)) - torch.arange(4.0, 8).view(4, 1, 1)
    )
    assert torch.equal(found[4], plain[4]), "no label: gain 1, bias 0"


def test_weights_start_as_glorot_s_with_twice_the_variance_in_blocks():
    torch.manual_seed(0)
    G, D = Generator(CIFAR, features=64, classes=10), Discriminator(CIFAR, 64, 10)
    seen = 0
    for network in (G, D):
        inner = {id(c) for m in network.modules() if isinstance(m, Up | Block | First) for c in (m.conv1, m.conv2)}
        for m in network.modules():
            if isinstance(m, nn.Conv2d | nn.Linear):
                k = m.weight[0, 0].numel() if m.weight.dim() == 4 else 1
                limit = math.sqrt(6 / (k * (m.weight.shape[0] + m.weight.shape[1]))) * (2**0.5 if id(m) in inner else 1)
                assert 0.8 * limit < m.weight.abs().max() <= limit * 1.0001
                assert m.bias is None or not m.bias.any()
                seen += 1
    assert seen == 2 + 3 * 3 + 3 + 3 + 2 * 2 + 1
    assert not any(
        of.weight.any() for m in G.modules() if isinstance(m, ConditionalBatchNorm) for of in (m.gain, m.bias)
    )
    assert isinstance(D.embed, Labels) and D.embed.weight.abs().max() <= math.sqrt(6 / 74) * 1.0001
