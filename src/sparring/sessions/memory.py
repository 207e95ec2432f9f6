"""How much memory training will take, told before any of it is taken.

The moves of a run are played once on torch's meta device, where tensors have shapes and no content, and every tensor is counted
from its making to its end: what the backward passes remember, and what comes and goes between.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import NamedTuple

import torch

from sparring.engine.draw import DOMAINS
from sparring.engine.experiment import Experiment
from sparring.engine.optimizer_state import moments
from sparring.games import Batch, Map, Noise, Prior, Seat, Turn
from sparring.sessions.bench import PICTURES, TRANSLATED
from sparring.sessions.build import Size
from sparring.sessions.living import Cast, Living

SCRATCH, LIBRARIES = 1.4, 60 * 10**6
"""What kernels need besides the tensors, as a part of a move's; and bytes of what is loaded after the estimate."""

Context = Callable[[], AbstractContextManager[object]]


class Shapes(NamedTuple):
    """Of one sample of a batch: of x and, if there is any, of y."""

    x: tuple[int, ...]
    y: tuple[int, ...] | None
    y_type: torch.dtype = torch.float32


class Memory(NamedTuple):
    """Bytes that a run will take. Moves and saving come in turn, and the larger of the two counts.

    Args:
        process: What the process has already: Python, torch, the pictures; 0 on an accelerator, which has its own memory.
        weights: Weights, moments, averages and buffers, and their copy while the first steps are timed: what is freed then
            does not always go back to the system.
        moves: At the peak of the largest move, all players' gradients included.
        saving: While a checkpoint is written, gradients included; 0 on an accelerator.
    """

    process: int
    weights: int
    moves: int
    saving: int

    @property
    def total(self) -> int:
        """At the peak."""
        return self.process + self.training

    @property
    def training(self) -> int:
        """What comes on top of what the process has."""
        return self.weights + max(self.moves, self.saving)


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
    files = _files(sketch)
    gradients, kept = 4 * sum(size.parameters.values()), files[-1].bytes
    weights = 2 * (size.bytes - gradients - kept) + kept
    moves = of_moves(sketch, shapes, sketch.batch_size, bfloat16)
    if torch.device(device).type != "cpu":
        return Memory(0, weights, moves, 0)
    return Memory(resident(), weights, moves, gradients + _written(files, relaid=bfloat16) + LIBRARIES)


class File(NamedTuple):
    """Bytes of a file of a checkpoint, and of the convolutions in it."""

    bytes: int
    convolutions: int


def _files(sketch: Experiment) -> tuple[File, ...]:
    """Game, averages and moments, in the order in which they are written."""
    game = sketch.game
    averages = [t for net in game.generators().values() for t in (*net.parameters(), *net.buffers())]
    kept = [t for o in sketch.optimizers.values() for g in o.param_groups for t in g["params"] * moments(o)]
    return tuple(
        File(sum(t.nbytes for t in some), sum(t.nbytes for t in some if t.dim() == 4))
        for some in ([*game.parameters(), *game.buffers()], averages, kept)
    )


def _written(files: Sequence[File], relaid: bool) -> int:
    """The most bytes while one file after the other is written: tensors as bytes, those in one piece, and the file before.

    Args:
        files: Of a checkpoint.
        relaid: Whether convolutions lie with the channels innermost, and are laid out anew for the file.
    """
    most = before = 0
    for file in files:
        most = max(most, before + 2 * file.bytes + (file.convolutions if relaid else 0))
        before = file.bytes
    return most


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
    """Bytes at the peak of the largest move, all players' gradients included; or of a look at samples, if that is more.

    Args:
        sketch: Without weights, on the meta device.
        shapes: Of one sample.
        batch_size: Samples of a move.
        bfloat16: Whether activations are in bfloat16.
    """
    living, cast = Living(), Cast if bfloat16 else nullcontext
    seats = _seats(sketch)
    gradients = [sum(p.nbytes for p in seat.parameters()) for seat in seats]
    with torch.device("meta"):
        x = torch.empty(batch_size, *shapes.x)
        y = None if shapes.y is None else torch.empty(batch_size, *shapes.y, dtype=shapes.y_type)
        noise = Noise(torch.empty((), dtype=torch.int64))
        moves = [living.peak(partial(_move, seat, Batch(x, y), noise, cast)) for seat in seats]
        looks = [living.peak(partial(_draw, sketch, m, shapes, noise, cast)) for m in sketch.game.maps().values()]
    others = [sum(gradients) - own for own in gradients]
    return LIBRARIES + max(
        *(round(SCRATCH * bytes_) + rest for bytes_, rest in zip(moves, others, strict=True)),
        *(round(SCRATCH * bytes_) + sum(gradients) for bytes_ in looks),
    )


def batch_that_fits(sketch: Experiment, shapes: Shapes, room: int, bfloat16: bool = False) -> int:
    """The largest batch, of half the size again and again, whose moves fit into so many bytes; 0 if none does."""
    n = sketch.batch_size
    while n and of_moves(sketch, shapes, n, bfloat16) > room:
        n //= 2
    return n


def _seats(sketch: Experiment) -> list[Seat]:
    return [Seat(sketch.game, name, sketch.optimizers[name]) for name in sketch.game.players()]


def _move(seat: Seat, batch: Batch, noise: Noise, cast: Context) -> None:
    for m in seat.chances:
        m.noise = noise
    with cast():
        terms = seat.loss(batch, Turn(noise))
    torch.autograd.backward(terms.total(), inputs=seat.parameters())
    seat.optimizer.zero_grad(set_to_none=True)


@torch.no_grad()
def _draw(sketch: Experiment, m: Map, shapes: Shapes, noise: Noise, cast: Context) -> None:
    """As many pictures as a look at a run draws at once."""
    network = getattr(sketch.game, m.network)
    read = shapes.y if m.reads == DOMAINS[1] else shapes.x
    given = m.reads(noise, PICTURES) if isinstance(m.reads, Prior) else torch.empty(TRANSLATED, *(read or ()))
    with cast():
        network(given, *([torch.zeros(PICTURES, dtype=torch.int64)] if m.classes else []))
