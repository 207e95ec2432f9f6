"""Hostile TIFFs: many channels, numbers that are none, lying tags and loops."""

import io
import random
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from faults.pieces import SIDE

ENTRIES = (256, 257, 258, 259, 262, 273, 277, 278, 279)


def tiff(array: np.ndarray, **options: Any) -> tuple[str, bytes]:
    """An array as a TIFF; as a raw one of one strip where tifffile is not installed."""
    try:
        import tifffile
    except ImportError:
        return raw(SIDE, SIDE, 8, 1, bytes(SIDE * SIDE))
    file = io.BytesIO()
    tifffile.imwrite(file, array, **options)
    return "tif", file.getvalue()


def raw(
    width: int, height: int, bits: int, samples: int, body: bytes, at: int = 8, following: int = 0
) -> tuple[str, bytes]:
    """A TIFF by hand, whose tags say what they are told to."""
    values = (width, height, bits, 1, 1, 200, samples, height, len(body))
    tags = b"".join(struct.pack("<HHII", tag, 4, 1, v) for tag, v in zip(ENTRIES, values, strict=True))
    head = b"II*\0" + struct.pack("<I", at) + struct.pack("<H", len(ENTRIES)) + tags + struct.pack("<I", following)
    return "tif", head.ljust(200, b"\0") + body


def channels(rng: random.Random) -> tuple[str, bytes]:
    n, kind = rng.choice((2, 5, 7, 12, 100)), rng.choice((np.uint8, np.uint16, np.float32))
    return tiff(np.ones((SIDE, SIDE, n), kind), photometric="minisblack", planarconfig=rng.choice(("contig", None)))


def floats(rng: random.Random) -> tuple[str, bytes]:
    array = np.full((SIDE, SIDE), rng.choice((0.5, 1e30, -3.0)), rng.choice((np.float16, np.float32, np.float64)))
    if rng.random() < 0.6:
        array.flat[rng.randrange(array.size)] = rng.choice((np.nan, np.inf, -np.inf))
    return tiff(array)


def kinds(rng: random.Random) -> tuple[str, bytes]:
    kind = rng.choice(("int8", "int16", "int32", "uint32", "int64", "uint64", "complex64", "bool", "float64"))
    return tiff(np.ones((SIDE, SIDE), kind) * 1, photometric="minisblack")


def pages(rng: random.Random) -> tuple[str, bytes]:
    return tiff(np.ones((rng.choice((2, 30)), SIDE, SIDE, 3), np.uint8), photometric="rgb")


def packed(rng: random.Random) -> tuple[str, bytes]:
    kind = rng.choice(("zlib", "lzw", "zstd", "jpeg", "lzma", "packbits", "webp"))
    try:
        suffix, data = tiff(np.ones((16, 16, 3), np.uint8), photometric="rgb", compression=kind)
    except (ValueError, RuntimeError, KeyError, TypeError):
        suffix, data = tiff(np.ones((16, 16, 3), np.uint8), photometric="rgb")
    bad = bytearray(data)
    for _ in range(rng.choice((0, 1, 4))):
        bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
    return suffix, bytes(bad)


def tiff_bomb(rng: random.Random) -> tuple[str, bytes]:
    """Zeros that take hundreds of times their room when they are unpacked."""
    side, kind, n = rng.choice((3000, 5000)), rng.choice((np.uint8, np.uint16, np.float32)), rng.choice((1, 3, 4))
    zeros = np.zeros((side, side, n) if n > 1 else (side, side), kind)
    return tiff(
        zeros,
        photometric="minisblack" if n != 3 else "rgb",
        planarconfig="contig" if n > 1 else None,
        compression="zlib",
    )


def lying(rng: random.Random) -> tuple[str, bytes]:
    big = rng.choice((30_000, 2**31, 2**32 - 1, 0, SIDE))
    return raw(big, rng.choice((SIDE, big)), rng.choice((1, 8, 13, 64, 65535)), rng.choice((1, 3, 65535)), bytes(64))


def loop(rng: random.Random) -> tuple[str, bytes]:
    """The next page is this page."""
    return raw(SIDE, SIDE, 8, 1, bytes(SIDE * SIDE), rng.choice((8, 8, 2**32 - 1, 0)), rng.choice((8, 9, 2**31)))


TIFFS: tuple[Callable[[random.Random], tuple[str, bytes]], ...] = (
    channels,
    floats,
    kinds,
    pages,
    packed,
    lying,
    loop,
    tiff_bomb,
)
