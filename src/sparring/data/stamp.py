"""Whether a file is still the one that was read: what the file system says of it, without reading it again."""

import os
import time

SETTLED = 2.0
"""Seconds after a change from which on another one is sure to have another time: the coarsest clock of file systems, FAT's."""


def stamp_of(facts: os.stat_result) -> list[int]:
    """Number, size, time of the last writing, and of the last change of anything, in ns.

    The last can be set by nobody, so a file that was overwritten has another stamp, even with its size and time of writing put
    back. Windows tells the time it was made instead.
    """
    return [facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def is_settled(facts: os.stat_result) -> bool:
    """Whether a stamp says enough: a file that was written just now may be written again at the same tick of the clock."""
    return time.time() - max(facts.st_mtime, facts.st_ctime) > SETTLED
