"""Terms: what a player pays besides the adversarial loss, a penalty for D or a generator term for G."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn

from sparring.games.turn import Turn
from sparring.words import tr


class Term(NamedTuple):
    """Something that a player pays besides the adversarial loss: a penalty for D, a generator term for G.

    Args:
        of: ``(D, View) -> (n,)``, or ``(game, Made) -> (n,)``; the game takes the mean.
        weight: A number, or the name of a 0-dim buffer of the game, which a schedule may change.
        every: It is paid on every so many moves only, with so many times the weight.
        through: Whether it asks for D's gradient through the logits that D has given.
    """

    of: Callable[..., Tensor]
    weight: float | str = 1.0
    every: int = 1
    through: bool = False


Payable = Term | Callable[..., Tensor]
"""A `Term`, or its function alone."""


def term(of: Payable) -> Term:
    """A function as a `Term`."""
    return of if isinstance(of, Term) else Term(of)


def terms_of(given: Mapping[str, Payable] | None) -> dict[str, Term]:
    """What a game is given, as terms by name."""
    return {name: term(of) for name, of in (given or {}).items()}


def modules(*some: Mapping[str, Term]) -> nn.ModuleList:
    """The terms that are modules: as part of their game they are moved, saved and restored with it."""
    return nn.ModuleList(t.of for terms in some for t in terms.values() if isinstance(t.of, nn.Module))


def charged(game: nn.Module, terms: Mapping[str, Term], who: object, what: object, turn: Turn) -> dict[str, Tensor]:
    """Every term by name, 0-dim; what is not due on this turn is zero."""
    paid: dict[str, Tensor] = {}
    for name, (of, weight, every, _) in terms.items():
        value = torch.zeros((), device=turn.noise.key.device)
        if turn.due(every):
            value = every * (getattr(game, weight) if isinstance(weight, str) else weight) * of(who, what).mean()
        paid[name] = value
    return paid


def lazy(penalty: Payable, every: int) -> Term:
    """The term on every ``every``-th move, with a gain of ``every``: the same sum over time for less work.

    With Adam also scale the rates by c = every / (every + 1): lr * c, betas ** c.

    Raises:
        ValueError: If ``every`` is below 1.

    Source: Karras et al. 2020 (StyleGAN2), appendix B.
    """
    if every < 1:
        raise ValueError(tr("every is {every}; it counts updates and must be 1 or more", every=every))
    return term(penalty)._replace(every=every)
