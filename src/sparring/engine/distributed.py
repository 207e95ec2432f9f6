"""Processes that train together: the only place that knows torch.distributed.

Every process has equal parts of each batch and the same weights. Gradients are averaged by one flat all-reduce in `move`; what a
game must know of all samples it asks its turn for. What only one process can know, such as how late it is, the first one says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from sparring.engine.pulse import Pulse, words_of
from sparring.engine.snapshot import Snapshot
from sparring.errors import LostProcess
from sparring.words import mark, tr

FOR_EVER = timedelta(days=365)
"""How long an operation may take: that a process is gone is found by its `Pulse`, which also knows whose it is."""
T = TypeVar("T")


@dataclass(frozen=True)
class World:
    """The processes that train one run.

    Args:
        rank: Which one this is, from 0; the first writes, and decides what it alone can know.
        size: How many there are.
        local: Which one of its machine this is.
        hosts: Names of their machines, by rank.
        pulse: Finds out when one is gone; None for one process alone.
    """

    rank: int = 0
    size: int = 1
    local: int = 0
    hosts: Sequence[str] = ()
    pulse: Pulse | None = field(default=None, repr=False)

    def __deepcopy__(self, memo: object) -> "World":
        return self

    @property
    def first(self) -> bool:
        """Whether this process writes."""
        return self.rank == 0

    def called(self, rank: int) -> str:
        """A process, for people: its number and where it is."""
        return words_of(rank, self.hosts)

    def average(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors of real numbers, in place, by their means over all processes: one all-reduce.

        Args:
            tensors: The same shapes in the same order on every process, on one device.
        """
        if self.size == 1 or not tensors:
            return
        wide = torch.float64 if any(t.dtype == torch.float64 for t in tensors) else torch.float32
        flat = torch.cat([t.detach().flatten().to(wide) for t in tensors])
        self._ask(lambda: dist.all_reduce(flat))
        means = torch.split(flat.div_(self.size), [t.numel() for t in tensors])
        for t, mean in zip(tensors, means, strict=True):
            t.data.copy_(mean.view_as(t))  # a graph that holds a running mean has seen the value that it had

    def gather(self, rows: Tensor) -> Tensor:
        """Rows (n, ...) of this process -> those of all, (n * size, ...), in order of their ranks, with the graph of this one's."""
        return rows if self.size == 1 else _Gathered.apply(rows, self)  # type: ignore[no-untyped-call]

    def total(self, t: Tensor) -> Tensor:
        """The sum over all processes, with a graph that goes on through it."""
        return t if self.size == 1 else _Summed.apply(t, self)  # type: ignore[no-untyped-call]

    def most(self, numbers: Sequence[float]) -> list[float]:
        """The largest of each number over all processes: what any of them has been told, or the first alone knows."""
        if self.size == 1:
            return list(numbers)
        found = torch.tensor(list(numbers), dtype=torch.float64)
        self._ask(lambda: dist.all_reduce(found, dist.ReduceOp.MAX))
        return found.tolist()

    def said(self, value: T) -> T:
        """What the first process says: JSON, in place of each one's own."""
        if self.size == 1:
            return value
        raw = json.dumps(value).encode() if self.first else b""
        (length,) = self.most([len(raw)])
        told = torch.zeros(int(length), dtype=torch.uint8)
        if self.first:
            told = torch.frombuffer(bytearray(raw), dtype=torch.uint8)
        self._ask(lambda: dist.broadcast(told, 0))
        found: T = json.loads(told.numpy().tobytes())
        return found

    def spread(self, snapshot: Snapshot | None) -> Snapshot:
        """The first process's snapshot; others may have none."""
        if self.size == 1:
            assert snapshot is not None
            return snapshot
        facts: Any = snapshot and {
            part: {name: [str(t.dtype).removeprefix("torch."), list(t.shape)] for name, t in named.items()}
            for part, named in snapshot.tensors.items()
        }
        step, state, shapes = self.said(snapshot and [snapshot.step, snapshot.state, facts])  # type: ignore[misc]
        tensors: dict[str, dict[str, Tensor]] = {}
        for part, named in shapes.items():
            for name, (kind, shape) in named.items():
                t = torch.empty(shape, dtype=getattr(torch, kind))
                if snapshot is not None:
                    t = snapshot.tensors[part][name].detach().cpu().contiguous()
                self._ask(lambda t=t: dist.broadcast(_bytes(t), 0))  # type: ignore[misc]
                tensors.setdefault(part, {})[name] = t
            tensors.setdefault(part, {})
        return Snapshot(step, tensors, state)

    def unlike(self, digest: str) -> list[int]:
        """Ranks whose digest is not the first process's."""
        mine = torch.tensor(list(bytes.fromhex(digest)), dtype=torch.uint8)[None]
        every = self.gather(mine)
        return torch.nonzero((every != every[:1]).any(1)).flatten().tolist()

    def note(self, name: str, text: str) -> None:
        """Leave word for whoever started the processes."""
        if self.pulse:
            self.pulse.write(name, text)

    def check_same(self, step: int, tensors: Mapping[str, Mapping[str, Tensor]]) -> None:
        """That all processes hold the same numbers.

        Raises:
            LostProcess: With those that do not.
        """
        if self.size > 1 and (other := self.unlike(digest(tensors))):
            text = mark(
                "after step {step:,} the weights of {processes} are not those of process 0; nothing of that is saved"
            )
            raise LostProcess(tr(text, step=step, processes=", ".join(map(self.called, other))))

    def _ask(self, talk: Callable[[], object]) -> None:
        """One operation on all processes.

        Raises:
            LostProcess: If one of them is gone.
            EndedProcess: If one has ended by an error of its own.
        """
        try:
            talk()
        except RuntimeError as e:
            assert self.pulse
            raise self.pulse.who(e) from e


ALONE = World()
"""One process."""


def digest(tensors: Mapping[str, Mapping[str, Tensor]]) -> str:
    """SHA-256 of tensors, by part and name, in hexadecimal: what processes hold against each other."""
    sha = hashlib.sha256()
    for part, named in sorted(tensors.items()):
        for name, t in sorted(named.items()):
            sha.update(f"{part}/{name}/{t.dtype}{tuple(t.shape)}".encode())
            sha.update(_bytes(t.detach().cpu().contiguous()).numpy().data)
    return sha.hexdigest()


def _bytes(t: Tensor) -> Tensor:
    """A contiguous tensor as the bytes that it is made of; written to, it changes."""
    return t.view(-1).view(torch.uint8) if t.numel() else torch.empty(0, dtype=torch.uint8)


class _Gathered(torch.autograd.Function):
    """All-gather, whose gradient is this process's rows of the sum of all gradients."""

    @staticmethod
    def forward(ctx: Any, rows: Tensor, world: World) -> Tensor:
        """See `World.gather`."""
        ctx.world = world
        every = torch.empty(world.size * len(rows), *rows.shape[1:], dtype=rows.dtype, device=rows.device)
        world._ask(lambda: dist.all_gather_single(_bytes(every), _bytes(rows.detach().contiguous())))
        return every

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """The sum over all processes, of which these rows."""
        world: World = ctx.world
        return world.total(gradients[0]).chunk(world.size)[world.rank], None


class _Summed(torch.autograd.Function):
    """All-reduce, whose gradient is the sum of all gradients; so are those of any order."""

    @staticmethod
    def forward(ctx: Any, t: Tensor, world: World) -> Tensor:
        """See `World.total`."""
        ctx.world = world
        summed = t.detach().contiguous().clone()
        world._ask(lambda: dist.all_reduce(summed))
        return summed

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        """What every process asks of the sum."""
        return ctx.world.total(gradients[0]), None
