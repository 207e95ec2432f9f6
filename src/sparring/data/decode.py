"""One file to one picture, whatever the file holds; what cannot be read truthfully is refused with a reason."""

import math
import re
import warnings

import numpy as np
from PIL import Image, UnidentifiedImageError

from sparring.data import heic, png16, tiff
from sparring.data.entries import Entry
from sparring.data.header import MOST_PIXELS, Header, Unreadable, check_pixels
from sparring.data.phrase import Phrase, of_system, phrase, said
from sparring.words import mark

FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "TIFF", "WEBP", "AVIF", "PPM", "TGA")
ORIENTATION = 0x0112
BAND = 512  # rows that are put over white and brought to their mode at a time
CUT_SHORT = re.compile(r"image file is truncated|Truncated File|unexpected end of file")
DAMAGED = re.compile(r"broken data stream|broken PNG|CRC|corrupt")
"""What Pillow and zipfile say, in English, of damage that they find."""
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def read_header(entry: Entry) -> Header:
    """Read the header of a file and decide whether it can be decoded truthfully and safely.

    Raises:
        Unreadable: With the reason, whatever the file does.
    """
    if entry.size == 0:
        raise Unreadable(phrase(mark("empty file")))
    try:
        with entry.open() as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            head = stream.read(4096)
            stream.seek(0)
            if tiff.is_tiff(head) and (deep := tiff.read_header(stream)):
                return deep
            stream.seek(0)
            with Image.open(stream, formats=_formats(head)) as image:
                return _header(image, head)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(kept_reason(error)) from None


def decode(entry: Entry, header: Header, size: tuple[int, int] | None = None) -> np.ndarray:
    """Decode a file to pixels.

    Orientation applied, palette and CMYK converted, alpha composited over white, the first frame of many.

    Args:
        entry: The file.
        header: What `read_header` said of it.
        size: Height and width it will be cut and resized to; lets JPEG decode at a fraction of its size.

    Returns:
        (H, W, C) uint8, uint16 or float32, with the height, width and channels of the header, or a fraction of the
        height and width for a large JPEG.

    Raises:
        Unreadable: With the reason, whatever the file does.
    """
    try:
        with entry.open() as stream:
            head = stream.read(32)
            stream.seek(0)
            if png16.is_cut_by_pillow(head):
                pixels = png16.decode(stream.read())
                return tiff.over_white(pixels, 65535.0) if header.alpha else pixels
            if tiff.is_tiff(head) and tiff.is_deep(header):
                return tiff.decode(stream, header)
            with Image.open(stream, formats=_formats(head)) as image:
                check_pixels(image.height, image.width)
                return _pixels(image, header, size)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(kept_reason(error)) from None


def reason(error: Exception) -> str:
    """An exception of a decoder in words for a list."""
    return said(kept_reason(error))


def kept_reason(error: Exception) -> Phrase:
    """`reason`, to be said later."""
    if isinstance(error, Unreadable):
        return error.why
    if isinstance(error, UnidentifiedImageError):
        return phrase(mark("not a picture, or damaged at its start"))
    if isinstance(error, Image.DecompressionBombError):
        return phrase(mark("more than {most:,} pixels: refused before decoding"), most=MOST_PIXELS)
    if isinstance(error, MemoryError):
        return phrase(mark("needs more memory than there is"))
    if isinstance(error, OSError) and error.strerror:
        return of_system(error)
    text = " ".join(str(error).split())[:120]
    if CUT_SHORT.search(text):
        return phrase(mark("truncated"))
    if DAMAGED.search(text):
        return phrase(mark("damaged"))
    return text or type(error).__name__


def _formats(head: bytes) -> tuple[str, ...]:
    return ("HEIF",) if heic.is_heic(head) and heic.is_readable() else FORMATS


def _header(image: Image.Image, head: bytes) -> Header:
    height, width = image.height, image.width
    check_pixels(height, width)
    if _orientation(image) >= 5:
        height, width = width, height
    if png16.is_cut_by_pillow(head):
        return Header(image.height, image.width, 1 if head[25] == 4 else 3, 16, head[25] != 2)
    if image.format == "PPM" and image.mode == "RGB" and _ppm_maximum(head) > 255:
        text = mark("a 16-bit colour PPM, which would be cut to 8 bits; save it as PNG or TIFF")
        raise Unreadable(phrase(text))
    if image.format == "AVIF" and (at := head.find(b"pixi")) >= 0 and max(head[at + 9 : at + 9 + head[at + 8]]) > 8:
        text = mark("an AVIF of more than 8 bits, which would be cut to 8; save it as 16-bit PNG")
        raise Unreadable(phrase(text))
    if image.format == "HEIF" and (depth := image.info.get("bit_depth", 8)) > 8:
        text = mark("a HEIC of {depth} bits, which would be cut to 8; save it as 16-bit PNG")
        raise Unreadable(phrase(text, depth=depth))
    bits = 32 if image.mode == "F" else 16 if image.mode.startswith("I") else 8
    channels = 1 if image.mode in ("1", "L", "LA", "La") or bits > 8 else 3
    alpha = bits == 8 and image.has_transparency_data
    animated = image.format not in ("MPO", "HEIF") and getattr(image, "is_animated", False)
    return Header(height, width, channels, bits, alpha, animated)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8, as far as the header tells it; Pillow turns a TIFF by itself."""
    if image.format == "TIFF":
        return 1
    value = Image.Image.getexif(image).get(ORIENTATION, 1)  # a PNG's own getexif would decode all of it
    return value if value in UPRIGHT else 1


def _ppm_maximum(head: bytes) -> int:
    """The largest value a PPM declares: its third number after the magic, comments left out."""
    text = b" ".join(line.split(b"#")[0] for line in head[2:].split(b"\n"))
    return int(text.split(None, 3)[2])


def _pixels(image: Image.Image, header: Header, size: tuple[int, int] | None) -> np.ndarray:
    orientation = _orientation(image)
    if size is not None and image.format in ("JPEG", "MPO"):
        h, w = size if orientation < 5 else size[::-1]
        share = min(1.0, 2 * max(h / image.height, w / image.width))
        image.draft(None, (math.ceil(image.width * share), math.ceil(image.height * share)))
    if orientation in UPRIGHT:
        image = image.transpose(UPRIGHT[orientation])
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)[..., None]
    if image.mode == "I":
        values = np.asarray(image)
        if values.min() < 0 or values.max() > 65535:
            text = mark("32-bit integers from {low} to {high}; save as 16-bit or float")
            raise Unreadable(phrase(text, low=int(values.min()), high=int(values.max())))
        return values.astype(np.uint16)[..., None]
    if image.mode == "F":
        values = np.array(image, np.float32)
        if not np.isfinite(values).all():
            raise Unreadable(phrase(mark("holds NaN or infinite values")))
        return values[..., None]
    mode = "L" if header.channels == 1 else "RGB"
    values = np.empty((image.height, image.width, header.channels), np.uint8)
    for top in range(0, image.height, BAND):  # every copy of a large picture takes a quarter of a gigabyte
        part = image.crop((0, top, image.width, min(top + BAND, image.height)))
        if header.alpha:
            rgba = part.convert("RGBA")
            part = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        values[top : top + BAND] = np.asarray(part.convert(mode)).reshape(part.height, part.width, -1)
    return values
