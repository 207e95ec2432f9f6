"""As many pictures as can be made out in a given width."""

import math
from collections.abc import Sequence

import numpy as np
from PIL import Image

from sparring.report.grid import Pictures, grid, largest_scale, shown, to_uint8
from sparring.report.numbers import count
from sparring.report.row_names import with_names
from sparring.words import tr

NAMED = 120  # pixels left for the names of rows
TALLEST = 700  # pixels
SMALLEST = 128  # pixels: larger pictures are made smaller, but not below this width


def sheet(
    name: str,
    pictures: Pictures,
    width: int,
    low: float | None = None,
    high: float | None = None,
    row_names: Sequence[str] = (),
) -> tuple[str, Image.Image]:
    """A caption, and a grid of as many pictures as can be made out: magnified by whole numbers, or made smaller.

    Args:
        name: What the pictures are.
        pictures: (N, H, W, C), uint8, uint16 or float.
        width: The grid's largest width in pixels.
        low: The float that is black; by default the smallest.
        high: The float that is white; by default the largest.
        row_names: What stands beside the rows, where each holds equally many pictures of its own kind.
    """
    n, h, w, channels = pictures.shape
    if row_names:
        width -= NAMED
    columns = (
        n // len(row_names)
        if row_names
        else min(math.ceil(math.sqrt(n * h / w)), max(width // (min(w, SMALLEST) + 2), 1), 10)
    )
    cell = min((width - 2) // columns - 2, max(TALLEST * w // h, 1))
    tall = max(cell // w, 1) * h if cell >= w else max(cell * h // w, 1)
    rows = min(math.ceil(n / columns), max(TALLEST // (tall + 2), 1))
    kept = min(n, rows * columns)
    chosen = _visible(pictures[:kept], low, high)
    if cell < w:
        small = (cell, max(cell * h // w, 1))
        chosen = np.stack([np.asarray(Image.fromarray(p).resize(small, Image.Resampling.BOX)) for p in chosen])
    scale = largest_scale(chosen.shape[1], chosen.shape[2], rows, columns, 2, (TALLEST + 40, width))
    told = name if kept == n else tr("{name}, {kept} of {n}", name=name, kept=kept, n=count(n))
    said = "" if channels in (1, 3, 4) else f" ({shown(channels)})"
    whole = grid(chosen, columns, scale=scale)
    if row_names:
        whole = with_names(whole, row_names[:rows], NAMED)
    return f"{told}{said}", Image.fromarray(whole)


def _visible(pictures: Pictures, low: float | None, high: float | None) -> Pictures:
    """(N, H, W, 3) uint8; what is transparent is white."""
    eight = to_uint8(pictures[..., : {1: 1, 2: 1, 4: 4}.get(pictures.shape[3], 3)], low, high)
    if eight.shape[3] == 1:
        return eight.repeat(3, axis=3)
    if eight.shape[3] == 3:
        return eight
    alpha = eight[..., 3:] / 255
    return np.rint(eight[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)
