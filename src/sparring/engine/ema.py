"""An exponential moving average of the generators, with its half-life counted in images."""

import copy
import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from sparring.engine.schedules import Law, constant
from sparring.games import Game


class EMA:
    """Average of every network in ``game.generators()``.

    After ``half_life`` images the old average weighs one half, whatever the batch size. Early in a run the half-life is
    ``ramp`` times the images seen so far, if that is shorter, so that the random start is forgotten. Floating buffers
    (the running statistics of batch norm) are averaged like the weights; others are copied.

    Args:
        game: Whose generators are averaged.
        half_life: In images, or a law of the images seen; 0 means that the average is the newest weights: the networks are then
            the game's own, and nothing is copied.
        ramp: Part of the images seen that the half-life may reach.

    Attributes:
        kept: Whether there is an average beside the weights.
        half_life: In images, 0-dim, as `schedule` last set it: a buffer, so that a captured update follows the law.

    Source: Karras et al. 2020 (StyleGAN2-ADA), training loop.
    """

    def __init__(self, game: Game, half_life: float | Law, ramp: float = 0.05) -> None:
        self.law, self.ramp = half_life if callable(half_life) else constant(half_life), ramp
        self.kept = callable(half_life) or half_life > 0
        self.networks = nn.ModuleDict(game.generators())
        if self.kept:
            self.networks = copy.deepcopy(self.networks).requires_grad_(False)
        device = next((p.device for p in self.networks.parameters()), None)
        self.half_life = torch.zeros((), device=device)

    def schedule(self, seen: int) -> None:
        """Set the half-life to what it is after so many images in all."""
        self.half_life.fill_(min(self.law(seen), self.ramp * seen))

    def weight(self, images: int) -> Tensor:
        """What the newest weights weigh in the average after ``images`` more images, 0-dim: 1 - 2^(-images / half-life)."""
        return -torch.expm1(-math.log(2) * images / self.half_life)

    @torch.no_grad()
    def update(self, game: Game, images: int) -> None:
        """Move the average towards the game's generators. The host looks at no number.

        Args:
            game: The game that has just been trained on.
            images: Images since the last update.
        """
        if not self.kept:
            return
        weight = self.weight(images)
        old = dict(self.networks.named_parameters()) | dict(self.networks.named_buffers())
        averages: list[Tensor] = []
        news: list[Tensor] = []
        for name, net in game.generators().items():
            for key, new in [*net.named_parameters(name), *net.named_buffers(name)]:
                if new.is_floating_point():
                    averages.append(old[key])
                    news.append(new)
                else:
                    old[key].copy_(new)
        if averages:
            torch._foreach_lerp_(averages, news, [weight] * len(averages))

    @contextmanager
    def applied(self, game: Game) -> Iterator[None]:
        """Within this context the game's generators are the averages."""
        own = game.generators()
        try:
            for name in own:
                setattr(game, name, self.networks[name])
            yield
        finally:
            for name, net in own.items():
                setattr(game, name, net)
