"""Arrays, tensors, .npy, .npz and IDX."""

import gzip
import struct

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sparring.data import on_disk
from sparring.data import open as door
from sparring.data.arrays import from_array
from sparring.data.check import check
from sparring.data.layout import channels_last, classes_of, storable, value_range
from sparring.data.open import open_pictures
from sparring.data.pictures import Pictures
from sparring.errors import DataError

RNG = np.random.default_rng(3)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


@given(st.integers(5, 9), st.integers(5, 30), st.integers(5, 30), st.integers(1, 4), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_channel_axis_is_found(n, height, width, channels, first):
    images = RNG.integers(0, 256, (n, height, width, channels), np.uint8)
    pictures = open_pictures(images.transpose(0, 3, 1, 2) if first else images)
    assert np.array_equal(pictures.images, images)
    assert pictures.description()["layout"] == ("(N, C, H, W)" if first else "(N, H, W, C)")


def test_layouts():
    assert open_pictures(np.zeros((9, 5, 7), np.uint8)).spec[:3] == (1, 5, 7)
    assert channels_last(np.zeros((2, 7, 32, 32)))[0].shape == (2, 32, 32, 7)
    assert channels_last(np.zeros((2, 6, 9, 8)), channels=8)[0].shape == (2, 6, 9, 8)
    for shape, words in (
        ((5, 6), "shape"),
        ((64, 64, 3), "a single picture"),
        ((3, 8, 8, 8), "transpose"),
        ((0, 4, 4), "no pict"),
    ):
        with pytest.raises(DataError, match=words):
            open_pictures(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    ("values", "dtype", "bits", "limits"),
    [
        ([0, 255], np.int64, 8, (0, 255)),
        ([0, 256], np.int32, 16, (0, 65535)),
        ([0, 256], ">u2", 16, (0, 65535)),
        ([0, 1], np.bool_, 8, (0, 255)),
        ([0.0, 0.9], np.float64, 32, (0, 1)),
        ([-0.5, 0.9], np.float16, 32, (-1, 1)),
        ([-3.0, 7.0], np.float32, 32, (-3, 7)),
    ],
)
def test_number_types(values, dtype, bits, limits):
    array = np.array(values, dtype)[RNG.integers(0, 2, (6, 4, 4))]
    array[0, 0, :2] = values
    pictures = open_pictures(array)
    assert pictures.spec.bits == bits and (pictures.spec.low, pictures.spec.high) == limits
    x = pictures.batch(np.arange(6))[0].numpy()[:, 0]
    scale = 255 if dtype == np.bool_ else 1
    expected = (array.astype(np.float64) * scale - limits[0]) / (limits[1] - limits[0]) * 2 - 1
    assert np.abs(x - expected).max() < 1e-6 and x.min() >= -1 and x.max() <= 1


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (np.full((6, 4, 4), -1), "from -1"),
        (np.full((6, 4, 4), 70_000), "70000"),
        (np.full((6, 4, 4), np.nan), "6 of 6 pictures hold NaN"),
        (np.full((6, 4, 4), 0.5), "nothing to learn"),
        (np.full((6, 4, 4), "a"), "give uint8"),
        (np.full((6, 4, 4), 1j), "give uint8"),
    ],
)
def test_arrays_that_are_no_pictures(array, words):
    with pytest.raises(DataError, match=words):
        open_pictures(array)


def test_tensors():
    x = torch.rand(5, 3, 6, 7)
    pictures = open_pictures(x)
    assert torch.allclose((pictures.batch(torch.arange(5))[0] + 1) / 2, x, atol=1e-6)
    assert open_pictures(x.bfloat16()).spec == pictures.spec
    assert open_pictures((x * 255).byte().requires_grad_(False)).spec.bits == 8
    with pytest.raises(DataError, match="cannot be read"):
        open_pictures(x.to_sparse())


def test_resize_and_channels():
    images = RNG.integers(0, 256, (4, 20, 30, 3), np.uint8)
    pictures = open_pictures(images, (10, 12), channels=1)
    assert tuple(pictures.spec)[:3] == (1, 10, 12) and "resized to 10x12" in pictures.description()["notes"][0]
    named = open_pictures("fashion", 14, channels=3)
    assert named.spec[:3] == (3, 14, 14) and named.labels[:3].tolist() == [9, 0, 0] and named.name == "fashion"


def test_large_npy_is_read_by_rows_and_its_hash_is_kept(tmp_path, monkeypatch):
    images = RNG.integers(0, 65536, (9, 6, 5), np.uint16)
    np.save(tmp_path / "deep.npy", images)
    pictures = open_pictures(tmp_path / "deep.npy")
    assert isinstance(pictures._images, np.ndarray) and (pictures.name, pictures.spec.bits) == ("deep", 16)
    monkeypatch.setattr(door, "HASHED_AS_IT_LIES", 10)
    monkeypatch.setattr(door, "is_settled", lambda facts: True)
    monkeypatch.setattr(on_disk, "IN_MEMORY", 10)
    kept = open_pictures(tmp_path / "deep.npy")
    assert isinstance(kept._images, on_disk.OnDisk) and np.array_equal(kept.images[..., 0], images)
    assert kept.digest() == pictures.digest()
    note = next((tmp_path / "cache" / "digests").iterdir())
    note.write_text("0" * 64)
    assert open_pictures(tmp_path / "deep.npy").digest() != pictures.digest()  # it is read from the note
    images[0, 0, 0] ^= 1
    np.save(tmp_path / "deep.npy", images)
    assert open_pictures(tmp_path / "deep.npy").digest() not in (kept.digest(), pictures.digest())


@pytest.mark.parametrize(("image_key", "label_key"), [("images", "labels"), ("x", "y"), ("arr_0", "y")])
@pytest.mark.parametrize("packed", [False, True])
def test_npz(tmp_path, image_key, label_key, packed):
    images = RNG.integers(0, 256, (6, 3, 8, 9), np.uint8)
    save = np.savez_compressed if packed else np.savez
    save(tmp_path / "set.npz", **{image_key: images, label_key: np.array([2, 2, 5, 5, 9, 9])})
    pictures = open_pictures(tmp_path / "set.npz")
    assert np.array_equal(pictures.images, images.transpose(0, 2, 3, 1))
    assert pictures.labels.tolist() == [0, 0, 1, 1, 2, 2] and pictures.class_names == ("2", "5", "9")


def test_npz_with_other_names(tmp_path):
    np.savez(tmp_path / "a.npz", u=np.zeros((3, 4, 4), np.uint8), v=np.zeros(3))
    with pytest.raises(DataError, match=r"\['u', 'v'\]; name the pictures"):
        open_pictures(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", images=np.zeros((3, 4, 4), np.uint8), labels=np.zeros(4, int))
    with pytest.raises(DataError, match=r"3 pictures, but the labels have shape \(4,\)"):
        open_pictures(tmp_path / "b.npz")


def test_labels_of_any_kind():
    assert classes_of(np.array(["b", "a", "b"]), 3)[1] == ("a", "b")
    assert classes_of(np.array([[1.0], [0.0]]), 2)[0].tolist() == [1, 0]
    with pytest.raises(DataError, match="neither"):
        classes_of(np.array([0.5, 1.0]), 2)


def test_some_pictures_without_a_label(tmp_path):
    images = RNG.integers(0, 256, (8, 3, 8, 9), np.uint8)
    np.savez(tmp_path / "set.npz", images=images, labels=np.array([7, -1, 7, 9, -1, -1, 9, 9]))
    pictures = open_pictures(tmp_path / "set.npz")
    assert pictures.labels.tolist() == [0, -1, 0, 1, -1, -1, 1, 1] and pictures.class_names == ("7", "9")
    assert pictures.spec.classes == 2
    about = pictures.description()
    assert about["classes"] == {"7": 2, "9": 3} and about["unlabelled"] == 3
    kept, held_out = pictures.split(3)
    assert sorted([*kept.labels, *held_out.labels]) == [-1, -1, -1, 0, 0, 1, 1, 1]
    assert sum(part.description()["unlabelled"] for part in (kept, held_out)) == 3
    assert pictures.batch(np.array([1, 3]))[1].tolist() == [-1, 1]
    found = check(tmp_path / "set.npz")
    assert (found.classes, found.unlabelled) == ({"7": 2, "9": 3}, 3)
    assert "2 classes: 7 2, 9 3\n  3 without a label" in found.text()


def test_what_minus_one_means():
    assert classes_of(np.array([-1.0, 4.0]), 2)[0].tolist() == [-1, 0]
    numbers, names = classes_of(np.array([-1, -1]), 2)
    assert numbers.tolist() == [-1, -1] and names == ()
    without = Pictures(np.zeros((2, 4, 4, 1), np.uint8), numbers, names)
    assert (without.spec.classes, without.description()["unlabelled"]) == (0, 2)
    assert classes_of(np.array([1, -1, 1]), 3)[0].tolist() == [1, 0, 1], "plus and minus one are two classes"
    assert classes_of(np.array(["-1", "a"]), 2)[1] == ("-1", "a"), "so is a word"
    assert Pictures(np.zeros((2, 4, 4, 1), np.uint8)).description()["unlabelled"] == 0


def idx(array, code):
    return bytes([0, 0, code, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


@pytest.mark.parametrize("packed", [False, True])
def test_idx_with_its_labels_beside(tmp_path, packed):
    images, labels = RNG.integers(0, 256, (7, 6, 5), np.uint8), np.arange(7, dtype=np.uint8)
    end = ".gz" if packed else ""
    for name, array in (("t-images-idx3-ubyte", images), ("t-labels-idx1-ubyte", labels)):
        data = idx(array, 8)
        (tmp_path / (name + end)).write_bytes(gzip.compress(data) if packed else data)
    pictures = open_pictures(tmp_path / f"t-images-idx3-ubyte{end}")
    assert np.array_equal(pictures.images[..., 0], images) and pictures.labels.tolist() == list(range(7))
    (tmp_path / f"t-labels-idx1-ubyte{end}").unlink()
    assert open_pictures(tmp_path / f"t-images-idx3-ubyte{end}").labels is None  # control


def test_idx_of_other_types_and_wrong_lengths(tmp_path):
    deep = RNG.integers(0, 30_000, (4, 5, 6)).astype(">i2")
    (tmp_path / "x.idx").write_bytes(idx(deep, 11))
    assert np.array_equal(open_pictures(tmp_path / "x.idx").images[..., 0], deep)
    for data, words in (
        (idx(deep, 11)[:-1], "but holds 239"),
        (idx(deep, 11) + b"x", "holds more"),
        (b"\0\0", "not an IDX file"),
    ):
        (tmp_path / "x.idx").write_bytes(data)
        with pytest.raises(DataError, match=words):
            open_pictures(tmp_path / "x.idx")


def test_arrays_in_memory_are_not_copied():
    images = RNG.integers(0, 256, (6, 3, 8, 9), np.uint8)
    assert np.shares_memory(from_array(images).images, images)
    assert storable(images) is images and value_range(images) == (0.0, 255.0)
