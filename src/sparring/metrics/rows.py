"""Sets of features as rows: checked, in float64, and compared block by block, so that no table of all pairs is ever whole."""

from collections.abc import Iterator

import torch
from torch import Tensor

ROOM = 1 << 22
"""Numbers of a table that are held at a time: 32 MiB in float64."""
SAME = 1e-12
"""Squared distances below this part of the squared lengths are rounding: the two points are one."""


def rows(features: Tensor, name: str, least: int = 1) -> Tensor:
    """A set of features, (N, d) float64, where it lies; on the CPU where a device has no float64.

    Args:
        features: (N, d), one row a picture.
        name: What to call it in an error.
        least: Rows that the measure needs.

    Raises:
        ValueError: If it is not (N, d), has fewer rows, or holds a value that is not finite.
    """
    if features.dim() != 2 or len(features) < least or features.shape[1] == 0:
        wanted = f"(N, d) with N >= {least} and d >= 1"
        raise ValueError(f"{name} is {tuple(features.shape)}; a set of features is {wanted}")
    if not features.isfinite().all():
        raise ValueError(f"{name} holds values that are not finite")
    features = features.detach()
    return (features.cpu() if features.device.type == "mps" else features).double()


def two(a: Tensor, b: Tensor, names: tuple[str, str] = ("fake", "real"), least: int = 1) -> tuple[Tensor, Tensor]:
    """Two sets in the same d features, float64, both where ``b`` lies.

    Raises:
        ValueError: As `rows`, or if they differ in d.
    """
    b = rows(b, names[1], least)
    a = rows(a, names[0], least).to(b.device)
    if a.shape[1] != b.shape[1]:
        raise ValueError(f"{names[0]} has {a.shape[1]} features and {names[1]} {b.shape[1]}; both must have the same")
    return a, b


def blocks(n: int, across: int) -> Iterator[slice]:
    """The numbers 0 .. n - 1 in parts, each so small that a table of it and ``across`` columns has at most `ROOM` numbers."""
    step = max(1, ROOM // max(1, across))
    for start in range(0, n, step):
        yield slice(start, min(start + step, n))


def squared_distances(a: Tensor, b: Tensor) -> Tensor:
    """|a_i - b_j|^2 of a few rows and all of ``b``, (n, m) float64, by one matrix product.

    Points nearer to each other than a millionth of their lengths are one point, at distance 0: float32 features do not resolve
    less, and equal points must be equal whatever the rounding. Centre both sets first where their mean is far from 0.
    """
    lengths = a.square().sum(1)[:, None] + b.square().sum(1)
    found = torch.addmm(lengths, a, b.T, alpha=-2)
    return found.masked_fill_(found <= lengths.mul_(SAME), 0.0)


def centred(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Both moved by the same vector, so that ``b`` has mean 0: distances stay, and lose fewer digits."""
    mean = b.mean(0)
    return a - mean, b - mean
