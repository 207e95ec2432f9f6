"""What is no file, is named so that it should not be shown, or cannot be one kind of picture with the rest: refused, and named."""

import inspect
import os
import socket
import sys
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_cli import call

from sparring.data.check import check
from sparring.data.entries import in_folder
from sparring.data.open import open_pictures
from sparring.data.partners import open_partners
from sparring.errors import DataError, NoRoomError

PIXELS = np.random.default_rng(6).integers(0, 256, (5, 8, 8, 3), np.uint8)


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a").mkdir()
    for i, pixels in enumerate(PIXELS):
        Image.fromarray(pixels).save(tmp_path / "a" / f"{i}.png")
    return tmp_path / "a"


@pytest.mark.parametrize("name", ["q", "q.npy", "q.npz", "q.zip", "t-images-idx3-ubyte"])
@pytest.mark.parametrize("ask", [check, open_pictures])
def test_a_pipe_is_refused_and_not_waited_for(name, ask):
    os.mkfifo(name)
    with pytest.raises(DataError, match=rf"{name} is a named pipe, not a file"):
        ask(name)


def test_a_pipe_of_pairs_and_one_of_labels():
    os.mkfifo("q.npz")
    with pytest.raises(DataError, match="named pipe"):
        open_partners(("q.npz", "q.npz"), None, "files")
    whole = bytes([0, 0, 8, 3, 0, 0, 0, 5, 0, 0, 0, 8, 0, 0, 0, 8]) + PIXELS[..., 0].tobytes()
    (images := Path("t-images-idx3-ubyte")).write_bytes(whole)
    os.mkfifo("t-labels-idx1-ubyte")
    assert open_pictures(images).labels is None, "what is no file is no file of labels"


def test_sockets_devices_and_what_the_kernel_makes_up(folder):
    with socket.socket(socket.AF_UNIX) as wire:
        wire.bind("s.npy")
    for path, kind in (("s.npy", "socket"), ("/dev/zero", "device"), ("/dev/null", "device")):
        with pytest.raises(DataError, match=f"{path} is a {kind}"):
            open_pictures(path)
    made_up = [path for path in ("/proc", "/proc/self/mem", "/proc/kmsg", "/sys") if os.path.exists(path)]
    for path in made_up:
        for ask in (check, open_pictures):
            with pytest.raises(DataError, match=f"{path} is not on a disk"):
                ask(path)
    assert made_up or not os.path.exists("/proc")
    for name, target in (("kernel", "/proc"), ("noise.png", "/dev/zero"), ("mem", "/proc/self/mem")):
        (folder / name).symlink_to(target)
    found = check(folder)
    assert found.usable == 5 and found.ignored == {"(no file)": 2} and found.skipped == []


def test_folders_deeper_than_the_stack_of_python(tmp_path):
    limit, depth = sys.getrecursionlimit(), 300
    levels = [os.open(tmp_path, os.O_RDONLY)]
    for _ in range(depth):
        os.mkdir("a", dir_fd=levels[-1])
        levels.append(os.open("a", os.O_RDONLY, dir_fd=levels[-1]))
        os.close(levels.pop(0))
    os.close(os.open("x.png", os.O_CREAT | os.O_WRONLY, dir_fd=levels[-1]))
    sys.setrecursionlimit(len(inspect.stack(0)) + 200)
    try:
        (entry,) = in_folder(tmp_path / "a").entries
    finally:
        sys.setrecursionlimit(limit)
    assert entry.name == "a/" * (depth - 1) + "x.png"
    os.unlink("x.png", dir_fd=levels[-1])
    for _ in range(depth):  # from the inside: pytest would not get there
        levels.append(os.open("..", os.O_RDONLY, dir_fd=levels[-1]))
        os.rmdir("a", dir_fd=levels[-1])
        os.close(levels.pop(0))
    os.close(levels.pop())


@pytest.mark.parametrize("name", ["y" * 5000, "~nobody-of-this-name/x", ""])
@pytest.mark.parametrize("words", [("data", "check"), ("train", "gan", "--data")])
def test_names_of_nothing(capfd, name, words):
    code, _, err = call(capfd, *words, name)
    nothing = not name and words[0] == "train"  # a value that is missing is a wrong command
    assert code == (2 if nothing else 3) and "Traceback" not in err and len(err) < 400
    assert ("needs a value" if nothing else "empty" if not name else name[:20]) in err


def test_floats_beyond_float32_are_refused_without_another_word(tmp_path):
    values = np.ones((4, 3, 3))
    values[2, 0, 0], values[1, 1, 1] = -1e300, 3e38
    np.save("f.npy", values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(DataError, match=r"f\.npy: 1 of 4 pictures hold values beyond 3\.4e\+38"):
            open_pictures("f.npy")
        values[2, 0, 0] = -3e38  # control
        np.save("f.npy", values)
        x, _ = open_pictures("f.npy").batch(np.arange(4))
    assert np.isfinite(x.numpy()).all() and x.min() == -1 and x.max() == 1


def test_a_file_that_is_mostly_a_hole_eats_no_memory(monkeypatch):
    """It takes no room on the disk; as IDX and column by column all of it would have to be in memory."""
    shape = (1 << 16, 32, 32)
    with open("hole.idx", "wb") as file:
        file.write(bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in shape))
        file.truncate(16 + (1 << 26))
    with open("hole.npy", "wb") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": True, "shape": shape})
        file.truncate(file.tell() + (1 << 26))
    np.savez("full.npz", images=PIXELS)
    assert len(open_pictures("full.npz")) == 5  # control
    monkeypatch.setattr("sparring.data.room.free_memory", lambda: 100)
    for name in ("hole.idx", "hole.npy", "full.npz"):
        with pytest.raises(NoRoomError, match=rf"{name} takes .* of memory, and 100 bytes is free"):
            open_pictures(name)


@pytest.mark.parametrize("kind", ["float", "channels"])
def test_one_odd_file_is_named_and_the_check_fails(folder, capfd, kind):
    code, out, _ = call(capfd, "data", "check", str(folder))
    assert code == 0 and "training would stop" not in out  # control
    if kind == "float":
        Image.fromarray(np.float32(PIXELS[0, ..., 0]) / 255).save(folder / "odd.tif")
    else:
        tifffile = pytest.importorskip("tifffile")
        tifffile.imwrite(
            folder / "odd.tif", np.zeros((8, 8, 7), np.uint8), photometric="minisblack", planarconfig="contig"
        )
    with pytest.raises(DataError, match=r"odd\.tif"):
        open_pictures(folder)
    code, out, _ = call(capfd, "data", "check", str(folder))
    assert code == 3 and "training would stop" in out and "odd.tif" in out
    assert check(folder).as_dict()["stops"]


def test_a_float_picture_of_another_range_is_named(tmp_path):
    for i in range(4):
        scale = 255 if i == 2 else 1
        Image.fromarray(np.float32(PIXELS[i, ..., 0]) / 255 * scale).save(tmp_path / f"{i}.tif")
    (told,) = [w for w in check(tmp_path).warnings if "float" in w]
    assert told.startswith("1 float picture holds values far beyond") and told.endswith(": 2.tif")
    Image.fromarray(np.float32(PIXELS[2, ..., 0]) / 255).save(tmp_path / "2.tif")
    assert not [w for w in check(tmp_path).warnings if "float" in w]


def test_escape_codes_are_shown_and_not_obeyed(folder):
    np.savez("l.npz", images=PIXELS, labels=np.array(["\x1b[31mred", *"bbbb"]))
    with zipfile.ZipFile("s.zip", "w") as archive:
        archive.write(folder / "0.png", "0.png")
        archive.writestr("x.\x1b[31m", "x")
    for source in ("l.npz", "s.zip"):
        found = check(source)
        assert r"\x1b[31m" in found.text() and "\x1b" not in found.text()


def test_a_zip_bomb_is_named(monkeypatch, capfd):
    monkeypatch.setattr("sparring.data.header.LARGEST_UNSEEN", 1 << 20)
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.png", bytes(8 << 20))
    code, _, err = call(capfd, "data", "check", "bomb.zip")
    assert code == 3 and err.startswith("sparring: bomb.zip has") and "zip bomb" in err
