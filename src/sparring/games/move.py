"""One move: the only place that calls ``backward()`` and ``step()``."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from sparring.games.dropout import Chance
from sparring.games.game import Game
from sparring.games.settle import Watched, networks, step
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.words import mark, tr

Average = Callable[[list[Tensor]], None]
"""Replaces tensors, in place, by their mean over all processes."""


class Seat:
    """A player at the table: what it pays, its optimizer, and what of the game moves with it.

    Args:
        game: What is played.
        name: Of the player.
        optimizer: Holds the player's parameters, and no others receive a gradient.
        average: For games on several processes: makes gradients and losses those of the whole batch.

    Attributes:
        loss, makes: As the `Player` has them; a backend may replace each by one that computes the same in another way.
    """

    def __init__(self, game: Game, name: str, optimizer: Optimizer, average: Average | None = None) -> None:
        self.name, self.optimizer, self.average = name, optimizer, average
        self.loss, self.steps, self.makes = game.players()[name]
        held = {id(p) for p in self.parameters()}
        self._buffers: list[tuple[nn.Module, str, bool]] = []
        for network in networks(game):
            own = any(id(p) in held for p in network.parameters())
            self._buffers += [(m, key, own) for m in network.modules() for key, _ in m.named_buffers(recurse=False)]
        self.chances = [m for m in game.modules() if isinstance(m, Chance)]
        for i, m in enumerate(self.chances):
            m.name = f"dropout/{i}"

    def parameters(self) -> list[Tensor]:
        """All parameters that the optimizer holds, in its order."""
        return [p for group in self.optimizer.param_groups for p in group["params"]]

    @contextmanager
    def chance(self, turn: Turn) -> Iterator[None]:
        """Layers with chance draw from the turn's noise."""
        for m in self.chances:
            m.noise = turn.noise
        try:
            yield
        finally:
            for m in self.chances:
                m.noise = None

    def watched(self) -> Watched:
        """Copies of all buffers of all networks, as they are now."""
        return Watched([(m, key, getattr(m, key), getattr(m, key).clone(), own) for m, key, own in self._buffers])


class Moved(NamedTuple):
    """What came of a move.

    Args:
        terms: What was paid and seen, detached, with the norm of the gradient as ``seen["norm"]``.
        fine: 0-dim bool: whether loss and gradient are finite. If not, nothing has changed: neither weights, nor the
            optimizer's state, nor a buffer.
    """

    terms: Terms
    fine: Tensor


def move(seat: Seat, batch: Batch, turn: Turn, go: Tensor | None = None) -> Moved:
    """One optimizer step of one player on one batch. The host looks at no number.

    Args:
        seat: Whose turn it is.
        batch: Data for this move.
        turn: When; with weights and batch it decides everything.
        go: 0-dim bool; false: compute, and change nothing.
    """
    return move_together([(seat, batch, turn)], go)[0]


def begin(seat: Seat, batch: Batch, turn: Turn) -> tuple[object, Watched]:
    """What a player makes for all players' moves of a round, its own later one among them; and buffers from before."""
    assert seat.makes is not None, "only players that make something begin a round"
    watched = seat.watched()
    with seat.chance(turn):
        return seat.makes(batch, turn), watched


def move_together(
    turns: Sequence[tuple[Seat, Batch, Turn]], go: Tensor | None = None, begun: Watched | None = None
) -> list[Moved]:
    """Simultaneous moves: every gradient is taken before anyone steps, and all step or none.

    Args:
        turns: Seat, batch and turn of each player.
        go: As in `move`.
        begun: Of the player whose move `begin` has begun, if it is one of them.
    """
    before = [seat.watched().since(begun if seat.makes else None) for seat, _, _ in turns]
    moved = [_charge(*each, watched) for each, watched in zip(turns, before, strict=True)]
    fine = torch.stack([m.fine for m in moved]).all()
    if go is not None:
        fine = fine & go
    for (seat, _, turn), watched in zip(turns, before, strict=True):
        step(seat.optimizer, fine)
        watched.settle(fine)
        for buffer, value, rows in turn.kept:
            old = buffer if rows is None else buffer.index_select(0, rows)
            new = torch.where(fine, value.to(old), old)
            buffer.copy_(new) if rows is None else buffer.index_copy_(0, rows, new)
    return [m._replace(fine=fine) for m in moved]


def why_not(seat: Seat, batch: Batch, turn: Turn) -> str | None:
    """Compute a refused move once more and say what of it is not finite; None if all is. Nothing changes."""
    watched = seat.watched()
    terms, _ = _charge(seat, batch, turn, watched)
    watched.settle(torch.zeros((), dtype=torch.bool, device=turn.noise.key.device))
    for name, value in terms.paid.items():
        if not torch.isfinite(value):
            return tr("its loss term {name!r} is {value}", name=name, value=value.item())
    norm = terms.seen["norm"].value
    text = mark("its loss is finite, but the norm of its gradient is {value}")
    return None if torch.isfinite(norm) else tr(text, value=norm.item())


def _charge(seat: Seat, batch: Batch, turn: Turn, watched: Watched) -> Moved:
    """Loss and gradient; of the whole batch, on however many processes."""
    seat.optimizer.zero_grad(set_to_none=True)
    with seat.chance(turn):
        terms = seat.loss(batch, turn)
        total, own = terms.total(), seat.parameters()
        torch.autograd.backward(total, inputs=own)
    gradients = [p.grad for p in own if p.grad is not None]
    total, paid, seen = total.detach().clone(), {n: v.detach() for n, v in terms.paid.items()}, dict(terms.seen)
    if seat.average is not None:
        paid, seen = {n: v.clone() for n, v in paid.items()}, {n: Seen(v.clone(), k) for n, (v, k) in seen.items()}
        told = [total, *paid.values(), *(value for value, _ in seen.values())]
        watched.average(seat.average, [*gradients, *told, *turn.of_the_whole()])
    norm = torch.nn.utils.get_total_norm(gradients)
    return Moved(Terms(paid, seen | {"norm": Seen(norm, "gradient")}), torch.isfinite(norm) & torch.isfinite(total))
