"""Moving pictures: interpolations and the history of a training."""

import io
import math
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sparring import durable
from sparring.report.grid import Pictures, to_pil, to_uint8

SEEN = 20_000  # pixels that the palette is made from


def save_gif(
    frames: Sequence[Pictures | Image.Image],
    path: str | os.PathLike[str],
    milliseconds: int = 100,
    loop: int = 0,
    hold: int = 0,
) -> None:
    """Save frames as an animated GIF, whole or not at all.

    Greys are exact. Colours are exact if all frames together have at most 256; otherwise one palette is made for the
    whole GIF, without dithering, so that what stands still does not flicker. What is transparent is shown on white. A
    frame that equals the one before it is not stored again: the one before is shown for longer.

    Args:
        frames: (H, W, C) uint8, uint16 or float, or Pillow pictures; all of one size.
        path: Where to.
        milliseconds: How long a frame is shown; the format counts in steps of 10, and browsers want 20 or more.
        loop: How many times all is shown; 0 for ever.
        hold: How many milliseconds longer the last frame is shown.

    Raises:
        NoRoomError: If the disk is full; an older file of that name is whole.
    """
    if not frames:
        raise ValueError("a GIF needs at least one frame")
    if milliseconds < 20 or hold < 0 or loop < 0:
        raise ValueError(f"milliseconds is {milliseconds}, hold {hold}, loop {loop}; at least 20, 0 and 0 are needed")
    colours = [_rgb(frame) for frame in frames]
    sizes = {c.shape for c in colours}
    if len(sizes) > 1:
        raise ValueError(f"frames of a GIF have one size, not {sorted((w, h) for h, w, _ in sizes)} (width, height)")
    still = _palettise(colours)
    times = [10 * round(milliseconds / 10)] * len(still)
    times[-1] += 10 * round(hold / 10)
    content = io.BytesIO()
    again = {} if loop == 1 else {"loop": max(loop - 1, 0)}  # the file tells how often to start again
    still[0].save(content, "GIF", save_all=True, append_images=still[1:], duration=times, **again)
    durable.write_file(Path(path), content.getvalue())


def _rgb(frame: Pictures | Image.Image) -> NDArray[np.uint8]:
    """A frame as (H, W, 3) uint8 on white."""
    if isinstance(frame, Image.Image):
        if frame.mode.startswith("I;16"):
            frame = to_pil(to_uint8(np.asarray(frame, np.uint16)))
    else:
        frame = to_pil(to_uint8(np.asarray(frame)))
    if frame.has_transparency_data:
        clear = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear)
    return np.asarray(frame.convert("RGB"))


def _palettise(frames: list[NDArray[np.uint8]]) -> list[Image.Image]:
    """Every frame in mode L if all are grey, else in mode P with one palette for all."""
    if all((f[..., 0] == f[..., 1]).all() and (f[..., 1] == f[..., 2]).all() for f in frames):
        return [Image.fromarray(np.ascontiguousarray(f[..., 0])) for f in frames]
    colours = _few_colours(frames)
    if colours is not None:
        palette = Image.new("P", (1, 1))
        palette.putpalette(b"".join(int(c).to_bytes(3, "big") for c in colours), "RGB")
        return [_indexed(np.searchsorted(colours, _packed(f)), palette) for f in frames]
    every = max(math.ceil(math.sqrt(sum(f.size // 3 for f in frames) / SEEN)), 1)
    seen = Image.fromarray(np.concatenate([f[::every, ::every] for f in frames]))
    palette = _best_palette(seen)
    return [Image.fromarray(f).quantize(palette=palette, dither=Image.Dither.NONE) for f in frames]


def _best_palette(seen: Image.Image) -> Image.Image:
    """Of two ways to choose 256 colours the one that comes nearer: which it is depends on the pictures."""
    tried = [seen.quantize(256, Image.Quantize.FASTOCTREE), seen.quantize(256, Image.Quantize.MEDIANCUT, kmeans=1)]
    true = np.asarray(seen, np.int16)
    errors = [np.abs(np.asarray(palette.convert("RGB"), np.int16) - true).mean() for palette in tried]
    return tried[int(np.argmin(errors))]


def _few_colours(frames: list[NDArray[np.uint8]]) -> NDArray[np.uint32] | None:
    """All colours, sorted, if there are at most 256."""
    colours = np.empty(0, np.uint32)
    for frame in frames:
        colours = np.union1d(colours, _packed(frame))
        if len(colours) > 256:
            return None
    return colours


def _packed(frame: NDArray[np.uint8]) -> NDArray[np.uint32]:
    wide = frame.astype(np.uint32)
    return (wide[..., 0] * 65536 + wide[..., 1] * 256 + wide[..., 2]).astype(np.uint32)


def _indexed(indices: NDArray[np.intp], palette: Image.Image) -> Image.Image:
    picture = Image.fromarray(indices.astype(np.uint8))
    picture.putpalette(palette.getpalette() or [])  # an L picture becomes a P picture
    return picture
