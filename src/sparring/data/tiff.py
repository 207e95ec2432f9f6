"""TIFF with more than Pillow can hold (16-bit colour, many channels), read by tifffile where it is installed."""

from importlib.util import find_spec
from typing import IO

import numpy as np

from sparring.data.header import Header, Unreadable, check_pixels
from sparring.data.phrase import phrase
from sparring.words import mark

STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
BITS, SAMPLES = 258, 277
LARGEST_DECODED = 512 << 20


def is_tiff(head: bytes) -> bool:
    """Whether a file starts like a TIFF."""
    return head.startswith(STARTS)


def is_deep(header: Header) -> bool:
    """Whether Pillow would cut such a TIFF; it reads grey ones of 16 bits and of floats in full."""
    return header.channels not in (1, 3) or (header.bits > 8 and header.channels > 1)


def read_header(stream: IO[bytes]) -> Header | None:
    """Read the header of a deep TIFF.

    Args:
        stream: At its start.

    Returns:
        None if Pillow can read this one.

    Raises:
        Unreadable: If it needs tifffile, which is not installed, or has too many pixels.
    """
    if find_spec("tifffile") is None:
        _refuse_deep(stream)
        return None
    import tifffile

    with tifffile.TiffFile(stream) as file:
        page = file.pages.first
        samples, bits = int(page.samplesperpixel), int(page.bitspersample)
        alpha = samples in (2, 4) and any(int(kind) in (1, 2) for kind in page.extrasamples)
        if samples == 1 or (bits <= 8 and (samples in (3, 4) or alpha)):
            return None
        check_pixels(page.imagelength, page.imagewidth)
        if bits not in (8, 16, 32):
            text = mark("a TIFF of {kind}; save it as uint8, uint16 or float32")
            raise Unreadable(phrase(text, kind=f"{bits} bits"))
        most = LARGEST_DECODED // (bits // 8)
        if samples * page.imagelength * page.imagewidth > most:
            raise Unreadable(phrase(mark("more than {most:,} values: refused before decoding"), most=most))
        return Header(page.imagelength, page.imagewidth, samples - alpha, bits, alpha)


def _refuse_deep(stream: IO[bytes]) -> None:
    from PIL import TiffImagePlugin

    try:
        with TiffImagePlugin.TiffImageFile(stream) as image:
            bits, samples = image.tag_v2.get(BITS, (1,)), image.tag_v2.get(SAMPLES, 1)
    except SyntaxError:
        text = mark("damaged, or a TIFF of a kind that needs: pip install 'sparring[tiff]'")
        raise Unreadable(phrase(text)) from None
    if samples > 1 and max(bits) > 8:
        text = mark("a TIFF of {bits}-bit colour needs: pip install 'sparring[tiff]'")
        raise Unreadable(phrase(text, bits=max(bits)))


def decode(stream: IO[bytes], header: Header) -> np.ndarray:
    """Decode a deep TIFF; alpha is put over white.

    Args:
        stream: At its start.
        header: What `read_header` gave.

    Returns:
        (H, W, C) uint8, uint16 or float32.

    Raises:
        Unreadable: If it holds another number type.
    """
    import tifffile

    with tifffile.TiffFile(stream) as file:
        page = file.pages.first
        values = np.asarray(page.asarray())
        if values.ndim == 3 and page.axes.startswith("S"):
            values = np.moveaxis(values, 0, -1)
    if values.dtype not in (np.uint8, np.uint16, np.float32):
        text = mark("a TIFF of {kind}; save it as uint8, uint16 or float32")
        raise Unreadable(phrase(text, kind=str(values.dtype)))
    if values.shape != (header.height, header.width, header.channels + header.alpha):
        text = mark("a TIFF page of shape {shape}, expected height, width and channels")
        raise Unreadable(phrase(text, shape=str(values.shape)))
    if not header.alpha:
        return values
    return over_white(values, 1.0 if values.dtype == np.float32 else 65535.0)


def over_white(pixels: np.ndarray, white: float) -> np.ndarray:
    """Composite over white.

    Args:
        pixels: (H, W, C + 1), the last channel is alpha.
        white: The largest value.

    Returns:
        (H, W, C) of the same type.
    """
    over = np.empty((*pixels.shape[:-1], pixels.shape[-1] - 1), pixels.dtype)
    for row, below in zip(pixels, over, strict=True):  # as float64 a large picture would take four times its memory
        alpha = row[..., -1:].astype(np.float64) / white
        out = row[..., :-1] * alpha + white * (1 - alpha)
        below[:] = out if pixels.dtype.kind == "f" else out.round()
    return over
