"""A row of metrics: means over the steps since the last one, named ``player/kind/name``."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from sparring.games import Seen, Terms
from sparring.runs.journal import from_json, to_json

HELD_OUT = "held_out"
Row = dict[str, Any]


class Meter:
    """Adds up what players pay and see, on the device; `read` alone waits for it."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all since the last row."""
        self._steps, self._seconds = 0, 0.0
        self._sums: dict[str, Tensor] = {}

    def add(self, terms: Mapping[str, Terms], seconds: float) -> None:
        """One step, and how long it took."""
        self._steps, self._seconds = self._steps + 1, self._seconds + seconds
        for player, (paid, seen) in terms.items():
            for name, value in paid.items():
                self._sum(f"{player}/paid/{name}", value)
            for name, (value, kind) in seen.items():
                self._sum(f"{player}/{kind}/{name}", value)

    def read(self, batch_size: int) -> Row:
        """Means by name, and images a second."""
        row: Row = {name: value.item() / self._steps for name, value in self._sums.items()}
        row["images_per_second"] = self._steps * batch_size / max(self._seconds, 1e-9)
        return row

    def kept(self) -> dict[str, Any]:
        """What was added since the last row, as JSON: a run that goes on has the same next row."""
        sums = {name: value.item() for name, value in self._sums.items()}
        return {"steps": self._steps, "seconds": self._seconds, "sums": to_json(sums)}

    def take_back(self, facts: Mapping[str, Any], device: torch.device | str) -> None:
        """Go on from what `kept` gave.

        Args:
            facts: Of it; nothing, of a checkpoint that does not tell.
            device: Where the sums are added up.
        """
        self.clear()
        if facts:
            self._steps, self._seconds = facts["steps"], float(facts["seconds"])
            sums = from_json(facts["sums"]).items()
            self._sums = {name: torch.tensor(value, dtype=torch.float32, device=device) for name, value in sums}

    def _sum(self, key: str, value: Tensor) -> None:
        self._sums[key] = self._sums[key] + value if key in self._sums else value


def held_out_row(seen: Mapping[str, Seen]) -> Row:
    """What was seen in pictures that training never sees."""
    return {f"{HELD_OUT}/{kind}/{name}": value.item() for name, (value, kind) in seen.items()}


class Clock:
    """Seconds of training, all sessions together."""

    def __init__(self, before: float = 0.0) -> None:
        self._before, self._start = before, time.perf_counter()
        self._stopped: float | None = None

    @property
    def session(self) -> float:
        """Of this session."""
        return (time.perf_counter() if self._stopped is None else self._stopped) - self._start

    @property
    def seconds(self) -> float:
        """In all."""
        return self._before + self.session

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """While something goes on that is not training."""
        self._stopped = start = time.perf_counter()
        try:
            yield
        finally:
            self._start += time.perf_counter() - start
            self._stopped = None
