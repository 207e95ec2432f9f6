"""A pool of past fakes, so that D does not forget what G did before."""

import torch
from torch import Tensor, nn

from sparring.games.turn import Turn
from sparring.words import tr


class Pool(nn.Module):
    """The last fakes, mixed into what D sees.

    While there is room every fake is stored and passed on. In a full pool each fake is, with probability 1/2, passed on; else
    it takes the place of a stored one, drawn at random, and that one is passed on. The pictures and their number are
    buffers, the choices come from the turn. Fakes of one batch, the whole one on however many processes, never take the same place.

    Args:
        size: How many are kept; 0 for no pool.
        shape: Of one picture, (C, H, W) or any other.

    Raises:
        ValueError: If ``size`` is negative.

    Source: Shrivastava et al. 2017, section 2.3; Zhu et al. 2017, section 4.
    """

    pictures: Tensor
    count: Tensor

    def __init__(self, size: int, shape: tuple[int, ...]) -> None:
        super().__init__()
        if size < 0:
            raise ValueError(tr("the pool's size is {size}; it is 0 (no pool) or more", size=size))
        self.size = size
        self.register_buffer("pictures", torch.zeros(size, *shape))
        self.register_buffer("count", torch.tensor(0))

    @torch.no_grad()
    def forward(self, fakes: Tensor, turn: Turn, name: str) -> Tensor:
        """Store some once the move is accepted, and give some back now.

        Args:
            fakes: (N, ...), without a graph.
            turn: When.
            name: Of the stream of choices.

        Returns:
            (N, ...): each is the fake itself or an older one.
        """
        if not self.size:
            return fakes
        fakes = turn.whole(fakes)
        some = fakes[: self.size]  # of a batch larger than the pool the rest passes
        noise, n = turn.noise.whole().within(name), len(some)
        full = self.count >= self.size
        drawn = noise.share("places", self.size).argsort()[:n]
        filling = (self.count + torch.arange(n, device=self.count.device)).remainder(self.size)
        place = torch.where(full, drawn, filling)
        swap = full & (noise.uniform("swaps", n) < 0)
        room = self.count + torch.arange(n, device=self.count.device) < self.size
        swap_, stored_ = (t.view(-1, *[1] * (fakes.dim() - 1)) for t in (swap, swap | room))
        old = self.pictures.index_select(0, place)
        turn.keep(self.pictures, torch.where(stored_, some.to(old), old), place)
        turn.keep(self.count, (self.count + n).clamp_max(self.size))
        return turn.mine(torch.cat([torch.where(swap_, old.to(some), some), fakes[n:]]))
