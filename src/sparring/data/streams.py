"""Streams: how pictures become batches. A stream is a pure function of the position, so that resume is exact."""

from collections.abc import Callable

from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.games import Batch

Stream = Callable[[int, int], Batch]
"""``(position, n) -> Batch``: n samples from ``position`` on of an endless stream."""

Domains = tuple[Pictures, ...]
"""What a game is about: one set of pictures, or two that it translates between."""


def picture_stream(pictures: Pictures, seed: int) -> Stream:
    """Pictures in a seeded order, every picture once before any comes again."""

    def draw(position: int, n: int) -> Batch:
        return Batch(*pictures.batch(indices(seed, position, n, len(pictures))))

    return draw
