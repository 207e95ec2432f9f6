"""How loud labels are in new networks: D's first logits, and what a label does to G's samples beside what z does."""

import torch
from torch import nn

from sparring.data.spec import Spec
from sparring.games import noise_of
from sparring.networks import dcgan, mlp

SPEC = Spec(1, 16, 16, classes=10)


def noise(name, *shape):
    return noise_of(0, "labels").normal(name, *shape)


def test_d_s_first_answer_to_a_label_is_as_large_as_its_answer_without():
    for D in (dcgan.Discriminator(SPEC, 16, 10, False), mlp.Discriminator(SPEC, (64, 32), 0.0, 10)):
        x, y = noise("x", 64, 1, 16, 16), torch.arange(64) % 10
        told, untold = D(x, y), D(x, torch.full_like(y, -1))
        assert 0.3 < (told - untold).std() / untold.std() < 3, type(D)


def test_a_label_moves_samples_less_than_z_does_however_large_its_embedding_is():
    torch.manual_seed(0)
    G = dcgan.Generator(SPEC, 100, 16, 10).eval()
    z, y = noise("z", 64, 100), torch.arange(64) % 10
    with torch.no_grad():
        here, label, other = G(z, y), G(z, (y + 1) % 10), G(z.roll(1, 0), y)
        assert 0.2 < (here - label).abs().mean() / (here - other).abs().mean() < 0.4
        nn.init.normal_(G.embed.weight, 0.0, 30.0)
        loud = G(z, y), G(z, (y + 1) % 10)
        assert (loud[0] - loud[1]).abs().mean() / (here - other).abs().mean() < 0.4
        quiet = G(z, torch.full_like(y, -1))
        assert quiet.isfinite().all() and not torch.equal(quiet, here)
