"""`Model.translate` for every kind of picture, and files that are written whole or not at all."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import sparring
from sparring import durable
from sparring.data.header import Unreadable
from sparring.data.png16 import decode as decode_png16
from sparring.data.resize import LUMA
from sparring.errors import CommandError, DataError, NoRoomError
from sparring.use import apply, picture_file
from sparring.use.picture_file import PictureFile, from_image, read_picture, to_image, write_picture
from sparring.use.png16_write import write_png16

TINY = {"features": 8, "blocks": 1, "d_features": 8, "batch_size": 2, "lr": 0.01, "d_lr": 0.01}


def trained(folder, x_channels, y_channels):
    rng = np.random.default_rng(x_channels)
    x, y = (rng.integers(0, 256, (12, 16, 16, c), np.uint8) for c in (x_channels, y_channels))
    run = sparring.train("cyclegan_small", x, data_y=y, run={"steps": 2, "threads": 1, "out": folder}, **TINY)
    return sparring.load(run)


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("colour"), 3, 3)


@pytest.fixture(scope="module")
def grey_to_seven(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("grey-to-seven"), 1, 7)


def noise(*shape, dtype=np.uint8, seed=0):
    rng = np.random.default_rng(seed)
    if dtype == np.float32:
        return rng.random(shape, np.float32)
    return rng.integers(0, np.iinfo(dtype).max + 1, shape, dtype)


def by_the_network(model, values, to="y"):
    """What the network gives for (H, W, C), not rounded."""
    white = 1 if values.dtype.kind == "f" else np.iinfo(values.dtype).max
    x = torch.from_numpy(values.astype(np.float32) / white * 2 - 1).permute(2, 0, 1)[None]
    with torch.no_grad():
        drawn = (model.game.G_xy if to == "y" else model.game.G_yx)(x)[0].permute(1, 2, 0)
    wanted = (drawn.double().numpy() + 1) / 2 * white
    assert wanted.shape != values.shape or np.abs(wanted - values).max() > 0.05 * white, "pixels change"
    return wanted


@pytest.mark.parametrize(("dtype", "within"), [(np.uint8, 0.51), (np.uint16, 1.5), (np.float32, 1e-5)])
@pytest.mark.parametrize("to", ["x", "y"])
def test_arrays(model, dtype, within, to):
    given = noise(31, 57, 3, dtype=dtype)
    drawn = model.translate(given, to=to)
    assert (type(drawn), drawn.dtype, drawn.shape) == (np.ndarray, dtype, (31, 57, 3))
    assert np.abs(drawn - by_the_network(model, given, to)).max() <= within
    flat = model.translate(given[..., 0])
    wanted = by_the_network(model, np.repeat(given[..., :1], 3, 2)) @ LUMA
    assert (flat.dtype, flat.shape) == (dtype, (31, 57)) and np.abs(flat - wanted).max() <= 2 * within


def test_channels_that_differ(grey_to_seven):
    given = noise(9, 12)
    seven = grey_to_seven.translate(given)
    assert (seven.dtype, seven.shape) == (np.uint8, (9, 12, 7))
    assert np.abs(seven - by_the_network(grey_to_seven, given[..., None])).max() <= 0.51
    assert grey_to_seven.translate(seven, to="x").shape == (9, 12, 1)
    with pytest.raises(DataError, match="Pillow has no mode for 7 channels of uint8"):
        grey_to_seven.translate(Image.fromarray(given))


MODES = "1 L LA La P PA RGB RGBA RGBa RGBX CMYK YCbCr HSV LAB I I;16 I;16B F".split()


@pytest.mark.parametrize("mode", MODES)
def test_pillow_pictures_keep_size_and_mode(model, mode):
    sixteen, eight = Image.fromarray(noise(21, 30, dtype=np.uint16)), Image.fromarray(noise(21, 30, 4))
    sources = {"I": sixteen, "I;16": sixteen, "I;16B": sixteen, "La": eight.convert("LA"), "PA": eight.convert("LA")}
    opaque = mode not in ("LA", "RGBA", "RGBa", "1", "L")
    picture = sources.get(mode, eight.convert("RGB") if opaque else eight)
    picture = Image.fromarray(noise(21, 30, dtype=np.float32)) if mode == "F" else picture.convert(mode)
    before = picture.copy()
    drawn = model.translate(picture)
    assert (drawn.mode, drawn.size) == (mode, (30, 21))
    changed = np.abs(np.asarray(drawn).astype(float) - np.asarray(picture)).max()
    assert changed > {"F": 0.02, "1": -1, "I": 1000, "I;16": 1000, "I;16B": 1000}.get(mode, 3)
    assert np.array_equal(np.asarray(picture), np.asarray(before)), "what was given is as it was"
    if mode in ("LA", "RGBA"):
        assert np.array_equal(np.asarray(drawn)[..., -1], np.asarray(picture)[..., -1])
    if mode in ("RGB", "I;16", "I", "I;16B"):
        values = np.asarray(picture).astype(np.uint8 if mode == "RGB" else np.uint16)
        assert np.array_equal(np.asarray(drawn), model.translate(values)), "as an array it is the same"
    if mode in ("I", "I;16", "I;16B", "F", "L", "RGB", "CMYK", "1"):
        assert np.array_equal(np.asarray(to_image(from_image(picture))), np.asarray(picture)), (
            "in and out loses nothing"
        )


def test_a_sideways_photograph_is_turned(model):
    picture = Image.fromarray(noise(20, 31, 3))
    picture.getexif()[0x0112] = 6
    turned = model.translate(np.rot90(np.asarray(picture), -1).copy())
    assert np.array_equal(np.asarray(model.translate(picture)), turned)


def test_paths(model, tmp_path):
    values = noise(15, 20, 3, dtype=np.uint16)
    with open(tmp_path / "deep.png", "wb") as file:
        write_png16(file, values)
    deep = model.translate(tmp_path / "deep.png")
    assert deep.dtype == np.uint16 and np.abs(deep - by_the_network(model, values)).max() <= 1.5
    whole = noise(15, 20, 4, dtype=np.uint16)
    with open(tmp_path / "deep.png", "wb") as file:
        write_png16(file, whole)
    deep = model.translate(str(tmp_path / "deep.png"))
    assert deep.shape == (15, 20, 4) and np.array_equal(deep[..., 3], whole[..., 3])
    Image.fromarray(whole[..., 0]).save(tmp_path / "grey.png")
    grey = model.translate(tmp_path / "grey.png")
    assert grey.mode == "I;16" and np.array_equal(np.asarray(grey), model.translate(whole[..., 0]))
    np.save(tmp_path / "a.npy", noise(15, 20, 3))
    assert np.array_equal(np.asarray(model.translate(tmp_path / "a.npy")), model.translate(noise(15, 20, 3)))


def test_tensors_go_as_they_are_and_large_ones_in_tiles(model, monkeypatch):
    x = torch.rand(5, 3, 40, 52) * 2 - 1
    with torch.no_grad():
        wanted = model.game.G_yx(x)
    drawn = model.translate(x, to="x")
    assert (drawn.dtype, drawn.device.type, drawn.requires_grad) == (torch.float32, "cpu", False)
    assert torch.allclose(drawn, wanted, atol=1e-5) and (drawn - x).abs().max() > 0.1
    assert torch.allclose(model.translate(x.half(), to="x"), wanted, atol=0.02)
    monkeypatch.setattr(apply, "WHOLE", 40 * 52 - 1)
    assert torch.allclose(model.translate(x, to="x"), wanted, atol=1e-5), "each through translate_array"


def test_what_cannot_be_translated_is_refused(model, tmp_path):
    x = torch.rand(1, 3, 8, 8)
    for wrong, says in [
        (x[0], "a tensor of shape"),
        (x[:0], "a tensor of shape"),
        ((x * 255).byte(), "torch.uint8"),
        (x * 255, r"values from .* to 2\d\d"),
        (x * torch.nan, "nan"),
        (x[:, :1], "1 channels, and the translator takes 3"),
        (noise(8, 8, 4), "the picture cannot be translated: has 4 channels, and the translator takes 3"),
        (noise(2, 8, 8, 3), "shape"),
        (noise(8, 8, 3).astype(np.int64), "int64"),
        (np.full((8, 8, 3), np.nan, np.float32), "NaN"),
        (Image.fromarray(noise(8, 8).astype(np.int32) - 9), "whole numbers from -"),
        (tmp_path / "none.png", "none.png cannot be translated: No such file"),
    ]:
        with pytest.raises(DataError, match=says):
            model.translate(wrong)
    with pytest.raises(CommandError, match=r"to is 'Z'; this model translates to 'y', 'x'"):
        model.translate(x, to="Z")


def test_16_bits_of_either_byte_order(tmp_path):
    values = noise(20, 30, dtype=np.uint16)
    Image.frombytes("I;16B", (30, 20), values.astype(">u2").tobytes()).save(tmp_path / "a.tiff")
    assert Image.open(tmp_path / "a.tiff").mode == "I;16B"
    write_picture(tmp_path / "b.tiff", read_picture(tmp_path / "a.tiff"))
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.tiff")), values)


def test_a_deep_tiff_keeps_its_alpha(tmp_path):
    tifffile = pytest.importorskip("tifffile")
    values = noise(20, 30, 4, dtype=np.uint16)
    tifffile.imwrite(tmp_path / "a.tiff", values, photometric="rgb", extrasamples=["unassalpha"])
    write_picture(tmp_path / "b.tiff", read_picture(tmp_path / "a.tiff"))
    after = tifffile.imread(tmp_path / "b.tiff")
    assert after.dtype == np.uint16 and np.array_equal(after[..., 3], values[..., 3])


def cut_short(file, *_, **__):
    file.write(b"half")
    raise ValueError("the encoder broke")


def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", ["a.png", "a.npy", "a.tiff", "deep.png"])
@pytest.mark.parametrize("there", [True, False])
def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch, name, there):
    dtype = np.uint16 if name == "deep.png" else np.uint8
    picture = PictureFile(noise(20, 30, 3, dtype=dtype), None, "RGB", Path(name).suffix)
    path = tmp_path / name
    if there:
        write_picture(path, picture._replace(values=picture.values[::-1]))
    old = path.read_bytes() if there else None

    def is_as_it_was():
        assert os.listdir(tmp_path) == ([name] if there else [])
        assert old is None or path.read_bytes() == old

    with monkeypatch.context() as patch:
        patch.setattr(picture_file, "_encode", cut_short)
        with pytest.raises(Unreadable, match="the encoder broke"):
            write_picture(path, picture)
        is_as_it_was()
    for step in ("write_all", "os.replace"):
        with monkeypatch.context() as patch:
            patch.setattr(durable if step == "write_all" else os, step.removeprefix("os."), full)
            with pytest.raises(NoRoomError):
                write_picture(path, picture)
            is_as_it_was()
    write_picture(path, picture)
    assert path.read_bytes() != old and np.array_equal(_values(path), picture.values)


def test_control_a_file_that_is_written_in_place_is_torn(tmp_path):
    (tmp_path / "a.png").write_bytes(b"old")
    with pytest.raises(ValueError), open(tmp_path / "a.png", "wb") as file:
        cut_short(file)
    assert (tmp_path / "a.png").read_bytes() == b"half"


def _values(path):
    if path.name == "deep.png":
        return decode_png16(path.read_bytes())
    return np.load(path) if path.suffix == ".npy" else np.asarray(Image.open(path))
