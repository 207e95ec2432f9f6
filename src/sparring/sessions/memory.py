"""How much memory training will take, told before any of it is taken.

The moves of a run are played once on torch's meta device, where tensors have shapes and no content, and every tensor is counted
from its making to its end: weights, gradients, moments, what the backward passes remember, and what comes and goes between.
"""

import weakref
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Memory(NamedTuple):
    """Bytes that a run takes.

    Args:
        weights: Weights, gradients, moments, averages and buffers.
        moves: At the peak of the largest move, besides the weights.
        process: What the process has already: Python, torch, the pictures.
    """

    weights: int
    moves: int
    process: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.moves + self.process


class Living(TorchDispatchMode):
    """Counts the bytes of all tensors that are alive, and the most there ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0
        self._known: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Sequence[type], args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Every operation passes here; a tensor whose storage is new is counted until that storage dies."""
        out = func(*args, **(kwargs or {}))
        for t in tree_leaves(out):
            if isinstance(t, Tensor):
                self._count(t.untyped_storage())
        return out

    def _count(self, storage: torch.UntypedStorage) -> None:
        key = storage._cdata
        if key in self._known:
            return
        self._known.add(key)
        size = storage.nbytes()
        self.now += size
        self.most = max(self.most, self.now)
        weakref.finalize(storage, self._gone, key, size)

    def _gone(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.now -= size
