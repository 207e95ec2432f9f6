"""Look-alikes: of two sets of pictures that were never paired, some show nearly the same thing."""

import math
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from sparring.games.turn import Turn
from sparring.words import mark, tr

if TYPE_CHECKING:
    from sparring.games.cyclegan import CycleGAN
    from sparring.games.view import Made

LISTED = 16
"""Pictures of the memory that are compared exactly."""


class Memory(nn.Module):
    """The last pictures of a domain. They are buffers: a resumed run looks in the same ones.

    Args:
        size: How many are kept.
        shape: Of one picture, (C, H, W) or any other.
    """

    pictures: Tensor
    squares: Tensor
    count: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("pictures", torch.zeros(size, math.prod(shape), dtype=torch.bfloat16))
        self.register_buffer("squares", torch.zeros(size))
        self.register_buffer("count", torch.tensor(0))

    @torch.no_grad()
    def remember(self, pictures: Tensor, turn: Turn) -> None:
        """Keep (N, ...), and those of other processes, once the move is accepted; the oldest make room."""
        pictures = turn.whole(pictures)
        newest = pictures[-self.size :].flatten(1).to(self.pictures)
        places = (
            self.count + len(pictures) - len(newest) + torch.arange(len(newest), device=self.count.device)
        ) % self.size
        turn.keep(self.pictures, newest, places)
        turn.keep(self.squares, newest.float().square().sum(1), places)
        turn.keep(self.count, self.count + len(pictures))

    @torch.no_grad()
    def nearest(self, pictures: Tensor, others: Tensor) -> Tensor:
        """Of each picture the nearest by squared difference, (N, ...) float32.

        Products in bfloat16 make a short list, differences in float32 decide: by the products alone every ninth picture of real
        pairs is given another.

        Args:
            pictures: (N, ...).
            others: (M, ...): pictures of the memory's domain that are searched besides those in the memory.
        """
        asked = pictures.flatten(1)
        rough = self.squares - 2 * (asked.to(self.pictures) @ self.pictures.T).float()
        rough = rough.masked_fill(torch.arange(self.size, device=rough.device) >= self.count, torch.inf)
        short, places = rough.topk(min(LISTED, self.size), largest=False)
        newest = others.flatten(1).to(self.pictures).expand(len(asked), -1, -1)
        found = torch.cat([self.pictures[places], newest], 1).float()
        far = (found - asked.float()[:, None]).square().sum(2)
        far[:, : short.shape[1]].masked_fill_(short.isinf(), torch.inf)
        return found[torch.arange(len(asked), device=far.device), far.argmin(1)].view(pictures.shape)


class LookAlikes(nn.Module):
    """A generator term of `CycleGAN`: translations are pulled towards the nearest pictures of the other domain.

    G_xy(x) is pulled towards the nearest remembered y, and G_yx of that y towards x, and the other way round, as in the iterated
    matching of closest points. Where the domains share layouts this says *which* map is wanted, about which the
    adversarial and cycle losses are silent; a robust measure forgives what the two pictures do not share.

    Args:
        x_shape: Of one picture of domain x.
        y_shape: Of domain y.
        memory: Pictures of each domain that are kept to look in, the last ones seen.
        scale: Root mean square difference of a pixel at which half of the pull is given up, in units of [-1, 1].

    Raises:
        ValueError: If a number makes no sense.

    Source: Besl & McKay 1992 (closest points).
    """

    def __init__(
        self, x_shape: tuple[int, ...], y_shape: tuple[int, ...], memory: int = 2048, scale: float = 0.3
    ) -> None:
        super().__init__()
        if memory < 1 or scale <= 0:
            text = mark("memory is {memory} and scale {scale}; memory is 1 or more, scale above 0")
            raise ValueError(tr(text, memory=memory, scale=scale))
        self.scale = scale
        self.memory_x, self.memory_y = Memory(memory, x_shape), Memory(memory, y_shape)

    def forward(self, game: "CycleGAN", made: "Made") -> Tensor:
        """Pull of every picture there and back, both ways together, (N,)."""
        x, y = made.given["x_to_y"], made.given["y_to_x"]
        all_x, all_y = made.turn.whole(x), made.turn.whole(y)
        there = self._pull(x, made.fakes["x_to_y"], self.memory_y.nearest(made.fakes["x_to_y"], all_y), game.G_yx)
        back = self._pull(y, made.fakes["y_to_x"], self.memory_x.nearest(made.fakes["y_to_x"], all_x), game.G_xy)
        self.memory_x.remember(x, made.turn)
        self.memory_y.remember(y, made.turn)
        return there + back

    def _pull(self, start: Tensor, fake: Tensor, found: Tensor, back: nn.Module) -> Tensor:
        return unlikeness(fake, found, self.scale) + unlikeness(back(found), start, self.scale)


def unlikeness(a: Tensor, b: Tensor, scale: float) -> Tensor:
    """Mean over pixels of e / (e + scale^2), e the squared difference of a pixel, the mean over its channels; (N,) in [0, 1).

    Near pixels pull as squared error does, far ones hardly at all: where two pictures show different things neither is right.

    Args:
        a: (N, C, ...).
        b: (N, C, ...).
        scale: In units of the values.

    Source: Geman and McClure 1985.
    """
    e = (a.float() - b.float()).square().mean(1).flatten(1)
    return (e / (e + scale**2)).mean(1)
