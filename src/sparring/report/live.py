"""A run on a terminal: a bar and a line below it, drawn over and over."""

import contextlib
import sys
import threading
import time
from collections.abc import Mapping
from typing import TextIO

import rich.live
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from sparring.report.keys import Unseen
from sparring.report.lines import BETWEEN, fit, harmless, lasting, packed, progress, state
from sparring.report.numbers import duration
from sparring.report.rows import Row
from sparring.words import tr

SHORTEST, LONGEST = 8, 40  # columns of the bar


class Terminal(Console):
    """rich's console, but a closed pipe is an error for the caller and not the end of the process."""

    def on_broken_pipe(self) -> None:
        """Say so."""
        raise OSError("nobody listens")


class Board:
    """Two lines that fit the terminal as it is now.

    Args:
        row: The newest metrics.
        done: Share of the run that is done, in [0, 1].
        seconds_left: Time to the end; None if it is not known.
    """

    def __init__(self, row: Row, done: float, seconds_left: float | None) -> None:
        self.row, self.done, self.seconds_left = row, done, seconds_left

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width - 1  # some terminals wrap a line that fills them
        pieces = progress(self.row, self.done, self.seconds_left)
        words = fit(pieces, max(width - SHORTEST - len(BETWEEN), min(width, cell_len(pieces[0]))))
        length = min(width - cell_len(words) - len(BETWEEN), LONGEST)
        first = Text(no_wrap=True, overflow="crop", end="")
        if length >= SHORTEST:
            first.append_text(bar(self.done, length, options.ascii_only)).append(BETWEEN)
        yield first.append(words, "bold")
        below = fit(state(self.row), width)
        if below:
            yield Text("\n" + below, no_wrap=True, overflow="crop", end="")


class Live:
    """Draws over its last two lines; sentences and whatever else is printed stay above them.

    Args:
        stream: A terminal.
        console: Where rich draws, for tests; made for the stream by default. It heeds NO_COLOR.
    """

    every = patience = 0.1

    def __init__(self, stream: TextIO, console: Console | None = None) -> None:
        self.console = console or Terminal(file=stream, highlight=False, markup=False, emoji=False)
        ours = stream in (sys.stdout, sys.__stdout__)
        self._spinner: Spinner | None = None
        self._keys = Unseen(stream)
        self._live = rich.live.Live(
            console=self.console, auto_refresh=False, redirect_stdout=ours, redirect_stderr=ours
        )

    def start(self, facts: Mapping[str, object]) -> None:
        """Facts in a line, and the first board below them."""
        if words := packed(facts, self.console.width - 1):
            self.say(words)
        self._begin()

    def report(self, row: Row, done: float, seconds_left: float | None) -> None:
        """Draw the board again."""
        if not self._live.is_started:
            self._begin()
        self._live.update(Board(row, done, seconds_left), refresh=True)

    def say(self, text: str) -> None:
        """A sentence above the board."""
        self.console.print(Text(harmless(text, self.console.encoding)))

    def wait(self, text: str) -> None:
        """Turn a wheel beside what is waited for; empty text takes both away."""
        if not text:
            spinner, self._spinner = self._spinner, None
            if spinner is not None:
                spinner.stop()
        elif self._spinner is None:
            self._spinner = Spinner(self.console, text)
        else:
            self._spinner.text = text

    def keep(self, row: Row, samples: str) -> None:
        """The row above the board as far as it fits, and the samples below it, whole, so that the path can be opened."""
        self.say(fit(lasting(row), self.console.width - 1))
        path = Text("  " + harmless(samples, self.console.encoding), "bright_black")
        self.console.print(path, soft_wrap=True)

    def finish(self, facts: Mapping[str, object]) -> None:
        """Leave the last board standing; facts below it, if there are any."""
        self._keys.stop()
        self.wait("")
        self._live.stop()
        if words := packed(facts, self.console.width - 1):
            self.say(words)

    def _begin(self) -> None:
        self._keys.start()
        self._live.start()


class Spinner:
    """A line that moves while something is prepared, drawn by a thread of its own; nothing is left of it.

    Args:
        console: Where to.
        text: What is waited for; may be changed at any time.
    """

    def __init__(self, console: Console, text: str) -> None:
        self.console, self.text = console, text
        self._over = threading.Event()
        self._live = rich.live.Live(console=console, auto_refresh=False, transient=True)
        self._live.start()
        self._thread = threading.Thread(target=self._turn, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take it away."""
        self._over.set()
        self._thread.join()
        self._live.stop()

    def _turn(self) -> None:
        wheel = "|/-\\" if self.console.options.ascii_only else "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
        start, i = time.monotonic(), 0
        with contextlib.suppress(OSError):  # nobody looks any more
            while not self._over.is_set():
                waited = time.monotonic() - start
                doing = harmless(tr("preparing: {what}", what=self.text), self.console.encoding)
                pieces = [f"{wheel[i % len(wheel)]} {doing}"]
                words = fit([*pieces, *([duration(waited)] if waited >= 2 else [])], self.console.width - 1)
                self._live.update(Text(words, no_wrap=True, overflow="crop"), refresh=True)
                i += 1
                self._over.wait(0.1)


def bar(done: float, length: int, ascii_only: bool = False) -> Text:
    """A bar of ``length`` columns that is readable without colour: thick for what is done, thin for the rest."""
    thick, thin = ("#", "-") if ascii_only else ("━", "─")
    full = int(min(max(done, 0.0), 1.0) * length)
    return Text(thick * full, "cyan", end="").append(thin * (length - full), "bright_black")
