"""Arrays of any layout and number type become (N, H, W, C) uint8, uint16 or float32, or a clear error."""

from typing import Any

import numpy as np

from sparring.data.entries import printable
from sparring.data.on_disk import Stored, blocks, seen
from sparring.data.spec import UNLABELLED
from sparring.errors import DataError
from sparring.words import mark, tr

ADVICE = mark("give (N, H, W), (N, H, W, C) or (N, C, H, W)")


def channels_last(array: Stored, channels: int | None = None) -> tuple[Stored, str]:
    """Find the channel axis: the smaller one of the second and the last.

    Args:
        array: (N, H, W), (N, H, W, C) or (N, C, H, W).
        channels: Decides where both axes could hold the channels.

    Returns:
        A view (N, H, W, C), and the layout that was read, in words.

    Raises:
        DataError: If it is none of these, or it cannot be told which.
    """
    shape = array.shape
    if 0 in shape:
        raise DataError(tr("The array of shape {shape} holds no pictures.", shape=shape))
    if array.ndim == 3 and shape[2] in (1, 3, 4) and min(shape[:2]) >= 16:
        text = mark("The array of shape {shape} looks like a single picture; {advice}.")
        raise DataError(tr(text, shape=shape, advice=tr(ADVICE)))
    if array.ndim == 3:
        return seen(array, lambda rows: rows[..., None]), "(N, H, W)"
    if array.ndim != 4:
        raise DataError(tr("The array has shape {shape}; {advice}.", shape=shape, advice=tr(ADVICE)))
    first, last = shape[1], shape[3]
    if first != last and channels in (first, last):
        is_first = channels == first
    elif first == last:
        if first != 1:
            text = mark(
                "In shape {shape} the channels may be the second axis or the last; transpose it so that they differ."
            )
            raise DataError(tr(text, shape=shape))
        is_first = True
    else:
        is_first = first < last
    return (channels_moved(array), "(N, C, H, W)") if is_first else (array, "(N, H, W, C)")


def channels_moved(array: Stored) -> Stored:
    """(N, C, H, W) as a view (N, H, W, C)."""
    return seen(array, lambda rows: np.moveaxis(rows, 1, -1))


def storable(array: Stored) -> Stored:
    """The same values as uint8, uint16 or float32.

    Integers that fit become uint8 or uint16, booleans 0 and 255, floats float32.

    Raises:
        DataError: If values are negative, too large, not finite or not numbers.
    """
    if array.dtype in (np.uint8, np.uint16):
        return array
    if array.dtype == np.bool_:
        return seen(array, lambda rows: rows.astype(np.uint8) * np.uint8(255))
    if array.dtype.kind in "iu":
        low, high = (int(end) for end in extremes(array))
        if low < 0 or high > 65535:
            text = mark("The array holds integers from {low} to {high}; give 0..255, 0..65535, or floats.")
            raise DataError(tr(text, low=low, high=high))
        return seen(array, lambda rows: rows.astype(np.uint8 if high < 256 else np.uint16))
    if array.dtype.kind != "f":
        raise DataError(tr("The array holds {kind}; give uint8, uint16 or floats.", kind=array.dtype))
    bad = sum(_not_finite(block) for block in blocks(array))
    if bad:
        text = mark("{bad:,} of {count:,} pictures hold NaN or infinite values.")
        raise DataError(tr(text, bad=bad, count=len(array)))
    if array.dtype.itemsize > 4 and (large := sum(_not_finite(_single(block)) for block in blocks(array))):
        text = mark("{bad:,} of {count:,} pictures hold values beyond {most:.1e}, the largest of float32; scale them.")
        raise DataError(tr(text, bad=large, count=len(array), most=float(np.finfo(np.float32).max)))
    return seen(array, _single)


def _not_finite(block: np.ndarray) -> int:
    """How many pictures hold a value that is not finite."""
    return int((~np.isfinite(block).reshape(len(block), -1).all(1)).sum())


def _single(rows: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused
        return rows.astype(np.float32, copy=False)


def extremes(array: Stored) -> tuple[Any, Any]:
    """The smallest and the largest value, read in blocks."""
    ends = [(block.min(), block.max()) for block in blocks(array)]
    return min(low for low, _ in ends), max(high for _, high in ends)


def value_range(array: Stored) -> tuple[float, float]:
    """The stored values that map to -1 and +1.

    All of the type for integers; for floats 0..1 or -1..1 when all lie within, else the range found.

    Raises:
        DataError: If all floats are the same.
    """
    if array.dtype.kind != "f":
        return 0.0, float(np.iinfo(array.dtype).max)
    low, high = extremes(array)
    return float_range(float(low), float(high))


def float_range(low: float, high: float) -> tuple[float, float]:
    """The range of floats for `value_range`.

    Args:
        low: The smallest value there is.
        high: The largest.

    Raises:
        DataError: If they are the same.
    """
    if low == high:
        raise DataError(tr("Every value of the pictures is {low}: there is nothing to learn.", low=low))
    if high <= 1 and low >= -1:
        return (0.0, 1.0) if low >= 0 else (-1.0, 1.0)
    return low, high


def classes_of(labels: np.ndarray, count: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels of any kind (numbers with or without gaps, words) as class numbers from 0, and the names.

    The number -1 means that a picture has no label, and stays; only -1 and 1 alone are two classes like any others.

    Args:
        labels: (N,) or (N, 1).
        count: How many pictures there are.

    Raises:
        DataError: If there is not one label a picture.
    """
    if labels.shape not in ((count,), (count, 1)):
        text = mark("There are {count:,} pictures, but the labels have shape {shape}.")
        raise DataError(tr(text, count=count, shape=labels.shape))
    if labels.dtype.kind not in "biufU" or (labels.dtype.kind == "f" and not (labels == np.round(labels)).all()):
        raise DataError(tr("The labels ({kind}) are neither whole numbers nor words.", kind=labels.dtype))
    if labels.dtype.kind == "f":
        labels = labels.astype(np.int64)
    names, numbers = np.unique(labels.reshape(-1), return_inverse=True)
    if labels.dtype.kind == "i" and names[0] == UNLABELLED and names.tolist() != [-1, 1]:
        names, numbers = names[1:], numbers - 1
    return numbers.astype(np.int64), tuple(printable(str(name)) for name in names)
