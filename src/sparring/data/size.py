"""The size that pictures are to have, however it is said."""

from operator import index

from sparring.errors import CommandError
from sparring.words import mark, tr

LARGEST = 8192


def parse_size(size: str | int | tuple[int, ...] | list[int] | None) -> tuple[int, int] | None:
    """``64``, ``"48x64"`` (height x width) or a pair as (height, width) in pixels; None stays None.

    Raises:
        CommandError: If it is no size, or a side is not from 1 to 8192.
    """
    if size is None:
        return None
    try:
        if isinstance(size, tuple | list):
            sides = [index(side) for side in size]
        else:
            sides = [int(side) for side in str(size).lower().split("x")]
    except (TypeError, ValueError):
        sides = []
    if len(sides) not in (1, 2) or not all(1 <= side <= LARGEST for side in sides):
        text = mark("size is {size!r}; give one side (64) or height x width (48x64), from 1 to {most} pixels")
        raise CommandError(tr(text, size=size, most=LARGEST))
    return sides[0], sides[-1]
