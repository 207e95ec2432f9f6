"""Batches of pairs: row i of x belongs to row i of y, and both are cut and mirrored alike."""

import torch

from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.data.streams import Stream
from sparring.data.unpaired import check_crop, cut
from sparring.errors import DataError
from sparring.games import Batch
from sparring.words import mark, tr


def paired_stream(x: Pictures, y: Pictures, seed: int, *, load: int = 0, crop: int = 0, flip: bool = False) -> Stream:
    """Pairs in a seeded order, every pair once before any comes again, as a pure function of the position.

    Args:
        x: Sources.
        y: Answers, row by row, of the same size.
        seed: Of the whole stream.
        load: Resize the shorter side to this first, bicubic; 0 leaves the size.
        crop: Side of the square that is cut out at random, of both at the same place; 0 for whole pictures.
        flip: Whether half of the pairs are mirrored.

    Raises:
        DataError: If x and y differ in number or size, or ``crop`` is larger than the pictures.

    Source: Isola et al. 2017, appendix 6.2: 286 -> 256 and a flip.
    """
    check_pairs(x, y)
    check_crop(x, y, load, crop)

    def draw(position: int, n: int) -> Batch:
        index = indices(seed, position, n, len(x))
        parts = []
        for pictures in (x, y):
            taken, _ = pictures.batch(index)
            if load or crop or flip:
                taken = torch.cat(
                    [
                        cut(t, f"{seed}/pairs/{at}", load, crop, flip)
                        for at, t in enumerate(torch.split(taken, 1), position)
                    ]
                )
            parts.append(taken)
        return Batch(*parts)

    return draw


def check_pairs(x: Pictures, y: Pictures) -> None:
    """Refuse pictures that cannot be pairs.

    Raises:
        DataError: If they differ in number or size.
    """
    if len(x) != len(y):
        text = mark("x has {x:,} pictures and y {y:,}; in pairs, picture i of one belongs to picture i of the other")
        raise DataError(tr(text, x=len(x), y=len(y)))
    sizes = [f"{p.spec.height} x {p.spec.width}" for p in (x, y)]
    if sizes[0] != sizes[1]:
        text = mark(
            "the pictures of x are {x} and those of y {y}; the two pictures of a pair have one size: give --size"
        )
        raise DataError(tr(text, x=sizes[0], y=sizes[1]))
