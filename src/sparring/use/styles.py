"""Styles of a model that has them: moved towards the mean, mixed, and walked through."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from sparring.errors import CommandError
from sparring.games import Map, Prior, noise_of
from sparring.games.path_length import Styled
from sparring.words import mark, tr

FURTHEST = 2.0


def options(m: Map, truncation: float) -> dict[str, Any]:
    """What the map's network is told besides its input.

    Raises:
        CommandError: If the model has no truncation, or this one makes no sense.
    """
    if isinstance(truncation, bool) or not isinstance(truncation, int | float) or not abs(truncation) <= FURTHEST:
        text = mark("truncation is {value!r}; it is a number from -2 to 2: 1 changes nothing, 0 gives the mean picture")
        raise CommandError(tr(text, value=truncation))
    if truncation == 1:
        return {}
    if "truncation" not in m.options:
        text = mark("truncation is {value:g}, but this model has none; models with styles do, such as those of stylegan2")
        raise CommandError(tr(text, value=truncation))
    return {"truncation": float(truncation)}


def styled(network: nn.Module) -> Styled:
    """The network, which has styles.

    Raises:
        CommandError: If it has none.
    """
    if not isinstance(network, Styled):
        raise CommandError(tr("this model has no styles to mix; those of stylegan2 have"))
    return network


def through_styles(network: Styled, prior: Prior, y: Tensor | None) -> Prior:
    """The law of styles as a prior, whose straight way leads through w: (n, layers * w_dim) for (n, dim) of z.

    Args:
        network: Makes styles of z.
        prior: Of z.
        y: Label (1,), the same for all.
    """

    def draw(noise: Any, n: int, dim: int) -> Tensor:
        return network.styles(prior(noise, n), None if y is None else y.expand(n)).flatten(1)

    return Prior(prior.dim, draw, torch.lerp)


def mixes(network: Styled, prior: Prior, seeds: Sequence[int], y: Tensor | None, device: torch.device) -> Tensor:
    """From the styles of one z to those of another, a layer at a time from the finest: (layers + 1, layers, w_dim).

    Args:
        network: Makes styles of z.
        prior: Of z.
        seeds: Two: the first is all of the first row, the second all of the last.
        y: Label (1,).
        device: Where to.
    """
    a, b = (network.styles(prior(noise_of(seed, device=device), 1), y) for seed in seeds)
    layers = a.shape[1]
    at = torch.arange(layers, device=device)
    taken = at >= layers - torch.arange(layers + 1, device=device).unsqueeze(1)
    return torch.where(taken.unsqueeze(2), b, a)
