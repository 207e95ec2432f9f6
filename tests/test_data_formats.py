"""Every form a picture file can have becomes the pixels that a viewer would show."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sparring.data import png16
from sparring.data.decode import decode, read_header
from sparring.data.entries import Entry
from sparring.data.header import Unreadable
from sparring.data.resize import crop_box, fit, with_bits, with_channels
from sparring.errors import DataError

RNG = np.random.default_rng(0)
RGB = RNG.integers(0, 256, (6, 9, 3), np.uint8)
GREY = RGB[..., 0].copy()


def entry(data):
    return Entry("x", len(data), 0, lambda: io.BytesIO(data))


def saved(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def read(data, size=None):
    header = read_header(entry(data))
    pixels = decode(entry(data), header, size)
    if size is None:
        assert pixels.shape == (header.height, header.width, header.channels)
        assert pixels.dtype.itemsize * 8 == header.bits
    return pixels


@pytest.mark.parametrize("form", ["PNG", "BMP", "TIFF", "PPM", "TGA", "WEBP"])
def test_lossless_forms(form):
    options = {"lossless": True} if form == "WEBP" else {}
    assert np.array_equal(read(saved(Image.fromarray(RGB), form, **options)), RGB)
    if form != "WEBP":
        assert np.array_equal(read(saved(Image.fromarray(GREY), form))[..., 0], GREY)


def test_palette_bilevel_and_cmyk():
    palette = Image.fromarray(RGB).quantize(8)
    assert np.array_equal(read(saved(palette)), np.asarray(palette.convert("RGB")))
    assert np.array_equal(read(saved(Image.fromarray(GREY > 99)))[..., 0], (GREY > 99) * np.uint8(255))
    red = Image.new("RGB", (8, 8), (200, 30, 40)).convert("CMYK")
    assert np.abs(read(saved(red, "JPEG", quality=100)).astype(int) - [200, 30, 40]).max() <= 6


@pytest.mark.parametrize("form", ["PNG", "TIFF", "PPM"])
def test_16_bit_grey_stays_so(form):
    deep = RNG.integers(0, 65536, (6, 9), np.uint16)
    assert np.array_equal(read(saved(Image.fromarray(deep), form))[..., 0], deep)


def test_float_tiff():
    values = RNG.normal(size=(6, 9)).astype(np.float32)
    assert np.array_equal(read(saved(Image.fromarray(values), "TIFF"))[..., 0], values)


def test_alpha_is_put_over_white():
    rgba = np.dstack([RGB, np.full(RGB.shape[:2], 255, np.uint8)])
    rgba[0, :, 3], rgba[1, :, 3] = 0, 128
    pixels = read(saved(Image.fromarray(rgba)))
    assert (pixels[0] == 255).all() and np.array_equal(pixels[2:], RGB[2:])
    assert np.abs(pixels[1] - (RGB[1].astype(float) * 128 / 255 + 255 * 127 / 255)).max() <= 1
    la = Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(rgba[..., 3])])
    assert read(saved(la)).shape == (6, 9, 1) and (read(saved(la))[0] == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation(form, orientation):
    blocks = np.kron(np.array([[0, 80, 160], [255, 200, 120]], np.uint8), np.ones((16, 16), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(Image.fromarray(blocks), form, exif=exif, **({"quality": 100} if form != "PNG" else {}))
    upright = {
        1: blocks,
        2: blocks[:, ::-1],
        3: blocks[::-1, ::-1],
        4: blocks[::-1],
        5: blocks.T,
        6: blocks.T[:, ::-1],
        7: blocks[::-1, ::-1].T,
        8: blocks.T[::-1],
    }[orientation]
    pixels = read(data)[..., 0].astype(int)
    assert pixels.shape == upright.shape and np.abs(pixels - upright).mean() < 2
    if orientation > 1:
        assert blocks.shape != upright.shape or np.abs(blocks.astype(int) - upright).mean() > 20  # control


def test_animated_gives_its_first_frame():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    for form in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], form, save_all=True, append_images=frames[1:])
        assert read_header(entry(data)).animated
        assert np.abs(read(data)[4, 4].astype(int) - [255, 0, 0]).max() < 8
    assert not read_header(entry(saved(frames[0], "GIF"))).animated


def png(pixels, filters, interlaced=0):
    """An independent little writer of 16-bit PNG, one row and one byte after another."""
    height, width, channels = pixels.shape
    size = 2 * channels
    rows = np.zeros((height + 1, size + width * size), int)
    rows[1:, size:] = np.frombuffer(pixels.astype(">u2").tobytes(), np.uint8).reshape(height, -1)
    body = b""
    for y in range(1, height + 1):
        kind, line = filters[y % len(filters)], []
        for x in range(size, rows.shape[1]):
            a, b, c = rows[y, x - size], rows[y - 1, x], rows[y - 1, x - size]
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            line.append((rows[y, x] - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
        body += bytes([kind, *line])
    colour = {2: 4, 3: 2, 4: 6}[channels]

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, interlaced)
    packed = zlib.compress(body)
    return (
        png16.SIGNATURE
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", packed[:7])
        + chunk(b"IDAT", packed[7:])
        + chunk(b"IEND", b"")
    )


@given(st.integers(0, 999), st.integers(1, 9), st.integers(1, 9), st.lists(st.integers(0, 4), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_16_bit_colour_png_in_full(seed, height, width, filters):
    deep = np.random.default_rng(seed).integers(0, 65536, (height, width, 3), np.uint16)
    data = png(deep, filters)
    assert np.array_equal(read(data), deep)
    with Image.open(io.BytesIO(data)) as cut:  # Pillow agrees on the upper half, and has no lower one
        assert np.array_equal(np.asarray(cut), deep >> 8)


def test_16_bit_alpha_png():
    deep = RNG.integers(0, 65536, (5, 4, 4), np.uint16)
    deep[0, :, 3], deep[1:, :, 3] = 0, 65535
    assert (read(png(deep, [4]))[0] == 65535).all() and np.array_equal(read(png(deep, [4]))[1:], deep[1:, :, :3])
    grey = read(png(deep[..., 2:], [1, 3]))
    assert np.array_equal(grey[1:], deep[1:, :, 2:3]) and grey.shape[-1] == 1


def test_what_would_be_cut_is_refused():
    with pytest.raises(Unreadable, match="interlaced"):
        read(png(RNG.integers(0, 65536, (4, 4, 3), np.uint16), [0], interlaced=1))
    with pytest.raises(Unreadable, match="16-bit colour PPM"):
        read(b"P6 # deep\n2 2 65535\n" + bytes(24))
    assert read(b"P6 2 2 255\n" + bytes(12)).shape == (2, 2, 3)  # control


def test_deep_tiff(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    for shape, dtype in (((6, 9, 3), np.uint16), ((6, 9, 7), np.uint8), ((6, 9, 5), np.float32)):
        deep = (RNG.random(shape) * 255).astype(dtype)
        if dtype == np.uint16:
            deep *= 257
        tifffile.imwrite(
            tmp_path / "x.tif", deep, planarconfig="contig", photometric="rgb" if shape[2] == 3 else "minisblack"
        )
        assert np.array_equal(read((tmp_path / "x.tif").read_bytes()), deep)


def test_deep_tiff_without_tifffile(monkeypatch):
    monkeypatch.setattr("sparring.data.tiff.find_spec", lambda _: None)
    head = struct.pack("<2sHIH", b"II", 42, 8, 9)
    tags = [(256, 4, 1, 2), (257, 4, 1, 2), (258, 3, 3, 122), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, 1, 128), (277, 3, 1, 3), (278, 4, 1, 2), (279, 4, 1, 24)]
    body = b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4) + struct.pack("<3H", 16, 16, 16)
    with pytest.raises(Unreadable, match=r"sparring\[tiff\]"):
        read(head + body + bytes(24))
    assert np.array_equal(read(saved(Image.fromarray(RGB), "TIFF")), RGB)  # control


def test_crop_keeps_the_middle_and_distorts_nothing():
    assert crop_box(100, 300, (50, 50)) == (100, 0, 200, 100)
    assert crop_box(300, 100, (64, 32)) == (0, 50, 100, 250)
    circle = (np.hypot(*np.mgrid[-50:50, -150:150]) < 40).astype(np.uint8)[..., None] * 255
    for dtype, top in ((np.uint8, 1), (np.uint16, 257), (np.float32, 1 / 255)):
        small = fit((circle * float(top)).astype(dtype), (50, 50))
        assert small.shape == (50, 50, 1) and small.dtype == dtype
        inside = small[..., 0] > 127 * top
        assert abs(int(inside.any(0).sum()) - int(inside.any(1).sum())) <= 1 and abs(inside.sum() - np.pi * 400) < 20
    squashed = np.asarray(Image.fromarray(circle[..., 0]).resize((50, 50))) > 127
    assert abs(int(squashed.any(0).sum()) - int(squashed.any(1).sum())) > 20  # control


def test_seven_channels_resize():
    assert fit(np.full((8, 8, 7), 200, np.uint8), (4, 6)).tolist() == np.full((4, 6, 7), 200).tolist()


def test_large_jpegs_are_decoded_at_a_fraction():
    smooth = Image.fromarray(RGB).resize((1600, 1200))
    data = saved(smooth, "JPEG", quality=95)
    whole, part = read(data), read(data, (64, 64))
    assert part.shape[0] < whole.shape[0] and part.shape[0] >= 128
    assert np.abs(fit(part, (64, 64)).astype(int) - fit(whole, (64, 64))).mean() < 1.5


def test_channels_and_bits():
    assert with_channels(RGB, 1).shape == (6, 9, 1) and np.array_equal(with_channels(GREY[..., None], 3)[..., 2], GREY)
    assert np.array_equal(with_bits(RGB, 16) >> 8, RGB) and with_bits(np.array([255], np.uint8), 16)[0] == 65535
    with pytest.raises(DataError, match="7 channels"):
        with_channels(np.zeros((2, 2, 7)), 3)
    with pytest.raises(DataError, match="cannot be mixed"):
        with_bits(np.zeros((2, 2, 1), np.float32), 8)
