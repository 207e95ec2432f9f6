"""What `sparring data check` finds."""

import json

import numpy as np
import pytest
from PIL import Image

from sparring.data.check import check
from sparring.data.duplicates import near_duplicates, thumbnail
from sparring.errors import DataError

RNG = np.random.default_rng(5)
SMOOTH = [np.asarray(Image.fromarray(RNG.integers(0, 256, (6, 6, 3), np.uint8)).resize((64, 64))) for _ in range(24)]


@pytest.fixture
def folder(tmp_path):
    for i, pixels in enumerate(SMOOTH):
        path = tmp_path / "ab"[i % 2] / f"{i:02}.png"
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path


def test_a_folder_with_everything_wrong(folder):
    Image.fromarray(SMOOTH[3]).save(folder / "a" / "same.jpg", quality=90)
    Image.fromarray(SMOOTH[4]).resize((48, 48)).save(folder / "a" / "small.png")
    (folder / "b" / "empty.png").write_bytes(b"")
    (folder / "b" / "cut.png").write_bytes((folder / "b" / "01.png").read_bytes()[:-40])
    (folder / "notes.txt").write_text("x")
    found = check(folder, 64)
    assert found.usable == 26 and found.ignored == {".txt": 1} and found.resized == 1
    assert sorted(name for name, _ in found.skipped) == ["b/cut.png", "b/empty.png"]
    assert sorted(found.duplicates) == [("a/04.png", "a/small.png"), ("b/03.png", "a/same.jpg")] or sorted(
        map(sorted, found.duplicates)
    ) == [["a/04.png", "a/small.png"], ["a/same.jpg", "b/03.png"]]
    assert found.classes == {"a": 14, "b": 12} and found.sizes == {"64x64": 25, "48x48": 1}
    text = found.text()
    for words in (
        "26 usable",
        "1 of 48x48",
        "b/empty.png: empty file",
        "1 file is not a picture and was left out: 1 .txt",
        "1 image would be resized to 64x64",
        "2 classes: a 14, b 12",
        "sub-folders are taken as classes: a, b",
        "looks like",
    ):
        assert words in text
    for words in ("smaller than 64x64", "more than 1 %", "would memorise them"):
        assert any(words in warning for warning in found.warnings), words
    json.dumps(found.as_dict(), allow_nan=False)


def test_nothing_wrong(folder):
    found = check(folder)
    assert found.skipped == found.duplicates == [] and found.resized == 0
    assert found.warnings == [
        "24 pictures are few: a GAN would memorise them",
        "classes with fewer than 20 pictures: a, b",
    ]


def test_different_sizes_and_grey_in_colour(tmp_path):
    for i, side in enumerate((20, 20, 40)):
        Image.fromarray(SMOOTH[i][..., :1].repeat(3, -1)).resize((side, side)).save(tmp_path / f"{i}.png")
    warnings = check(tmp_path).warnings
    assert warnings[0].startswith("2 different sizes: 2 of 20x20, 1 of 40x40. Resize them with --size 16")
    assert "the pictures are stored as colour but hold only grey" in warnings


def test_nothing_usable(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    with pytest.raises(DataError, match=r"No file in .*\n  a\.png: not a picture"):
        check(tmp_path)


def test_arrays_and_named_sets():
    images = np.stack([*SMOOTH, SMOOTH[7]]).astype(np.uint16) * 16
    found = check(images, (32, 32))
    assert found.duplicates == [("picture 7", "picture 24")] and found.resized == 25
    assert any("largest value is 4080" in warning for warning in found.warnings)
    emoji = check("emoji")
    assert emoji.usable == 3131 and emoji.kind == "embedded" and 0 < len(emoji.duplicates) < 1600


def test_near_duplicates_among_many():
    """Copies with noise are found, other pictures are not."""
    base = np.stack([thumbnail(np.asarray(Image.fromarray(p).resize((40, 30)))) for p in SMOOTH])
    noisy = (base + RNG.integers(-3, 4, base.shape)).clip(0, 255).astype(np.uint8)
    pairs = near_duplicates(np.concatenate([base, noisy]))
    assert set(pairs) <= {(i, i + 24) for i in range(24)} and len(pairs) >= 22
    assert near_duplicates(base) == []
    flat = np.full((300, 16, 16, 3), 7, np.uint8)
    assert len(near_duplicates(flat)) == 299
