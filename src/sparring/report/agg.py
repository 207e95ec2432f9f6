"""matplotlib as this library uses it: the Agg canvas and no window, whatever MPLBACKEND names."""

import os
import sys
from contextlib import suppress


def load_matplotlib() -> None:
    """Import matplotlib; to be called before anything else of it is imported.

    A notebook hands the name of its backend to every command it starts, and where that backend is not installed,
    ``import matplotlib`` fails. A backend that is installed is set all the same, for whoever plots beside this library.
    """
    if "matplotlib" in sys.modules:
        return
    named = os.environ.pop("MPLBACKEND", None)
    try:
        import matplotlib
    finally:
        if named is not None:
            os.environ["MPLBACKEND"] = named
    if named:
        with suppress(ValueError):
            matplotlib.rcParams["backend"] = named
