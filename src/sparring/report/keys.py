"""Keys that are typed while a terminal is drawn on are not shown in the drawing; they wait for the shell, and Ctrl-C works as ever.

Nothing is done on Windows, for what is no terminal, or in the background, where a process that touches its terminal is stopped.
"""

import atexit
import os
import sys
from typing import TextIO


class Unseen:
    """The echo of a terminal, switched off and on again. On every way out of Python it is on again.

    Args:
        stream: The terminal; whatever else is left alone.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal: int | None = None

    def start(self) -> None:
        """Do not show what is typed. A second call does nothing."""
        if self._terminal is None and (terminal := _terminal(self._stream)) is not None and _echo(terminal, False):
            self._terminal = terminal
            atexit.register(self.stop)

    def stop(self) -> None:
        """Show it again, if this was what hid it."""
        terminal, self._terminal = self._terminal, None
        if terminal is not None:
            atexit.unregister(self.stop)
            _echo(terminal, True)


def _terminal(stream: TextIO) -> int | None:
    try:
        number = stream.fileno()
        return number if os.isatty(number) else None
    except (OSError, ValueError, AttributeError):  # closed, or no file at all
        return None


def _echo(terminal: int, on: bool) -> bool:
    """Set the echo; whether it was the other way and is now as wanted."""
    if sys.platform == "win32":
        return False
    import termios

    try:
        if os.tcgetpgrp(terminal) != os.getpgrp():
            return False
        modes = termios.tcgetattr(terminal)
        if bool(modes[3] & termios.ECHO) == on:
            return False
        modes[3] ^= termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, modes)
    except (OSError, termios.error):
        return False
    return True
