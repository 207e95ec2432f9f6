"""Memorisation: copies are found, a model that generalises is not accused, and shared neighbours are one witness."""

import numpy as np
import pytest
import torch

from sparring.data.embedded_sets import fashion
from sparring.data.values import to_unit
from sparring.metrics.memorisation import nearer_to_training, nearest
from sparring.metrics.two_sample import wilson


@pytest.fixture(scope="module")
def pixels():
    pictures = fashion()
    return to_unit(pictures.images[:3000], pictures.spec).flatten(1)


def test_faint_copies_of_training_pictures_are_found(pixels):
    training, held_out = pixels[:600], pixels[600:1200]
    noise = 0.05 * torch.randn(300, 784, generator=torch.Generator().manual_seed(0))
    copied = nearer_to_training(training[:300] + noise, training, held_out)
    assert copied.value > 0.9 and copied.low > 0.9
    assert nearer_to_training(held_out[:300] + noise, training, held_out).high < 0.1, "control: copies of the others"


def test_a_model_that_generalises_has_one_half(pixels):
    """Fresh real pictures in the samples' place, 40 times: 95 in 100 intervals hold 1/2."""
    held, wide = [], []
    for seed in range(40):
        order = torch.randperm(3000, generator=torch.Generator().manual_seed(seed))
        found = nearer_to_training(*(pixels[order[part]] for part in (slice(500), slice(500, 900), slice(900, 1300))))
        held.append(found.low <= 0.5 <= found.high)
        wide.append(found.high - found.low)
    assert np.mean(held) >= 0.875
    assert np.mean(wide) < 0.13


def test_the_larger_set_is_cut_by_the_seed(pixels):
    """2,000 training pictures are nearer than 200 held-out ones by their number alone, and must not be."""
    fake, training, held_out = pixels[2500:], pixels[:2000], pixels[2000:2200]
    found = nearer_to_training(fake, training, held_out)
    assert found.low <= 0.5 <= found.high
    assert float((nearest(fake, training)[0] < nearest(fake, held_out)[0]).double().mean()) > 0.75, "control"
    assert (
        found
        == nearer_to_training(fake, training, held_out, seed=0)
        != nearer_to_training(fake, training, held_out, seed=1)
    )
    other_way = nearer_to_training(fake, held_out, training)
    assert other_way.low <= 0.5 <= other_way.high


def test_the_interval_holds_one_half_when_many_samples_share_few_neighbours():
    """30 pictures a side and 1,000 samples: Wilson's interval over samples would accuse every third honest model."""
    held, plain = [], []
    for seed in range(200):
        g = torch.Generator().manual_seed(seed)
        fake, training, held_out = (torch.randn(n, 3, generator=g) for n in (1000, 30, 30))
        found = nearer_to_training(fake, training, held_out)
        held.append(found.low <= 0.5 <= found.high)
        low, high = wilson(round(found.value * 1000), 1000)
        plain.append(low <= 0.5 <= high)
    assert 0.90 <= np.mean(held) <= 0.99
    assert np.mean(plain) < 0.7, "control"


def test_a_sample_equally_near_to_both_is_half(pixels):
    same = nearer_to_training(pixels[100:200], pixels[:50], pixels[:50].clone())
    assert same.value == 0.5


def test_nearest_pictures_and_their_distances(pixels):
    training = pixels[:500]
    distances, numbers = nearest(training[[7, 400, 31]] + torch.tensor([[0.0], [0.01], [0.0]]), training)
    assert numbers.tolist() == [7, 400, 31]
    assert distances.tolist() == pytest.approx([0.0, 0.01 * 784**0.5, 0.0], rel=1e-5)
    assert distances.dtype == torch.float64
    table = torch.cdist(pixels[500:700].double(), training.double())
    distances, numbers = nearest(pixels[500:700], training)
    assert torch.allclose(distances, table.min(1).values) and torch.equal(numbers, table.argmin(1))


def test_refuses_and_leaves_chance_alone(pixels):
    before = torch.get_rng_state()
    nearer_to_training(pixels[:9], pixels[9:30], pixels[30:40])
    assert torch.equal(before, torch.get_rng_state())
    with pytest.raises(ValueError, match=r"held_out is \(0, 784\)"):
        nearer_to_training(pixels[:9], pixels[9:30], pixels[:0])
    with pytest.raises(ValueError, match="fake has 783 features and training 784"):
        nearest(pixels[:, 1:], pixels)
