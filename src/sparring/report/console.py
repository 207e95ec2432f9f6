"""What a person sees while training: a live bar, plain lines, or JSON for a program."""

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Any, Protocol, Self, TextIO

from sparring.report.lines import BETWEEN, harmless, progress, state, told
from sparring.report.numbers import finite, percent
from sparring.report.rows import Row
from sparring.report.waiting import Progress
from sparring.words import tr

Facts = Mapping[str, object]


class Face(Protocol):
    """One way to show a run."""

    every: float  # seconds that pass between two reports at least
    patience: float  # seconds between two words of how far something is that is prepared

    def start(self, facts: Facts) -> None:
        """A run begins."""

    def report(self, row: Row, done: float, seconds_left: float | None) -> None:
        """A row of metrics."""

    def say(self, text: str) -> None:
        """A sentence."""

    def wait(self, text: str) -> None:
        """What is being prepared; empty when that is over."""

    def keep(self, row: Row, samples: str) -> None:
        """A row that stays, and where the newest samples are."""

    def finish(self, facts: Facts) -> None:
        """The run is over."""


class Console:
    """Shows a run: live where there is a terminal, else plain lines, or one JSON object a line.

    If nobody listens any more (a closed pipe, a terminal that went away), it falls silent and the run goes on.

    Args:
        json_lines: Nothing but JSON objects on the stream, each with an ``event``: wait, start, report, samples, say or finish.
        quiet: Show nothing at all.
        stream: Where to; standard output by default.
        live: Whether to draw over what was drawn before; by default if the stream is a terminal that can.
        every: Seconds between two plain lines at least.
        clock: Seconds, for tests.
    """

    def __init__(
        self,
        json_lines: bool = False,
        quiet: bool = False,
        stream: TextIO | None = None,
        live: bool | None = None,
        every: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.json_lines, self.quiet, self.live, self.every = json_lines, quiet, live, every
        self._stream, self._clock = stream, clock
        self._face: Face | None = None
        self._lost = False
        self._shown: float | None = None
        self._waiting: tuple[Row, float, float | None] | None = None

    def start(self, facts: Facts) -> None:
        """A run begins; ``facts`` are what there is to know of it, by name."""
        self._shown = self._waiting = None
        self._do(lambda face: face.start(facts))

    def update(self, row: Row, done: float, seconds_left: float | None) -> None:
        """A row of metrics. Those that come too fast for a reader are passed over, but never the last one.

        Args:
            row: As it stands in ``metrics.jsonl``; any key may be missing.
            done: Share of the run that is done, in [0, 1].
            seconds_left: Time to the end; None if it is not known yet.
        """
        if self.quiet or self._out() is None:
            return
        now = self._clock()
        self._waiting = (row, done, seconds_left)
        if self._shown is None or done >= 1 or now - self._shown >= self._find_face().every:
            self._shown = now
            self._flush()

    def say(self, text: str) -> None:
        """A sentence for the person, now."""
        self._do(lambda face: face.say(text))

    @contextlib.contextmanager
    def waiting(self, what: str) -> Iterator[Progress]:
        """While something is prepared that takes long: said at once, and how far it is as soon as anyone knows.

        Args:
            what: In a few words: ``reading pictures``.

        Yields:
            ``(what, done, in all)``, to be told how far it is.
        """
        said = self._clock()

        def progress(part: str, done: int, total: int) -> None:
            nonlocal said
            now = self._clock()
            if not self.quiet and self._out() is not None and now - said >= self._find_face().patience:
                said = now
                far = percent(done / total) if total else f"{done:,}"
                self._do(lambda face: face.wait(f"{what}: {part} {far}"))

        self._do(lambda face: face.wait(what))
        try:
            yield progress
        finally:
            self._do(lambda face: face.wait(""))

    def keep(self, row: Row, samples: str) -> None:
        """A row that stays on the screen, and where the newest samples are."""
        self._do(lambda face: face.keep(row, samples))

    def finish(self, facts: Facts | None = None) -> None:
        """The run is over; what is still unshown is shown. A second call does nothing."""
        if self._face is not None:
            self._flush()
            face, self._face = self._face, None
            with contextlib.suppress(OSError):  # asked even if nobody listens: a live display gives stdout back
                face.finish(facts or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.finish()

    def _flush(self) -> None:
        if self._waiting is not None:
            row, done, left = self._waiting
            self._waiting = None
            self._do(lambda face: face.report(row, done, left))

    def _do(self, what: Callable[[Face], None]) -> None:
        if self.quiet or self._lost or self._out() is None:  # Python has no stream where the caller closed it
            return
        try:
            what(self._find_face())
        except OSError:
            self._lost = True

    def _find_face(self) -> Face:
        if self._face is None:
            out = self._out()
            assert out is not None
            if self.json_lines:
                self._face = JsonLines(out)
            elif can_redraw(out) if self.live is None else self.live:
                from sparring.report.live import Live

                self._face = Live(out)
            else:
                self._face = Lines(out, self.every)
        return self._face

    def _out(self) -> TextIO | None:
        return sys.stdout if self._stream is None else self._stream


class Lines:
    """Plain text, a line a report."""

    patience = 10.0

    def __init__(self, stream: TextIO, every: float) -> None:
        self.stream, self.every = stream, every

    def start(self, facts: Facts) -> None:
        """Facts in a line."""
        self._line(told(facts))

    def report(self, row: Row, done: float, seconds_left: float | None) -> None:
        """All that is known, in a line."""
        self._line(BETWEEN.join(progress(row, done, seconds_left) + state(row)))

    def say(self, text: str) -> None:
        """The sentence in a line."""
        self._line(text)

    def wait(self, text: str) -> None:
        """What is waited for, in a line."""
        self._line(text and tr("preparing: {what}", what=text))

    def keep(self, row: Row, samples: str) -> None:
        """The samples in a line; every row stays anyway."""
        self._line(tr("samples {path}", path=samples))

    def finish(self, facts: Facts) -> None:
        """Facts in a line, if there are any."""
        self._line(told(facts))

    def _line(self, text: str) -> None:
        if text:
            self.stream.write(harmless(text, self.stream.encoding) + "\n")
            self.stream.flush()


class JsonLines:
    """One JSON object a line; what is not finite is null."""

    every, patience = 0.0, 10.0

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def start(self, facts: Facts) -> None:
        """``{"event": "start", ...facts}``."""
        self._object("start", facts)

    def report(self, row: Row, done: float, seconds_left: float | None) -> None:
        """``{"event": "report", "done": 0.1, "seconds_left": 9.0, ...row}``."""
        self._object("report", {"done": done, "seconds_left": seconds_left, **row})

    def say(self, text: str) -> None:
        """``{"event": "say", "text": "..."}``."""
        self._object("say", {"text": text})

    def wait(self, text: str) -> None:
        """``{"event": "wait", "text": "reading pictures"}``."""
        if text:
            self._object("wait", {"text": text})

    def keep(self, row: Row, samples: str) -> None:
        """``{"event": "samples", "step": 100, "path": "runs/..."}``."""
        self._object("samples", {"step": row.get("step"), "path": samples})

    def finish(self, facts: Facts) -> None:
        """``{"event": "finish", ...facts}``."""
        self._object("finish", facts)

    def _object(self, event: str, content: Facts) -> None:
        clean = {str(key): _json(value) for key, value in content.items() if key != "event"}
        clean = {"event": event, **clean}
        self.stream.write(json.dumps(clean, allow_nan=False) + "\n")
        self.stream.flush()


def can_redraw(stream: TextIO) -> bool:
    """Whether a stream is a terminal whose lines can be drawn over."""
    try:
        return stream.isatty() and os.environ.get("TERM", "").lower() not in ("", "dumb", "unknown")
    except ValueError:  # a closed stream
        return False


def _json(value: object) -> Any:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): _json(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_json(v) for v in value]
    return finite(value) if hasattr(value, "__float__") else str(value)
