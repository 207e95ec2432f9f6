"""What the processes of a run decide together: how late it is, and whether anyone was asked to stop.

A signal reaches one process and a clock is one machine's, but all must stop after the same step. So they ask each other now and
then, each time agreeing when to ask next: about five times a second.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sparring.engine.distributed import World
from sparring.sessions.signals import STOPPED, Stop

EVERY = 0.2
"""Seconds from one meeting to the next."""
MOST = 10_000
"""Steps from one meeting to the next."""


class Council:
    """The processes of a run, or one that need not ask.

    Args:
        world: The processes.
        stop: Whether this one was asked to stop.
        seconds: Of training so far, by this one's clock.
    """

    def __init__(self, world: World, stop: Stop, seconds: Callable[[], float]) -> None:
        self.world, self._stop, self._clock = world, stop, seconds
        self._next, self._met, self._seconds = 0, (0, 0.0), 0.0
        self._stopped = False

    @property
    def seconds(self) -> float:
        """Of training so far: by the clock, or as all knew it when they last met."""
        return self._clock() if self.world.size == 1 else self._seconds

    @property
    def stopped(self) -> bool:
        """Whether all stop now."""
        return bool(self._stop.asked) if self.world.size == 1 else self._stopped

    def meet(self, step: int) -> None:
        """Ask the others, if it is time.

        Args:
            step: Steps done; the same on every process.
        """
        if self.world.size == 1 or step < self._next:
            return
        names, now = list(STOPPED), self._clock()
        asked = 1 + names.index(self._stop.asked) if self._stop.asked in names else 0
        mine = [now, step + self._ahead(step, now)] if self.world.first else [0.0, 0.0]
        why, self._seconds, following = self.world.most([asked, *mine])
        self._next = int(following)
        if why:
            self._stop.asked, self._stopped = names[int(why) - 1], True

    def _ahead(self, step: int, now: float) -> int:
        """Steps in about a fifth of a second, by how long those since the last meeting took."""
        steps, seconds = step - self._met[0], now - self._met[1]
        self._met = step, now
        return min(max(1, int(EVERY * steps / seconds)), MOST, 1 + 2 * steps) if seconds > 0 and steps > 0 else 1


def announce(world: World, folder: Path, hooks: list[int]) -> tuple[str, list[int]]:
    """What the first process says of the run when it begins to play: where it is, and how often hooks look."""
    told: Any = world.said({"folder": str(folder), "hooks": hooks})
    return told["folder"], told["hooks"]
