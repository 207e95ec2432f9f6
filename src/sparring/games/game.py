"""A game is networks plus what each player pays, and it says what it is good for.

To write a game of your own: subclass `Game`, hold the networks as attributes, return one `Player` for each side, and one `Map`
for each thing that it can draw.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import NamedTuple

from torch import nn

from sparring.games.priors import Prior
from sparring.games.turn import Batch, Seen, Terms, Turn


class Player(NamedTuple):
    """One side of a game.

    Args:
        loss: ``(Batch, Turn) -> Terms``, pure. Only the parameters in the player's own optimizer receive a gradient.
        steps: Moves in a row before the next player's turn: the k of Algorithm 1.
        makes: ``(Batch, Turn) -> made``, what its loss begins with and others may look at, such as fakes with G's graph; where a
            round is shared, `loss` and the others find it as ``turn.made``.
    """

    loss: Callable[[Batch, Turn], Terms]
    steps: int = 1
    makes: Callable[[Batch, Turn], object] | None = None


class Map(NamedTuple):
    """Something a game is good for: a network that draws pictures. Samples, translations, averages and pages read it.

    Args:
        network: Name of the attribute that holds it.
        reads: Where its input comes from: a prior, or the name of a domain, "x" or "y".
        draws: The domain whose pictures it draws.
        classes: Labels it is told beside its input, ``network(z, y)``; 0 for none.
        options: Keywords of its ``forward`` that a user may set, such as ``truncation``.
    """

    network: str
    reads: Prior | str
    draws: str = "x"
    classes: int = 0
    options: tuple[str, ...] = ()


class Game(nn.Module, ABC):
    """Networks plus what each player pays. Games are final: no game inherits from another."""

    @abstractmethod
    def players(self) -> dict[str, Player]:
        """The players by name, in order of play."""

    @abstractmethod
    def maps(self) -> dict[str, Map]:
        """What the game can draw, by name, such as ``samples`` or ``x_to_y``."""

    def watch(self, held_out: Batch, turn: Turn) -> Mapping[str, Seen]:
        """What there is to see in pictures that training never sees; nothing unless a game says otherwise."""
        return {}

    def generators(self) -> dict[str, nn.Module]:
        """The networks of all maps, by attribute name: what an average of the weights is kept of."""
        return {m.network: getattr(self, m.network) for m in self.maps().values()}
