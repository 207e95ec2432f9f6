"""Files that are damaged or meant to harm: skipped with a reason or refused, and nothing else."""

import io
import random
import struct
import time
import tracemalloc
import warnings
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from sparring.data.check import check
from sparring.data.decode import decode, read_header
from sparring.data.entries import Entry
from sparring.data.header import Unreadable
from sparring.data.idx import read_idx
from sparring.data.open import open_pictures
from sparring.errors import DataError

PIXELS = np.random.default_rng(2).integers(0, 256, (200, 4, 5, 3), np.uint8)
FORMS = ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM", "TGA"]


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


def saved(image, form="PNG", **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


SAMPLES = {form: saved(Image.fromarray(PIXELS[:12].reshape(12, -1, 3)), form) for form in FORMS}


def many(folder, n=200):
    folder.mkdir()
    for i in range(n):
        Image.fromarray(PIXELS[i]).save(folder / f"{i:03}.png", compress_level=0)
    return folder


def damaged(data, seed, kind):
    rng, data = random.Random(seed), bytearray(data)
    if kind == "cut":
        return bytes(data[: rng.randrange(len(data))])
    for _ in range(rng.choice([1, 2, 20])):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return bytes(data)


@given(st.sampled_from(FORMS), st.integers(0, 10**6), st.sampled_from(["cut", "flip"]))
@settings(max_examples=300, deadline=None)
def test_damaged_pictures_are_read_or_refused(form, seed, kind):
    data = damaged(SAMPLES[form], seed, kind)
    entry = Entry("x", len(data), 0, lambda: io.BytesIO(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = decode(entry, read_header(entry))
        except Unreadable as error:
            assert 0 < len(str(error)) < 200
        else:
            assert image.ndim == 3 and image.dtype in (np.uint8, np.uint16, np.float32)


def test_whole_pictures_are_read():
    """Control for the fuzzing."""
    for data in SAMPLES.values():
        entry = Entry("x", len(data), 0, lambda data=data: io.BytesIO(data))
        assert decode(entry, read_header(entry)).shape == (12, 20, 3)


def test_one_in_a_hundred_may_be_bad(tmp_path):
    folder = many(tmp_path / "many")
    (folder / "007.png").write_bytes(b"")
    whole = (folder / "100.png").read_bytes()
    (folder / "100.png").write_bytes(whole[:-30])
    pictures = open_pictures(folder)
    skipped = pictures.description()["skipped"]
    assert len(pictures) == 198 and skipped["count"] == 2
    assert skipped["files"][0] == {"file": "007.png", "reason": "empty file"}
    assert skipped["files"][1]["file"] == "100.png" and "truncated" in skipped["files"][1]["reason"]
    assert np.array_equal(pictures.images[7], PIXELS[8])
    (folder / "101.png").write_bytes(b"not a picture at all")
    with pytest.raises(
        DataError, match=r"(?s)3 of 200 files.*more than 1 %.*007\.png: empty file.*101\.png: not a picture"
    ):
        open_pictures(folder)
    assert not list((tmp_path / "cache" / "packed").glob(".*"))


def test_unreadable_folder_and_empty_folder(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="There are no pictures in"):
        open_pictures(tmp_path / "empty")
    (tmp_path / "empty" / "a.txt").write_text("x")
    with pytest.raises(DataError, match=r"1 file is not a picture and was left out: 1 \.txt"):
        open_pictures(tmp_path / "empty")


def test_unreadable_files_are_named(tmp_path, monkeypatch):
    folder = many(tmp_path / "many")

    def refuse(path, *args):
        if str(path).endswith("005.png"):
            raise PermissionError(13, "Permission denied")
        return io.open(path, *args)  # noqa: UP020

    monkeypatch.setattr("sparring.data.entries.open", refuse, raising=False)
    assert open_pictures(folder).description()["skipped"]["files"] == [
        {"file": "005.png", "reason": "Permission denied"}
    ]


def bomb(side=30_000):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packed = zlib.compress(bytes(10 << 20))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("limit", ["default", None])
@pytest.mark.parametrize("side", [30_000, 9_000])
def test_decompression_bombs_are_refused_from_the_header(side, limit, monkeypatch):
    if limit is None:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)  # Pillow's own guard is off, ours stands
    data = bomb(side)
    entry = Entry("x", len(data), 0, lambda: io.BytesIO(data))
    tracemalloc.start()
    with warnings.catch_warnings(), pytest.raises(Unreadable, match="pixels: refused before decoding"):
        warnings.simplefilter("error")
        read_header(entry)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()
    fine = bomb(1000)  # control
    assert read_header(Entry("x", len(fine), 0, lambda: io.BytesIO(fine)))[:2] == (1000, 1000)


def test_a_bomb_in_a_folder_is_named(tmp_path):
    folder = many(tmp_path / "many")
    (folder / "bomb.png").write_bytes(bomb())
    files = open_pictures(folder).description()["skipped"]["files"]
    assert [f["file"] for f in files] == ["bomb.png"] and "refused" in files[0]["reason"]


def make_zip(path, extra=(), n=20):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(n):
            archive.writestr(f"a/{i:02}.png", saved(Image.fromarray(PIXELS[i])))
        for name, data in extra:
            archive.writestr(name, data)
    return path


def test_zip_names_that_point_outside(tmp_path):
    picture = saved(Image.fromarray(PIXELS[50]))
    names = ["../out.png", "a/../../out.png", "/abs.png", "..\\out.png", "C:\\out.png"]
    before = sorted(tmp_path.parent.rglob("*out.png"))
    pictures = open_pictures(make_zip(tmp_path / "x.zip", [(name, picture) for name in names]))
    skipped = pictures.description()["skipped"]["files"]
    assert len(pictures) == 20 and len(skipped) == 5 and all("outside" in f["reason"] for f in skipped)
    assert sorted(tmp_path.parent.rglob("*out.png")) == before
    assert len(open_pictures(make_zip(tmp_path / "y.zip", [("a/x..out.png", picture)]))) == 21  # control


def test_zip_bomb_is_refused_from_its_declared_sizes(tmp_path, monkeypatch):
    monkeypatch.setattr("sparring.data.header.LARGEST_UNSEEN", 1 << 20)
    path = make_zip(tmp_path / "bomb.zip", [("a/big.png", bytes(8 << 20))])
    with pytest.raises(DataError, match="zip bomb"):
        open_pictures(path)
    with pytest.raises(DataError, match="zip bomb"):
        check(path)
    assert len(open_pictures(make_zip(tmp_path / "fine.zip"))) == 20  # control


def test_zip_that_lies_about_a_size(tmp_path):
    """It declares 1,000 bytes and unpacks to 8 MiB: no more than declared is unpacked."""
    path = make_zip(tmp_path / "x.zip", [("b/lie.png", bytes(8 << 20))], n=120)
    data = path.read_bytes()
    assert data.count(struct.pack("<I", 8 << 20)) == 2
    path.write_bytes(data.replace(struct.pack("<I", 8 << 20), struct.pack("<I", 1000)))
    tracemalloc.start()
    pictures = open_pictures(path)
    assert tracemalloc.get_traced_memory()[1] < 6 << 20
    tracemalloc.stop()
    assert len(pictures) == 120 and [f["file"] for f in pictures.description()["skipped"]["files"]] == ["b/lie.png"]


def test_encrypted_and_huge_members(tmp_path, monkeypatch):
    monkeypatch.setattr("sparring.data.entries.LARGEST_FILE", 1000)
    path = make_zip(tmp_path / "x.zip", [("a/big.png", bytes(2000)), ("a/secret.png", b"12345678901")])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"a/secret.png") - 46
    data[at + 8] |= 1
    path.write_bytes(data)
    reasons = {f["file"]: f["reason"] for f in open_pictures(path).description()["skipped"]["files"]}
    assert reasons == {"a/secret.png": "encrypted", "a/big.png": "declares 2,000 bytes, more than 1,000"}


@given(st.integers(0, 10**6), st.sampled_from(["cut", "flip"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_zips(tmp_path, seed, kind):
    path = tmp_path / "x.zip"
    if not (tmp_path / "whole.zip").exists():
        make_zip(tmp_path / "whole.zip", n=5)
    path.write_bytes(damaged((tmp_path / "whole.zip").read_bytes(), seed, kind))
    try:
        open_pictures(path, 4)
    except DataError as error:
        assert str(error)


def idx(array, kind=8):
    shape = struct.pack(f">{array.ndim}I", *array.shape)
    return bytes([0, 0, kind, array.ndim]) + shape + array.tobytes()


@given(st.sampled_from(["npy", "npz", "idx"]), st.integers(0, 10**6), st.sampled_from(["cut", "flip"]))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("npz", 0, "cut")
def test_damaged_arrays(tmp_path, form, seed, kind):
    file = io.BytesIO()
    if form == "npy":
        np.save(file, PIXELS[:9])
    elif form == "npz":
        np.savez_compressed(file, images=PIXELS[:9], labels=np.arange(9))
    whole = idx(PIXELS[:9, ..., 0]) if form == "idx" else file.getvalue()
    path = tmp_path / f"x.{form}"
    path.write_bytes(damaged(whole, seed, kind))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pictures = open_pictures(path)
        except DataError as error:
            assert str(path) in str(error)
        else:
            assert pictures.images.nbytes < 10_000


def test_idx_that_claims_too_much(tmp_path):
    path = tmp_path / "x.idx"
    path.write_bytes(bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 2**10, 2**10) + bytes(100))
    start = time.perf_counter()
    with pytest.raises(DataError, match="refused before unpacking"):
        read_idx(path)
    assert time.perf_counter() - start < 1


def test_npz_bomb(tmp_path, monkeypatch):
    np.savez_compressed(tmp_path / "x.npz", images=np.zeros((4000, 32, 32), np.uint8))
    assert len(open_pictures(tmp_path / "x.npz")) == 4000  # control
    monkeypatch.setattr("sparring.data.header.LARGEST_UNSEEN", 1 << 20)
    with pytest.raises(DataError, match="refused"):
        open_pictures(tmp_path / "x.npz")


def test_no_pickle_is_read(tmp_path):
    np.save(tmp_path / "x.npy", np.array([{"a": 1}], object), allow_pickle=True)
    np.savez(tmp_path / "x.npz", images=np.array([{"a": 1}], object))
    for name in ("x.npy", "x.npz"):
        with pytest.raises(DataError):
            open_pictures(tmp_path / name)


def test_neither_a_zip_nor_anything(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"PK not")
    with pytest.raises(DataError, match="not a zip"):
        open_pictures(tmp_path / "x.zip")
    (tmp_path / "x.exe").write_bytes(b"MZ")
    with pytest.raises(DataError, match="not an IDX file"):
        open_pictures(tmp_path / "x.exe")
