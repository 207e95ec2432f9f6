"""Pictures of many seeds: each what ``sample(1, seed=...)`` draws, all in one pass."""

from collections.abc import Sequence

import torch

from sparring.games import noise_of
from sparring.use.model import Model
from sparring.use.samples import Samples
from sparring.use.styles import options, sampled


@torch.no_grad()
def wall(model: Model, seeds: Sequence[int], *, label: int | str | None = None, truncation: float = 1.0) -> Samples:
    """One picture of each seed, that of `Model.sample` with ``n=1`` but for rounding.

    Args:
        model: As `sparring.load` gives it.
        seeds: Of the noise, at least one.
        label: Class to draw, by number or name; the first by default, as a single sample is.
        truncation: As in `Model.sample`.

    Raises:
        CommandError: As `Model.sample`.
    """
    m, prior = model.noise_map()
    device = next(model.game.parameters()).device
    z = torch.cat([prior(noise_of(seed, device=device), 1) for seed in seeds])
    y = None
    if m.classes:
        number = 0 if label is None else model.number_of(label)
        y = torch.full((len(seeds),), number, device=device)
    elif label is not None:
        model.number_of(label)
    return model.shown(m, sampled(model.game, m, z, y, options(m, truncation)))
