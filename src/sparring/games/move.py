"""One move: the only place that calls ``backward()`` and ``step()``."""

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.optim import Optimizer

from sparring.games import Batch, Player, Terms


class NonFiniteError(ArithmeticError):
    """A loss term or a gradient is not finite. Nothing has been stepped."""


def move(player: Player, optimizer: Optimizer, batch: Batch) -> Terms:
    """One optimizer step of one player on one batch.

    Args:
        player: Whose turn it is.
        optimizer: Holds the player's parameters, and no others receive a gradient.
        batch: Data for this move.

    Returns:
        What was paid, and what was seen, with the norm of the gradient as ``seen["gradient"]``.

    Raises:
        NonFiniteError: If a term or the gradient is not finite; parameters and optimizer are as before.
    """
    terms = _charge(player, optimizer, batch)
    optimizer.step()
    return terms


def move_together(turns: Mapping[str, tuple[Player, Optimizer, Batch]]) -> dict[str, Terms]:
    """Simultaneous moves: every gradient is taken before anyone steps.

    Args:
        turns: Player, optimizer and batch by the player's name.

    Raises:
        NonFiniteError: As `move`, with the player's name; nobody has stepped.
    """
    terms = {}
    for name, (player, optimizer, batch) in turns.items():
        try:
            terms[name] = _charge(player, optimizer, batch)
        except NonFiniteError as e:
            raise NonFiniteError(f"player {name}: {e}") from e
    for _, optimizer, _ in turns.values():
        optimizer.step()
    return terms


def parameters(optimizer: Optimizer) -> list[Tensor]:
    """All parameters that an optimizer holds, in its order."""
    return [p for group in optimizer.param_groups for p in group["params"]]


def _charge(player: Player, optimizer: Optimizer, batch: Batch) -> Terms:
    """Loss and gradient; the check that both are finite costs one look at their sizes."""
    optimizer.zero_grad(set_to_none=True)
    terms = player.loss(batch)
    own = parameters(optimizer)
    torch.autograd.backward(terms.total(), inputs=own)
    norm = torch.nn.utils.get_total_norm([p.grad for p in own if p.grad is not None])
    if not torch.isfinite(norm) or not torch.isfinite(terms.total()):
        optimizer.zero_grad(set_to_none=True)
        raise NonFiniteError(_what(terms, norm))
    paid = {name: value.detach() for name, value in terms.paid.items()}
    return Terms(paid, {**terms.seen, "gradient": norm.detach()})


def _what(terms: Terms, norm: Tensor) -> str:
    for name, value in terms.paid.items():
        if not torch.isfinite(value):
            return f"its loss term {name!r} is {value.item()}"
    return f"its loss is finite, but the norm of its gradient is {norm.item()}"
