"""The order in which pictures are seen: a pure function of a seed and a position, so that resuming is exact."""

import hashlib
from functools import lru_cache

import torch
from torch import Tensor

from sparring.words import tr


@lru_cache(maxsize=4)
def permutation(seed: int, epoch: int, n: int) -> Tensor:
    """The order (n,) of one pass over n pictures. Shared between callers: never write to it."""
    digest = hashlib.sha256(f"{seed}/{epoch}".encode()).digest()
    generator = torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
    return torch.randperm(n, generator=generator)


def indices(seed: int, start: int, count: int, n: int) -> Tensor:
    """Picture numbers from an endless stream: every picture once before any comes again.

    Args:
        seed: Of the whole stream; each pass has its own permutation.
        start: Position in the stream, in pictures seen so far.
        count: How many numbers to give.
        n: How many pictures there are.

    Returns:
        (count,) int64 in [0, n).
    """
    if n < 1 or start < 0 or count < 0:
        raise ValueError(f"n is {n}, start {start}, count {count}; n must be positive, the others not negative")
    pieces = []
    while count > 0:
        epoch, at = divmod(start, n)
        piece = permutation(seed, epoch, n)[at : at + count]
        pieces.append(piece)
        start, count = start + len(piece), count - len(piece)
    return torch.cat(pieces) if pieces else torch.empty(0, dtype=torch.int64)


def shard(start: int, count: int, rank: int, world: int) -> tuple[int, int]:
    """The part of a batch that one of many processes draws.

    The parts lie side by side in the stream, so n processes together see what one alone would see.

    Args:
        start: Position of the whole batch.
        count: Size of the whole batch, a multiple of ``world``.
        rank: Number of this process.
        world: Number of processes.

    Returns:
        Its start and its count.
    """
    if count % world:
        raise ValueError(tr("a batch of {count} does not divide among {world} processes", count=count, world=world))
    return start + rank * (count // world), count // world
