"""A pool of past fakes, so that D does not forget what G did before."""

import torch
from torch import Tensor, nn


class Pool(nn.Module):
    """The last fakes, mixed into what D sees.

    While there is room every fake is stored and passed on. In a full pool each fake is, with probability 1/2, passed on; else
    it takes the place of a stored one, drawn at random, and that one is passed on. The pictures and their number are
    buffers: a resumed run draws from the same pool. Random choices come from torch's stream of the device.

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
            raise ValueError(f"the pool's size is {size}; it is 0 (no pool) or more")
        self.size = size
        self.register_buffer("pictures", torch.zeros(size, *shape))
        self.register_buffer("count", torch.tensor(0))

    @torch.no_grad()
    def forward(self, fakes: Tensor) -> Tensor:
        """Store some and give some back, without a look at any number on the host.

        Args:
            fakes: (N, ...), without a graph.

        Returns:
            (N, ...): each is the fake itself or an older one.
        """
        if self.size == 0:
            return fakes
        slots = torch.randint(self.size, (len(fakes),), device=fakes.device)
        swaps = torch.rand(len(fakes), device=fakes.device) < 0.5
        given = []
        for fake, drawn, wished in zip(*(torch.split(t, 1) for t in (fakes, slots, swaps)), strict=True):
            full = self.count >= self.size
            slot, swap = torch.where(full, drawn, self.count), full & wished
            old = self.pictures.index_select(0, slot)
            swap = swap.view(-1, *[1] * (fake.dim() - 1))
            given.append(torch.where(swap, old.to(fake), fake))
            self.pictures.index_copy_(0, slot, torch.where(swap | ~full, fake.to(old), old))
            self.count.copy_((self.count + 1).clamp_max(self.size))
        return torch.cat(given)
