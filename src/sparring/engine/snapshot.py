"""What training changes, in one value."""

from typing import Any, NamedTuple

from torch import Tensor


class Snapshot(NamedTuple):
    """All that training changes, at one step.

    Args:
        step: Steps done.
        tensors: By part and name: ``{"game": {"G.weight": ...}, "ema": ..., "optimizers": ...}``
        state: JSON; describes itself: images seen, the recipe and its settings, the settings of optimizers.
    """

    step: int
    tensors: dict[str, dict[str, Tensor]]
    state: dict[str, Any]
