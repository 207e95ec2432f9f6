"""Styles of a model that has them: moved towards the mean, mixed, and walked through."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from sparring.engine.draw import CHUNK, applied
from sparring.errors import CommandError
from sparring.games import Game, Map, Prior, noise_of
from sparring.games.path_length import Styled
from sparring.use.walk import walk
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
        text = mark(
            "truncation is {value:g}, but this model has none; models with styles do, such as those of stylegan2"
        )
        raise CommandError(tr(text, value=truncation))
    return {"truncation": float(truncation)}


def sampled(game: Game, m: Map, z: Tensor, y: Tensor | None, told: dict[str, Any]) -> Tensor:
    """What a map draws of z (n, dim) and labels (n,): (n, C, H, W) float32 on the CPU."""
    return torch.cat([part.float().cpu() for part in applied(game, m, z, y, **told)])


def walked(
    game: Game, m: Map, y: Tensor | None, seeds: Sequence[int], frames: int, closed: bool, told: dict[str, Any]
) -> Tensor:
    """Pictures on the way from seed to seed: straight through styles where the map's network has them, else as the prior goes.

    Args:
        game: Whose map.
        m: The map.
        y: Label (1,), the same for all.
        seeds: These and the rest as in `sparring.use.walk.walk`.
        frames: In all.
        closed: Whether it is a loop.
        told: Options of the map.
    """
    network, prior, device = _parts(game, m)
    if not isinstance(network, Styled):
        z = walk(prior, seeds, frames, closed, device)
        return sampled(game, m, z, None if y is None else y.expand(frames), told)
    shape = network.styles(prior(noise_of(0, device=device), 1), y).shape[1:]
    law = Prior(prior.dim, lambda noise, n, _: network.styles(prior(noise, n), y).flatten(1), torch.lerp)
    return _drawn(network, walk(law, seeds, frames, closed, device).view(frames, *shape), told)


def mixed(game: Game, m: Map, y: Tensor | None, seeds: tuple[int, int], told: dict[str, Any]) -> Tensor:
    """Pictures from the styles of one z to those of another, one more layer of the other's in each, the finest first.

    Args:
        game: Whose map.
        m: The map.
        y: Label (1,).
        seeds: All of the first picture is the first one's, all of the last the second one's.
        told: Options of the map.

    Raises:
        CommandError: If the map's network has no styles.
    """
    network, prior, device = _parts(game, m)
    if not isinstance(network, Styled):
        raise CommandError(tr("this model has no styles to mix; those of stylegan2 have"))
    a, b = (network.styles(prior(noise_of(seed, device=device), 1), y) for seed in seeds)
    layers = a.shape[1]
    taken = torch.arange(layers, device=device) >= layers - torch.arange(layers + 1, device=device).unsqueeze(1)
    return _drawn(network, torch.where(taken.unsqueeze(2), b, a), told)


def _parts(game: Game, m: Map) -> tuple[nn.Module, Prior, torch.device]:
    network = getattr(game, m.network)
    assert isinstance(m.reads, Prior)
    return network, m.reads, next(network.parameters()).device


def _drawn(network: Styled, styles: Tensor, told: dict[str, Any]) -> Tensor:
    return torch.cat([network.draw(part, **told).float().cpu() for part in torch.split(styles, CHUNK)])
