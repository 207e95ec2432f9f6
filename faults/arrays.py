"""Hostile arrays: npy, npz and IDX files that lie, or hold what no picture is."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from faults.lab import Case
from faults.pieces import check, damaged, train, translate

HUGE = ("(2000000000, 28, 28)", "(1, 100000, 100000)", "(4, 4, 4, 4, 4, 4)", "(-1, 8, 8)", "()", "(0,)", "(12, 8)",
"(9" * 5000 + ",)",
        "(True, 8, 8)", "('a', 8)", "(1e3, 8, 8)", "(18446744073709551616, 1, 1)", "(12, 8, 8" + ", 1" * 60 + ")")  # fmt: skip
DTYPES = ("'|u1'", "'<f8'", "'|O'", "'<U9'", "'|V8'", "'<M8[s]'", "'|S3'", "'<c16'", "[('r', '|u1'), ('g', '|u1')]",
"'>u2'", "'<f2'",
          "'nonsense'", "[('a', '|O')]", "'<i8'", "'|b1'", "__import__('os').system('touch ../pwned')")  # fmt: skip


def npy(array: Any, **more: Any) -> bytes:
    """An array as the bytes of an npy file."""
    file = io.BytesIO()
    np.save(file, array, **more)
    return file.getvalue()


def header(rng: random.Random) -> bytes:
    """An npy whose header is written by hand."""
    shape, kind = rng.choice((*HUGE, "(12, 8, 8)", "(12, 8, 8)")), rng.choice(DTYPES)
    text = rng.choice(
        (
            f"{{'descr': {kind}, 'fortran_order': {rng.choice(('True', 'False', '7'))}, 'shape': {shape}, }}",
            f"{{'descr': {kind}, 'shape': {shape}, }}",
            "[" * 3000,
            "{" * 90 + "}" * 90,
            "{'descr': '|u1', 'fortran_order': False, 'shape': (12, 8, 8), 'x': " + "9" * 5000 + "}",
            "",
            "\0" * 50,
        )
    )
    data, version = text.encode(), rng.choice((1, 1, 1, 2, 3, 9))
    length = struct.pack("<H" if version == 1 else "<I", rng.choice((len(data), len(data), 0, 65535)))
    return b"\x93NUMPY" + bytes([version, 0]) + length + data + rng.randbytes(rng.choice((0, 12 * 64, 5000)))


def noise(rng: random.Random, shape: tuple[int, ...] = (12, 8, 8)) -> np.ndarray:
    return np.random.default_rng(rng.randrange(2**32)).random(shape)


def numbers(rng: random.Random) -> bytes:
    """Numbers that are out of the way: none at all, infinite, huge, tiny, negative, all one."""
    kind = rng.choice(("float16", "float32", "float64", "longdouble"))
    array, value = (
        noise(rng).astype(kind),
        rng.choice((np.nan, np.inf, -np.inf, 1e300, -1e300, 3.5e38, 1e-320, -5.0, 255.0, 0.0)),
    )
    with np.errstate(all="ignore"):
        if rng.random() < 0.5:
            array.flat[rng.randrange(array.size)] = value
        else:
            array[:] = np.where(array > 0.5, np.asarray(value, array.dtype), -np.asarray(value, array.dtype))
    return npy(array)


def types(rng: random.Random) -> bytes:
    """What numpy knows and pictures are not."""
    kind = rng.choice(("bool", "int8", "int16", "int32", "int64", "uint16", "uint32", "uint64", "complex64", ">u2", ">f4",
    "U3", "S2",
                       "datetime64[s]", "V4"))  # fmt: skip
    array = (noise(rng) * 200).astype("int64")
    if kind == "bool":
        return npy(array > 90)
    if kind == "V4":
        return npy(np.zeros((12, 8, 8), "V4"))
    return npy((array - (100 if rng.random() < 0.3 else 0)).astype(kind))


def structured(rng: random.Random) -> bytes:
    fields = rng.choice(([("r", "u1"), ("g", "u1"), ("b", "u1")], [("x", "f4", (3,))], [("a", "O")]))
    return npy(np.zeros((12, 8, 8), fields), allow_pickle=True)


class Harmful:
    """Its unpickling would run a command."""

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, ("touch ../pwned",)


def pickled(rng: random.Random) -> bytes:
    return npy(np.array([Harmful()] * rng.choice((1, 12)), object), allow_pickle=True)


def shapes(rng: random.Random) -> bytes:
    """Few, none, flat, long, Fortran's order, channels anywhere."""
    shape = rng.choice(
        ((0, 8, 8), (12, 0, 8), (12, 8, 0), (1, 8, 8), (2, 8, 8), (12, 1, 1), (12, 8, 8, 0), (12, 8, 8, 7), (12, 3, 8, 8),
        (12, 8, 8, 3),
         (12, 2, 8, 8), (3, 3, 3, 3), (12,), (8, 8), (), (1, 1, 1, 1, 1, 1), (12, 5000, 1), (12, 1, 3000), (300, 2, 2),
         (12, 64, 8, 8))
    )  # fmt: skip
    array = np.asarray(noise(rng, shape) * 255).astype(np.uint8)
    return npy(np.asfortranarray(array) if rng.random() < 0.4 else array)


def sparse(rng: random.Random, folder: Path) -> None:
    """Many gigabytes that are nearly nothing on disk."""
    n = rng.choice((10**6, 10**7))
    text = (
        f"{{'descr': '{rng.choice(('|u1', '<f4', '<f8'))}', 'fortran_order': False, 'shape': ({n}, 64, 64), }}".ljust(
            117
        )
        + "\n"
    )
    with open(folder / "data.npy", "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode())
        file.truncate(n * 64 * 64 * rng.choice((1, 8)) + 128)


NPY: tuple[Callable[[random.Random], bytes], ...] = (
    header,
    header,
    numbers,
    numbers,
    types,
    structured,
    pickled,
    shapes,
    shapes,
)


def npz(rng: random.Random) -> bytes:
    """Pictures and labels that do not belong together, wrong names, damage within."""
    file, good = io.BytesIO(), (noise(rng) * 255).astype(np.uint8)
    labels = rng.choice(
        (np.arange(12) % 3, np.arange(5), np.arange(12.0) / 7, np.full(12, np.nan), np.arange(12) * 2**40, -np.arange(12),
         np.array(["\x1b[31mred", "b\n"] * 6), np.array(["a"] * 12, object), np.zeros((12, 3)), np.zeros(0), np.array(7),
         np.array([True, False] * 6), np.arange(12, dtype=np.uint64) + np.uint64(2**63), np.zeros(12, "V3"),
         np.array([b"\xff"] * 12))
    )  # fmt: skip
    names = rng.choice(
        (("images", "labels"), ("images", "labels"), ("x", "y"), ("a", "b"), ("arr_0", "arr_1"), ("labels", "images"))
    )
    if rng.random() < 0.6:
        np.savez(file, **dict(zip(names, (good, labels), strict=True)))
        return file.getvalue()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in rng.sample(
            ("images.npy", "labels.npy", "../x.npy", "\x1b[31mimages.npy", "images", "x/images.npy", "x.npy"), 3
        ):
            archive.writestr(name, rng.choice(NPY)(rng) if rng.random() < 0.5 else npy(good))
    return file.getvalue()


def idx(rng: random.Random) -> bytes:
    """An IDX file of any kind of number and any number of sides, right or lying."""
    kind, sides = rng.choice((8, 9, 11, 12, 13, 14, 0, 255)), rng.choice((0, 1, 2, 3, 3, 3, 4, 255))
    shape = [rng.choice((12, 8, 8, 3, 0, 1, 2**31, 2**32 - 1)) for _ in range(sides)]
    if rng.random() < 0.4:
        kind, shape = 8, [12, 8, 8]
    return bytes([rng.choice((0, 0, 0, 1)), 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + rng.randbytes(
        rng.choice((0, 700, 768, 769, 12 * 64 * 8))
    )  # fmt: skip


def make(rng: random.Random, folder: Path, templates: Path) -> Case:
    """One array file, some damaged after all; labels beside an IDX file, which may be another's."""
    form = rng.choice(("npy", "npy", "npy", "npz", "npz", "idx", "sparse"))
    if form == "sparse" and rng.random() < 0.8:
        form = "npy"
    name = {"npy": "data.npy", "npz": "data.npz", "idx": "train-images-idx3-ubyte", "sparse": "data.npy"}[form]
    what = form
    if form == "sparse":
        sparse(rng, folder)
    else:
        maker = {"npy": rng.choice(NPY), "npz": npz, "idx": idx}[form]
        data, what = maker(rng), f"{form} {maker.__name__}"
        if rng.random() < 0.2:
            data, what = damaged(data, rng), f"{what}, damaged"
        (folder / name).write_bytes(data)
    if form == "idx" and rng.random() < 0.5:
        count = rng.choice((12, 5, 2**31))
        (folder / "train-labels-idx1-ubyte").write_bytes(
            bytes([0, 0, 8, 1]) + struct.pack(">I", count) + rng.randbytes(12)
        )
    # many gigabytes may be refused for want of memory; --conditional where there are no labels is a wrong command
    allowed = {0, 3, 4} if form == "sparse" else {0, 2, 3} if form == "npz" else {0, 3}
    commands = [check(name, allowed=allowed)]
    if form != "sparse" and rng.random() < 0.7:
        commands.append(
            train(name, *(("--conditional",) if form == "npz" and rng.random() < 0.5 else ()), allowed=allowed)
        )
    if form == "npy" and rng.random() < 0.3:
        commands.append(translate(templates / "cyclegan_small", name))
    return Case(what, commands)
