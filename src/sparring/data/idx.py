"""IDX, the format of MNIST: two zero bytes, a type, the number of axes, their lengths, the values."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from sparring.data.header import is_bomb
from sparring.errors import DataError

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """Read an IDX file, plain or gzipped.

    No more is unpacked than the header declares, and a header that declares far more than a file of this size can
    hold is refused before.

    Raises:
        DataError: If it cannot be read, is no IDX, or is shorter or longer than it says.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        stream: IO[bytes]
        with gzip.open(path) if packed else path.open("rb") as stream:  # type: ignore[assignment]
            return _parse(stream, size, str(path))
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path} cannot be read: {error}.") from None


def _parse(stream: IO[bytes], size: int, name: str) -> np.ndarray:
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES or not 1 <= head[3] <= 4:
        raise DataError(f"{name} is no IDX file: it starts with {head.hex(' ') or 'nothing'}.")
    lengths = stream.read(4 * head[3])
    if len(lengths) < 4 * head[3]:
        raise DataError(f"{name} ends within its header.")
    shape = struct.unpack(f">{head[3]}I", lengths)
    dtype = np.dtype(TYPES[head[2]])
    expected = math.prod(shape) * dtype.itemsize
    if is_bomb(expected, size):
        raise DataError(f"{name} has {size:,} bytes and claims to hold {expected:,}: refused before unpacking.")
    body = bytearray()
    while len(body) <= expected and (block := stream.read(min(1 << 24, expected + 1 - len(body)))):
        body += block
    if len(body) != expected:
        more = "more" if len(body) > expected else f"{len(body):,}"
        raise DataError(f"{name} should hold {expected:,} bytes of values {shape}, but holds {more}.")
    return np.frombuffer(body, dtype).astype(dtype.newbyteorder("="), copy=False).reshape(shape)


def labels_beside(path: Path) -> Path | None:
    """The labels that belong to a file of pictures: ``train-labels-idx1-ubyte`` beside ``train-images-idx3-ubyte``."""
    if "images" not in path.name:
        return None
    plain = path.name.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1").removesuffix(".gz")
    return next((p for p in (path.with_name(plain), path.with_name(plain + ".gz")) if p.is_file()), None)
