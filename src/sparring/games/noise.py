"""Noise without a state: every number is a function of a key, a name and a place.

Numbers come from SplitMix64, which mixes a counter: what stands in row i of a batch depends on nothing but i, so a run that was
stopped needs no random state to go on, n processes draw together what one alone would draw, and a move can be repeated.
All of it is arithmetic on tensors, so it is the same on every device and torch.compile takes it whole.

Source: Steele, Lea & Flood 2014 (SplitMix64); Salmon et al. 2011 for the idea of counting instead of remembering;
Fowler, Noll & Vo 1991 for the numbers of names.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
LARGEST = 1 - 2.0**-24  # the largest float32 below 1: normal numbers end at 5.3 deviations
SIGNED = {torch.int32: 2.0**-31, torch.int16: 2.0**-15}


class Noise(NamedTuple):
    """A source of numbers for one move.

    Args:
        key: 0-dim int64: what the seed, the player and its move come to.
        part: Which of the equal parts of the whole batch this process has.
        of: How many parts there are.
        outer: Key of the source that this one is within.
    """

    key: Tensor
    part: int = 0
    of: int = 1
    outer: Tensor | None = None

    def within(self, name: str) -> "Noise":
        """A source of its own, so that one more draw never shifts another."""
        return self._replace(key=_mixed(self.key + _number(name)), outer=self.key)

    def around(self) -> "Noise":
        """The source that this one is within, which it has in common with others: what real and fake of a pair share."""
        return self if self.outer is None else self._replace(key=self.outer, outer=None)

    def whole(self) -> "Noise":
        """What all parts draw together, for those who have the rows of the whole batch."""
        return self._replace(part=0, of=1)

    def uniform(self, name: str, n: int, *shape: int) -> Tensor:
        """U(-1, 1) for n rows of this part, (n, *shape) float32."""
        return self.words(name, torch.int32, n, *shape) * SIGNED[torch.int32]

    def normal(self, name: str, n: int, *shape: int) -> Tensor:
        """N(0, 1) for n rows of this part, (n, *shape) float32."""
        return torch.erfinv(self.uniform(name, n, *shape).clamp_(-LARGEST, LARGEST)).mul_(math.sqrt(2))

    def share(self, name: str, n: int, *shape: int) -> Tensor:
        """U(0, 1), (n, *shape) float32."""
        return self.uniform(name, n, *shape).add_(1).mul_(0.5)

    def integers(self, name: str, below: int, n: int, *shape: int) -> Tensor:
        """Whole numbers from 0 to ``below - 1``, (n, *shape) int64."""
        return (self.share(name, n, *shape) * below).long().clamp_(max=below - 1)

    def words(self, name: str, kind: torch.dtype, n: int, *shape: int) -> Tensor:
        """Random bits as signed integers, (n, *shape).

        Args:
            name: Of the stream.
            kind: `torch.int32` or `torch.int16`.
            n: Rows of this part; the whole batch has ``of`` times as many.
            shape: Of a row.
        """
        width, each = math.prod(shape), 8 // kind.itemsize
        first = self.part * n * width
        start = first // each
        counter = torch.arange(start, -(-(first + n * width) // each), device=self.key.device)
        bits = _mix_(counter.mul_(_signed(GOLDEN)).add_(_mixed(self.key + _number(name)))).view(kind)
        lead = first - start * each
        return bits[lead : lead + n * width].view(n, *shape)


def noise_of(*parts: int | str, device: torch.device | str = "cpu", part: int = 0, of: int = 1) -> Noise:
    """The noise of a seed, or of a seed, a player and the number of its move."""
    return Noise(torch.tensor(key_of(*parts), device=device), part, of)


def key_of(*parts: int | str) -> int:
    """64 bits, as int64, that the parts alone decide."""
    key = 0
    for p in parts:
        key = _mixed_int((key ^ (_number(p) if isinstance(p, str) else p)) + GOLDEN)
    return _signed(key)


def _number(name: str) -> int:
    """FNV-1a of the name: nothing but arithmetic, which torch.compile folds into a constant."""
    number = 0xCBF29CE484222325
    for letter in name:
        number = ((number ^ ord(letter)) * 0x100000001B3) & ((1 << 64) - 1)
    return _signed(number)


def _signed(number: int) -> int:
    number &= (1 << 64) - 1
    return number - (1 << 64) if number >> 63 else number


def _mixed_int(x: int) -> int:
    x &= (1 << 64) - 1
    x = ((x ^ (x >> 30)) * FIRST) & ((1 << 64) - 1)
    x = ((x ^ (x >> 27)) * SECOND) & ((1 << 64) - 1)
    return x ^ (x >> 31)


def _mixed(x: Tensor) -> Tensor:
    return _mix_(x.clone())


def _mix_(x: Tensor) -> Tensor:
    """SplitMix64's mixing of int64, in place; the shifts of int64 bring in the sign, which the masks take off."""
    x.bitwise_xor_((x >> 30).bitwise_and_((1 << 34) - 1)).mul_(_signed(FIRST))
    x.bitwise_xor_((x >> 27).bitwise_and_((1 << 37) - 1)).mul_(_signed(SECOND))
    return x.bitwise_xor_((x >> 31).bitwise_and_((1 << 33) - 1))
