"""Folders and zips: labels, sizes, the packed store."""

import json
import multiprocessing
import os
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sparring.data import leftovers, on_disk, store
from sparring.data.on_disk import OnDisk
from sparring.data.open import open_pictures
from sparring.errors import CommandError, DataError, NoRoomError

RNG = np.random.default_rng(1)
on_disk_hash = store.pixel_hash
PIXELS = RNG.integers(0, 256, (12, 6, 8, 3), np.uint8)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARRING_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "cats & dogs"
    for i, pixels in enumerate(PIXELS):
        path = root / ("cat" if i < 5 else "dog") / "deep" / f"{i:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return root


def packed(folder):
    return [p for p in (folder / "packed").iterdir() if not p.name.startswith(".")]


def test_folder_with_classes(folder, tmp_path):
    (folder / "readme.txt").write_text("no picture")
    (folder / ".DS_Store").write_bytes(b"x")
    pictures = open_pictures(folder)
    assert tuple(pictures.spec) == (3, 6, 8, 2, 12, 8, 0.0, 255.0)
    assert np.array_equal(pictures.images, PIXELS)
    assert pictures.class_names == ("cat", "dog") and pictures.labels.tolist() == [0] * 5 + [1] * 7
    about = pictures.description()
    assert about["ignored"] == {".txt": 1, "(hidden)": 1} and about["skipped"]["count"] == 0
    assert about["classes"] == {"cat": 5, "dog": 7} and pictures.name == "cats---dogs"
    json.dumps(about, allow_nan=False)
    Image.fromarray(PIXELS[0]).save(folder / "stray.png")  # control: one picture in no class, no labels
    assert open_pictures(folder).labels is None
    assert {p.suffix for p in (tmp_path / "cache").rglob("*") if p.is_file()} == {".npy", ".json"}


def test_second_time_nothing_is_decoded(folder, monkeypatch):
    first = open_pictures(folder)
    monkeypatch.setattr("sparring.data.files.decode", lambda *_: pytest.fail("decoded again"))
    second = open_pictures(folder)
    assert second.digest() == first.digest() and np.array_equal(second.images, PIXELS)
    os.utime(folder / "cat" / "deep" / "00.png", (1, 1))
    with pytest.raises(pytest.fail.Exception, match="decoded again"):  # control: a touched file is a new key
        open_pictures(folder)


def test_digest_is_of_the_content_not_of_the_place(folder, tmp_path):
    again = open_pictures(folder, cache=tmp_path / "other").digest()
    assert open_pictures(folder).digest() == again != open_pictures(folder, channels=1).digest()


@pytest.mark.parametrize("file", ["images.npy", "labels.npy", "about.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_damaged_store_is_made_anew(folder, tmp_path, file, damage):
    open_pictures(folder)
    path = packed(tmp_path / "cache")[0] / file
    data = bytearray(path.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 64
        path.write_bytes(data)
    elif damage == "cut":
        path.write_bytes(data[:-1])
    else:
        path.unlink()
    damaged = store.open_store(path.parent)
    assert damaged is None or file == "about.json"  # a flip in the text of a description may go unseen
    assert np.array_equal(open_pictures(folder).images, PIXELS)
    assert len(list((tmp_path / "cache" / "packed").iterdir())) == 1


def test_a_description_that_would_break_its_reader_is_made_anew(folder, tmp_path):
    open_pictures(folder)
    path = packed(tmp_path / "cache")[0] / "about.json"
    for text in ("[" * 100_000, "[]", "{}", '{"format": 5, "spec": 5}'):
        path.write_text(text)
        assert np.array_equal(open_pictures(folder).images, PIXELS) and len(path.read_text()) > 200
    for make in (os.mkfifo, lambda p: os.symlink("/dev/zero", p)):
        path.unlink()
        make(path)
        assert np.array_equal(open_pictures(folder).images, PIXELS)


def test_a_large_store_is_hashed_whole_unless_nobody_touched_it(folder, tmp_path, monkeypatch):
    """One changed byte anywhere is seen, also with its size and time of writing put back."""
    monkeypatch.setattr(on_disk, "IN_MEMORY", 10)
    digest = open_pictures(folder).digest()
    path = packed(tmp_path / "cache")[0] / "images.npy"
    hashed = []
    monkeypatch.setattr(store, "pixel_hash", lambda images: hashed.append(1) or on_disk_hash(images))
    monkeypatch.setattr(store, "is_settled", lambda facts: True)
    opened = [open_pictures(folder) for _ in range(3)]
    assert len(hashed) == 1 and isinstance(opened[0]._images, OnDisk) and opened[2].digest() == digest
    facts = path.stat()
    for at in (200, len(PIXELS.tobytes()) // 2, facts.st_size - 1):
        with path.open("r+b") as file:
            file.seek(at)
            byte = file.read(1)[0]
            file.seek(at)
            file.write(bytes([byte ^ 1]))
        os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
        assert path.stat().st_mtime_ns == facts.st_mtime_ns
        assert store.open_store(path.parent) is None, at
        assert np.array_equal(open_pictures(folder).images, PIXELS)
        facts = path.stat()


def test_other_labels_and_another_range_are_not_those_of_the_store(folder, tmp_path):
    digest = open_pictures(folder).digest()
    place = packed(tmp_path / "cache")[0]
    labels = np.load(place / "labels.npy")
    labels[0] = 1
    np.save(place / "labels.npy", labels)
    assert store.open_store(place) is None and open_pictures(folder).digest() == digest
    about = json.loads((place / "about.json").read_text())
    about["spec"]["high"] = 200.0
    (place / "about.json").write_text(json.dumps(about))
    assert store.open_store(place) is None and open_pictures(folder).digest() == digest


def test_a_picture_changed_with_its_size_and_time_is_seen(tmp_path):
    root = tmp_path / "bmp"
    root.mkdir()
    for i in range(3):
        Image.fromarray(PIXELS[i]).save(root / f"{i}.bmp")
    first = open_pictures(root).digest()
    facts = (root / "0.bmp").stat()
    data = bytearray((root / "0.bmp").read_bytes())
    data[-10] ^= 1
    (root / "0.bmp").write_bytes(data)
    os.utime(root / "0.bmp", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    assert open_pictures(root).digest() != first


def pack_slowly(folder, cache, gate):
    gate.wait()
    pictures = open_pictures(folder, cache=Path(cache))
    assert np.array_equal(pictures.images, PIXELS)


def test_two_processes_pack_at_once(folder, tmp_path):
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(3)
    workers = [context.Process(target=pack_slowly, args=(folder, tmp_path / "c", gate)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    assert len(list((tmp_path / "c" / "packed").iterdir())) == 1


def test_a_full_disk_says_so_and_leaves_nothing(folder, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "_write_pixels", full)
    with pytest.raises(NoRoomError, match="SPARRING_CACHE"):
        open_pictures(folder)
    assert list((tmp_path / "cache" / "packed").iterdir()) == []


def pack_until_killed(part, ready):
    with leftovers.owned(part):
        (part / "images.npy").write_bytes(bytes(1000))
        ready.set()
        time.sleep(60)


def test_what_a_killed_process_left_is_cleared_at_once_and_what_a_living_one_writes_is_not(folder, tmp_path):
    room = tmp_path / "cache" / "packed"
    context = multiprocessing.get_context("fork")
    workers = {}
    for name in (".dead-1-a.part", ".alive-1-a.part"):
        ready = context.Event()
        workers[name] = context.Process(target=pack_until_killed, args=(room / name, ready))
        workers[name].start()
        assert ready.wait(20)
    workers[".dead-1-a.part"].kill()
    workers[".dead-1-a.part"].join(20)
    for name, age in ((".old-1-a.part", 90_000), (".new-1-a.part", 10)):  # by something that knows no locks
        (room / name).mkdir()
        os.utime(room / name, (time.time() - age,) * 2)
    try:
        assert (room / ".dead-1-a.part" / "images.npy").exists()
        open_pictures(folder)
        left = sorted(p.name for p in room.iterdir() if p.name[0] == ".")
        assert left == [".alive-1-a.part", ".alive-1-a.part.lock", ".new-1-a.part"]
    finally:
        workers[".alive-1-a.part"].kill()
        workers[".alive-1-a.part"].join(20)


def test_different_sizes(folder):
    Image.fromarray(PIXELS[0]).resize((50, 40)).save(folder / "cat" / "big.png")
    with pytest.raises(DataError, match=r"2 different sizes: 12 of 6x8, 1 of 40x50\. Resize them with --size 8 "):
        open_pictures(folder)
    pictures = open_pictures(folder, (6, 8))
    assert (
        pictures.spec.count == 13 and "1 image was centre-cropped and resized to 6x8" in pictures.description()["notes"]
    )
    assert open_pictures(folder, 16).spec[:3] == (3, 16, 16)
    with pytest.raises(CommandError, match=r"size is \(0, 4\)"):
        open_pictures(folder, (0, 4))


def test_grey_if_all_are_grey(tmp_path):
    for i in range(3):
        Image.fromarray(PIXELS[i, ..., 0]).save(tmp_path / f"{i}.png")
    assert open_pictures(tmp_path).spec.channels == 1
    assert open_pictures(tmp_path, channels=3).spec.channels == 3
    Image.fromarray(PIXELS[3]).save(tmp_path / "3.png")
    mixed = open_pictures(tmp_path)
    assert mixed.spec.channels == 3 and mixed.description()["notes"] == ["3 grey pictures turned to RGB"]
    assert np.array_equal(mixed.images[0], PIXELS[0, ..., :1].repeat(3, -1))
    with pytest.raises(DataError, match="5 are requested"):
        open_pictures(tmp_path, channels=5)


def test_16_bits_in_a_folder(tmp_path):
    deep = RNG.integers(0, 65536, (2, 5, 5), np.uint16)
    for i in range(2):
        Image.fromarray(deep[i]).save(tmp_path / f"{i}.png")
    pictures = open_pictures(tmp_path)
    assert tuple(pictures.spec) == (1, 5, 5, 0, 2, 16, 0.0, 65535.0) and np.array_equal(pictures.images[..., 0], deep)
    Image.fromarray(PIXELS[0, :5, :5, 0]).save(tmp_path / "2.png")
    assert np.array_equal(open_pictures(tmp_path).images[2, ..., 0], PIXELS[0, :5, :5, 0] * np.uint16(257))
    Image.fromarray(np.ones((5, 5), np.float32)).save(tmp_path / "3.tif")
    with pytest.raises(DataError, match="1 of 32 bits"):
        open_pictures(tmp_path)


def test_float_folder(tmp_path):
    values = RNG.normal(size=(3, 5, 5)).astype(np.float32) * 9
    for i in range(3):
        Image.fromarray(values[i]).save(tmp_path / f"{i}.tif")
    pictures = open_pictures(tmp_path)
    assert (pictures.spec.bits, pictures.spec.low, pictures.spec.high) == (32, values.min(), values.max())
    assert np.array_equal(pictures.images[..., 0], values)


def zipped(folder, path, top="top"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            archive.write(file, f"{top}/{file.relative_to(folder)}")
    return path


def test_zip_is_the_same_as_its_folder(folder, tmp_path):
    before = set(tmp_path.rglob("*"))
    pictures = open_pictures(zipped(folder, tmp_path / "cats.zip"))
    assert np.array_equal(pictures.images, PIXELS) and pictures.class_names == ("cat", "dog")
    assert pictures.digest() == open_pictures(folder).digest() and pictures.name == "cats"
    new = {p for p in set(tmp_path.rglob("*")) - before if "cache" not in p.parts}
    assert new == {tmp_path / "cats.zip"}  # nothing was extracted


def test_links_are_followed_once(folder):
    (folder / "cat" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "dog" / "broken.png").symlink_to("nowhere")
    os.mkfifo(folder / "pipe.png")
    pictures = open_pictures(folder)
    assert len(pictures) == 12 and pictures.description()["skipped"]["files"][0]["file"] == "dog/broken.png"
    assert pictures.description()["ignored"] == {"(no file)": 1}


def test_odd_names(tmp_path):
    for i, name in enumerate([b"\xff\xfe.png", "\u2028\x1b[31m.png".encode(), "가.png".encode(), b"noending"]):
        Image.fromarray(PIXELS[i]).save(
            os.path.join(os.fsencode(tmp_path), name).decode("utf-8", "surrogateescape"), "PNG"
        )
    assert len(open_pictures(tmp_path)) == 4


def test_progress(folder):
    seen = []
    open_pictures(folder, progress=lambda *args: seen.append(args))
    assert seen[0] == ("reading headers", 12, 12) and seen[-1] == ("decoding", 12, 12)


@pytest.mark.parametrize("source", ["fashon", "nowhere/at/all", "x\0y", "y" * 5000])
def test_no_such_thing(source):
    with pytest.raises(DataError) as error:
        open_pictures(source)
    assert ("Did you mean fashion?" in str(error.value)) == (source == "fashon")
