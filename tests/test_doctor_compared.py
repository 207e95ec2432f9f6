"""What the doctor compares samples by: values on sets made by hand, each with a control."""

import pytest
import torch

from sparring.doctor.compared import (
    Target,
    answered_between,
    clusters,
    labels,
    nearer_than_held_out,
    seen_small,
    together,
)
from sparring.metrics.kernel import kernel_distance


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def kinds(n=300, seed=0, of=(0, 1, 2)):
    """Points around three far places, in turn."""
    places = torch.eye(3, dtype=torch.float64) * 10
    return torch.stack([places[of[i % len(of)]] for i in range(n)]) + 0.1 * noise(n, 3, seed=seed)


def test_a_small_picture_holds_the_means_of_its_fields_and_the_ends_of_its_values():
    x = torch.linspace(-1, 1, 256).view(1, 1, 16, 16)
    small = seen_small(x)
    assert small.pooled.shape == (1, 64) and small.features.shape == (1, 192)
    assert small.pooled[0, 0] == pytest.approx(float(x[0, 0, :2, :2].mean()))
    assert small.values == pytest.approx((-0.98, 0.98))


def test_parts_together_are_as_the_whole():
    x = noise(40, 1, 16, 16).float()
    whole, parts = seen_small(x), together([seen_small(x[:30]), seen_small(x[30:])])
    assert torch.equal(whole.pooled, parts.pooled) and torch.equal(whole.features, parts.features)
    assert parts.values == pytest.approx(whole.values, abs=0.1)


def test_clusters_that_samples_lack_are_not_covered():
    found = clusters(kinds())
    assert found.covered(kinds(seed=1)) == 1
    assert found.covered(kinds(seed=1, of=(0, 1))) == pytest.approx(
        sum(c[2] < 5 for c in found.centres.tolist()) / len(found.centres)
    )
    assert 0.4 < found.covered(kinds(seed=1, of=(0, 1))) < 0.9
    assert sum(found.shares(kinds(seed=2))) == pytest.approx(1, abs=1e-3)
    assert clusters(kinds(59)) is None


def test_copies_are_near_and_new_pictures_of_the_kind_are_as_far_as_held_out_ones():
    training, held_out = noise(50, 8), noise(50, 8, seed=1)
    assert nearer_than_held_out(training[:30] + 0.01, training, held_out) < 0.05
    assert nearer_than_held_out(noise(50, 8, seed=2), training, held_out) == pytest.approx(1, abs=0.15)
    assert nearer_than_held_out(training, training[:10], held_out) is None


def test_samples_of_the_kind_have_no_distance_and_others_have():
    real, same, other = (seen_small(noise(200, 1, 8, 8, seed=s).float() * k) for s, k in ((0, 0.3), (1, 0.3), (2, 0.6)))
    target = Target(real)
    assert abs(target.distance(same)) < 0.05 < 0.5 < target.distance(other)
    spread = real.features.std(0).clamp_min(0.1)
    assert target.distance(other) == pytest.approx(
        kernel_distance(
            other.features / spread - real.features.mean(0) / spread, (real.features - real.features.mean(0)) / spread
        ).value,
        rel=1e-9,
    )
    few = seen_small(torch.zeros(19, 1, 8, 8))
    assert target.distance(few) is None and Target(few).distance(real) is None


def test_labels_are_matched_relative_to_chance_and_to_held_out_pictures():
    y = torch.arange(300) % 3
    found = labels(kinds(), y, kinds(seed=1), y, 3)
    assert found.accuracy == 1 and found.above_chance == 1
    assert found.match(kinds(seed=2), y) == 1
    assert found.match(kinds(seed=2, of=(0,)), y) == pytest.approx(0), "one kind for every label is chance"
    shuffled = y[torch.randperm(300, generator=torch.Generator().manual_seed(0))]
    assert labels(kinds(), shuffled, kinds(seed=1), shuffled.flip(0), 3).above_chance < 0.1
    assert labels(kinds(), y, kinds(19, seed=1), y[:19], 3) is None
    hidden = torch.where(torch.arange(300) < 290, -1, y)
    assert labels(kinds(), hidden, kinds(), y, 3) is None, "pictures without a label do not count"


def test_where_d_puts_held_out_pictures():
    assert answered_between([0.9, 0.1], [0.5, 0.2]) == pytest.approx(0.5)
    assert answered_between([0.9, 0.1, 3.0, -1.0], [0.9, 0.2, 0.0, 0.0]) == pytest.approx(0.75), "the largest of two"
    assert answered_between([0.5, 0.45], [0.1, 0.2]) is None, "a D that tells nothing apart overfits nothing"
