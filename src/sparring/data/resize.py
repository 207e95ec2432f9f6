"""Bring one decoded picture to the size and the channels of the others."""

from typing import Literal, get_args

import numpy as np
from PIL import Image

from sparring.data.phrase import Phrase, phrase, phrases, said
from sparring.errors import CommandError, DataError
from sparring.words import mark, tr

Fit = Literal["cover", "contain", "top"]
FITS: tuple[Fit, ...] = get_args(Fit)
LUMA = np.array([0.299, 0.587, 0.114])
AT_ONCE = 1 << 20  # pixels that are turned grey at a time


def check_fit(how: str) -> Fit:
    """``cover``, ``contain`` or ``top`` as it is.

    Raises:
        CommandError: If it is none of them.
    """
    for known in FITS:
        if how == known:
            return known
    raise CommandError(
        tr("{name} is {value}; it is one of {known}", name="fit", value=repr(how), known=", ".join(FITS))
    )


def crop_box(height: int, width: int, size: tuple[int, int], how: Fit = "cover") -> tuple[float, float, float, float]:
    """The largest part with the aspect ratio of ``size``: left, top, right, bottom in pixels.

    Args:
        height: Of the picture.
        width: Of the picture.
        size: Height and width that are wanted.
        how: "cover" takes it from the centre, "top" from the upper end of a tall picture; "contain" takes all there is.
    """
    if how == "contain":
        return 0.0, 0.0, width, height
    scale = min(height / size[0], width / size[1])
    top, left = (height - scale * size[0]) / 2, (width - scale * size[1]) / 2
    if how == "top":
        return max(0.0, left), 0.0, min(width, width - left), min(height, scale * size[0])
    return max(0.0, left), max(0.0, top), min(width, width - left), min(height, height - top)


def fit(image: np.ndarray, size: tuple[int, int], how: Fit = "cover") -> np.ndarray:
    """Bring a picture to a size (Lanczos, antialiased); nothing is ever distorted.

    Args:
        image: (h, w, C) uint8, uint16 or float32.
        size: Height and width that are wanted.
        how: "cover" cuts it to the aspect ratio of ``size`` around its centre, "top" keeps the upper part of a tall
            picture. "contain" keeps all of it and repeats its outermost rows or columns at both sides: on a plain
            background this leaves no seam, and it needs no black, which floats do not have.

    Returns:
        (H, W, C) of the same type; a picture of the right size as it is.
    """
    height, width, channels = image.shape
    if (height, width) == size:
        return image
    box = crop_box(height, width, size, how)
    inner = inner_size(height, width, size) if how == "contain" else size
    whole = image.dtype == np.uint8
    if whole and channels == 3:
        out = np.asarray(Image.fromarray(image).resize(inner[::-1], Image.Resampling.LANCZOS, box))
        return _padded(out, size)
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(image[..., c], np.uint8 if whole else np.float32)).resize(
                inner[::-1], Image.Resampling.LANCZOS, box
            )
        )
        for c in range(channels)
    ]
    out = np.stack(planes, -1)
    if image.dtype == np.uint16:
        out = out.round().clip(0, 65535)  # Lanczos overshoots at edges
    elif not whole:
        out = out.clip(image.min(), image.max())
    return _padded(out.astype(image.dtype), size)


def inner_size(height: int, width: int, size: tuple[int, int]) -> tuple[int, int]:
    """Height and width of a whole picture within ``size``, its aspect ratio kept to the nearest pixel."""
    scale = min(size[0] / height, size[1] / width)
    return max(1, min(size[0], round(height * scale))), max(1, min(size[1], round(width * scale)))


def _padded(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    tall, wide = size[0] - image.shape[0], size[1] - image.shape[1]
    if (tall, wide) == (0, 0):
        return image
    sides = ((tall // 2, tall - tall // 2), (wide // 2, wide - wide // 2), (0, 0))
    return np.pad(image, sides, mode="edge")


CUTS = {
    "cover": mark("centre-cropped"),
    "top": mark("cropped with the upper part kept"),
    "contain": mark("padded by repeating their edges"),
}


def resized_in_words(
    resized: int, cropped: int, size: tuple[int, int], how: Fit = "cover", *, would: bool = False
) -> str:
    """`resizing` in the language that is spoken: ``800 images were centre-cropped and resized to 64x64``."""
    return said(resizing(resized, cropped, size, how, would=would))


def resizing(resized: int, cropped: int, size: tuple[int, int], how: Fit = "cover", *, would: bool = False) -> Phrase:
    """What `fit` did to many pictures, in a sentence.

    Args:
        resized: How many had another size.
        cropped: How many of them had another aspect ratio, so that something was cut off or added.
        size: Height and width of all of them now.
        how: As for `fit`.
        would: Say what would be done instead.
    """
    to, cut = f"{size[0]}x{size[1]}", phrase(CUTS[how])
    if 0 < cropped < resized:
        if would:
            text = mark("{all:,} images would be resized to {to}; {cropped:,} of them would be {cut}")
            return phrase(text, all=resized, to=to, cropped=cropped, cut=cut)
        one = mark("{all:,} images were resized to {to}; {n:,} of them was {cut}")
        many = mark("{all:,} images were resized to {to}; {n:,} of them were {cut}")
        return phrases(one, many, cropped, all=resized, to=to, cut=cut)
    if cropped and would:
        one = mark("{n:,} image would be {cut} and resized to {to}")
        return phrases(one, mark("{n:,} images would be {cut} and resized to {to}"), resized, to=to, cut=cut)
    if cropped:
        one = mark("{n:,} image was {cut} and resized to {to}")
        return phrases(one, mark("{n:,} images were {cut} and resized to {to}"), resized, to=to, cut=cut)
    if would:
        one = mark("{n:,} image would be resized to {to}")
        return phrases(one, mark("{n:,} images would be resized to {to}"), resized, to=to)
    return phrases(mark("{n:,} image was resized to {to}"), mark("{n:,} images were resized to {to}"), resized, to=to)


def same_shape(height: int, width: int, size: tuple[int, int]) -> bool:
    """Whether a picture has the aspect ratio of ``size``, so that nothing need be cut off."""
    return height * size[1] == width * size[0]


def with_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Grey to colour by repeating, colour to grey by the luma of ITU-R 601; anything else is refused.

    Args:
        images: (..., C).
        channels: How many there should be.

    Raises:
        DataError: If there is no honest way.
    """
    have = images.shape[-1]
    if have == channels:
        return images
    if have == 1 and channels == 3:
        return np.repeat(images, 3, -1)
    if have == 3 and channels == 1:
        return _luma(images)
    text = mark("The pictures have {have} channels and {wanted} are requested; only 1 and 3 turn into each other.")
    raise DataError(tr(text, have=have, wanted=channels))


def _luma(images: np.ndarray) -> np.ndarray:
    """(..., 3) to (..., 1), so many pixels at a time: float64 takes 32 times the memory of what comes out."""
    colours = images.reshape(-1, 3)
    grey = np.empty((len(colours), 1), images.dtype)
    for start in range(0, len(colours), AT_ONCE):
        part = (colours[start : start + AT_ONCE].astype(np.float64) * LUMA).sum(-1, keepdims=True)
        grey[start : start + AT_ONCE] = part if images.dtype.kind == "f" else part.round()
    return grey.reshape(*images.shape[:-1], 1)


def with_bits(image: np.ndarray, bits: int) -> np.ndarray:
    """An 8-bit picture among 16-bit ones: v becomes 257 v, so that black stays black and white white.

    Raises:
        DataError: If a float picture is among others: their ranges cannot be compared.
    """
    have = image.dtype.itemsize * 8
    if have == bits:
        return image
    if have == 8 and bits == 16:
        return image.astype(np.uint16) * np.uint16(257)
    raise DataError(tr("{have}-bit and {bits}-bit pictures cannot be mixed.", have=have, bits=bits))
