"""PNG with 16 bits a colour channel, which Pillow cannot write.

Source: PNG specification, third edition, sections 5, 9 and 11.
"""

import struct
import zlib
from typing import IO

import numpy as np

KINDS = {1: 0, 2: 4, 3: 2, 4: 6}
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def write_png16(file: IO[bytes], pixels: np.ndarray) -> None:
    """Write grey, grey + alpha, RGB or RGBA in 16 bits.

    Args:
        file: Open for writing.
        pixels: (H, W, C) uint16, C from 1 to 4.

    Raises:
        ValueError: If it is anything else.
    """
    if pixels.dtype != np.uint16 or pixels.ndim != 3 or pixels.shape[2] not in KINDS:
        raise ValueError(f"a 16-bit PNG holds (H, W, 1 to 4) uint16, not {pixels.shape} {pixels.dtype}")
    height, width, channels = pixels.shape
    raw = np.ascontiguousarray(pixels, ">u2").view(np.uint8).reshape(height, width * channels * 2)
    filtered = np.empty((height, 1 + raw.shape[1]), np.uint8)
    filtered[:, 0] = 1  # every row: the difference to the pixel on the left
    size = channels * 2
    filtered[:, 1 : 1 + size] = raw[:, :size]
    filtered[:, 1 + size :] = raw[:, size:] - raw[:, :-size]
    file.write(SIGNATURE)
    _chunk(file, b"IHDR", struct.pack(">IIBBBBB", width, height, 16, KINDS[channels], 0, 0, 0))
    _chunk(file, b"IDAT", zlib.compress(filtered.tobytes(), 6))
    _chunk(file, b"IEND", b"")


def _chunk(file: IO[bytes], name: bytes, content: bytes) -> None:
    file.write(struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content)))
