"""Augmentation of what D sees: operations on pictures, each with a probability, all chance from the noise.

D sees real and fake pictures through the same distribution of changes, so it cannot learn few pictures by heart. G, which learns
through them, still learns the unchanged pictures, as long as the unchanged can be told from the changed: an operation that is
always applied and mixes both beyond telling, such as turning by any quarter, leaks into the samples.

Every operation is differentiable in the pictures, twice where a penalty asks, takes any number of channels and any size, and leaves
a picture that it is not drawn for as it is, to the bit.

Source: Zhao et al. 2020 (DiffAugment); Karras et al. 2020 (ADA), appendix B.
"""

import math
from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor, nn

from sparring.games.noise import Noise
from sparring.networks.warp import STEPS, UPRIGHT, beside, chosen, moved, places
from sparring.words import tr

Operation = Callable[[Tensor, Noise, Tensor], Tensor]
"""``(x, noise, p) -> x``: (N, C, H, W), a noise of its own, and the 0-dim probability that a sample is changed."""


class Augmentation(nn.Module):
    """Operations one after the other, each on every sample with the same probability.

    Args:
        operations: By name, in order.
        p: Probability of each operation. It is a buffer, ``p``: a schedule may change it, ``Schedule(law, augment.put)``.
        shared: Whether the real and the fake picture of a pair go through the same draw; for losses that compare the two.

    Raises:
        ValueError: If ``p`` is not a probability.
    """

    p: Tensor

    def __init__(self, operations: Mapping[str, Operation], p: float = 1.0, shared: bool = False) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(tr("p is {p}; the probability of an augmentation is from 0 to 1", p=p))
        self.operations, self.shared = dict(operations), shared
        self.register_buffer("p", torch.tensor(float(p)))
        self.idle = False

    def put(self, p: float) -> None:
        """Set p, as a schedule does; what is put at 0 costs nothing until it is put elsewhere."""
        self.p.fill_(p)
        self.idle = p == 0

    def forward(self, x: Tensor, noise: Noise) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> the same shape, perhaps beyond that range."""
        if self.idle:
            return x
        source = noise.around() if self.shared else noise
        for name, operation in self.operations.items():
            x = operation(x, source.within(f"augment/{name}"), self.p)
        return x


def diffaugment(p: float = 1.0, shared: bool = False) -> Augmentation:
    """DiffAugment: colour, translation and cutout, in the published code always all of them. Source: Zhao et al. 2020."""
    return Augmentation({"colour": shades, "translation": translation, "cutout": cutout}, p, shared)


def adaptive_set(colour: float = 1.0, cut: float = 0.0, turns: bool = True) -> dict[str, Operation]:
    """The operations of ADA: places (mirrors, turns, shifts, scales, rotations) and colours, and cutout if asked for.

    Args:
        colour: Factor on the probability of the colour operations.
        cut: Factor on the probability of cutout; 0 for none.
        turns: Whether pictures may be turned by quarters and any angle: not for what is upside down otherwise.

    Source: Karras et al. 2020 (ADA), appendix B ("bgc"); with ``colour`` .5 and ``cut`` 1 those of Huang et al. 2024.
    """
    operations: dict[str, Operation] = {
        "places": partial(places, only=STEPS if turns else UPRIGHT),
        "colours": partial(colours, gain=colour),
    }
    return operations | ({"cutout": partial(cutout, gain=cut)} if cut else {})


def shades(x: Tensor, noise: Noise, p: Tensor) -> Tensor:
    """Brightness +- 1/2, saturation times U(0, 2), contrast times U(1/2, 3/2), each drawn for itself. Source: DiffAugment.

    Saturation is about a pixel's mean, contrast about the picture's; all three come to one sum of the pixel and these two.
    """

    def drawn(name: str, factor: float, least: float, otherwise: float) -> Tensor:
        value = factor * noise.share(name, len(x)) + least
        return beside(x, torch.where(chosen(noise.within(name), len(x), p), value, otherwise))

    b, s, c = drawn("brightness", 1, -0.5, 0), drawn("saturation", 2, 0, 1), drawn("contrast", 1, 0.5, 1)
    grey = x.mean(1, keepdim=True)
    changed = c * s * x + c * (1 - s) * grey + ((1 - c) * grey.mean((2, 3), keepdim=True) + b)
    return torch.where((b == 0) & (s == 1) & (c == 1), x, changed)


def translation(x: Tensor, noise: Noise, p: Tensor, ratio: float = 0.125) -> Tensor:
    """Moved by up to an eighth of the side, in whole pixels, 0 beyond the edge. Source: DiffAugment."""
    by = []
    for name, side in (("down", x.shape[2]), ("right", x.shape[3])):
        most = int(side * ratio + 0.5)
        by.append(noise.integers(name, 2 * most + 1, len(x)) - most)
    return torch.where(beside(x, chosen(noise, len(x), p)), moved(x, *by), x)


def cutout(x: Tensor, noise: Noise, p: Tensor, ratio: float = 0.5, gain: float = 1.0) -> Tensor:
    """A rectangle of half of each side, with its centre anywhere in the picture, is 0. Source: DiffAugment."""
    within = beside(x, chosen(noise, len(x), gain * p))
    for dim, name in ((2, "row"), (3, "column")):
        n = x.shape[dim]
        side = int(n * ratio + 0.5)
        first = noise.integers(name, n + 1 - side % 2, len(x)) - side // 2
        place = torch.arange(n, device=x.device) - first[:, None]
        within = within & ((place >= 0) & (place < side)).view(len(x), *(n if d == dim else 1 for d in (1, 2, 3)))
    return x.masked_fill(within, 0.0)


def colours(x: Tensor, noise: Noise, p: Tensor, gain: float = 1.0) -> Tensor:
    """Brightness + N(0, .2), contrast times 2^N(0, .5), light and dark exchanged, hue turned, saturation times 2^N(0, 1).

    The grey of a picture is the mean of its channels, and its colour what differs from that; only three channels have a hue.

    Source: ADA, appendix B.
    """
    n, channels, p = len(x), x.shape[1], gain * p

    def drawn(name: str, value: Tensor, otherwise: float) -> Tensor:
        return beside(x, torch.where(chosen(noise.within(name), n, p), value, otherwise))

    brighter = drawn("brightness", 0.2 * noise.normal("brightness", n), 0.0)
    contrast = drawn("contrast", torch.exp2(0.5 * noise.normal("contrast", n)), 1.0)
    flip = drawn("flip", 1.0 - 2 * noise.integers("flip", 2, n), 1.0)
    angle = drawn("hue", math.pi * noise.uniform("hue", n), 0.0)
    saturation = drawn("saturation", torch.exp2(noise.normal("saturation", n)), 1.0)
    grey = x.mean(1, keepdim=True)
    own = contrast * saturation * angle.cos() if channels == 3 else contrast * saturation
    changed = own * x + (flip * contrast - own) * grey + flip * contrast * brighter
    if channels == 3:
        changed = changed + contrast * saturation * angle.sin() / math.sqrt(3) * (x.roll(1, 1) - x.roll(-1, 1))
    same = (brighter == 0) & (contrast == 1) & (flip == 1) & (angle == 0) & (saturation == 1)
    return torch.where(same, x, changed)
