"""Samples with labels: agreement, what one can learn from them, the rarest class, variety within a class."""

import pytest
import torch

from sparring.data.embedded_sets import digits
from sparring.metrics.labelled import (
    class_diversity,
    classification_accuracy_score,
    classified,
    label_agreement,
    rarest_class,
)
from sparring.metrics.two_sample import wilson


@pytest.fixture(scope="module")
def real():
    pictures = digits()
    order = torch.randperm(len(pictures), generator=torch.Generator().manual_seed(0))
    return pictures.batch(order)


def levels(pictures):
    """A classifier of flat pictures by how bright they are: 0 below 0, else 1."""
    mean = pictures.mean((1, 2, 3))
    return torch.stack([-mean, mean], 1)


def test_label_agreement_is_a_share_with_wilsons_interval():
    flat = torch.tensor([-1.0, -0.5, 0.5, 1.0] * 300).view(-1, 1, 1, 1).expand(-1, 1, 4, 4)
    y = torch.tensor([0, 0, 1, 0] * 300)
    assert classified(flat, levels).tolist() == [0, 0, 1, 1] * 300
    assert label_agreement(flat, y, levels) == (0.75, *wilson(900, 1200))


def test_what_one_can_learn_from_samples(real):
    """Real training pictures, the same with every third label wrong, one picture a class, and no relation at all."""
    x, y, test = real[0][:700], real[1][:700], (real[0][1200:], real[1][1200:])
    perfect = classification_accuracy_score(x, y, *test, epochs=8)
    assert perfect.value > 0.85 and perfect[1:] == wilson(round(perfect.value * 597), 597)
    wrong = torch.where(torch.arange(700) % 3 > 0, y, (y + 1) % 10)
    first = torch.stack([x[y == c][0] for c in range(10)])
    for said, fake, labels in (("wrong labels", x, wrong), ("no variety", first[y], y)):
        found = classification_accuracy_score(fake, labels, *test, epochs=8)
        assert found.high < perfect.low, said
    chance = classification_accuracy_score(x, y.roll(1), *test, epochs=4)
    assert chance.high < 0.25


def test_the_score_is_a_function_of_the_seed_and_leaves_chance_alone(real):
    x, y = real
    given = (x[:200], y[:200], x[200:500], y[200:500])
    before = torch.get_rng_state()
    scores = [classification_accuracy_score(*given, seed=seed, epochs=3) for seed in (1, 1, 2)]
    assert torch.equal(before, torch.get_rng_state())
    assert scores[0] == scores[1] != scores[2]


def test_features_are_learnt_from_too():
    g = torch.Generator().manual_seed(0)
    y = torch.arange(400) % 4
    x = torch.randn(400, 2, generator=g) * 0.1 + torch.stack([y % 2, y // 2], 1)
    assert classification_accuracy_score(x[:200], y[:200], x[200:], y[200:], epochs=20).value > 0.98


def test_the_rarest_class():
    assert rarest_class(torch.tensor([0, 0, 1, 2, 2, 2]), 3) == 1 / 6
    assert rarest_class(torch.tensor([0, 0, 2]), 3) == 0.0
    with pytest.raises(ValueError, match="2 labels for 3 classes"):
        rarest_class(torch.tensor([0, 3]), 3)


def test_a_class_that_is_one_picture_has_no_diversity(real):
    x, y = real
    fake = x[:800].clone()
    threes = y[:800] == 3
    fake[threes] = fake[threes][0]
    found = class_diversity(fake, y[:800], x[800:], y[800:])
    assert set(found) == set(range(10)) and found[3] == 0.0
    assert all(0.85 < ratio < 1.15 for label, ratio in found.items() if label != 3), (
        "control: real pictures have about 1"
    )
    assert 3 not in class_diversity(fake, y[:800], x[800:][y[800:] != 3], y[800:][y[800:] != 3])
    single = class_diversity(fake[:2], torch.tensor([4, 5]), x[800:], y[800:])
    assert single == {}, "one sample of a class has no diversity to measure"


def test_refuses(real):
    x, y = real
    with pytest.raises(ValueError, match=r"10 samples and labels \(9,\)"):
        label_agreement(x[:10], y[:9], levels)
    with pytest.raises(ValueError, match="19 samples and labels"):
        classification_accuracy_score(x[:19], y[:19], x, y)
    with pytest.raises(ValueError, match=r"real pictures \(1797, 1, 8, 7\)"):
        classification_accuracy_score(x, y, x[..., 1:], y)
    with pytest.raises(ValueError, match="not finite"):
        classification_accuracy_score(x * torch.nan, y, x, y)
    with pytest.raises(ValueError, match="labels of samples are"):
        label_agreement(x, y.float(), levels)
    with pytest.raises(ValueError, match="negative"):
        classification_accuracy_score(x, y - 1, x, y)
    with pytest.raises(ValueError, match="0 pictures"):
        classified(x[:0], levels)
