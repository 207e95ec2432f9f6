"""One move's values: what it is given, when it is made, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from sparring.games.noise import Noise

Kind = Literal["probability", "logit", "value", "accuracy", "error", "gradient", "measured"]
"""What a number is that a person watches: a report draws it by this, and guesses nothing."""


class Batch(NamedTuple):
    """What one move is given.

    Args:
        x: Real data, (N, ...); pictures are (N, C, H, W) in [-1, 1].
        y: What belongs to it: labels (N,) int64, -1 where there is none; or pictures of the other domain; None if there is nothing.
    """

    x: Tensor
    y: Tensor | None = None


def alone(rows: Tensor) -> Tensor:
    """One process has all rows of the batch."""
    return rows


class Kept(NamedTuple):
    """A buffer's new value, or that of some of its rows."""

    buffer: Tensor
    value: Tensor
    rows: Tensor | None


@dataclass(frozen=True)
class Turn:
    """When a move is made. With the weights and the batch it decides everything: all chance and all counting is here.

    Args:
        noise: A function of the seed, the player, its move and the place in the whole batch.
        moves: Moves that this player has made before.
        images: Images that were seen before this round.
        made: What one player makes and all look at, where a round is shared; else None, and each makes its own.
        gather: Rows of this part (n, ...) -> those of the whole batch, in order, differentiable: see `whole`.
    """

    noise: Noise
    moves: int = 0
    images: int = 0
    kept: list[Kept] = field(default_factory=list)
    made: Any = None
    gather: Callable[[Tensor], Tensor] = alone

    def whole(self, rows: Tensor) -> Tensor:
        """The rows of the whole batch, (n * parts, ...), of which (n, ...) are those of this part.

        What a game knows of all samples of a batch, it knows by this: a pool, a memory, a mean within a square. What is a mean over
        samples needs none of it: the gradients of all parts are averaged.
        """
        return self.gather(rows)

    def mine(self, rows: Tensor) -> Tensor:
        """The rows of this part, of those of the whole batch."""
        return rows.chunk(self.noise.of)[self.noise.part]

    def due(self, every: int) -> bool:
        """Whether this is one of every so many moves."""
        return every == 1 or self.moves % every == 0  # what is always due asks for no number: compiled, it is one graph

    def keep(self, buffer: Tensor, value: Tensor, rows: Tensor | None = None) -> None:
        """Remember something in a buffer of the game, once the move is accepted; a refused move writes nothing.

        Args:
            buffer: Of the game, outside of its networks.
            value: What it will hold; or its ``rows``.
            rows: Numbers of rows (n,), none twice; None for the whole buffer.
        """
        self.kept.append(Kept(buffer, value.detach(), rows))

    def of_the_whole(self) -> list[Tensor]:
        """The real numbers that will fill whole buffers: means over a part of the batch; those of all processes are averaged."""
        return [k.value for k in self.kept if k.rows is None and k.value.is_floating_point()]


class Seen(NamedTuple):
    """A number that a person watches: 0-dim and detached, and what kind it is."""

    value: Tensor
    kind: Kind = "measured"


class Terms(NamedTuple):
    """What a player pays in one move, and what it saw.

    Args:
        paid: 0-dim tensors by name; their sum is minimised.
        seen: What a person wants to watch, by name, such as ``D(x)``.
    """

    paid: dict[str, Tensor]
    seen: Mapping[str, Seen] = {}

    def total(self) -> Tensor:
        """The sum that is minimised, 0-dim."""
        return torch.stack(list(self.paid.values())).sum()
