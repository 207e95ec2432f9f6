"""Diversity: known distances, noise that hardly counts, and labels that do not pass for it."""

import pytest
import torch

from sparring.metrics.diversity import diversity


def flat(*levels):
    return torch.tensor(levels).view(-1, 1, 1, 1).expand(-1, 1, 16, 16)


def test_it_is_the_mean_distance_of_two_small_pictures():
    assert diversity(flat(0.0, 1.0)) == pytest.approx(8.0)  # 64 fields that differ by 1
    assert diversity(flat(0.0, 1.0, 3.0)) == pytest.approx(8 * (1 + 2 + 3) / 3)
    assert diversity(flat(0.5, 0.5, 0.5)) == 0.0


def test_one_picture_is_no_pair():
    assert diversity(flat(1.0)) is None
    assert diversity(flat(1.0, 2.0), torch.tensor([0, 1])) is None


def test_only_pictures_of_one_label_are_compared_and_those_without_are_not():
    pictures, y = flat(0.0, 5.0, 1.0, 5.0, 9.0, 0.0), torch.tensor([0, 1, 0, 1, -1, -1])
    assert diversity(pictures, y) == pytest.approx((8.0 + 0.0) / 2)


def test_noise_on_one_picture_is_not_diversity():
    noise = torch.randn(40, 1, 64, 64, generator=torch.Generator().manual_seed(0))
    shapes = (
        torch.randn(40, 1, 8, 8, generator=torch.Generator().manual_seed(1))
        .repeat_interleave(8, 2)
        .repeat_interleave(8, 3)
    )
    assert diversity(noise) < 0.14 * diversity(shapes)


def test_small_and_odd_pictures_are_compared_too():
    assert diversity(torch.tensor([0.0, 1.0]).view(2, 1, 1, 1).expand(2, 3, 1, 5)) == pytest.approx((3 * 64) ** 0.5)
