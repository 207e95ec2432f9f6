"""What a person sees while data is downloaded, decoded or resized."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

Progress = Callable[[str, int, int], None]
"""``(what, done, in all)``; in all is 0 if nobody knows."""

PATIENCE = 1.0  # seconds before anything is shown
BETWEEN_LINES = 10.0  # seconds between two plain lines


@contextmanager
def waiting(stream: TextIO | None = None) -> Iterator[Progress]:
    """A progress bar on a terminal, else a plain line now and then; nothing for what is quickly done.

    Args:
        stream: Where to; standard error by default, so that standard output stays a program's.
    """
    out = sys.stderr if stream is None else stream
    start = time.monotonic()
    said = start + PATIENCE - BETWEEN_LINES
    bar = _bar(out) if out.isatty() else None
    tasks: dict[str, TaskID] = {}

    def show(what: str, done: int, total: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - start < PATIENCE:
            return
        if bar is not None:
            if what not in tasks:
                bar.start()
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)
        elif now - said >= BETWEEN_LINES:
            said = now
            share = f"{done / total:.0%}" if total else f"{done:,}"
            print(f"{what}: {share}", file=out, flush=True)

    try:
        yield show
    finally:
        if bar is not None and tasks:
            bar.stop()


def _bar(out: TextIO) -> "Bar":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(file=out), transient=True)
