"""PNG with 16 bits a colour channel, which Pillow would quietly cut to 8: decoded in full.

Only the forms that Pillow cuts are read here: grey + alpha, RGB and RGBA, without interlacing.
Source: PNG specification, third edition, sections 5, 7.2 and 9.
"""

import struct
import sys
import zlib

import numpy as np

from sparring.data.header import Unreadable
from sparring.data.phrase import phrase
from sparring.words import mark

CHANNELS = {2: 3, 4: 2, 6: 4}
NONE, LEFT, UP = range(3)
BAND = 1024
"""Rows that are unpacked at a time: many, as what the filters cost is counted in diagonals."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def is_cut_by_pillow(head: bytes) -> bool:
    """Whether a file starts like a 16-bit PNG with more than one channel.

    Args:
        head: At least its first 26 bytes.
    """
    return (
        head[:8] == SIGNATURE
        and head[12:16] == b"IHDR"
        and head[24:25] == b"\x10"
        and head[25:26] in (b"\2", b"\4", b"\6")
    )


def decode(data: bytes) -> np.ndarray:
    """Decode a PNG for which `is_cut_by_pillow` holds.

    Args:
        data: The whole file; its width and height are known to be reasonable.

    Returns:
        (H, W, C) uint16, C is 2, 3 or 4.

    Raises:
        Unreadable: If it is damaged or interlaced.
    """
    width, height, _, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if interlaced:
        raise Unreadable(phrase(mark("an interlaced 16-bit colour PNG; save it without interlacing")))
    channels = CHANNELS[kind]
    stride = width * channels * 2
    unpack, left = zlib.decompressobj(), _pixel_chunks(data)
    pixels = np.empty((height, width, channels * 2), np.uint8)
    above = np.zeros((width, channels * 2), np.uint8)
    for start in range(0, height, BAND):  # all at once would take three times what comes out
        n = min(BAND, height - start)
        raw = unpack.decompress(left, n * (stride + 1))
        left = unpack.unconsumed_tail
        if len(raw) != n * (stride + 1):
            raise Unreadable(phrase(mark("truncated")))
        rows = np.frombuffer(raw, np.uint8).reshape(n, stride + 1)
        pixels[start : start + n] = _unfilter(rows[:, 0], rows[:, 1:].reshape(n, width, channels * 2), above)
        above = pixels[start + n - 1]
    values = pixels.reshape(height, stride).view(np.uint16).reshape(height, width, channels)
    return values if sys.byteorder == "big" else values.byteswap(inplace=True)


def _pixel_chunks(data: bytes) -> bytes:
    parts, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        end = at + 8 + length
        if data[end : end + 4] != struct.pack(">I", zlib.crc32(data[at + 4 : end])):
            raise Unreadable(phrase(mark("damaged (a checksum is wrong) or truncated")))
        if data[at + 4 : at + 8] == b"IDAT":
            parts.append(data[at + 8 : end])
        at = end + 4
    return b"".join(parts)


def _unfilter(kinds: np.ndarray, filtered: np.ndarray, above: np.ndarray) -> np.ndarray:
    """Undo the five row filters for all rows at once, one diagonal after another.

    A pixel needs its left, upper and upper left neighbours; along a diagonal none needs another.

    Args:
        kinds: (H,) filter of each row, 0 to 4.
        filtered: (H, W, bytes a pixel) uint8.
        above: (W, bytes a pixel) the row above the first, unfiltered.

    Returns:
        The same shape, unfiltered.
    """
    if kinds.max(initial=0) > 4:
        raise Unreadable(phrase(mark("damaged (unknown filter)")))
    height, width, size = filtered.shape
    if kinds.max(initial=0) <= UP:
        return _without_prediction(kinds, filtered, above)
    out = np.zeros((height + 1, width + 1, size), np.int16)  # a column of zeros on the left
    out[0, 1:] = above
    for d in range(height + width - 1):
        r = np.arange(max(0, d - width + 1), min(height, d + 1))
        c = d - r
        left, up, corner = out[r + 1, c], out[r, c + 1], out[r, c]
        kind = kinds[r, None]
        p = left + up - corner
        to_left, to_up, to_corner = abs(p - left), abs(p - up), abs(p - corner)
        paeth = np.where((to_left <= to_up) & (to_left <= to_corner), left, np.where(to_up <= to_corner, up, corner))
        guess = np.choose(kind, [np.zeros_like(left), left, up, (left + up) >> 1, paeth])
        out[r + 1, c + 1] = (filtered[r, c] + guess) & 255
    return out[1:, 1:].astype(np.uint8)


def _without_prediction(kinds: np.ndarray, filtered: np.ndarray, above: np.ndarray) -> np.ndarray:
    """`_unfilter` where no row has one of the filters that need the pixel before: a row at a time."""
    out = np.empty(filtered.shape, np.uint8)
    for row, (kind, values) in enumerate(zip(kinds, filtered, strict=True)):
        if kind == LEFT:
            np.add.accumulate(values, 0, np.uint8, out[row])
        else:
            out[row] = values + above if kind == UP else values
        above = out[row]
    return out
