"""Modes: a count that is not blind, KL beside its floor and ceiling, and stacked digits."""

import math

import numpy as np
import pytest
import torch

from sparring.metrics.modes import modes, stack


def drawn(shares, n, seed=0):
    g = torch.Generator().manual_seed(seed)
    return torch.multinomial(torch.tensor(shares, dtype=torch.float64), n, replacement=True, generator=g)


def test_a_mode_with_a_single_sample_is_held_but_not_fair():
    labels = torch.tensor([0] * 500 + [1] * 498 + [2] + [3])
    found = modes(labels, 5)
    assert (found.held, found.fair, found.of, found.n) == (4, 2, 5, 1000)
    shares = [0.5, 0.498, 0.001, 0.001]
    assert found.kl == pytest.approx(math.log(5) + sum(p * math.log(p) for p in shares))
    assert found.kl_ceiling == pytest.approx(math.log(5))
    assert modes(torch.zeros(10, dtype=torch.int64), 5).kl == pytest.approx(math.log(5)), "the ceiling is reached"


def test_a_fifth_of_the_fair_share_is_fair():
    assert modes(torch.tensor([0] * 900 + [1] * 100), 2).fair == 2
    assert modes(torch.tensor([0] * 901 + [1] * 99), 2).fair == 1


def test_perfect_samples_score_the_floor():
    """(K - 1)/2N; for 1,000 modes and 26,000 samples .0192."""
    kl = np.mean([modes(drawn([1.0] * 8, 2500, seed), 8).kl for seed in range(200)])
    assert kl == pytest.approx(7 / 5000, rel=0.1) and modes(drawn([1.0] * 8, 2500), 8).kl_floor == 7 / 5000
    many = modes(drawn([1.0] * 1000, 26_000), 1000)
    assert many.kl_floor == pytest.approx(0.0192, abs=1e-4)
    assert many.kl == pytest.approx(many.kl_floor, rel=0.1)
    assert modes(drawn([1.0] * 999 + [1e-9], 26_000), 1000).fair == 999, "control"


def test_a_reference_gives_the_fair_shares_and_its_own_part_of_the_floor():
    shares = [0.7, 0.2, 0.1, 0.0]
    reference, real = drawn(shares, 4000, 1), drawn(shares, 3000, 2)
    found = modes(drawn(shares, 2000, 3), 4, reference, real)
    assert (found.of, found.held, found.fair) == (3, 3, 3)
    assert found.kl_floor == pytest.approx(2 / 4000 + 2 / 8000)
    assert found.kl < 5 * found.kl_floor and found.kl_real < 5 * found.kl_floor
    assert found.kl_ceiling == pytest.approx(-math.log(float((reference == 2).double().mean())))
    assert modes(drawn(shares, 2000, 3), 4).kl > 0.3, "control: these are far from uniform"
    assert modes(torch.tensor([0, 3]), 4, reference).kl == math.inf
    kl = np.mean([modes(drawn(shares, 2000, s), 4, drawn(shares, 4000, 999 + s)).kl for s in range(200)])
    assert kl == pytest.approx(found.kl_floor, rel=0.15)


def test_real_data_is_measured_on_as_many_and_by_the_same_protocol():
    real = drawn([0.6, 0.4], 900)
    found = modes(drawn([0.6, 0.4], 500, 5), 2, real=real)
    assert found.kl_real == modes(real[:500], 2).kl > 0.01
    with pytest.raises(ValueError, match="real has 900 labels and the samples 901"):
        modes(drawn([0.5, 0.5], 901), 2, real=real)


def test_stacked_digits():
    assert stack(torch.tensor([[0, 0, 0], [1, 2, 3], [9, 9, 9], [0, 7, 0]])).tolist() == [0, 123, 999, 70]
    assert stack(torch.tensor([[1, 0, 1]]), base=2).tolist() == [5]
    with pytest.raises(ValueError, match="0 to 10; they must be 0 to 9"):
        stack(torch.tensor([[0, 10, 3]]))
    with pytest.raises(ValueError, match=r"torch.int64 \(3,\)"):
        stack(torch.tensor([1, 2, 3]))


def test_refuses():
    with pytest.raises(ValueError, match="labels has labels 0 to 7 for 5 classes"):
        modes(torch.tensor([0, 7]), 5)
    with pytest.raises(ValueError, match=r"reference is torch.int64 \(0,\)"):
        modes(torch.tensor([0]), 5, torch.zeros(0, dtype=torch.int64))
    with pytest.raises(ValueError, match="float32"):
        modes(torch.tensor([0.5]), 5)
