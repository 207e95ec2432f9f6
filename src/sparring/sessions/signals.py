"""Signals that ask a run to stop: Ctrl-C, the system's SIGTERM, and SIGHUP, which a terminal sends when it goes away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from sparring.words import mark

STOPPED = {
    "SIGINT": mark("Stopped by Ctrl-C after step {step}; everything is saved. Go on with: {command}"),
    "SIGTERM": mark("Stopped by the system (SIGTERM) after step {step}; everything is saved. Go on with: {command}"),
    "SIGHUP": mark(
        "Stopped because its terminal was closed (SIGHUP) after step {step}; everything is saved. Go on with: {command}"
    ),
}
"""What is said of a run that was stopped by a signal; those that a system does not have are not waited for."""
AT_ONCE = mark(
    "Stopped at once by a second Ctrl-C; the latest checkpoint is of step {step}. Go on from there with: {command}"
)


class Halt(BaseException):
    """Stops what prepares a run, at once. It is no `Exception`: nobody who goes on in spite of an error keeps it."""


class Stop:
    """What was asked of a run by signals.

    Attributes:
        asked: The first signal that asked to stop; None if none did.
    """

    def __init__(self) -> None:
        self.asked: str | None = None
        self._at_once = False

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While all that could be lost is saved: a signal breaks off what goes on inside.

        Raises:
            Halt: If a signal asks to stop, or has asked.
        """
        self._at_once = True
        try:
            if self.asked:
                raise Halt
            yield
        finally:
            self._at_once = False

    def ask(self, number: int, frame: FrameType | None) -> None:
        """The handler: the first signal asks to stop after this step, a Ctrl-C after it stops at once.

        Raises:
            Halt: At the first signal, while nothing can be lost.
            KeyboardInterrupt: At a Ctrl-C after another signal.
        """
        again, self.asked = self.asked is not None, self.asked or signal.Signals(number).name
        if self._at_once or (again and number == signal.SIGINT):
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left is to leave word, in which nobody shall cut in
            halt, self._at_once = self._at_once, False
            raise Halt if halt else KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Stop]:
    """Wait for signals; afterwards they mean what they did before. A SIGHUP that is ignored, as under nohup, stays so.

    Outside the main thread, as in a notebook's worker or a server, nobody sends any.
    """
    stop, old = Stop(), {}
    try:
        for name in STOPPED:
            number = getattr(signal, name, None)
            if number is not None and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
                old[number] = signal.signal(number, stop.ask)
    except ValueError:
        pass
    try:
        yield stop
    finally:
        for number, handler in old.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
