"""A game of one: a network that is fitted to something, by the same move as everywhere."""

from collections.abc import Callable

from torch import Tensor, nn

from sparring.games.game import Game, Map, Player
from sparring.games.turn import Batch, Terms, Turn


class Fit(Game):
    """One player, one network, one loss, and nobody against it.

    Args:
        network: What is fitted.
        pays: ``(network, batch) -> loss``, 0-dim.
    """

    def __init__(self, network: nn.Module, pays: Callable[[nn.Module, Batch], Tensor]) -> None:
        super().__init__()
        self.network, self.pays = network, pays

    def players(self) -> dict[str, Player]:
        """The network."""
        return {"network": Player(self._loss)}

    def maps(self) -> dict[str, Map]:
        """Nothing is drawn."""
        return {}

    def _loss(self, batch: Batch, turn: Turn) -> Terms:
        return Terms({"loss": self.pays(self.network, batch)})
