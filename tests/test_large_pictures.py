"""Large pictures are taken a band of rows at a time, and what only seems large is refused; all the rest is as before."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from sparring.data import decode, png16, resize, tiff
from sparring.data.check import check
from sparring.data.duplicates import thumbnail
from sparring.data.entries import Entry
from sparring.data.header import Unreadable
from sparring.data.open import open_pictures
from sparring.errors import DataError
from sparring.use.apply import Way
from sparring.use.picture_file import PictureFile, from_array, read_picture, write_picture

RNG = np.random.default_rng(5)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


def read(data):
    entry = Entry("x", len(data), 0, lambda: io.BytesIO(data))
    return decode.decode(entry, decode.read_header(entry))


def deep_png(kinds, width=9):
    """RGB of 16 bits whose rows are noise, each with its filter."""
    rows = b"".join(bytes([kind]) + RNG.bytes(width * 6) for kind in kinds)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, len(kinds), 16, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return png16.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


@pytest.mark.parametrize("kinds", [[0, 1, 2] * 9, [0, 1, 2, 3, 4] * 5, [4] * 7 + [2] * 7 + [3] * 7])
@pytest.mark.parametrize("band", [1, 4, 7])
def test_a_png_of_16_bits_is_the_same_in_bands(kinds, band, monkeypatch):
    data = deep_png(kinds)
    whole = png16.decode(data)
    monkeypatch.setattr(png16, "UP", -1)  # every row by the general way
    assert np.array_equal(png16.decode(data), whole)
    monkeypatch.undo()
    monkeypatch.setattr(png16, "BAND", band)
    assert np.array_equal(png16.decode(data), whole) and whole.std() > 10_000
    with pytest.raises(Unreadable, match="truncated"):
        png16.decode(deep_png(kinds).replace(struct.pack(">I", len(kinds)), struct.pack(">I", len(kinds) + 1), 1))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "CMYK", "1"])
def test_a_picture_is_the_same_in_bands(mode, monkeypatch):
    image = Image.fromarray(RNG.integers(0, 256, (23, 6, 4), np.uint8)).convert(
        "RGB" if mode in ("CMYK", "P", "1") else mode
    )
    file = io.BytesIO()
    image.convert(mode).save(file, "TIFF" if mode == "CMYK" else "PNG")
    whole = read(file.getvalue())
    monkeypatch.setattr(decode, "BAND", 5)
    assert np.array_equal(read(file.getvalue()), whole) and whole.shape[:2] == (23, 6) and whole.std() > 10


def test_grey_is_the_same_in_parts(monkeypatch):
    images = RNG.integers(0, 65536, (3, 5, 7, 3), np.uint16)
    monkeypatch.setattr(resize, "AT_ONCE", 4)
    assert np.array_equal(resize.with_channels(images, 1)[..., 0], (images @ resize.LUMA).round())
    floats = images / np.float32(65535)
    assert np.allclose(resize.with_channels(floats, 1)[..., 0], floats @ resize.LUMA)


def test_over_white():
    pixels = np.array([[[100, 200, 0], [100, 200, 65535]]], np.uint16)
    assert tiff.over_white(pixels, 65535.0).tolist() == [[[65535, 65535], [100, 200]]]


def test_a_picture_that_is_all_one_value_has_a_thumbnail(tmp_path):
    assert not thumbnail(np.full((4, 4, 1), 0.5, np.float32), 0.5, 0.5).any()
    (tmp_path / "x").mkdir()
    Image.fromarray(np.full((4, 4), 0.5, np.float32)).save(tmp_path / "x" / "a.tif")
    assert check(tmp_path / "x").text()


def test_a_tiff_of_13_bits_is_refused(tmp_path):
    values = (256, 8), (257, 8), (258, 13), (259, 1), (262, 2), (273, 200), (277, 3), (278, 8), (279, 312)
    tags = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in values)
    (tmp_path / "a.tif").write_bytes((b"II*\0\x08\0\0\0\x09\0" + tags + bytes(4)).ljust(200, b"\0") + bytes(312))
    with pytest.raises(DataError, match=r"a\.tif: a TIFF of 13 bits"):
        open_pictures(tmp_path)


def test_files_that_are_holes_are_refused(tmp_path):
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': (4000000, 32, 32), }".ljust(117) + "\n"
    with open(tmp_path / "x.npy", "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode())
        file.truncate(4_000_000 * 1024 + 128)
    if (tmp_path / "x.npy").stat().st_blocks > 1000:
        pytest.skip("this file system keeps holes")
    with pytest.raises(DataError, match=r"declares 4,096,000,000 bytes in a file of [\d,]+: refused"):
        open_pictures(tmp_path / "x.npy")
    with open(tmp_path / "x.png", "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(Unreadable, match="1,099,511,627,776 bytes, more than"):
        read_picture(tmp_path / "x.png")


def test_grey_goes_through_a_translator_of_colour_as_before():
    import torch

    from sparring.data.spec import Spec

    grey = RNG.integers(0, 256, (6, 5, 1), np.uint8)
    colour = Spec(height=6, width=5, channels=3, bits=8, low=0.0, high=255.0)
    network = torch.nn.Conv2d(3, 3, 1)
    with torch.no_grad():
        network.weight.copy_(torch.eye(3)[:, :, None, None])
        network.bias.zero_()
    assert np.array_equal(Way(network, colour, colour)(from_array(grey)).values, grey)


def test_a_tiff_of_many_values_is_written_packed_and_read_back(tmp_path):
    pytest.importorskip("tifffile")
    values = np.zeros((200, 300, 3), np.float32)
    values[7, 9] = 0.25, 0.5, 1
    write_picture(tmp_path / "x.tif", PictureFile(values, None, "array", ".tif"))
    assert (tmp_path / "x.tif").stat().st_size < values.nbytes / 50
    assert np.array_equal(read_picture(tmp_path / "x.tif").values, values)
