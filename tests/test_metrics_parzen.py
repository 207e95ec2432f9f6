"""Parzen windows: the Gaussian density, the protocol of 2014, and the rows that show what it rewards."""

import math

import numpy as np
import pytest
import torch

from sparring.data.embedded_sets import digits
from sparring.data.values import to_unit
from sparring.metrics import rows
from sparring.metrics.kmeans import centroids
from sparring.metrics.parzen import (
    GAUSSIAN,
    K_MEANS,
    SIGMAS,
    TRAINING,
    Parzen,
    log_likelihood,
    parzen,
    references,
    remarks,
)


@pytest.fixture(scope="module")
def pixels():
    """Digits, 8 x 8 in [0, 1]."""
    pictures = digits()
    return (to_unit(pictures.images, pictures.spec) + 1) / 2


def uniform(n, d, seed=0):
    return torch.rand(n, d, generator=torch.Generator().manual_seed(seed))


def test_one_sample_is_one_gaussian():
    x, s = uniform(5, 784), uniform(1, 784, 1)
    for sigma in (0.1, 0.3, 1.0):
        normal = torch.distributions.Normal(s.double(), torch.tensor(sigma, dtype=torch.float64))
        assert log_likelihood(x, s, sigma).tolist() == pytest.approx(
            normal.log_prob(x.double()).sum(1).tolist(), abs=1e-9
        )


def test_many_samples_are_the_mean_of_their_gaussians(monkeypatch):
    x, s = uniform(7, 3), uniform(40, 3, 1)
    density = [
        np.mean(
            [math.exp(-float((a - b).square().sum()) / 0.08) / (0.2 * math.sqrt(2 * math.pi)) ** 3 for b in s.double()]
        )
        for a in x.double()
    ]
    assert log_likelihood(x, s, 0.2).tolist() == pytest.approx(np.log(density).tolist(), abs=1e-9)
    monkeypatch.setattr(rows, "ROOM", 90)
    assert log_likelihood(x, s, 0.2).tolist() == pytest.approx(np.log(density).tolist(), abs=1e-9)


def test_nothing_underflows_far_from_all_samples():
    found = log_likelihood(torch.ones(1, 784), torch.zeros(1, 784).repeat(10, 1), 0.1)
    assert float(found) == pytest.approx(-784 / 0.02 - 784 * math.log(0.1 * math.sqrt(2 * math.pi)), rel=1e-12)


def test_the_grid_is_that_of_the_original_code():
    assert np.allclose(SIGMAS, np.logspace(-1, 0, 10), rtol=1e-15)


def test_the_protocol(pixels):
    samples, validation, test = pixels[:800], pixels[800:1300], pixels[1300:]
    found = parzen(samples, validation, test)
    by_hand = [float(log_likelihood(validation, samples, s).mean()) for s in SIGMAS]
    scores = log_likelihood(test, samples, found.sigma).numpy()
    assert found.validation == pytest.approx(by_hand) and found.sigma == SIGMAS[int(np.argmax(by_hand))]
    assert found.log_likelihood == pytest.approx(scores.mean())
    assert found.standard_error == pytest.approx(scores.std() / math.sqrt(len(scores)))
    assert (found.samples, found.n, found.at_edge) == (800, 497, False)


def test_only_the_first_thousand_validation_images_count(pixels):
    """-l 1000 of the original."""
    validation = pixels[:1000].flatten(1)
    other = torch.cat([validation, torch.rand(300, 64, generator=torch.Generator().manual_seed(0))])
    assert parzen(pixels[1000:], validation, pixels[:9]) == parzen(pixels[1000:].flatten(1), other, pixels[:9])


def test_a_width_at_the_edge_of_the_grid_is_told(pixels):
    narrow = parzen(pixels[:800], pixels[:800], pixels[1300:])
    assert narrow.sigma == SIGMAS[0] and narrow.at_edge, "windows on the validation images themselves want no width"
    assert remarks(narrow, {}) == ["sigma 0.1 is at the edge of the widths tried; the log-likelihood is too low"]
    assert parzen(pixels[:800], pixels[800:1300], pixels[1300:], SIGMAS[:2]).at_edge


def test_a_memoriser_of_averages_beats_true_images(pixels):
    """Theis et al. 2016: why it is no measure of quality."""
    training, validation, test = pixels[:900], pixels[900:1300], pixels[1300:]
    found = references(training, validation, test, count=300)
    assert set(found) == {TRAINING, K_MEANS, GAUSSIAN}
    assert found[K_MEANS].log_likelihood > found[TRAINING].log_likelihood + 2 > found[GAUSSIAN].log_likelihood + 10
    assert all(row.samples == 300 for row in found.values())
    flat, g = training.flatten(1), torch.Generator().manual_seed(0)
    noise = torch.randn(300, 64, generator=g) * flat.std(0) + flat.mean(0)
    by_hand = float(log_likelihood(test, noise, found[GAUSSIAN].sigma).mean())
    assert found[GAUSSIAN].log_likelihood == pytest.approx(by_hand, abs=3)
    model = parzen(centroids(training.flatten(1), 200).clamp(0, 1), validation, test)
    assert "more than the" in remarks(model, found)[0] and "not of quality" in remarks(model, found)[0]
    assert remarks(found[GAUSSIAN], found) == []
    assert references(training, validation, test, count=300, clusters=20)[K_MEANS].samples == 20
    assert (
        found
        == references(training, validation, test, count=300)
        != references(training, validation, test, 300, seed=1)
    )


def test_centroids():
    """Two heaps have two middles; as many as there are rows are the rows; never worse than where they began."""
    g = torch.Generator().manual_seed(0)
    heaps = torch.cat([torch.randn(60, 3, generator=g) * 0.1 + 5, torch.randn(40, 3, generator=g) * 0.1])
    found = centroids(heaps, 2, seed=3)
    wanted = torch.stack([heaps[60:].mean(0), heaps[:60].mean(0)]).double()
    assert torch.allclose(found[found[:, 0].argsort()], wanted, atol=1e-6)
    same = centroids(heaps, 100)
    assert torch.allclose(same[same[:, 0].argsort()], heaps[heaps[:, 0].argsort()].double(), atol=1e-9)
    apart = [
        float(torch.cdist(heaps.double(), centroids(heaps, 9, rounds=r)).amin(1).square().sum()) for r in (0, 1, 20)
    ]
    assert apart[0] > apart[1] > apart[2]
    with pytest.raises(ValueError, match="101 centroids of 100 pictures"):
        centroids(heaps, 101)


def test_refuses_and_leaves_chance_alone(pixels):
    before = torch.get_rng_state()
    references(pixels[:60], pixels[60:90], pixels[90:120], count=20)
    assert torch.equal(before, torch.get_rng_state())
    with pytest.raises(ValueError, match=r"samples has pixels -1 to 1; the protocol is for pixels in \[0, 1\]"):
        parzen(2 * pixels[:60] - 1, pixels[60:90], pixels[90:120])
    with pytest.raises(ValueError, match="validation has pixels nan to nan"):
        parzen(pixels[:60], pixels[:0], pixels[90:120])
    with pytest.raises(ValueError, match="x has 63 features and samples 64"):
        log_likelihood(pixels.flatten(1)[:, 1:], pixels, 0.2)
    with pytest.raises(ValueError, match=r"widths are \(0.0,\)"):
        log_likelihood(pixels, pixels, 0.0)
    with pytest.raises(ValueError, match="1 test images"):
        parzen(pixels[:60], pixels[60:90], pixels[:1])
    assert isinstance(parzen(pixels[:60], pixels[60:90], pixels[90:120]), Parzen)
