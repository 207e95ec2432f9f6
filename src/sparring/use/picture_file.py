"""A picture as a file had it: values, alpha and form, so that what comes out is what came in, translated."""

import io
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps

from sparring import durable
from sparring.data import png16, tiff
from sparring.data.decode import FORMATS, ORIENTATION, decode, read_header, reason
from sparring.data.entries import LARGEST_FILE, Entry
from sparring.data.header import Header, Unreadable, check_pixels
from sparring.data.phrase import phrase
from sparring.data.resize import fit, with_channels
from sparring.use.png16_write import write_png16
from sparring.words import mark, tr

QUALITY = 95


class PictureFile(NamedTuple):
    """A decoded picture and the form it had.

    Args:
        values: (H, W, C) uint8, uint16 or float32, upright, without alpha.
        alpha: (H, W) of the same type, or None.
        mode: Pillow's mode ("1", "P", "LA", ...), or "array" for .npy and what Pillow cannot hold.
        suffix: Of the file name, in small letters: ".png".
    """

    values: np.ndarray
    alpha: np.ndarray | None
    mode: str
    suffix: str


def read_picture(path: Path) -> PictureFile:
    """Read a picture or a single array (H, W), (H, W, C).

    Colour under alpha is put over white for the translator; alpha itself is kept aside.

    Raises:
        Unreadable: With the reason, whatever the file does.
    """
    suffix = path.suffix.lower()
    try:
        if suffix == ".npy":
            return PictureFile(_array(np.load(path, allow_pickle=False)), None, "array", suffix)
        facts = path.stat()
        if facts.st_size > LARGEST_FILE:
            raise Unreadable(phrase(mark("{size:,} bytes, more than {most:,}"), size=facts.st_size, most=LARGEST_FILE))
        entry = Entry(path.name, facts.st_size, facts.st_mtime_ns, lambda: open(path, "rb"))
        header = read_header(entry)
        values = decode(entry, header)
        mode, alpha = _mode_and_alpha(entry, header)
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(reason(error)) from None
    return PictureFile(values, alpha, mode, suffix)


def from_array(values: np.ndarray) -> PictureFile:
    """An array (H, W) or (H, W, C) as a picture.

    Raises:
        Unreadable: If its shape or type is not a picture's.
    """
    return PictureFile(_array(values), None, "array", "")


def from_image(image: Image.Image) -> PictureFile:
    """A Pillow picture, turned as its EXIF orientation says; alpha as in `read_picture`.

    Raises:
        Unreadable: If it cannot be decoded, or holds values that are not a picture's.
    """
    try:
        upright = ImageOps.exif_transpose(image)
        mode = upright.mode
        if mode == "F" or mode.startswith("I"):
            return PictureFile(_array(_whole(np.asarray(upright))), None, mode, "")
        alpha = None
        if upright.has_transparency_data:
            rgba = (upright.convert("LA") if mode == "La" else upright).convert("RGBA")
            alpha = np.asarray(rgba.getchannel("A"))
            upright = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
        values = np.asarray(upright.convert("L" if mode in ("1", "L", "LA", "La") else "RGB"))
        return PictureFile(values[..., None] if values.ndim == 2 else values, alpha, mode, "")
    except Unreadable:
        raise
    except Exception as error:  # a picture that was opened and not yet read is a file still
        raise Unreadable(reason(error)) from None


def in_pillow(picture: PictureFile) -> bool:
    """Whether Pillow has a mode for it: 8-bit grey and colour, with alpha or not; 16-bit and float grey."""
    if picture.values.dtype == np.uint8:
        return picture.values.shape[2] in (1, 3)
    return picture.values.shape[2] == 1 and picture.alpha is None


def to_image(picture: PictureFile) -> Image.Image:
    """The picture in Pillow, in its mode.

    Raises:
        Unreadable: If Pillow has none for it.
    """
    if not in_pillow(picture):
        channels, dtype = picture.values.shape[2], picture.values.dtype
        if picture.alpha is None:
            raise Unreadable(tr("Pillow has no mode for {n} channels of {dtype}", n=channels, dtype=dtype))
        raise Unreadable(tr("Pillow has no mode for {n} channels of {dtype} and alpha", n=channels, dtype=dtype))
    return _pillow(picture.values, picture.alpha, picture.mode)


def resized(picture: PictureFile, size: tuple[int, int]) -> PictureFile:
    """The picture and its alpha, cut around the centre to the aspect ratio of ``size`` and resampled."""
    alpha = None if picture.alpha is None else fit(picture.alpha[..., None], size)[..., 0]
    return picture._replace(values=fit(picture.values, size), alpha=alpha)


def fitted(values: np.ndarray, channels: int) -> np.ndarray:
    """The same picture with as many channels as a translator takes: grey is repeated, colour becomes its luma.

    Raises:
        Unreadable: If neither is possible.
    """
    have = values.shape[2]
    if have == channels:
        return values
    if have == 1:
        return np.repeat(values, channels, 2)
    if have == 3 and channels == 1:
        return with_channels(values, 1)
    raise Unreadable(tr("has {n} channels, and the translator takes {wanted}", n=have, wanted=channels))


def like(source: PictureFile, values: np.ndarray, same_channels: bool) -> PictureFile:
    """A translation in the form of its source: type, alpha, and mode.

    Args:
        source: What was translated.
        values: (H, W, C) what came out, in any of the types.
        same_channels: Whether both domains have the same number of channels; then a source that was grey comes out grey though
            the translator draws colour, and the other way round. If not, the output keeps the channels of its domain.
    """
    values = as_type(values, source.values.dtype)
    if same_channels and values.shape[2] in (1, 3):
        values = fitted(values, source.values.shape[2])
    mode = source.mode
    if values.shape[2] != source.values.shape[2]:
        mode = "array" if values.shape[2] not in (1, 3) else {1: "L", 3: "RGB"}[values.shape[2]]
        mode += "A" if source.alpha is not None and mode != "array" else ""
    return PictureFile(values, source.alpha, mode, source.suffix)


def as_type(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The same picture in another type: 8 bits, 16 bits, or a float from 0 to 1."""
    if values.dtype == dtype:
        return values
    white = 1.0 if values.dtype.kind == "f" else float(np.iinfo(values.dtype).max)
    if dtype.kind == "f":
        return (values / white).astype(dtype)
    return (values / white * np.iinfo(dtype).max).round().clip(0, np.iinfo(dtype).max).astype(dtype)


def write_picture(path: Path, picture: PictureFile) -> None:
    """Write a picture in its form, whole or not at all. The suffix of ``path`` decides the format.

    Raises:
        Unreadable: If the format cannot hold such a picture, or the file cannot be written; an older one is as it was.
        NoRoomError: If the disk is full; likewise.
    """
    suffix = path.suffix.lower()
    content = io.BytesIO()
    try:
        _encode(content, picture, suffix)
    except Exception as error:  # encoders raise nearly anything
        kind = suffix or tr("a file without a suffix")
        raise Unreadable(tr("cannot be written as {kind}: {why}", kind=kind, why=reason(error))) from None
    try:
        durable.write_file(path, content.getvalue())
    except OSError as error:
        raise Unreadable(tr("cannot be written: {why}", why=reason(error))) from None


def _encode(file: IO[bytes], picture: PictureFile, suffix: str) -> None:
    values, alpha = picture.values, picture.alpha
    whole = values if alpha is None else np.dstack([values, alpha])
    if suffix == ".npy":
        np.save(file, whole, allow_pickle=False)
    elif values.dtype == np.uint16 and suffix == ".png" and (values.shape[2] == 3 or alpha is not None):
        write_png16(file, whole)
    elif in_pillow(picture):
        _pillow(values, alpha, picture.mode).save(file, **_options(suffix))
    else:
        _tiff(file, whole, suffix, alpha is not None)


def _array(values: np.ndarray) -> np.ndarray:
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim != 3 or 0 in values.shape:
        raise Unreadable(tr("an array of shape {shape}; one picture is (H, W) or (H, W, C)", shape=values.shape))
    if values.dtype.kind == "f":
        values = values.astype(np.float32)
        if not np.isfinite(values).all():
            raise Unreadable(tr("holds NaN or infinite values"))
    elif values.dtype not in (np.uint8, np.uint16):
        raise Unreadable(tr("an array of {dtype}; save it as uint8, uint16 or float32", dtype=values.dtype))
    return values


def _whole(values: np.ndarray) -> np.ndarray:
    """Whole numbers of any width as 16 bits; floats as they are."""
    if values.dtype.kind == "f":
        return values
    if values.min() < 0 or values.max() > 65535:
        raise Unreadable(
            tr("whole numbers from {low} to {high}; 0 to 65535 are a picture's", low=values.min(), high=values.max())
        )
    return values.astype(np.uint16)


def _mode_and_alpha(entry: Entry, header: Header) -> tuple[str, np.ndarray | None]:
    if header.channels not in (1, 3) and not header.alpha:
        return "array", None
    with entry.open() as stream:
        head = stream.read(32)
        stream.seek(0)
        if png16.is_cut_by_pillow(head):
            alpha = png16.decode(stream.read())[..., -1] if header.alpha else None
            return ("RGB" if head[25] in (2, 6) else "L") + ("A" if header.alpha else ""), alpha
        if tiff.is_tiff(head) and tiff.is_deep(header):
            whole = header._replace(channels=header.channels + 1, alpha=False)
            return "array", tiff.decode(stream, whole)[..., -1] if header.alpha else None
        with Image.open(stream, formats=FORMATS) as image:
            check_pixels(image.height, image.width)
            mode = image.mode
            if not header.alpha:
                return mode, None
            upright = image if image.getexif().get(ORIENTATION, 1) == 1 else ImageOps.exif_transpose(image)
            return mode, np.asarray(upright.convert("RGBA").getchannel("A"))


def _pillow(values: np.ndarray, alpha: np.ndarray | None, mode: str) -> Image.Image:
    grey = values.shape[2] == 1
    image = Image.fromarray(np.ascontiguousarray(values[..., 0] if grey else values))
    if alpha is not None:
        image = image.convert("L" if grey else "RGB")
        image.putalpha(Image.fromarray(np.ascontiguousarray(alpha)))
        if mode == "P":
            return image.quantize(256, Image.Quantize.FASTOCTREE)
        return image.convert(mode) if mode in ("PA", "La", "RGBa") else image
    if mode == "P":
        return image.convert("RGB").quantize(256)
    if mode == "1":
        return image.convert("1")
    if mode in ("I;16B", "I;16L") and image.mode == "I;16":  # convert() would cut to 255
        order = ">u2" if mode == "I;16B" else "<u2"
        return Image.frombytes(mode, image.size, values.astype(order).tobytes())
    kin = ("I",) if image.mode == "I;16" else ("CMYK", "YCbCr", "LAB", "HSV", "RGBX") if image.mode == "RGB" else ()
    return image.convert(mode) if mode in kin else image


def _options(suffix: str) -> dict[str, Any]:
    kinds = {
        ".jpg": "JPEG",
        ".jpeg": "JPEG",
        ".jpe": "JPEG",
        ".jfif": "JPEG",
        ".tif": "TIFF",
        ".pgm": "PPM",
        ".apng": "PNG",
    }
    kind = kinds.get(suffix) or Image.registered_extensions().get(suffix)
    if kind is None:
        raise ValueError(tr("no format goes by this suffix"))
    more: dict[str, dict[str, Any]] = {
        "JPEG": {"quality": QUALITY, "subsampling": 0},
        "WEBP": {"lossless": True},
        "TIFF": {"compression": "tiff_adobe_deflate"},
    }
    return {"format": kind, **more.get(kind, {})}


def _tiff(file: IO[bytes], values: np.ndarray, suffix: str, alpha: bool) -> None:
    if suffix not in (".tif", ".tiff"):
        raise ValueError(tr("{n} channels of {dtype} need .tiff or .npy", n=values.shape[2], dtype=values.dtype))
    try:
        import tifffile
    except ImportError:
        raise ValueError(
            tr("a TIFF of many channels or of 16-bit colour needs: pip install 'sparring[tiff]'")
        ) from None
    kind, extra = "rgb" if values.shape[2] - alpha == 3 else "minisblack", ["unassalpha"] if alpha else None
    tifffile.imwrite(file, values, photometric=kind, planarconfig="contig", extrasamples=extra, compression="zlib")
