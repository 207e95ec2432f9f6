"""Streams: how pictures become batches. A stream is a pure function of the position, so that resume is exact."""

import math
from collections.abc import Callable

import torch

from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.games import Batch, Noise, noise_of

Stream = Callable[[int, int], Batch]
"""``(position, n) -> Batch``: n samples from ``position`` on of an endless stream."""

Domains = tuple[Pictures, ...]
"""What a game is about: one set of pictures, or two that it translates between."""


def picture_stream(pictures: Pictures, seed: int) -> Stream:
    """Pictures in a seeded order, every picture once before any comes again."""

    def draw(position: int, n: int) -> Batch:
        return Batch(*pictures.batch(indices(seed, position, n, len(pictures))))

    return draw


def dequantised_stream(pictures: Pictures, seed: int) -> Stream:
    """The same, with noise as wide as a step of the stored values, so that real pictures are as continuous as fakes.

    With L + 1 stored values (256 in 8 bits) x, in [-1, 1], becomes (x + 1) L / (L + 1) - 1 + U(0, 2 / (L + 1)), in [-1, 1] too.
    The noise is a function of the seed and the place in the stream. Pictures stored as float32 stay as they are.

    Source: Gulrajani et al. 2017 and Miyato et al. 2018, published code: x / 128 - 1 + U(0, 1/128).
    """
    plain, spec = picture_stream(pictures, seed), pictures.spec
    if spec.bits == 32:
        return plain
    most, noise = spec.high - spec.low, noise_of(seed, "dequantisation")

    def draw(position: int, n: int) -> Batch:
        batch = plain(position, n)
        shifted = (batch.x + 1) * (most / (most + 1)) - 1
        return batch._replace(x=shifted + share_of_rows(noise, position, n, *batch.x.shape[1:]) * (2 / (most + 1)))

    return draw


def share_of_rows(noise: Noise, position: int, n: int, *shape: int) -> torch.Tensor:
    """U(0, 1) for the rows from ``position`` on of an endless stream, (n, *shape) float32: each a function of its place."""
    each = math.gcd(position, n) or n
    parts = [noise._replace(part=at // each) for at in range(position, position + n, each)]
    return torch.cat([part.share("dequantisation", each, *shape) for part in parts])
