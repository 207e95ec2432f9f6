"""Where the pixels of a picture lie: moves, mirrors, turns and scales, differentiable as often as one likes."""

import math

import torch
from torch import Tensor

from sparring.games.noise import Noise


def places(x: Tensor, noise: Noise, p: Tensor, turns: bool = True) -> Tensor:
    """Mirrored, turned by quarters, moved by whole pixels; then scaled, rotated, stretched, rotated, moved. One resampling for all.

    Scale and stretch are 2^N(0, .2), the moves up to an eighth of the side and N(0, 1/8) of it. Quarter turns of pictures that are
    not square are half turns. Each of the two rotations has probability 1 - sqrt(1 - p). The published code resamples with a
    longer filter; this is bilinear.

    Args:
        x: (N, C, H, W).
        noise: What is drawn.
        p: Probability of each operation, 0-dim.
        turns: Whether there are quarter turns and rotations.

    Source: Karras et al. 2020 (ADA), appendix B.
    """
    n, (h, w) = len(x), x.shape[2:]
    one, none = (torch.full((n,), float(value), device=noise.key.device) for value in (1, 0))
    shift, drift = noise.uniform("shift", n, 2) / 8, noise.normal("drift", n, 2) / 8
    scale, stretch = (torch.exp2(0.2 * noise.normal(name, n)) for name in ("scale", "stretch"))
    quarter = noise.integers("quarter", 4, n) if h == w else 2 * noise.integers("quarter", 2, n)
    steps = {
        "mirror": (one, none, none, 1.0 - 2 * noise.integers("mirror", 2, n), none, none),
        "quarter": (*_turned((1.0 - quarter) * (quarter % 2 == 0), (2.0 - quarter) * (quarter % 2 == 1)), none, none),
        "shift": (one, none, none, one, (shift[:, 0] * h).round(), (shift[:, 1] * w).round()),
        "scale": (scale, none, none, scale, none, none),
        "rotation": (*_rotated(noise, "rotation", n), none, none),
        "stretch": (stretch, none, none, 1 / stretch, none, none),
        "second rotation": (*_rotated(noise, "second rotation", n), none, none),
        "drift": (one, none, none, one, drift[:, 0] * h, drift[:, 1] * w),
    }
    rare = {"rotation": 1 - (1 - p).sqrt(), "second rotation": 1 - (1 - p).sqrt()}
    straight = torch.eye(2, 3, device=noise.key.device).expand(n, 2, 3)
    way = straight
    for name, (a, b, c, d, down, right) in steps.items():
        if not turns and ("rotation" in name or name == "quarter"):
            continue
        step = torch.stack([a, b, down, c, d, right], 1).view(n, 2, 3)
        drawn = chosen(noise.within(name), n, rare.get(name, p))
        way = torch.where(drawn[:, None, None], _after(way, step), way)
    return torch.where(beside(x, (way == straight).flatten(1).all(1)), x, warp(x, way))


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
    flat = x.flatten(2)

    def pixels(i: Tensor, j: Tensor) -> Tensor:
        at = mirrored(i, h) * w + mirrored(j, w)
        return flat.gather(2, at.flatten(1)[:, None].expand(-1, x.shape[1], -1)).view_as(x)

    above = pixels(top, left).lerp(pixels(top, left + 1), right)
    below = pixels(top + 1, left).lerp(pixels(top + 1, left + 1), right)
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
    for dim, by in ((2, down), (3, right)):
        n = x.shape[dim]
        source = torch.arange(n, device=x.device) - by[:, None]
        source = source.view(len(x), *(n if d == dim else 1 for d in (1, 2, 3)))
        inside = (source >= 0) & (source < n)
        x = torch.where(inside, x.gather(dim, source.clamp(0, n - 1).expand_as(x)), 0.0)
    return x


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


def _rotated(noise: Noise, name: str, n: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    angle = math.pi * noise.uniform(name, n)
    return _turned(angle.cos(), angle.sin())


def _turned(cos: Tensor, sin: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return cos, -sin, sin, cos
