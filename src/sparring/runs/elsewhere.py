"""The run folder of processes that do not write it."""

from typing import Any

from sparring.runs.folder import RunFolder


class Elsewhere(RunFolder):
    """A run folder as processes other than the first have it: that one alone writes, and perhaps on another machine."""

    def log(self, text: str) -> None:
        """Nothing."""

    def event(self, kind: str, **facts: Any) -> None:
        """Nothing."""

    def metrics(self, row: dict[str, Any]) -> None:
        """Nothing."""

    def cut_after(self, step: int) -> None:
        """Nothing."""

    def mend(self) -> bool:
        """Nothing is missing."""
        return False
