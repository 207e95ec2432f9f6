"""Recipes that translate: a resume is exact with pools and memories, streams are pure, every constant is the paper's."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.unpaired import unpaired_stream
from sparring.engine.trainer import Trainer
from sparring.games import LOSSES
from sparring.networks.patch import PatchDiscriminator
from sparring.networks.translate import ResNetTranslator
from sparring.recipes import RECIPES, cyclegan, cyclegan_small
from sparring.recipes.translation import epoch_decay


def pictures(n, channels, seed, side=12):
    rng = np.random.default_rng(seed)
    return Pictures(rng.integers(0, 256, (n, side, side, channels), np.uint8))


SMALL = {
    "cyclegan": {"features": 4, "blocks": 1, "d_features": 4, "d_layers": 1, "load": 14, "crop": 12, "batch_size": 2, "ema": 20},
    "cyclegan_small": {"features": 8, "blocks": 1, "d_features": 4, "batch_size": 3, "ema": 20, "images": 100, "memory": 7},
}  # fmt: skip


def trainer(recipe, **settings):
    x, y = pictures(11, 3, 0), pictures(17, 3, 1)
    torch.manual_seed(7)
    e = RECIPES[recipe](x.spec, y.spec, **{**SMALL[recipe], "pool": 5, **settings})
    return Trainer(e, e.stream(x, y, 7))


def test_unpaired_streams_are_pure_and_each_domain_has_its_own_order():
    x, y = pictures(11, 3, 0), pictures(11, 1, 1)
    stream = unpaired_stream(x, y, 3, load=14, crop=12, flip=True)
    whole, parts = stream(20, 6), [stream(20, 2), stream(22, 4)]
    assert torch.equal(whole.x, torch.cat([p.x for p in parts])) and torch.equal(
        whole.y, torch.cat([p.y for p in parts])
    )
    plain = unpaired_stream(Pictures(x.images), Pictures(x.images), 3)(0, 11)
    assert not torch.equal(plain.x, plain.y), "the same pictures, in two orders"
    assert torch.equal(plain.x.flatten(1).sum(1).sort().values, plain.y.flatten(1).sum(1).sort().values)
    rising = Pictures(np.broadcast_to(np.arange(12, dtype=np.uint8)[:, None], (1, 12, 12, 1)))
    flips = unpaired_stream(rising, rising, 0, flip=True)(0, 400).x
    assert abs((flips[:, 0, 0, 0] > flips[:, 0, 0, -1]).float().mean().item() - 0.5) < 0.07
    with pytest.raises(Exception, match="crop is 20"):
        unpaired_stream(x, y, 0, crop=20)
    with pytest.raises(Exception, match="give a size for both"):
        unpaired_stream(x, pictures(4, 3, 0, side=10), 0)


def test_crops_lie_everywhere_and_286_becomes_256():
    ramp = np.arange(286, dtype=np.uint16)[:, None] * 200 + np.zeros((286, 286), np.uint16)
    x = Pictures(np.stack([ramp, ramp.T])[..., None])
    found = unpaired_stream(x, x, 0, load=286, crop=256, flip=True)(0, 200)
    assert found.x.shape == (200, 1, 256, 256)
    tops = ((found.x.amin((1, 2, 3)) + 1) * 65535 / 2 / 200).round()
    assert tops.min() <= 1 and tops.max() >= 29 and len(tops.unique()) > 25
    small = Pictures(np.random.default_rng(0).integers(0, 256, (2, 100, 120, 3), np.uint8))
    assert unpaired_stream(small, small, 0, load=286, crop=256)(0, 2).x.shape == (2, 3, 256, 256)


def test_the_faithful_recipe_has_every_constant():
    spec = Spec(channels=3, height=286, width=286, count=1000)
    with torch.device("meta"):
        e = cyclegan(spec, spec._replace(count=1200))
    game = e.game
    counts = [sum(p.numel() for p in net.parameters()) for net in (game.G_xy, game.G_yx, game.D_x, game.D_y)]
    assert counts == [11_378_179, 11_378_179, 2_764_737, 2_764_737]
    assert (game.lambda_cycle, game.lambda_identity, game.pool_x.size, e.batch_size) == (10, 5, 50, 1)
    assert game.pool_y.pictures.shape == (50, 3, 256, 256)
    assert game.loss is LOSSES["least_squares"] and list(game.players()) == ["G", "D"] and e.updates == "alternating"
    for optimizer in e.optimizers.values():
        group = optimizer.param_groups[0]
        assert (group["lr"], group["betas"]) == (2e-4, (0.5, 0.999))
    assert e.images == 200 * 1200, "an epoch is a pass over the larger domain"
    law = e.schedules[0].law
    for epoch in range(200):
        expected = 2e-4 * (1 - max(0, epoch + 1 - 100) / 101)
        assert law(epoch * 1200) == law(epoch * 1200 + 1199) == pytest.approx(expected)
    assert law(99 * 1200) == 2e-4 and law(150 * 1200) == pytest.approx(2e-4 * (1 - 51 / 101)) and law(10**9) == 0
    assert epoch_decay(1.0, 10, 100, 100)(1990) == pytest.approx(1 / 101)
    norms = [m for m in game.modules() if isinstance(m, nn.InstanceNorm2d)]
    assert len(norms) == 2 * 23 + 2 * 3 and not any(m.affine or m.track_running_stats for m in norms)
    assert all(m.bias is not None for m in game.modules() if isinstance(m, nn.Conv2d | nn.ConvTranspose2d))
    assert not any(isinstance(m, nn.Sigmoid) for m in game.modules())


def test_faithful_networks_at_256_pixels():
    torch.manual_seed(0)
    G, D = ResNetTranslator(3, 3), PatchDiscriminator(3)
    assert D.receptive_field == 70 and [PatchDiscriminator(3, 4, n).receptive_field for n in (1, 2, 4)] == [16, 34, 142]
    with torch.no_grad():
        assert D(torch.zeros(1, 3, 256, 256)).shape == (1, 1, 30, 30)
    for network in (G, D):
        for m in network.modules():
            if isinstance(m, nn.Conv2d | nn.ConvTranspose2d):
                assert abs(m.weight.std().item() - 0.02) < 0.02 * 5 / math.sqrt(2 * m.weight.numel())
                assert abs(m.weight.mean().item()) < 0.02 * 5 / math.sqrt(m.weight.numel())
                assert (m.bias == 0).all()
    kinds = [
        (type(m).__name__, m.stride[0], m.out_channels)
        for m in G.layers
        if isinstance(m, nn.Conv2d | nn.ConvTranspose2d)
    ]
    assert kinds == [
        ("Conv2d", 1, 64), ("Conv2d", 2, 128), ("Conv2d", 2, 256), ("ConvTranspose2d", 2, 128), ("ConvTranspose2d", 2, 64),
        ("Conv2d", 1, 3),
    ]  # fmt: skip


def test_small_recipe_starts_as_the_identity():
    spec = Spec(3, 32, 32, count=100)
    game = cyclegan_small(spec, spec).game
    x = torch.rand(2, 3, 32, 32) * 2 - 1
    assert torch.equal(game.G_xy(x), x) and torch.equal(game.G_yx(x), x)
    grey = cyclegan_small(spec, spec._replace(channels=1)).game
    assert grey.G_xy(x).shape == (2, 1, 32, 32) and grey.G_yx(x[:, :1]).shape == (2, 3, 32, 32)
