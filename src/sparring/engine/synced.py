"""Batch norm over the whole batch, on however many processes."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from sparring.engine.distributed import World


class SyncedBatchNorm(_BatchNorm):
    """Batch norm whose mean and variance are those of the whole batch, of which each process has a part.

    Args:
        like: The layer whose place it takes; weights and buffers are that layer's own.
        world: The processes.

    Source: Ioffe & Szegedy 2015, algorithm 1.
    """

    def __init__(self, like: _BatchNorm, world: World) -> None:
        super().__init__(like.num_features, like.eps, like.momentum, like.affine, like.track_running_stats)
        for name, held in [*like.named_parameters(recurse=False), *like.named_buffers(recurse=False)]:
            setattr(self, name, held)
        self.world, self.training = world, like.training

    def forward(self, input: Tensor) -> Tensor:
        """(N, C) or (N, C, ...) -> the same shape."""
        if not (self.training or self.running_mean is None):
            return super().forward(input)
        x = input.to(torch.promote_types(input.dtype, torch.float32))
        dims = [0, *range(2, x.dim())]
        n = x.numel() // x.shape[1] * self.world.size
        mean = self.world.total(x.sum(dims)) / n
        off = x - _over(mean, x)
        variance = self.world.total(off.square().sum(dims)) / n
        self._remember(mean.detach(), variance.detach(), n)
        scale = torch.rsqrt(variance + self.eps)
        if self.weight is not None:
            scale = scale * self.weight
        y = off * _over(scale, x)
        return (y if self.bias is None else y + _over(self.bias, x)).to(input.dtype)

    def _check_input_dim(self, input: Tensor) -> None:
        """Any shape with channels will do."""

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, n: int) -> None:
        """Running statistics; that of the variance is unbiased, as torch's."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked += 1
        weight = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean.to(self.running_mean), weight)
        self.running_var.lerp_((variance * (n / max(n - 1, 1))).to(self.running_var), weight)


def synchronise(game: nn.Module, world: World) -> None:
    """Put a `SyncedBatchNorm` in the place of every batch norm of a game; names and numbers stay as they are."""
    for module in list(game.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, _BatchNorm) and not isinstance(child, SyncedBatchNorm):
                setattr(module, name, SyncedBatchNorm(child, world))


def _over(values: Tensor, x: Any) -> Tensor:
    """(C,) values beside (N, C, ...)."""
    return values.view(1, -1, *[1] * (x.dim() - 2))
