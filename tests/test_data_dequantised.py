"""Dequantised streams: noise as wide as one stored step, a function of the place, and no value is lost."""

import numpy as np
import pytest
import torch

from sparring.data.pictures import Pictures
from sparring.data.sampler import shard
from sparring.data.streams import dequantised_stream, picture_stream


def pictures(dtype=np.uint8, **more):
    most = {np.uint8: 256, np.uint16: 65536, np.float32: 2}[dtype]
    images = np.random.default_rng(0).integers(0, most, (20, 5, 7, 2)).astype(dtype)
    images[0, 0, :2, 0] = 0, most - 1
    return Pictures(images, np.arange(20) % 3, ("a", "b", "c"), **more)


@pytest.mark.parametrize(("dtype", "steps"), [(np.uint8, 256), (np.uint16, 65536)])
def test_it_is_the_published_one_and_every_stored_value_comes_back(dtype, steps):
    data = pictures(dtype)
    x = dequantised_stream(data, 3)(0, 2000).x
    plain = picture_stream(data, 3)(0, 2000)
    stored = ((plain.x.double() + 1) / 2 * (steps - 1)).round()
    place = (x.double() + 1) / 2 * steps
    noise = place - stored
    slack = steps * 2.0**-24  # float32
    assert noise.min() >= -slack and noise.max() <= 1 + slack and noise.mean().item() == pytest.approx(0.5, abs=0.005)
    assert noise.var().item() == pytest.approx(1 / 12, rel=0.02)
    assert x.min() >= -1 and x.max() <= 1 and x.min() < -0.99 and x.max() > 0.99
    assert torch.equal(dequantised_stream(data, 3)(0, 2000).y, plain.y)
    assert len(x[:, 0, 0, 0].unique()) > 1000, "control: without noise there are 20"


def test_the_noise_is_a_function_of_seed_and_place():
    draw = dequantised_stream(pictures(), 3)
    whole = draw(48, 24).x
    assert torch.equal(dequantised_stream(pictures(), 3)(48, 24).x, whole)
    assert torch.equal(torch.cat([draw(*shard(48, 24, rank, 3)).x for rank in range(3)]), whole)
    assert torch.equal(torch.cat([draw(48, 5).x, draw(53, 19).x]), whole)
    assert not torch.equal(draw(48 + 20 * 3, 24).x, whole) and not torch.equal(
        dequantised_stream(pictures(), 4)(48, 24).x, whole
    )


def test_what_is_continuous_stays_as_it_is():
    data = pictures(np.float32)
    assert torch.equal(dequantised_stream(data, 3)(0, 30).x, picture_stream(data, 3)(0, 30).x)
