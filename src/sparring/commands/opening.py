"""Open a picture with whatever the system opens pictures with."""

import os
import subprocess
import sys
from pathlib import Path

from sparring.words import tr

PATIENCE = 5.0
"""Seconds after which a viewer that is still there counts as opened; some openers wait for it."""


def open_picture(path: Path) -> str:
    """Open it; nothing if that went well, else the reason, in words. A viewer outlives this process.

    Args:
        path: Of the picture.
    """
    if not path.is_file():
        return tr("it was not drawn")
    try:
        if sys.platform == "win32":
            os.startfile(path)
            return ""
        if sys.platform != "darwin" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            return tr("this system has no screen")  # xdg-open would start a browser in the terminal
        silent = subprocess.DEVNULL
        program = "open" if sys.platform == "darwin" else "xdg-open"
        viewer = subprocess.Popen(
            [program, str(path)], stdin=silent, stdout=silent, stderr=silent, start_new_session=True
        )
        try:
            code = viewer.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return ""
        return tr("{program} failed with exit code {code}", program=program, code=code) if code else ""
    except OSError as error:
        return error.strerror or str(error)


def show_at_the_end(path: Path) -> None:
    """Open a run's summary picture; that it cannot be opened is said in one line and is no failure of the run."""
    if why := open_picture(path):
        print(tr("{path} could not be opened: {why}", path=path, why=why), file=sys.stderr)
