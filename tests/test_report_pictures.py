"""Grids, PNG text, GIFs: the right pixel at the right place."""

import errno

import numpy as np
import pytest
from PIL import Image, ImageSequence

from sparring import durable
from sparring.errors import DataError, NoRoomError
from sparring.report.gif import save_gif
from sparring.report.grid import grid, shown, to_pil, to_uint8
from sparring.report.png import read_text, save_png
from sparring.report.sheet import sheet


def numbered(n, height, width, channels, dtype=np.uint8):
    """Picture i is filled with i."""
    return np.broadcast_to(np.arange(n, dtype=dtype)[:, None, None, None], (n, height, width, channels)).copy()


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32])
def test_every_picture_stands_at_its_place(channels, dtype):
    pictures = numbered(7, 5, 3, channels, dtype)
    pictures[:, 0, 2] = 100  # the upper right corner of each
    whole = grid(pictures, columns=3, pad=2, scale=4)
    assert whole.shape == (2 + 3 * (5 * 4 + 2), 2 + 3 * (3 * 4 + 2), channels) and whole.dtype == dtype
    white = 100 if dtype == np.float32 else np.iinfo(dtype).max
    left = whole.copy()
    for i in range(7):
        y, x = 2 + i // 3 * 22, 2 + i % 3 * 14
        assert (whole[y + 4 : y + 20, x : x + 12] == i).all()
        assert (whole[y : y + 4, x + 8 : x + 12] == 100).all() and (whole[y : y + 4, x : x + 8] == i).all()
        left[y : y + 20, x : x + 12] = white
    assert (left == white).all()  # all else, the two empty cells too


@pytest.mark.parametrize("shape", [(64, 28, 28, 1), (64, 32, 32, 3), (16, 64, 48, 3), (9, 28, 28, 1), (100, 20, 40, 1)])
def test_small_pictures_are_magnified_until_a_person_sees_them(shape):
    height, width, _ = grid(np.zeros(shape, np.uint8)).shape
    assert 500 <= max(height, width) <= 1000


def test_large_pictures_are_left_as_they_are():
    assert grid(np.zeros((64, 256, 256, 3), np.uint8)).shape == (2 + 8 * 258, 2 + 8 * 258, 3)


@pytest.mark.parametrize(
    "bad", [np.zeros((0, 4, 4, 1), np.uint8), np.zeros((4, 4, 1), np.uint8), np.zeros((1, 4, 4, 1), bool)]
)
def test_a_grid_of_nothing_is_refused(bad):
    with pytest.raises(ValueError, match=r"shape|bool"):
        grid(bad)
    with pytest.raises(ValueError, match="columns is 0"):
        grid(np.zeros((1, 4, 4, 1), np.uint8), columns=0)


@pytest.mark.parametrize(
    ("channels", "dtype", "mode"),
    [(1, np.uint8, "L"), (1, np.uint16, "I;16"), (2, np.uint16, "I;16"), (3, np.uint8, "RGB"), (3, np.uint16, "RGB"),
     (4, np.uint8, "RGBA"), (7, np.uint8, "RGB"), (1, np.float32, "L"), (4, np.float32, "RGBA")],
)  # fmt: skip
def test_modes(channels, dtype, mode):
    picture = np.zeros((3, 5, channels), dtype)
    picture[1, 4, 0] = 200
    made = to_pil(picture)
    assert made.mode == mode and made.size == (5, 3)
    got = np.asarray(made).reshape(3, 5, -1)[..., 0]
    bright = {np.uint8: 200, np.uint16: 200 if mode == "I;16" else 1, np.float32: 255}[dtype]
    assert got[1, 4] == bright and got.sum() == bright


def test_many_channels_say_what_is_shown():
    assert shown(1) == "grey" and shown(7) == "channels 1-3 of 7, as RGB" and "1 of 2" in shown(2)


def test_to_uint8_maps_the_ends_to_the_ends():
    assert to_uint8(np.array([0, 128, 129, 32768, 65535], np.uint16)).tolist() == [0, 0, 1, 128, 255]
    floats = np.array([-1, 0, 1, np.nan, np.inf, 5], np.float32)
    assert to_uint8(floats, -1, 1).tolist() == [0, 128, 255, 0, 255, 255]
    assert to_uint8(np.full(3, 7.0)).tolist() == [0, 0, 0]  # nothing to stretch


def test_grey_of_16_bits_stays_so_in_the_file(tmp_path):
    picture = np.random.default_rng(0).integers(0, 65536, (9, 7, 1), dtype=np.uint16)
    save_png(picture, tmp_path / "deep.png", {"step": 3})
    with Image.open(tmp_path / "deep.png") as back:
        assert back.mode == "I;16" and (np.asarray(back) == picture[..., 0]).all()


def test_text_survives_in_a_png(tmp_path):
    text = {"recipe": "dcgan", "step": "20000", "seed": "0", "place": "café", "title": "옷 그림"}
    save_png(np.zeros((4, 4, 3), np.uint8), tmp_path / "a.png", text)
    assert read_text(tmp_path / "a.png") == text
    blob = (tmp_path / "a.png").read_bytes()
    assert b"tEXtrecipe\0dcgan" in blob and b"iTXttitle" in blob
    save_png(np.zeros((4, 4, 3), np.uint8), tmp_path / "b.png")
    assert read_text(tmp_path / "b.png") == {}


def test_bad_keywords_and_bad_files_are_named(tmp_path):
    for keyword in ("", "x" * 80, "제목", " step", "a\nb"):
        with pytest.raises(ValueError, match="keyword"):
            save_png(np.zeros((4, 4, 3), np.uint8), tmp_path / "a.png", {keyword: "1"})
    assert not list(tmp_path.iterdir())
    save_png(np.random.default_rng(0).integers(0, 255, (40, 40, 3), dtype=np.uint8), tmp_path / "a.png", {"k": "v"})
    (tmp_path / "half.png").write_bytes((tmp_path / "a.png").read_bytes()[:900])
    (tmp_path / "no.png").write_bytes(b"GIF89a")
    for name in ("half.png", "no.png", "missing.png"):
        with pytest.raises(DataError, match=name):
            read_text(tmp_path / name)


def test_a_full_disk_leaves_the_old_picture_whole(tmp_path, monkeypatch):
    save_png(np.zeros((4, 4, 1), np.uint8), tmp_path / "a.png", {"step": "1"})

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(NoRoomError, match=r"a\.png"):
        save_png(np.zeros((4, 4, 1), np.uint8), tmp_path / "a.png", {"step": "2"})
    assert read_text(tmp_path / "a.png") == {"step": "1"} and len(list(tmp_path.iterdir())) == 1


def frames_of(path):
    with Image.open(path) as gif:
        return [(frame.info["duration"], np.asarray(frame.convert("RGB"))) for frame in ImageSequence.Iterator(gif)]


def test_a_grey_gif_is_exact(tmp_path):
    frames = list(np.random.default_rng(0).integers(0, 256, (5, 12, 20, 1), dtype=np.uint8))
    save_gif(frames, tmp_path / "a.gif", milliseconds=70, hold=500)
    back = frames_of(tmp_path / "a.gif")
    assert [duration for duration, _ in back] == [70] * 4 + [570]
    for frame, (_, got) in zip(frames, back, strict=True):
        assert got.shape == (12, 20, 3) and (got == frame).all()


def test_a_gif_of_few_colours_is_exact_and_of_many_is_near(tmp_path):
    rng = np.random.default_rng(0)
    few = rng.integers(0, 256, (256, 3), dtype=np.uint8)[rng.integers(0, 256, (4, 10, 30))]
    save_gif(list(few), tmp_path / "few.gif")
    assert all((got == frame).all() for frame, (_, got) in zip(few, frames_of(tmp_path / "few.gif"), strict=True))
    y, x = np.mgrid[0:64, 0:64].astype(np.float64) * 4
    many = np.stack([np.stack([y, x, np.full_like(y, 50 * i)], -1).astype(np.uint8) for i in range(4)])
    save_gif(list(many), tmp_path / "many.gif")
    errors = [np.abs(got.astype(int) - frame).mean() for frame, (_, got) in
              zip(many, frames_of(tmp_path / "many.gif"), strict=True)]  # fmt: skip
    assert 0 < max(errors) < 8


def test_gifs_loop_as_told(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for loop, found in ((0, 0), (1, None), (3, 2)):
        save_gif(frames, tmp_path / "a.gif", loop=loop)
        with Image.open(tmp_path / "a.gif") as gif:
            assert gif.info.get("loop") == found and gif.n_frames == 2


def test_clear_pixels_are_white_and_deep_greys_are_grey_in_a_gif(tmp_path):
    clear = np.zeros((4, 4, 4), np.uint8)
    clear[0, 0] = 255, 0, 0, 255
    save_gif([clear], tmp_path / "a.gif")
    ((_, got),) = [(0, np.asarray(Image.open(tmp_path / "a.gif").convert("RGB")))]
    assert got[0, 0].tolist() == [255, 0, 0] and (got[1:] == 255).all()
    save_gif([Image.fromarray(np.full((2, 2), 65535, np.uint16))], tmp_path / "b.gif")
    assert (np.asarray(Image.open(tmp_path / "b.gif").convert("RGB")) == 255).all()


def test_gifs_that_cannot_be_are_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one"):
        save_gif([], tmp_path / "a.gif")
    with pytest.raises(ValueError, match="one size"):
        save_gif([np.zeros((4, 4, 1), np.uint8), np.zeros((4, 5, 1), np.uint8)], tmp_path / "a.gif")
    with pytest.raises(ValueError, match="milliseconds is 5"):
        save_gif([np.zeros((4, 4, 1), np.uint8)], tmp_path / "a.gif", milliseconds=5)


def test_a_sheet_fits_and_says_what_it_leaves_out():
    caption, made = sheet("Samples", numbered(64, 28, 28, 1), 690)
    assert caption == "Samples" and made.size == (690, 690) and made.getpixel((5, 5)) == (0, 0, 0)
    assert made.getpixel((5 + 86 * 3, 5 + 86)) == (11, 11, 11)
    caption, made = sheet("Samples", numbered(64, 256, 200, 7), 690)
    assert caption.startswith("Samples, ") and "of 64" in caption and "channels 1-3 of 7" in caption
    assert made.width <= 690 and made.height <= 760
    clear = np.zeros((1, 28, 28, 4), np.uint8)
    assert sheet("Clear", clear, 690)[1].getpixel((100, 100)) == (255, 255, 255)
