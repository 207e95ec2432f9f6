"""What the generators share: good pictures, damage, and commands of tiny networks."""

import io
import random
import struct
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from faults.lab import REFUSED, Command

QUICK = ("--run.threads", "1", "--run.device", "cpu", "--run.precision", "float32", "--run.memory-format", "contiguous")
GAN = ("--z-dim", "4", "--g-hidden", "8", "--d-hidden", "8", "--batch-size", "4", *QUICK)
CYCLEGAN = ("--features", "4", "--blocks", "1", "--d-features", "4", "--batch-size", "2", "--memory", "4", *QUICK)
SIDE = 8


def pixels(rng: random.Random, height: int = SIDE, width: int = SIDE, channels: int = 3) -> np.ndarray:
    """Noise, (height, width, channels) or (height, width) for one channel, uint8."""
    noise = np.frombuffer(rng.randbytes(height * width * channels), np.uint8)
    return noise.reshape((height, width, channels) if channels > 1 else (height, width))


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    """A picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def good(rng: random.Random) -> bytes:
    """A small PNG, all of it well."""
    return encoded(Image.fromarray(pixels(rng)))


def good_folder(folder: Path, rng: random.Random, n: int = 8) -> Path:
    """A folder of ``n`` good pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for i in range(n):
        (folder / f"{i:02}.png").write_bytes(good(rng))
    return folder


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Cut, with flipped bits, with a hole, with bytes put in or taken out."""
    if not data:
        return data
    bad, kind, at = bytearray(data), rng.choice(("cut", "flip", "flip", "hole", "in", "out")), rng.randrange(len(data))
    if kind == "cut":
        return data[:at]
    if kind == "flip":
        for _ in range(rng.choice((1, 1, 2, 5, 50))):
            bad[rng.randrange(len(bad))] ^= 1 << rng.randrange(8)
    elif kind == "hole":
        bad[at : at + rng.choice((1, 4, 64))] = rng.choice((b"\0", b"\xff", b"\x80")) * rng.choice((1, 4, 64))
    elif kind == "in":
        bad[at:at] = rng.randbytes(rng.choice((1, 3, 500)))
    else:
        del bad[at : at + rng.choice((1, 2, 30))]
    return bytes(bad)


def chunk(name: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width: int, height: int, depth: int, colour: int, body: bytes, extra: bytes = b"") -> bytes:
    """A PNG whose header says what it is told to, right or not.

    Args:
        width: Pixels, as the header says.
        height: Pixels, as the header says.
        depth: Bits a sample.
        colour: PNG's type of colour: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.
        body: Rows before compression, each with its filter's byte.
        extra: Chunks between header and data.
    """
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")
    )


def check(source: str, *more: str, allowed: Collection[int] = REFUSED, names: str = "") -> Command:
    """``sparring data check``."""
    return Command(("data", "check", source, *more), allowed, names)


def train(source: str, *more: str, allowed: Collection[int] = REFUSED, names: str = "") -> Command:
    """Two steps of the smallest GAN there is."""
    words = ("train", "gan", "--data", source, *GAN, "--run.steps", "2", *more)
    return Command(words, allowed, names)


def translate(run: Path, *sources: str, allowed: Collection[int] = REFUSED) -> Command:
    """Pictures through a template's translator."""
    return Command(("translate", str(run), *sources, "--out", "translated"), allowed)
