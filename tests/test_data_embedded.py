"""The embedded sets: whole, small, quick."""

import hashlib
import time
from importlib.resources import files

import numpy as np
import pytest

from sparring.data.embedded_sets import emoji_pairs, unsheet
from sparring.data.open import open_pictures
from sparring.errors import DataError

RAW = {
    "fashion": "2929ae1c7b89e0ee6587bbe4911fd5f0a5dafe21ae6ed9b737173cbfe20c12c9",
    "digits": "b41ca9fd335466eee997366c2e6f6bbe0a1b4582afe091fc4eba35f4a254182f",
    "emoji": "b4647e7ad07215d1c20d69643d6dee70dce0f61db9c9748ae1b66fe5ba7a32e1",
    "emoji-modern": "b4647e7ad07215d1c20d69643d6dee70dce0f61db9c9748ae1b66fe5ba7a32e1",
    "emoji-flat": "16916aba411924dbadf232a4b1be17adca89d5e31309c6cc21713a55251c27cc",
}


@pytest.mark.parametrize("name", RAW)
def test_bit_for_bit_what_was_packed(name):
    pictures = open_pictures(name)
    assert hashlib.sha256(pictures.images.tobytes()).hexdigest() == RAW[name]
    changed = pictures.images.copy()
    changed[-1, -1, -1, -1] ^= 1
    assert hashlib.sha256(changed.tobytes()).hexdigest() != RAW[name]  # control


def test_fashion():
    pictures = open_pictures("fashion")
    assert tuple(pictures.spec) == (1, 28, 28, 10, 10_000, 8, 0.0, 255.0)
    assert np.bincount(pictures.labels).tolist() == [942, 1027, 1016, 1019, 974, 989, 1021, 1022, 990, 1000]
    assert pictures.class_names[9] == "Ankle boot" and pictures.labels[0] == 9
    assert pictures.description()["classes"]["Trouser"] == 1027


def test_digits():
    """The 1,797 pictures of the test set, with the counts a class that the UCI repository states."""
    pictures = open_pictures("digits")
    assert tuple(pictures.spec) == (1, 8, 8, 10, 1797, 8, 0.0, 255.0)
    assert np.bincount(pictures.labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.unique(pictures.images).tolist() == [round(level * 255 / 16) for level in range(17)]
    first = (pictures.images[0, ..., 0].astype(int) * 16 / 255).round().astype(int)
    assert pictures.labels[0] == 0 and first[0].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert pictures.class_names == tuple("0123456789") and "CC BY 4.0" in pictures.found["source"]


def test_emoji_pairs():
    pairs = emoji_pairs()
    assert pairs.modern.shape == pairs.flat.shape == (3131, 32, 32, 3)
    counts = {role: int((pairs.role == role).sum()) for role in ("trainA", "trainB", "test")}
    assert counts == {"trainA": 1234, "trainB": 1296, "test": 601}
    roles = {}
    for design, role in zip(pairs.design, pairs.role, strict=True):
        roles.setdefault(design, set()).add(role)
    assert all(len(role) == 1 for role in roles.values()) and len(roles) == 1588
    assert not np.array_equal(pairs.modern, pairs.flat)


def test_small_enough_for_the_wheel():
    sizes = {f.name: len(f.read_bytes()) for f in files("sparring.data.embedded").iterdir() if f.is_file()}
    assert len([name for name in sizes if name.endswith((".webp", ".npz"))]) == 7
    assert sum(sizes.values()) < 8_000_000


def test_quick():
    open_pictures("emoji")
    start = time.perf_counter()
    open_pictures("fashion")
    assert time.perf_counter() - start < 2.0  # 0.25 s on an idle core


def test_a_damaged_installation_says_so(monkeypatch, tmp_path):
    (tmp_path / "fashion.webp").write_bytes(b"RIFF\0\0\0\0WEBPVP8L")
    monkeypatch.setattr("sparring.data.embedded_sets.files", lambda _: tmp_path)
    with pytest.raises(DataError, match="reinstall sparring"):
        unsheet("fashion.webp", 1, 28, 28)
