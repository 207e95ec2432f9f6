"""Translations that know colour only: what a network has to beat.

Each `fit_` gives a function ``pictures (N, C, H, W) -> pictures`` that maps the colour of every pixel by itself. All but
`fit_paired_linear` learn from unpaired pictures.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from sparring.words import mark, tr

ColourMap = Callable[[Tensor], Tensor]


def identity(pictures: Tensor) -> Tensor:
    """Nothing changes: the baseline that every translation must beat."""
    return pictures


def fit_moments(x: Tensor, y: Tensor) -> ColourMap:
    """Each channel shifted and stretched to the mean and deviation of y's: a diagonal linear map, from unpaired pictures."""
    a, b = colours(x), colours(_channels_as(y, x))
    scale = b.std(0) / a.std(0).clamp_min(1e-9)
    return _affine(torch.diag(scale), a.mean(0), b.mean(0))


def fit_monge(x: Tensor, y: Tensor) -> ColourMap:
    """The optimal transport of one Gaussian to another: A = Sx^(-1/2) (Sx^(1/2) Sy Sx^(1/2))^(1/2) Sx^(-1/2).

    Source: Pitie & Kokaram 2007 (linear Monge-Kantorovitch colour mapping).
    """
    a, b = colours(x), colours(_channels_as(y, x))
    cov_a, cov_b = _covariance(a), _covariance(b)
    root = _root(cov_a)
    inverse = torch.linalg.pinv(root)
    return _affine(inverse @ _root(root @ cov_b @ root) @ inverse, a.mean(0), b.mean(0))


def fit_transport(x: Tensor, y: Tensor, rounds: int = 20, knots: int = 256, seed: int = 0) -> ColourMap:
    """Optimal transport of the whole colour distribution, by exact 1-D transports along random axes in turn.

    Args:
        x: Pictures of one domain.
        y: Of the other, unpaired.
        rounds: Random rotations; each moves every axis by its 1-D transport.
        knots: Quantiles of a 1-D transport.
        seed: Of the rotations.

    Source: Pitie et al. 2007 (iterative distribution transfer).
    """
    a, b = colours(x), colours(_channels_as(y, x))
    generator = torch.Generator().manual_seed(seed)
    shares = torch.linspace(0, 1, knots, dtype=torch.float64)
    steps: list[tuple[Tensor, Tensor, Tensor]] = []
    for i in range(rounds if a.shape[1] > 1 else 1):
        square = torch.randn(a.shape[1], a.shape[1], generator=generator, dtype=torch.float64)
        axes = torch.eye(a.shape[1], dtype=torch.float64) if i == 0 else torch.linalg.qr(square)[0]
        start, end = _quantiles(a @ axes, shares), _quantiles(b @ axes, shares)
        steps.append((axes, start, end))
        a = _move(a, *steps[-1])

    def mapped(colour: Tensor) -> Tensor:
        for step in steps:
            colour = _move(colour, *step)
        return colour

    return _by_pixel(mapped)


def fit_paired_linear(x: Tensor, y: Tensor) -> ColourMap:
    """Least squares y = A x + b over the pixels of true pairs: no linear colour map can do better. It is shown the answers.

    Args:
        x: (N, C, H, W).
        y: (N, C', H, W), row by row the truth.
    """
    a, b = colours(x, most=None), colours(y, most=None)
    ones = torch.cat([a, torch.ones(len(a), 1, dtype=a.dtype)], 1)
    solution = torch.linalg.lstsq(ones, b).solution
    return _by_pixel(lambda c: c @ solution[:-1] + solution[-1])


def colours(pictures: Tensor, most: int | None = 200_000) -> Tensor:
    """The colours of all pixels, or of ``most`` spread over them, (n, C) float64."""
    flat = pictures.detach().movedim(1, -1).flatten(0, -2)
    if most is not None and len(flat) > most:
        flat = flat[torch.linspace(0, len(flat) - 1, most).long()]
    return flat.double()


def _affine(matrix: Tensor, start: Tensor, end: Tensor) -> ColourMap:
    return _by_pixel(lambda c: (c - start) @ matrix.T + end)


def _by_pixel(f: ColourMap) -> ColourMap:
    def mapped(pictures: Tensor) -> Tensor:
        n, _, h, w = pictures.shape
        out = f(colours(pictures, most=None)).clamp(-1, 1)
        return out.view(n, h, w, -1).movedim(-1, 1).to(pictures)

    return mapped


def _channels_as(y: Tensor, x: Tensor) -> Tensor:
    if y.shape[1] != x.shape[1]:
        text = mark("x has {x} channels and y {y}; a transport of colours needs the same number")
        raise ValueError(tr(text, x=x.shape[1], y=y.shape[1]))
    return y


def _covariance(colour: Tensor) -> Tensor:
    return torch.cov(colour.T).reshape(colour.shape[1], colour.shape[1])


def _root(matrix: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(matrix)
    root: Tensor = vectors @ torch.diag(values.clamp_min(0).sqrt()) @ vectors.T
    return root


def _quantiles(projected: Tensor, shares: Tensor) -> Tensor:
    """(knots, C): of each column; torch.quantile refuses so many numbers."""
    ordered = projected.sort(0).values
    return ordered[(shares * (len(ordered) - 1)).round().long()]


def _move(colour: Tensor, axes: Tensor, start: Tensor, end: Tensor) -> Tensor:
    """Along each axis from its quantiles to the others', in a straight line between two knots."""
    projected = colour @ axes
    moved = torch.empty_like(projected)
    for c in range(projected.shape[1]):
        at = projected[:, c].contiguous()
        knots = start[:, c].contiguous()
        right = torch.searchsorted(knots, at).clamp(1, len(knots) - 1)
        low, high = knots[right - 1], knots[right]
        share = ((at - low) / (high - low).clamp_min(1e-9)).clamp(0, 1)
        moved[:, c] = torch.lerp(end[right - 1, c], end[right, c], share)
    return moved @ axes.T
