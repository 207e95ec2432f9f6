"""Bring one decoded picture to the size and the channels of the others."""

import numpy as np
from PIL import Image

from sparring.errors import DataError

LUMA = np.array([0.299, 0.587, 0.114])


def crop_box(height: int, width: int, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """The largest centred part with the aspect ratio of ``size``: left, top, right, bottom in pixels.

    Args:
        height: Of the picture.
        width: Of the picture.
        size: Height and width that are wanted.
    """
    scale = min(height / size[0], width / size[1])
    top, left = (height - scale * size[0]) / 2, (width - scale * size[1]) / 2
    return max(0.0, left), max(0.0, top), min(width, width - left), min(height, height - top)


def fit(image: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Cut a picture to the aspect ratio of ``size`` around its centre, then resample it (Lanczos, antialiased).

    Nothing is ever distorted; a picture of the right size comes back as it is.

    Args:
        image: (h, w, C) uint8, uint16 or float32.
        size: Height and width that are wanted.

    Returns:
        (H, W, C) of the same type.
    """
    height, width, channels = image.shape
    if (height, width) == size:
        return image
    box = crop_box(height, width, size)
    whole = image.dtype == np.uint8
    if whole and channels == 3:
        return np.asarray(Image.fromarray(image).resize(size[::-1], Image.Resampling.LANCZOS, box))
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(image[..., c], np.uint8 if whole else np.float32)).resize(
                size[::-1], Image.Resampling.LANCZOS, box
            )
        )
        for c in range(channels)
    ]
    out = np.stack(planes, -1)
    if image.dtype == np.uint16:
        out = out.round().clip(0, 65535)  # Lanczos overshoots at edges
    elif not whole:
        out = out.clip(image.min(), image.max())
    return out.astype(image.dtype)


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
        grey: np.ndarray = (images.astype(np.float64) * LUMA).sum(-1, keepdims=True)
        return (grey if images.dtype.kind == "f" else grey.round()).astype(images.dtype)
    raise DataError(
        f"The pictures have {have} channels and {channels} are asked for; only 1 and 3 turn into each other."
    )


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
    raise DataError(f"{have}-bit and {bits}-bit pictures cannot be mixed.")
