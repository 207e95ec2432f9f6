"""``sparring studio``: a page on this machine that shows runs, live or over; and ``sparring card``."""

import os
import sys
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from sparring import durable
from sparring.commands.outputs import file_for
from sparring.errors import CommandError
from sparring.runs import folder as runs_of
from sparring.words import tr

NEEDED = ("fastapi", "uvicorn")


def studio(
    *runs: str,
    port: int = 7777,
    host: str = "127.0.0.1",
    open_: Annotated[bool, Parameter(name="--open")] = True,
    out: Path = Path("runs"),
) -> None:
    """Open a page on which runs are watched live, compared and drawn with. Ctrl-C ends it; training goes on.

    Args:
        runs: Folders, numbers or names of the runs to show; by default all.
        port: Of the page; 0 for any that is free.
        host: Address to listen on; by default only this machine can open the page.
        open_: Open the page in the browser.
        out: Folder that holds all runs, as in training; nothing is written to it.
    """
    if any(find_spec(name) is None for name in NEEDED):
        raise CommandError(
            tr("the studio needs FastAPI and uvicorn: python -m pip install {packages}", packages='"sparring[studio]"')
        )
    if not 0 <= port <= 65535:
        raise CommandError(tr("port is {port}; it is a number from 0 to 65,535", port=port))
    from sparring.studio.catalog import Catalog
    from sparring.studio.server import serve

    found = [runs_of.find(out, run).path for run in runs]

    def told(address: str) -> None:
        print(tr("The studio is open at {address}", address=address))
        print(
            tr("Whoever has this address can see and stop the runs. Ctrl-C ends the studio; training goes on."),
            flush=True,
        )
        if open_ and has_screen():
            webbrowser.open(address)

    serve(Catalog(out, found), host, port, told)


def card(run: str | None = None, *, out: Path | None = None) -> None:
    """Write the model card of a run: one HTML file that needs no other, to keep or to send to someone.

    Args:
        run: The folder, number or name of the run; by default the one that was active last.
        out: File (HTML) to write; by default card-RUN.html in the current folder. Nothing is overwritten.
    """
    from sparring.studio.card import card as made

    parent = Path("runs")
    folder = runs_of.find(parent, run) if run else runs_of.latest(parent)
    path = file_for(out, ["card", folder.path.name], ".html")
    durable.write_file(path, made(folder.path).encode())
    print(path)


def has_screen() -> bool:
    """Whether this system can show a browser's window; without one a browser would start in the terminal."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
