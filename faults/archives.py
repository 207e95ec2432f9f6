"""Hostile zips and gzips."""

import gzip
import io
import random
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from faults.lab import Case
from faults.pieces import check, damaged, good, train

Writer = Callable[[zipfile.ZipFile, random.Random], None]


def traversal(archive: zipfile.ZipFile, rng: random.Random) -> None:
    for name in rng.sample(
        ("../out.png", "a/../../out.png", "/tmp/sparring-faults-out.png", "..\\out.png", "C:\\out.png", "a/./../../b.png",
         "//x/y.png", "a/\0b.png", "~/x.png", "\x1b[2J.png", "a\nb.png", "\u202egnp.png", "con.png", "a/" * 200 + "x.png"), 4
    ):  # fmt: skip
        archive.writestr(name, good(rng))


def links(archive: zipfile.ZipFile, rng: random.Random) -> None:
    """Members that say they are links, pipes or devices."""
    for i, kind in enumerate((stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK)):
        facts = zipfile.ZipInfo(f"a/link{i}.png")
        facts.create_system, facts.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(facts, rng.choice((b"/etc/passwd", b"../../x", good(rng))))


def bombs(archive: zipfile.ZipFile, rng: random.Random) -> None:
    for i in range(rng.choice((1, 1, 5))):
        archive.writestr(f"a/bomb{i}.png", bytes(10 << 20), zipfile.ZIP_DEFLATED)


@cache
def great_bomb() -> bytes:
    """A zip of 2 MB that declares and holds 2 GB."""
    file, zeros = io.BytesIO(), bytes(1 << 20)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a/0.png", good(random.Random(0)))
        with archive.open("a/bomb.png", "w") as member:
            for _ in range(2000):
                member.write(zeros)
    return file.getvalue()


@cache
def zeros_gzipped(megabytes: int, head: bytes) -> bytes:
    """Zeros after a head, gzipped."""
    file = io.BytesIO()
    with gzip.GzipFile(fileobj=file, mode="wb", compresslevel=1, mtime=0) as packed:
        packed.write(head)
        for _ in range(megabytes):
            packed.write(bytes(1 << 20))
    return file.getvalue()


def nested(archive: zipfile.ZipFile, rng: random.Random) -> None:
    data = good(rng)
    for _ in range(rng.choice((1, 5, 50))):
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as deeper:
            deeper.writestr("x.zip", data)
        data = inner.getvalue()
    archive.writestr("a/inner.zip", data)
    archive.writestr("a/inner.png", data)


def twice(archive: zipfile.ZipFile, rng: random.Random) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("a/x.png", "a/x.png", "a/X.PNG", "a//x.png", "./a/x.png", "a/00.png"):
            archive.writestr(name, good(rng))


def strange(archive: zipfile.ZipFile, rng: random.Random) -> None:
    """Folders as pictures, files as folders, classes that clash, other compressions."""
    archive.writestr("a/folder.png/", b"")
    archive.writestr("a/00.png/x.png", good(rng))
    archive.writestr("__MACOSX/a/._00.png", rng.randbytes(90))
    archive.writestr("labels.csv", rng.choice((b"", b"a/00.png,x\n" * 4, b"\0" * 99, rng.randbytes(99))))
    kind = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA))
    archive.writestr("a/packed.png", good(rng), kind)
    archive.comment = rng.randbytes(rng.choice((0, 60_000)))


def many(archive: zipfile.ZipFile, rng: random.Random) -> None:
    for i in range(rng.choice((500, 3000))):
        archive.writestr(f"b/{i}.txt" if rng.random() < 0.5 else f"b/{i}.png", b"")


def plain(archive: zipfile.ZipFile, rng: random.Random) -> None:
    """Nothing more: what is wrong comes after."""


WRITERS: tuple[Writer, ...] = (traversal, links, bombs, nested, twice, strange, many, plain, plain, plain, plain)


def zipped(writer: Writer, rng: random.Random) -> bytes:
    """A zip of good pictures and whatever ``writer`` adds."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))) as archive:
        for i in range(rng.choice((0, 6, 8, 8, 120))):
            archive.writestr(f"a/{i:02}.png", good(rng))
        writer(archive, rng)
    return file.getvalue()


def lie(data: bytes, rng: random.Random) -> bytes:
    """Change a field of an entry: flags, method, checksum, sizes, lengths, offset; or the directory's end."""
    bad = bytearray(data)
    marks = [i for i in range(len(data) - 46) if data[i : i + 4] == b"PK\1\2"]
    if not marks or rng.random() < 0.3:
        end = data.rfind(b"PK\5\6")
        at, form = rng.choice(((8, "<H"), (10, "<H"), (12, "<I"), (16, "<I"), (20, "<H"), (4, "<H")))
        struct.pack_into(
            form, bad, end + at, rng.choice((0, 1, 0xFFFF, 0xFFFFFFFF, 77)) & (0xFFFF if form == "<H" else 2**32 - 1)
        )
        return bytes(bad)
    fields = (
        (8, "<H"),
        (10, "<H"),
        (16, "<I"),
        (20, "<I"),
        (24, "<I"),
        (28, "<H"),
        (30, "<H"),
        (32, "<H"),
        (42, "<I"),
        (6, "<H"),
    )
    for at, form in rng.sample(fields, rng.choice((1, 1, 2))):
        value = rng.choice((0, 1, 9, 99, 1000, 0xFFFF, 0xFFFFFFFF, 2**31))
        for mark in marks if rng.random() < 0.2 else rng.sample(marks, 1):
            struct.pack_into(form, bad, mark + at, value & (0xFFFF if form == "<H" else 2**32 - 1))
    return bytes(bad)


def zip64(data: bytes, rng: random.Random) -> bytes:
    """An end of directory that points to a zip64 one, which lies."""
    end = data.rfind(b"PK\5\6")
    big = rng.choice((2**63, 2**40, 0, end))
    more = b"PK\6\6" + struct.pack(
        "<QHHIIQQQQ", 44, 45, 45, 0, 0, big, big, rng.choice((big, end)), rng.choice((big, 0))
    )
    locator = b"PK\6\7" + struct.pack("<IQI", 0, rng.choice((end, big)), 1)
    return (
        data[:end] + more + locator + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
    )


def gz(rng: random.Random, folder: Path) -> str:
    """A gzipped IDX or npy: cut, wrong checksum, wrong length, twice, or far larger than it seems."""
    shape = struct.pack(">3I", 12, 8, 8)
    body = bytes([0, 0, 8, 3]) + shape + rng.randbytes(12 * 64)
    kind = rng.choice(("bits", "bits", "length", "twice", "bomb", "nested", "name", "npy", "empty"))
    if kind == "bomb":
        lying = bytes([0, 0, 8, 3]) + struct.pack(">3I", rng.choice((12, 400_000, 2_700_000, 2**31)), 28, 28)
        data = zeros_gzipped(rng.choice((300, 2048)), lying)
    if kind == "npy":
        file = io.BytesIO()
        np.save(file, np.zeros((9, 8, 8), np.uint8))
        body = file.getvalue()
    if kind != "bomb":
        data = gzip.compress(body, mtime=0)
    if kind == "bits":
        data = damaged(data, rng)
    elif kind == "length":
        data = data[:-4] + struct.pack("<I", rng.choice((0, 2**32 - 1, 5)))
    elif kind == "twice":
        data = data + rng.choice((data, b"garbage", bytes(40)))
    elif kind == "nested":
        data = gzip.compress(data, mtime=0)
    elif kind == "name":
        data = data[:3] + b"\x08" + data[4:10] + b"../../x\x1b[31m\0" + data[10:]
    elif kind == "empty":
        data = gzip.compress(b"", mtime=0)
    name = rng.choice(("x-images-idx3-ubyte.gz", "x.npy.gz", "x.idx.gz", "x.gz"))
    (folder / name).write_bytes(data)
    return name


def make(rng: random.Random, folder: Path, templates: Path) -> Case:
    """One archive and what may be done with it."""
    if rng.random() < 0.2:
        name = what = gz(rng, folder)
    else:
        writer = rng.choice(WRITERS)
        data = great_bomb() if writer is bombs and rng.random() < 0.3 else zipped(writer, rng)
        change = rng.choice((None, damaged, lie, lie, zip64) if writer is plain else (None, None, damaged, lie))
        what = f"zip {writer.__name__}{f', {change.__name__}' if change else ''}"
        name = rng.choice(("data.zip", "data.zip", "data.ZIP", "data.npz"))
        (folder / name).write_bytes(change(data, rng) if change else data)
    commands = [check(name)]
    if rng.random() < 0.6:
        commands.append(train(name, "--size", "8"))
    return Case(what, commands)
