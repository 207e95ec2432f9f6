"""What a network must know of its data, and nothing heavier than that."""

from typing import NamedTuple

UNLABELLED = -1
"""The label of a picture that has none, among others that have one."""


class Spec(NamedTuple):
    """Shape and range of the pictures. ``_asdict()`` is JSON.

    Args:
        channels: Channels of a picture, 1 or more.
        height: Height in pixels.
        width: Width in pixels.
        classes: Number of classes; 0 if there are no labels.
        count: Number of pictures to train on.
        bits: 8 (stored as uint8), 16 (uint16) or 32 (float32).
        low: The stored value that maps to -1.
        high: The stored value that maps to +1.
    """

    channels: int
    height: int
    width: int
    classes: int = 0
    count: int = 0  # type: ignore[assignment]  # hides tuple.count, which nobody needs of a Spec
    bits: int = 8
    low: float = 0.0
    high: float = 255.0
