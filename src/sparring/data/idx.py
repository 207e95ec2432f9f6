"""IDX, the format of MNIST: two zero bytes, a type, the number of axes, their lengths, the values."""

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import IO

import numpy as np

from sparring.data.header import is_bomb
from sparring.data.ordinary import check_ordinary
from sparring.data.room import check_memory
from sparring.errors import DataError
from sparring.words import mark, tr
from sparring.words.system import why

TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path: Path) -> np.ndarray:
    """Read an IDX file, plain or gzipped.

    No more is unpacked than the header declares, and a header that declares far more than a file of this size can
    hold is refused before.

    Raises:
        DataError: If it cannot be read, is no IDX, or is shorter or longer than it says.
        NoRoomError: If it does not fit into memory.
    """
    try:
        check_ordinary(path)
        size = path.stat().st_size
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        stream: IO[bytes]
        with gzip.open(path) if packed else path.open("rb") as stream:  # type: ignore[assignment]
            return _parse(stream, size, str(path))
    except gzip.BadGzipFile:
        raise DataError(tr("{path} cannot be read: it is not a valid gzip file.", path=path)) from None
    except EOFError:
        raise DataError(tr("{path} cannot be read: it ends too early.", path=path)) from None
    except zlib.error:
        raise DataError(tr("{path} cannot be read: its compressed data is damaged.", path=path)) from None
    except OSError as error:
        raise DataError(tr("{path} cannot be read: {why}.", path=path, why=why(error))) from None


def _parse(stream: IO[bytes], size: int, name: str) -> np.ndarray:
    head = stream.read(4)
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in TYPES or not 1 <= head[3] <= 4:
        if not head:
            raise DataError(tr("{name} is not an IDX file: it is empty.", name=name))
        raise DataError(tr("{name} is not an IDX file: it starts with {start}.", name=name, start=head.hex(" ")))
    lengths = stream.read(4 * head[3])
    if len(lengths) < 4 * head[3]:
        raise DataError(tr("{name} ends within its header.", name=name))
    shape = struct.unpack(f">{head[3]}I", lengths)
    dtype = np.dtype(TYPES[head[2]])
    expected = math.prod(shape) * dtype.itemsize
    if is_bomb(expected, size):
        text = mark("{name} has {size:,} bytes and claims to hold {expected:,}: refused before unpacking.")
        raise DataError(tr(text, name=name, size=size, expected=expected))
    check_memory(name, expected)
    body = bytearray()
    while len(body) <= expected and (block := stream.read(min(1 << 24, expected + 1 - len(body)))):
        body += block
    if len(body) != expected:
        text = mark("{name} should hold {expected:,} bytes of values {shape}, but holds {held:,}.")
        if len(body) > expected:
            text = mark("{name} should hold {expected:,} bytes of values {shape}, but holds more than {held:,}.")
        raise DataError(tr(text, name=name, expected=expected, shape=shape, held=min(len(body), expected)))
    return np.frombuffer(body, dtype).astype(dtype.newbyteorder("="), copy=False).reshape(shape)


def labels_beside(path: Path) -> Path | None:
    """The labels that belong to a file of pictures: ``train-labels-idx1-ubyte`` beside ``train-images-idx3-ubyte``."""
    if "images" not in path.name:
        return None
    plain = path.name.replace("images", "labels").replace("idx3", "idx1").replace("idx4", "idx1").removesuffix(".gz")
    return next((p for p in (path.with_name(plain), path.with_name(plain + ".gz")) if p.is_file()), None)
