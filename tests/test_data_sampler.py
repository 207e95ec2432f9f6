"""The order of pictures is a pure function."""

import time

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sparring.data.sampler import indices, permutation, shard


@given(st.integers(0, 9), st.integers(0, 500), st.integers(0, 120), st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_any_window_is_a_piece_of_the_same_stream(seed, start, count, n):
    whole = indices(seed, 0, start + count, n)
    assert torch.equal(indices(seed, start, count, n), whole[start:])
    for epoch in range((start + count) // n):
        assert sorted(whole[epoch * n : (epoch + 1) * n].tolist()) == list(range(n))


def test_epochs_and_seeds_differ():
    stream = indices(0, 0, 200, 100)
    assert not torch.equal(stream[:100], stream[100:])
    assert not torch.equal(stream, indices(1, 0, 200, 100))
    assert indices(0, 0, 8, 100).tolist() == permutation(0, 0, 100)[:8].tolist()
    assert indices(0, 0, 6, 10).tolist() == [1, 2, 5, 9, 4, 8]  # pinned: a run resumed years later sees the same


def test_shards_together_are_the_whole():
    parts = [indices(3, *shard(40, 12, rank, 4), 17) for rank in range(4)]
    assert torch.equal(torch.cat(parts), indices(3, 40, 12, 17))
    with pytest.raises(ValueError, match="13 does not divide"):
        shard(0, 13, 0, 4)
    with pytest.raises(ValueError, match="n is 0"):
        indices(0, 0, 1, 0)


def test_fast():
    indices(0, 0, 64, 1_000_000)
    start = time.perf_counter()
    for i in range(1000):
        indices(0, 64 * i, 64, 1_000_000)
    assert time.perf_counter() - start < 0.5
