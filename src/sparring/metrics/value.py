"""A measured number, and how far it can be trusted."""

from typing import NamedTuple


class Value(NamedTuple):
    """A measured number: value, and its 95 % interval if one is known.

    Args:
        value: The number, in the unit its measure states.
        low: Lower end of the interval; None if none is known.
        high: Upper end.
    """

    value: float
    low: float | None = None
    high: float | None = None
