"""How pictures are brought to a size: cut around the centre, with the upper part kept, or padded."""

import numpy as np
import pytest
from PIL import Image

from sparring.data.open import open_pictures
from sparring.data.resize import fit, inner_size, resized_in_words
from sparring.errors import CommandError

TALL = np.zeros((40, 20, 3), np.uint8)
TALL[:20, :, 0], TALL[20:, :, 2] = 200, 100  # a red head over a blue body


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def portraits(tmp_path):
    folder = tmp_path / "portraits"
    folder.mkdir()
    for i in range(4):
        Image.fromarray(TALL).save(folder / f"{i}.png")
    Image.fromarray(TALL[:20]).save(folder / "square.png")
    return folder


def test_top_keeps_the_head_and_cover_cuts_half_of_it():
    assert (fit(TALL, (10, 10), "top")[..., 0] > 180).all()
    cover = fit(TALL, (10, 10), "cover")
    assert (cover[:4, :, 0] > 150).all() and (cover[6:, :, 2] > 70).all()  # control: half head, half body
    wide = np.ascontiguousarray(TALL.transpose(1, 0, 2))
    assert np.array_equal(fit(wide, (10, 10), "top"), fit(wide, (10, 10)))  # a wide one has no upper part to lose


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 5])
def test_contain_keeps_all_and_repeats_the_edges(dtype, channels):
    image = np.zeros((30, 10, channels), dtype)
    image[:, :5], image[:, 5:] = 40, 90
    out = fit(image, (12, 12), "contain")
    assert out.shape == (12, 12, channels) and out.dtype == dtype and inner_size(30, 10, (12, 12)) == (12, 4)
    inner = out[:, 4:8]
    assert (out[:, :4] == inner[:, :1]).all() and (out[:, 8:] == inner[:, -1:]).all()
    assert np.abs(inner[:, 0].astype(float) - 40).max() < 8 and np.abs(inner[:, -1].astype(float) - 90).max() < 8
    assert fit(image, (30, 10), "contain") is image


def test_contain_of_a_line_has_a_pixel():
    assert fit(np.full((400, 1, 1), 9, np.uint8), (8, 8), "contain").tolist() == [[[9]] * 8] * 8


def test_the_fit_is_part_of_the_stores_key_and_of_the_digest(portraits):
    opened = {how: open_pictures(portraits, 10, fit=how) for how in ("cover", "top", "contain")}
    assert len({p.digest() for p in opened.values()}) == 3
    assert (opened["top"].images[0, ..., 0] > 180).all() and not (opened["cover"].images[0, ..., 0] > 180).all()
    again = open_pictures(portraits, 10, fit="top")
    assert again.digest() == opened["top"].digest()
    words = {how: p.found["notes"][0] for how, p in opened.items()}
    assert words == {
        "cover": "5 images were resized to 10x10; 4 of them were centre-cropped",
        "top": "5 images were resized to 10x10; 4 of them were cropped with the upper part kept",
        "contain": "5 images were resized to 10x10; 4 of them were padded by repeating their edges",
    }


def test_arrays_are_fitted_likewise():
    images = np.stack([TALL, TALL])
    opened = open_pictures(images, 10, fit="top")
    assert (opened.images[..., 0] > 180).all()
    assert opened.found["notes"] == ["2 images were cropped with the upper part kept and resized to 10x10"]
    digits = open_pictures("digits", "8x4", fit="contain")
    assert digits.spec[:3] == (1, 8, 4)
    with pytest.raises(CommandError, match="fit is 'squash'; it is one of cover, contain, top"):
        open_pictures(images, 10, fit="squash")


def test_words():
    assert resized_in_words(800, 800, (64, 64)) == "800 images were centre-cropped and resized to 64x64"
    assert resized_in_words(1, 0, (64, 32)) == "1 image was resized to 64x32"
    assert resized_in_words(9, 1, (8, 8), would=True) == (
        "9 images would be resized to 8x8; 1 of them would be centre-cropped"
    )
