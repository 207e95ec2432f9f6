"""Pictures and progress in a notebook. IPython is used where it already runs, and is never a reason to import it."""

import importlib
import sys
import threading
from typing import Any

from sparring.report.console import Console
from sparring.report.numbers import percent
from sparring.sessions.hooks import Hook
from sparring.sessions.session import Session
from sparring.use.newest import newest
from sparring.words import tr

BETWEEN = 30.0
"""Seconds between two lines of text in a notebook, where the newest samples say the rest."""


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def console() -> Console:
    """What a person sees who trains from Python: as on the command line, and in a notebook a line now and then."""
    if in_notebook():
        return Console(live=False, every=BETWEEN)
    on_main = threading.current_thread() is threading.main_thread()
    return Console(live=None if on_main else False)  # two threads cannot draw over the same lines of a terminal


def live_samples() -> Hook:
    """A hook that shows the newest samples below the cell, in one place, as often as they are drawn."""
    shown: list[Any] = []

    def newest_samples(session: Session) -> None:
        title = tr("step {step:,}, {done}", step=session.trainer.steps, done=percent(session.done))
        sheets = newest(session.folder.samples, title).averaged()
        if shown:
            shown[0].update(sheets)
        elif sheets:
            display = importlib.import_module("IPython.display").display
            shown.append(display(sheets, display_id=True))

    return Hook(newest_samples)
