"""Many pictures as one, for looking at."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sparring.words import tr

Pictures = NDArray[Any]
WIDEST = 1000  # pixels: a grid that is larger than this does not fit a screen


def grid(pictures: Pictures, columns: int | None = None, pad: int = 2, scale: int | None = None) -> Pictures:
    """One picture of all pictures, row by row, with white lines between and around them.

    Picture i stands in row ``i // columns`` and column ``i % columns``; cells left over are white.

    Args:
        pictures: (N, H, W, C), uint8, uint16 or float.
        columns: Pictures in a row; by default as many as make the whole about square.
        pad: Width of the lines in pixels of the result.
        scale: Every pixel becomes ``scale`` x ``scale``; by default as large as fits into 1000 x 1000 pixels.

    Returns:
        (H', W', C) in the dtype of the pictures.
    """
    pictures = np.asarray(pictures)
    if pictures.ndim != 4 or 0 in pictures.shape:
        raise ValueError(f"a grid needs pictures (N, H, W, C), not an array of shape {pictures.shape}")
    if pictures.dtype not in (np.uint8, np.uint16) and not np.issubdtype(pictures.dtype, np.floating):
        raise ValueError(f"pictures are {pictures.dtype}; a grid takes uint8, uint16 or float")
    n, height, width, channels = pictures.shape
    columns = min(max(math.ceil(math.sqrt(n * height / width)), 1), n) if columns is None else columns
    if columns < 1 or pad < 0 or (scale is not None and scale < 1):
        raise ValueError(f"columns is {columns}, pad {pad}, scale {scale}; at least 1, 0 and 1 are needed")
    rows = math.ceil(n / columns)
    if scale is None:
        scale = largest_scale(height, width, rows, columns, pad)
    large = pictures.repeat(scale, axis=1).repeat(scale, axis=2)
    step_y, step_x = height * scale + pad, width * scale + pad
    whole = np.full((pad + rows * step_y, pad + columns * step_x, channels), _white(pictures), pictures.dtype)
    for i, picture in enumerate(large):
        y, x = pad + i // columns * step_y, pad + i % columns * step_x
        whole[y : y + height * scale, x : x + width * scale] = picture
    return whole


def largest_scale(
    height: int, width: int, rows: int, columns: int, pad: int, room: tuple[int, int] = (WIDEST, WIDEST)
) -> int:
    """The largest whole number by which pictures can grow so that their grid fits ``room``; at least 1.

    Args:
        height: Of one picture, in pixels; ``width`` likewise.
        width: See ``height``.
        rows: Pictures in a column of the grid.
        columns: Pictures in a row of the grid.
        pad: Width of the lines in pixels.
        room: (height, width) in pixels.
    """
    tall = (room[0] - pad * (rows + 1)) // (rows * height)
    wide = (room[1] - pad * (columns + 1)) // (columns * width)
    return max(min(tall, wide), 1)


def shown(channels: int) -> str:
    """What of a picture's channels a person is shown: grey, RGB, RGBA, or which of many."""
    if channels == 2:
        return tr("channel 1 of 2, as grey")
    if channels == 1:
        return tr("grey")
    return {3: "RGB", 4: "RGBA"}.get(channels) or tr("channels 1-3 of {n}, as RGB", n=channels)


def to_pil(picture: Pictures, low: float | None = None, high: float | None = None) -> Image.Image:
    """A picture for looking at and for saving.

    16-bit grey stays 16-bit. 16-bit colour, which has no mode in Pillow, and floats become 8-bit. Of 2 channels the
    first is shown, of 5 and more the first three.

    Args:
        picture: (H, W, C) or (H, W), uint8, uint16 or float.
        low: The float that is black; by default the smallest.
        high: The float that is white; by default the largest.

    Returns:
        In mode L, I;16, RGB or RGBA.
    """
    picture = np.asarray(picture)
    if picture.ndim == 2:
        picture = picture[:, :, None]
    if picture.ndim != 3 or 0 in picture.shape:
        raise ValueError(f"a picture is (H, W, C), not an array of shape {picture.shape}")
    channels = picture.shape[2]
    picture = picture[:, :, : {1: 1, 2: 1, 4: 4}.get(channels, 3)]
    if picture.shape[2] == 1:
        flat = picture[:, :, 0]
        return Image.fromarray(np.ascontiguousarray(flat if flat.dtype == np.uint16 else to_uint8(flat, low, high)))
    return Image.fromarray(np.ascontiguousarray(to_uint8(picture, low, high)))


def to_uint8(array: Pictures, low: float | None = None, high: float | None = None) -> NDArray[np.uint8]:
    """Any picture as 8-bit: 65535 and ``high`` become 255; what is not a number becomes ``low``."""
    if array.dtype == np.uint8:
        return array.view(np.uint8)
    if array.dtype == np.uint16:
        return ((array.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if not np.issubdtype(array.dtype, np.floating):
        raise ValueError(f"a picture is {array.dtype}; uint8, uint16 or float can be shown")
    good = array[np.isfinite(array)].astype(np.float64)
    low = float(good.min(initial=np.inf) if good.size else 0) if low is None else low
    high = float(good.max(initial=-np.inf) if good.size else 1) if high is None else high
    share = (np.nan_to_num(array.astype(np.float64), nan=low, posinf=high, neginf=low) - low) / ((high - low) or 1.0)
    eight: NDArray[np.uint8] = np.rint(share.clip(0, 1) * 255).astype(np.uint8)
    return eight


def _white(pictures: Pictures) -> float:
    if not np.issubdtype(pictures.dtype, np.floating):
        return int(np.iinfo(pictures.dtype).max)
    good = pictures[np.isfinite(pictures)]
    return float(good.max()) if good.size else 1.0
