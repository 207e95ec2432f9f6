"""Pictures of any size through a translator, in overlapping tiles if they are large, with no seam."""

import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from sparring.data.spec import Spec
from sparring.data.values import from_unit, to_unit
from sparring.use.held import Part, held, norms

WHOLE = 1 << 20
TILE = 512
BLEND = 16
PLACES = 16


class Span(NamedTuple):
    """One tile along one axis, in pixels: its own [start, end), what is drawn of it, and what the network is shown."""

    start: int
    end: int
    drawn_start: int
    drawn_end: int
    shown_start: int
    shown_end: int


Show = Callable[[Span, Span], Tensor]
"""What the network is shown of the tile at a vertical and a horizontal span, (1, C, h, w)."""


def spans(length: int, tile: int, blend: int, context: int, stride: int) -> list[Span]:
    """Cut an axis into tiles that begin on the network's grid.

    Args:
        length: Of the axis, a multiple of ``stride``.
        tile: Length of a tile.
        blend: How far a tile's drawing reaches into its neighbours.
        context: How far the network looks beyond what is drawn.
        stride: Of the network's grid.
    """
    tile = max(stride, 2 * blend, tile) // stride * stride
    n = max(1, round(length / tile))
    edges = [round(i * length / n / stride) * stride for i in range(n)] + [length]
    found = []
    for a, b in pairwise(edges):
        low, high = max(0, a - blend), min(length, b + blend)
        shown = max(0, (low - context) // stride * stride), min(length, math.ceil((high + context) / stride) * stride)
        found.append(Span(a, b, low, high, *shown))
    return found


def ramp(span: Span, length: int, blend: int) -> Tensor:
    """Weights of a tile's drawing along one axis: neighbours' weights add up to 1 at every pixel."""
    at = torch.arange(span.drawn_start, span.drawn_end, dtype=torch.float64) + 0.5
    if not blend:
        return torch.ones(len(at))
    rising = torch.ones_like(at) if span.start == 0 else ((at - span.start + blend) / (2 * blend)).clamp(0, 1)
    falling = torch.ones_like(at) if span.end == length else ((span.end + blend - at) / (2 * blend)).clamp(0, 1)
    return (rising * falling).float()


@torch.no_grad()
def translate_array(
    network: nn.Module,
    picture: np.ndarray,
    spec_in: Spec,
    spec_out: Spec,
    *,
    whole: int = WHOLE,
    tile: int = TILE,
    places: int = PLACES,
) -> np.ndarray:
    """Translate one picture of any height and width.

    Up to ``whole`` pixels it goes through the network at once. A larger one goes in tiles with as much context around each as
    the network looks at (its attribute ``context``), drawn on the network's grid (``stride``) and blended where they meet.
    Instance norms take their statistics from the picture and are held at one value for all tiles: measured on all tiles with
    ``places=0``, which is exact and slow (half a pass for each norm), else on so many places spread over the picture, an estimate
    that shifts the tone of the whole by a little and is the same for all tiles.

    Args:
        network: A translator in the mode it is used in; without ``context`` 64 pixels are taken, without ``stride`` 8.
        picture: (H, W, C) stored values.
        spec_in: Range of the values that go in; its size is not read.
        spec_out: Range and type of those that come out.
        whole: Most pixels that go at once.
        tile: Side of a tile.
        places: Tiles that instance statistics are measured on; 0 for all.

    Returns:
        (H, W, C') stored values.
    """
    height, width = picture.shape[:2]
    device = next(network.parameters()).device
    if height * width <= whole:
        x = to_unit(picture[None], spec_in).to(device)
        at_once: np.ndarray = from_unit(network(x), spec_out)[0]
        return at_once
    stride, context = int(getattr(network, "stride", 8)), int(getattr(network, "context", 64))
    padded = _padded(picture, stride)
    tall, wide = (spans(side, tile, BLEND, context, stride) for side in padded.shape[:2])

    def show(v: Span, h: Span) -> Tensor:
        shown = padded[v.shown_start : v.shown_end, h.shown_start : h.shown_end]
        return to_unit(shown[None], spec_in).to(device)

    def parts() -> Iterator[Part]:
        chosen = [(v, h) for v in tall for h in wide]
        if 0 < places < len(chosen):
            chosen = [chosen[round(i * (len(chosen) - 1) / max(1, places - 1))] for i in range(places)]
        for v, h in chosen:
            inner = v.start - v.shown_start, h.start - h.shown_start
            yield Part(show(v, h), *inner, v.end - v.start, h.end - h.start)

    steady = held(network, parts) if norms(network) else network
    return _drawn(steady, show, tall, wide, spec_out)[:height, :width]


def _drawn(network: nn.Module, show: Show, tall: list[Span], wide: list[Span], spec: Spec) -> np.ndarray:
    """All tiles, one row of them after another; what a row shares with the next is carried over."""
    height, width = tall[-1].end, wide[-1].end
    out: np.ndarray | None = None
    carried: Tensor | None = None
    for v in tall:
        band: Tensor | None = None
        for h in wide:
            part = network(show(v, h)).float().cpu()
            part = part[
                0,
                :,
                v.drawn_start - v.shown_start : v.drawn_end - v.shown_start,
                h.drawn_start - h.shown_start : h.drawn_end - h.shown_start,
            ]
            if band is None:
                band = torch.zeros(part.shape[0], part.shape[1], width)
            weight = ramp(v, height, BLEND)[:, None] * ramp(h, width, BLEND)
            band[:, :, h.drawn_start : h.drawn_end] += part * weight
        assert band is not None
        if carried is not None:
            band[:, : carried.shape[1]] += carried
        done = (height if v.end == height else v.end - BLEND) - v.drawn_start
        stored = from_unit(band[None, :, :done], spec)[0]
        if out is None:
            out = np.empty((height, width, stored.shape[2]), stored.dtype)
        out[v.drawn_start : v.drawn_start + done] = stored
        carried = band[:, done:]
    assert out is not None
    return out


def _padded(picture: np.ndarray, stride: int) -> np.ndarray:
    """Right and below to a multiple of the stride, as the networks do it themselves."""
    more = [(0, -side % stride) for side in picture.shape[:2]]
    if not any(m for _, m in more):
        return picture
    reflects = all(m < side for (_, m), side in zip(more, picture.shape[:2], strict=True))
    return np.pad(picture, [*more, (0, 0)], "reflect" if reflects else "edge")
