"""Instance norm in parts: statistics of the whole picture, measured tile by tile and then held fixed.

An instance norm divides by the mean and variance of a map over the whole picture. A tile by itself has others, so tiles
translated one by one would differ in tone, and no blending hides that. Here every norm's statistics are measured over all
tiles, layer after layer (a norm can only be measured once those before it are fixed), and then held.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Part(NamedTuple):
    """A tile: what the network is shown, and which part of that is the tile itself, without its context.

    Args:
        shown: (1, C, h, w).
        top: Rows of context above, in pixels.
        left: Columns of context on the left.
        height: Rows of the tile itself.
        width: Its columns.
    """

    shown: Tensor
    top: int
    left: int
    height: int
    width: int

    def own(self, t: Tensor) -> Tensor:
        """The tile's own part of a map (1, c, h', w') of any resolution."""
        scale_y, scale_x = t.shape[2] / self.shown.shape[2], t.shape[3] / self.shown.shape[3]
        top, left = round(self.top * scale_y), round(self.left * scale_x)
        bottom = round((self.top + self.height) * scale_y)
        right = round((self.left + self.width) * scale_x)
        return t[:, :, top:bottom, left:right]


Parts = Callable[[], Iterator[Part]]
"""Gives all tiles, as often as it is called: together their own parts are the picture, each pixel once."""


class _Enough(Exception):
    """The norm that is being measured has been reached."""


def norms(network: nn.Module) -> list[nn.InstanceNorm2d]:
    """All instance norms that take their statistics from the picture."""
    return [m for m in network.modules() if isinstance(m, nn.InstanceNorm2d) and not m.track_running_stats]


@torch.no_grad()
def held(network: nn.Module, parts: Parts) -> nn.Module:
    """The network with instance norms that use the statistics of all parts together.

    One pass over the parts for each norm, each as far as that norm: with n norms about n/2 whole passes.

    Args:
        network: In which no norm is used twice; it stays as it is, so several threads may use it at once.
        parts: Tiles to measure; all of a picture for exact statistics, or a fair choice for an estimate.

    Returns:
        A copy that shares all weights.

    Raises:
        ValueError: If a norm is used more than once in a pass.
    """
    network = deepcopy(network, {id(t): t for t in (*network.parameters(), *network.buffers())})
    for norm in _in_order(network, next(iter(parts()))):
        norm.running_mean, norm.running_var = _measure(network, norm, parts)
        norm.track_running_stats = True
        norm.eval()
    return network


def _in_order(network: nn.Module, part: Part) -> Sequence[nn.InstanceNorm2d]:
    """Norms in the order of their use."""
    order: list[nn.InstanceNorm2d] = []

    def note(norm: nn.Module, _: object) -> None:
        assert isinstance(norm, nn.InstanceNorm2d)
        order.append(norm)

    hooks = [norm.register_forward_pre_hook(note) for norm in norms(network)]
    try:
        network(part.shown)
    finally:
        for hook in hooks:
            hook.remove()
    if len(set(order)) < len(order):
        raise ValueError("an instance norm of this network is used twice in a pass; give each use a norm of its own")
    return order


def _measure(network: nn.Module, norm: nn.InstanceNorm2d, parts: Parts) -> tuple[Tensor, Tensor]:
    """Mean and variance (c,) of what reaches a norm, over all parts; sums are in float64."""
    sums = torch.zeros(2, norm.num_features, dtype=torch.float64)
    count, now = 0, next(iter(parts()))

    def add(_: nn.Module, given: tuple[Tensor, ...]) -> None:
        nonlocal count
        own = now.own(given[0])[0].flatten(1).to("cpu", torch.float32)
        mean = own.double().mean(1) if own.shape[1] else sums[0]
        sums[0] += mean * own.shape[1]
        sums[1] += (own - mean[:, None].float()).square().sum(1).double() + mean.square() * own.shape[1]
        count += own.shape[1]
        raise _Enough

    hook = norm.register_forward_pre_hook(add)
    try:
        for now in parts():
            try:
                network(now.shown)
            except _Enough:
                pass
    finally:
        hook.remove()
    mean = sums[0] / count
    device = next(network.parameters()).device
    return mean.float().to(device), (sums[1] / count - mean.square()).clamp_min(0).float().to(device)
