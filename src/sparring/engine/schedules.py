"""Schedules: what changes while a run goes on, as pure functions of the images seen.

A `Law` gives the value after so many images; a `Schedule` says where the value goes. Nothing here keeps state, so a
resumed run needs none.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from torch import Tensor, nn
from torch.optim import Optimizer

from sparring.words import mark, tr

Law = Callable[[int], float]
"""``images seen -> value``"""


class Schedule(NamedTuple):
    """A law and where its value goes before every step."""

    law: Law
    put: Callable[[float], None]


def constant(value: float) -> Law:
    """The same after any number of images."""
    return lambda seen: value


def half_cosine(start: float, end: float, images: int) -> Law:
    """From ``start`` to ``end`` along half a cosine over ``images``, then constant."""

    def law(seen: int) -> float:
        t = min(seen / images, 1.0) if images else 1.0
        return end + (start - end) * (1 + math.cos(math.pi * t)) / 2

    return law


def linear(start: float, end: float, images: int, after: int = 0) -> Law:
    """``start`` until ``after`` images, then in a straight line to ``end`` over ``images``, then constant."""
    return lambda seen: start + (end - start) * min(max(seen - after, 0) / images, 1.0) if images else end


def of_optimizer(optimizer: Optimizer, setting: str, law: Law) -> Schedule:
    """Schedule a setting of all groups of an optimizer: ``lr``, ``momentum``, ``beta1`` or ``beta2``."""

    def put(value: float) -> None:
        for group in optimizer.param_groups:
            if setting == "beta1":
                group["betas"] = (value, group["betas"][1])
            elif setting == "beta2":
                group["betas"] = (group["betas"][0], value)
            else:
                set_number(group, setting, value)

    return Schedule(law, put)


def of_number(game: nn.Module, name: str, law: Law) -> Schedule:
    """Schedule a number of the game: a 0-dim buffer, found by its name each time, wherever the game has been moved.

    Raises:
        ValueError: If the game has no such buffer.
    """
    if name not in dict(game.named_buffers()):
        text = mark("{game} has no number {name!r}; give it as numbers={{{name!r}: ...}}")
        raise ValueError(tr(text, game=type(game).__name__, name=name))

    def put(value: float) -> None:
        game.get_buffer(name).fill_(value)

    return Schedule(law, put)


def set_number(group: dict[str, Any], name: str, value: float) -> None:
    """Set a number of an optimizer's group: a tensor, which a captured step reads, is changed in place."""
    if isinstance(group[name], Tensor):
        group[name].fill_(value)
    else:
        group[name] = value
