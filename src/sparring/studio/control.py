"""Stopping a run, and going on with one: by the signal and the command that a person would use."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO

from sparring.errors import CommandError
from sparring.runs.listing import LOCK
from sparring.runs.lock import holder, holder_here
from sparring.words import language, tr

TOLD = 4000
"""Letters of what a command said that are shown."""


def stop(run: Path) -> int:
    """Ask the process that trains a run to save and stop, as ``kill`` does; its id.

    Args:
        run: The folder.

    Raises:
        CommandError: If nobody trains it, or a process of another machine, or it may not be asked.
    """
    lock = run / LOCK
    pid = holder_here(lock)
    if pid is None:
        if holder(lock) is not None:
            raise CommandError(tr("This run is trained on another machine; stop it there."))
        raise CommandError(tr("This run is not in training: there is nothing to stop."))
    if sys.platform == "win32":
        raise CommandError(tr("Windows cannot ask a process to save first: press Ctrl-C in the window of the run."))
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError as error:
        raise CommandError(tr("Process {pid} cannot be stopped: {why}.", pid=pid, why=error.strerror)) from None
    return pid


class Resumed:
    """The commands that this server has started. They outlive it: a run never ends with the page that shows it."""

    def __init__(self) -> None:
        self._started: dict[Path, tuple[subprocess.Popen[bytes], IO[bytes]]] = {}
        self._lock = threading.Lock()

    def go_on(self, run: Path, minutes: float | None) -> None:
        """Start ``sparring resume`` for a run.

        Args:
            run: The folder.
            minutes: New length of the whole run in minutes of training; by default what it was.

        Raises:
            CommandError: If it is in training, or was started a moment ago.
        """
        if holder(run / LOCK) is not None:
            raise CommandError(tr("This run is in training already."))
        words = [sys.executable, "-m", "sparring", "resume", str(run), "--language", language()]
        words += [] if minutes is None else ["--minutes", f"{minutes:g}"]
        with self._lock:
            if (before := self._started.get(run)) and before[0].poll() is None:
                raise CommandError(tr("This run was started a moment ago; it is being prepared."))
            said = tempfile.TemporaryFile()
            process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
            )
            self._started[run] = process, said

    def starting(self, run: Path) -> bool:
        """Whether a command that was started here has not ended."""
        started = self._started.get(run)
        return started is not None and started[0].poll() is None

    def trouble(self, run: Path) -> str:
        """What the command that was started last said, if it failed; else nothing. 75 is a run that was stopped."""
        started = self._started.get(run)
        if started is None or started[0].poll() in (None, 0, 75):
            return ""
        process, said = started
        said.seek(0)
        text = said.read().decode(errors="replace").strip()
        return text[-TOLD:] or tr("The command ended with exit code {code}.", code=process.returncode)
