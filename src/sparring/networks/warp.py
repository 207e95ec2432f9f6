"""Where the pixels of a picture lie: moves, mirrors, turns and scales, differentiable as often as one likes."""

import math
from collections.abc import Collection

import torch
from torch import Tensor

from sparring.games.noise import Noise

UPRIGHT = ("mirror", "shift", "scale", "stretch", "drift")
"""Steps of `places` after which up is still up."""
STEPS = ("mirror", "quarter", "shift", "scale", "rotation", "stretch", "second rotation", "drift")
"""All of them, in their order."""


def places(x: Tensor, noise: Noise, p: Tensor, only: Collection[str] = STEPS) -> Tensor:
    """Mirrored, turned by quarters, moved by whole pixels; then scaled, rotated, stretched, rotated, moved. One resampling for all.

    Scale and stretch are 2^N(0, .2), the moves up to an eighth of the side and N(0, 1/8) of it. Quarter turns of pictures that are
    not square are half turns. Each of the two rotations has probability 1 - sqrt(1 - p). The published code resamples with a
    longer filter; this is bilinear.

    Args:
        x: (N, C, H, W).
        noise: What is drawn.
        p: Probability of each operation, 0-dim.
        only: Steps that there are.

    Source: Karras et al. 2020 (ADA), appendix B.
    """
    n, rare = len(x), 1 - (1 - p).sqrt()
    straight = torch.eye(2, 3, device=noise.key.device).expand(n, 2, 3)
    way = straight
    for name in STEPS:
        if name in only:
            drawn = chosen(noise.within(name), n, rare if "rotation" in name else p)
            way = torch.where(drawn[:, None, None], _after(way, _step(name, x, noise)), way)
    return torch.where(beside(x, (way == straight).flatten(1).all(1)), x, warp(x, way))


def _step(name: str, x: Tensor, noise: Noise) -> Tensor:
    """What one step of `places` would do to each picture, as a way back, (N, 2, 3)."""
    n, (h, w) = len(x), x.shape[2:]
    one, none = (torch.full((n,), float(value), device=noise.key.device) for value in (1, 0))
    cos, sin, down, right, tall, wide = one, none, none, none, one, one
    if name == "mirror":
        wide = 1.0 - 2 * noise.integers(name, 2, n)
    elif name == "quarter":
        quarter = noise.integers(name, 4, n) if h == w else 2 * noise.integers(name, 2, n)
        cos, sin = (1.0 - quarter) * (quarter % 2 == 0), (2.0 - quarter) * (quarter % 2 == 1)
    elif name == "shift":
        share = noise.uniform(name, n, 2) / 8
        down, right = (share[:, 0] * h).round(), (share[:, 1] * w).round()
    elif name == "scale":
        tall = wide = torch.exp2(0.2 * noise.normal(name, n))
    elif name == "stretch":
        tall = torch.exp2(0.2 * noise.normal(name, n))
        wide = 1 / tall
    elif name == "drift":
        share = noise.normal(name, n, 2) / 8
        down, right = share[:, 0] * h, share[:, 1] * w
    else:
        angle = math.pi * noise.uniform(name, n)
        cos, sin = angle.cos(), angle.sin()
    return torch.stack([tall * cos, -wide * sin, down, tall * sin, wide * cos, right], 1).view(n, 2, 3)


def warp(x: Tensor, way: Tensor) -> Tensor:
    """Every pixel is taken from where ``way`` sends it, by bilinear interpolation; beyond the edge pictures are mirrored.

    It is linear in x and made of gathers, so it has all derivatives: `grid_sample` has no second one, and a gradient penalty
    through an augmentation needs it. Whole-numbered ways give the pixels themselves.

    Args:
        x: (N, C, H, W).
        way: (N, 2, 3) float32: the source's (row, column) is ``way[:, :, :2] @ (row, column) + way[:, :, 2]``, in pixels from the
            centre.
    """
    h, w = x.shape[2:]
    rows = (torch.arange(h, device=x.device) - (h - 1) / 2)[:, None]
    columns = torch.arange(w, device=x.device) - (w - 1) / 2
    a = way[:, :, :, None, None]
    row = a[:, 0, 0] * rows + a[:, 0, 1] * columns + a[:, 0, 2] + (h - 1) / 2
    column = a[:, 1, 0] * rows + a[:, 1, 1] * columns + a[:, 1, 2] + (w - 1) / 2
    top, left = row.floor(), column.floor()
    down, right = ((row - top).unsqueeze(1).to(x.dtype), (column - left).unsqueeze(1).to(x.dtype))
    rows_of = [mirrored(top + i, h) * w for i in (0, 1)]
    columns_of = [mirrored(left + i, w) for i in (0, 1)]
    flat = x.flatten(2)

    def pixels(i: int, j: int) -> Tensor:
        at = (rows_of[i] + columns_of[j]).flatten(1)[:, None]
        return flat.gather(2, at.expand(-1, x.shape[1], -1)).view_as(x)

    above, below = (pixels(i, 0).lerp(pixels(i, 1), right) for i in (0, 1))
    return above.lerp(below, down)


def mirrored(i: Tensor, n: int) -> Tensor:
    """Whole numbers, as floats, to places of 0 to n - 1: beyond an end one goes back, without the last one twice; int64."""
    period = max(2 * n - 2, 1)
    i = i.remainder(period)
    return torch.minimum(i, period - i).long().clamp_(0, n - 1)


def moved(x: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """Pictures moved by whole pixels; what comes in from outside is 0, the middle of the range.

    Args:
        x: (N, C, H, W).
        down: (N,) int64.
        right: (N,) int64.
    """
    h, w = x.shape[2:]
    rows = (torch.arange(h, device=x.device) - down[:, None])[:, :, None]
    columns = (torch.arange(w, device=x.device) - right[:, None])[:, None]
    inside = (rows >= 0) & (rows < h) & (columns >= 0) & (columns < w)
    at = rows.clamp(0, h - 1) * w + columns.clamp(0, w - 1)
    there = x.flatten(2).gather(2, at.flatten(1)[:, None].expand(-1, x.shape[1], -1)).view_as(x)
    return torch.where(inside[:, None], there, 0.0)


def chosen(noise: Noise, n: int, p: Tensor) -> Tensor:
    """Which samples an operation is drawn for, (n,) bool."""
    return noise.share("chosen", n) < p


def beside(x: Tensor, t: Tensor) -> Tensor:
    """A number a sample, (N,), beside pictures: (N, 1, 1, 1), of their type if it is a real number."""
    t = t.view(-1, *[1] * (x.dim() - 1))
    return t.to(x.dtype) if t.is_floating_point() else t


def _after(way: Tensor, step: Tensor) -> Tensor:
    """The way back of a picture that went a step further: what is seen is sent back by the step, then by the way."""
    turn = way[:, :, :1] * step[:, :1] + way[:, :, 1:2] * step[:, 1:]
    return torch.cat([turn[:, :, :2], turn[:, :, 2:] + way[:, :, 2:]], 2)
