"""How much memory training will take, told before any of it is taken.

The moves of a run are played once on torch's meta device, where tensors have shapes and no content, and every tensor is counted
from its making to its end: what the backward passes remember, and what comes and goes between.
"""

import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from sparring.engine.experiment import Experiment
from sparring.games import Batch, Noise, Prior, Seat, Turn
from sparring.sessions.build import Size

SHOWN = 64
"""Pictures that are drawn at once for a sheet of samples."""
HALVED = 0.6
"""What a move in bfloat16 takes of what it takes in float32: activations are halved, penalties and losses are not."""
SCRATCH, LIBRARIES = 1.3, 40 * 10**6
"""What kernels need besides the tensors: a part of a move's, and bytes that come with the first."""


class Shapes(NamedTuple):
    """Of one sample of a batch: of x and, if there is any, of y."""

    x: tuple[int, ...]
    y: tuple[int, ...] | None
    y_type: torch.dtype = torch.float32


class Memory(NamedTuple):
    """Bytes that a run will take.

    Args:
        process: What the process has already: Python, torch, the pictures; 0 on an accelerator, which has its own memory.
        weights: Weights, moments, averages and buffers, and their copy while the first steps are timed.
        moves: At the peak of the largest move, gradients included.
    """

    process: int
    weights: int
    moves: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.process + self.weights + self.moves


def estimate(sketch: Experiment, shapes: Shapes, size: Size, device: str, bfloat16: bool = False) -> Memory:
    """The memory that a run will take.

    Args:
        sketch: Without weights, on the meta device.
        shapes: Of one sample of a batch.
        size: What `measure` says of the sketch.
        device: Where it will run.
        bfloat16: Whether activations are in bfloat16.

    Raises:
        Exception: Whatever the game raises on tensors without content; a game that looks at its numbers cannot be played there.
    """
    kept = size.bytes - 4 * sum(size.parameters.values())
    moves = of_moves(sketch, shapes, sketch.batch_size, bfloat16)
    on_cpu = torch.device(device).type == "cpu"
    return Memory(resident() if on_cpu else 0, 2 * kept, moves)


def resident() -> int:
    """Bytes of memory that this process has; 0 where that cannot be told."""
    try:
        with open("/proc/self/status", encoding="utf-8") as f:
            facts = dict(line.split(":", 1) for line in f)
        return int(facts["VmRSS"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return 0


def shapes_of(batch: Batch) -> Shapes:
    """The shapes of a batch's samples."""
    x, y = batch
    return Shapes(tuple(x.shape[1:]), *((None,) if y is None else (tuple(y.shape[1:]), y.dtype)))


def of_moves(sketch: Experiment, shapes: Shapes, batch_size: int, bfloat16: bool = False) -> int:
    """Bytes at the peak of the largest move, gradients included; or of a sheet of samples, if that is more.

    Args:
        sketch: Without weights, on the meta device.
        shapes: Of one sample.
        batch_size: Samples of a move.
        bfloat16: Whether activations are in bfloat16.
    """
    with torch.device("meta"):
        x = torch.empty(batch_size, *shapes.x)
        y = None if shapes.y is None else torch.empty(batch_size, *shapes.y, dtype=shapes.y_type)
        noise = Noise(torch.empty((), dtype=torch.int64))
        moves = [_most(partial(_move, seat, Batch(x, y), noise)) for seat in _seats(sketch)]
        shown = [_most(partial(_draw, sketch, name, x, noise)) for name in sketch.game.maps()]
    return round(SCRATCH * (HALVED if bfloat16 else 1.0) * max([*moves, *shown])) + LIBRARIES


def batch_that_fits(sketch: Experiment, shapes: Shapes, room: int, bfloat16: bool = False) -> int:
    """The largest batch, of half the size again and again, whose moves fit into so many bytes; 0 if none does."""
    n = sketch.batch_size
    while n and of_moves(sketch, shapes, n, bfloat16) > room:
        n //= 2
    return n


def _seats(sketch: Experiment) -> list[Seat]:
    return [Seat(sketch.game, name, sketch.optimizers[name]) for name in sketch.game.players()]


def _move(seat: Seat, batch: Batch, noise: Noise) -> None:
    for m in seat.dropouts:
        m.noise = noise
    terms = seat.loss(batch, Turn(noise))
    torch.autograd.backward(terms.total(), inputs=seat.parameters())
    seat.optimizer.zero_grad(set_to_none=True)


@torch.no_grad()
def _draw(sketch: Experiment, name: str, x: Tensor, noise: Noise) -> None:
    m = sketch.game.maps()[name]
    network = getattr(sketch.game, m.network)
    given = m.reads(noise, SHOWN) if isinstance(m.reads, Prior) else x
    network(given, *([torch.zeros(SHOWN, dtype=torch.int64)] if m.classes else []))


def _most(play: Callable[[], None]) -> int:
    living = Living()
    with living:
        play()
    return living.most


class Living(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the bytes of all tensors that are alive, and the most there ever were."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
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
