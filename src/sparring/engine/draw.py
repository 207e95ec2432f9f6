"""Pictures from a game, by its maps: samples from noise, and strips there and back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from sparring.chance import callers_stream_kept
from sparring.engine.trainer import Trainer
from sparring.games import Batch, Game, Map, Prior, noise_of

DOMAINS = ("x", "y")
"""Names of the domains, in the order in which a recipe takes them."""
CHUNK = 256
ROWS, COLUMNS = 20, 8
"""Of a sheet of classes: the classes that are shown at most, and pictures of each."""


def of_noise(game: Game) -> dict[str, Map]:
    """The maps that draw from noise."""
    return {name: m for name, m in game.maps().items() if isinstance(m.reads, Prior)}


def of_pictures(game: Game) -> dict[str, Map]:
    """The maps that read pictures."""
    return {name: m for name, m in game.maps().items() if not isinstance(m.reads, Prior)}


def way_back(game: Game, m: Map) -> Map | None:
    """The map that undoes another, if there is one; none undoes itself."""
    if m.reads == m.draws:
        return None
    return next((b for b in of_pictures(game).values() if (b.reads, b.draws) == (m.draws, m.reads)), None)


def apply(game: Game, m: Map, given: Tensor, y: Tensor | None = None, **options: Any) -> Tensor:
    """What a map draws, (N, C, H, W), in parts of at most 256.

    Args:
        game: Whose map.
        m: The map.
        given: z (N, dim), or pictures of the domain it reads.
        y: Labels (N,), where it is told any.
        options: Of the map.
    """
    return torch.cat(list(applied(game, m, given, y, **options)))


def applied(game: Game, m: Map, given: Tensor, y: Tensor | None = None, **options: Any) -> Iterator[Tensor]:
    """The same part by part, for many pictures."""
    network = getattr(game, m.network)
    for i, some in enumerate(torch.split(given, CHUNK)):
        labels = () if y is None else (y[i * CHUNK : (i + 1) * CHUNK],)
        yield network(some, *labels, **options)


def sampled(game: Game, m: Map, n: int, seed: int) -> Iterator[Tensor]:
    """Pictures from the seed's noise, the same on every device, n in all; with labels, classes in turn."""
    assert isinstance(m.reads, Prior)
    device = next(getattr(game, m.network).parameters()).device
    y = torch.arange(n, device=device) % m.classes if m.classes else None
    yield from applied(game, m, m.reads(noise_of(seed, device=device), n), y)


def by_class(game: Game, m: Map, seed: int) -> tuple[Tensor, int]:
    """Pictures of each class, row by row: of row i the class is i, and within a column the noise is the same.

    Args:
        game: What draws.
        m: A map from noise that is told a label.
        seed: Of the noise.

    Returns:
        (rows * `COLUMNS`, C, H, W), and how many rows: one a class, at most `ROWS`.
    """
    assert isinstance(m.reads, Prior)
    rows = min(m.classes, ROWS)
    device = next(getattr(game, m.network).parameters()).device
    z = m.reads(noise_of(seed, device=device), COLUMNS)
    labels = (torch.full((COLUMNS,), label, device=device) for label in range(rows))
    return torch.cat([apply(game, m, z, y) for y in labels]), rows


def strip(game: Game, name: str, m: Map, start: Tensor) -> dict[str, tuple[str, Tensor]]:
    """Pictures, their translation and, where there is a way back, that translated back.

    Returns:
        By name the domain whose values the pictures have, and the pictures: side by side as one, (N, C, H, 2 W or 3 W); or each
        by itself where the domains differ in channels.
    """
    there, back_map = apply(game, m, start), way_back(game, m)
    steps = [start, there, *([apply(game, back_map, there)] if back_map else [])]
    if start.shape[1:3] == there.shape[1:3]:
        return {name: (m.draws, torch.cat([t.to(start) for t in steps], 3))}
    alone = {name: (m.draws, there)}
    return alone | ({f"{name}_and_back": (str(m.reads), steps[2])} if back_map else {})


def drawn(game: Game, n: int, seed: int, held_out: Batch | None) -> dict[str, tuple[str, Tensor]]:
    """All that a game can draw, by name, with its domain: ``n`` samples, or rows of classes; strips of held-out pictures."""
    found = {
        name: (m.draws, by_class(game, m, seed)[0] if m.classes else torch.cat(list(sampled(game, m, n, seed))))
        for name, m in of_noise(game).items()
    }
    given: Mapping[str, Tensor | None] = held_out._asdict() if held_out is not None else {}
    for name, m in of_pictures(game).items():
        if (start := given.get(str(m.reads))) is not None:
            found |= strip(game, name, m, start[:n])
    return found


@contextmanager
def evaluating(trainer: Trainer, average: bool) -> Iterator[Game]:
    """The game as it is used: no dropout, running statistics, no graph; with averaged generators if wanted."""
    game = trainer.game
    with torch.no_grad(), callers_stream_kept(), trainer.backend.autocast():
        try:
            game.eval()
            if average:
                with trainer.ema.applied(game):
                    game.eval()
                    yield game
            else:
                yield game
        finally:
            trainer.ema.networks.train()
            game.train()
