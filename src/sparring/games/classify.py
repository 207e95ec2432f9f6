"""What a D that names classes is good for besides training: it classifies.

A network that classifies says so by a method ``classify(x) -> (N, K)``: logits of the classes of pictures (N, C, H, W). A game
that holds one, such as the auxiliary classifier GAN or the semi-supervised one, can be asked for it.
"""

from typing import Protocol, cast, runtime_checkable

from torch import Tensor, nn


@runtime_checkable
class Classifies(Protocol):
    """A network that names the class of a picture."""

    def classify(self, x: Tensor) -> Tensor:
        """Pictures (N, C, H, W) in [-1, 1] -> logits of their classes (N, K)."""
        ...


def classifier_of(game: nn.Module) -> Classifies | None:
    """The network of a game that classifies; None if none does. It is as the game has it: in training, or in evaluation."""
    return cast("Classifies | None", next((net for net in game.children() if isinstance(net, Classifies)), None))
