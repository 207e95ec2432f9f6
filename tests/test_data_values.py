"""Stored values and [-1, 1]; pictures, views and their digests."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sparring.data.pictures import Pictures, Spec
from sparring.data.values import from_unit, to_unit
from sparring.errors import DataError


@pytest.mark.parametrize(("bits", "dtype"), [(8, np.uint8), (16, np.uint16)])
def test_every_stored_value_comes_back(bits, dtype):
    every = np.arange(2**bits).astype(dtype).reshape(1, -1, 1, 1)
    spec = Spec(1, 2**bits, 1, bits=bits, high=2.0**bits - 1)
    x = to_unit(every, spec)
    assert x.dtype == torch.float32 and x[0, 0, 0, 0] == -1 and x[0, 0, -1, 0] == 1
    back = from_unit(x, spec)
    assert back.dtype == dtype and np.array_equal(back, every)
    assert not np.array_equal(from_unit(x.half().float() if bits == 16 else x * 0.99, spec), every)  # control


@given(low=st.floats(-1e4, 1e4), width=st.floats(1e-2, 1e4), seed=st.integers(0, 99))
@settings(max_examples=50, deadline=None)
def test_floats_come_back_nearly(low, width, seed):
    spec = Spec(3, 2, 2, bits=32, low=low, high=low + width)
    values = (low + width * np.random.default_rng(seed).random((4, 2, 2, 3))).astype(np.float32)
    assert np.abs(from_unit(to_unit(values, spec), spec) - values).max() <= 2e-6 * (abs(low) + width)


def test_what_lies_outside_is_clipped():
    x = torch.tensor([-5.0, 5.0, float("nan"), float("inf"), -float("inf"), 0.0]).reshape(6, 1, 1, 1)
    assert from_unit(x, Spec(1, 1, 1)).reshape(-1).tolist() == [0, 255, 0, 255, 0, 128]


def test_the_callers_floats_are_not_changed():
    floats = np.full((4, 2, 2, 1), 0.5, np.float32)
    Pictures(floats, high=1.0).batch(np.arange(4))
    assert (floats == 0.5).all()


def some(n=50, dtype=np.uint8, seed=0):
    images = np.random.default_rng(seed).integers(0, 256, (n, 5, 4, 3)).astype(dtype)
    return Pictures(images, np.arange(n) % 3, ("a", "b", "c"))


def test_batch():
    pictures = some()
    x, y = pictures.batch(torch.tensor([7, 3]))
    assert x.shape == (2, 3, 5, 4) and x.is_contiguous() and y.tolist() == [1, 0] and y.dtype == torch.int64
    assert x[0, 2, 1, 3] == pytest.approx(pictures.images[7, 1, 3, 2] / 127.5 - 1, abs=1e-6)


def test_split_parts_without_copying_and_always_the_same():
    pictures = some()
    train, held = pictures.split(10)
    assert (len(train), len(held), train.spec.count) == (40, 10, 40)
    assert train._images is pictures.images
    numbers = sorted(train._rows.tolist() + held._rows.tolist())
    assert numbers == list(range(50))
    assert pictures.split(10)[1].digest() == held.digest() != train.digest()
    assert np.array_equal(held.images, pictures.images[held._rows])
    x, y = held.batch(np.arange(10))
    assert torch.equal(x, pictures.batch(held._rows)[0]) and torch.equal(y, pictures.batch(held._rows)[1])
    again, _ = train.split(5)
    assert set(again._rows) < set(train._rows) and np.array_equal(again.labels, pictures.labels[again._rows])
    for wrong in (0, 50, -1):
        with pytest.raises(
            DataError, match=r"'pictures' has 50 pictures; -?\d+ cannot be held out: --run.held-out takes 1 to 49"
        ):
            pictures.split(wrong)


def test_digest_sees_pixels_labels_and_spec():
    first = some().digest()
    assert some().digest() == first and len(first) == 64
    changed = some()
    changed.images[3, 0, 0, 0] ^= 1
    relabelled = some()
    relabelled.labels[0] = 2
    others = {changed.digest(), relabelled.digest(), Pictures(some().images).digest(), some(49).digest()}
    assert first not in others and len(others) == 4


def test_no_pictures():
    with pytest.raises(DataError, match="no pictures"):
        Pictures(np.zeros((0, 4, 4, 1), np.uint8))
