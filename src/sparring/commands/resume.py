"""``sparring resume``: going on with a run."""

import dataclasses
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sparring.commands.aligned import aligned
from sparring.commands.opening import show_at_the_end
from sparring.commands.runs import JsonFlag
from sparring.engine.joining import asked
from sparring.report.console import Console
from sparring.runs.folder import find, latest
from sparring.sessions.config import run_config
from sparring.sessions.start import resume as go_on
from sparring.words import tr


def resume(
    run: str | None = None,
    *,
    minutes: Annotated[float | None, Parameter(name=["--minutes", "--run.minutes"])] = None,
    steps: Annotated[int | None, Parameter(name=["--steps", "--run.steps"])] = None,
    images: Annotated[int | None, Parameter(name=["--images", "--run.images"])] = None,
    epochs: Annotated[float | None, Parameter(name=["--epochs", "--run.epochs"])] = None,
    data: str | None = None,
    data_y: str | None = None,
    recipe: str | None = None,
    device: Annotated[str | None, Parameter(name=["--device", "--run.device"])] = None,
    threads: Annotated[int | None, Parameter(name="--run.threads")] = None,
    processes: Annotated[int | Literal["all"] | None, Parameter(name="--run.processes")] = None,
    timeout: Annotated[float | None, Parameter(name="--run.timeout")] = None,
    anyway: Annotated[bool, Parameter(negative="")] = False,
    open_: Annotated[bool, Parameter(name="--open", negative="")] = False,
    out: Path = Path("runs"),
    as_json: JsonFlag = False,
) -> None:
    """Resume a run exactly where it stopped: on a CPU the result is, bit for bit, that of a run without the stop.

    Args:
        run: The folder, number or name of the run; by default the one that was active last.
        minutes: New total length of the run, in minutes of training.
        steps: New total length, in steps.
        images: New total length, in training images.
        epochs: New total length, in passes over the training pictures.
        data: Where the data is now, if it has moved.
        data_y: Where the second domain is now, if it has moved.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
        device: Another device than before: auto, cpu, cuda, ...; results then agree up to rounding.
        threads: Another number of CPU threads than before; results then agree up to rounding.
        processes: Another number of processes than before; results then agree up to rounding.
        timeout: Seconds of silence after which another process counts as lost.
        anyway: Resume although the data or a setting has changed.
        open_: Open the summary picture at the end.
        out: Folder that holds all runs, as in training; the run stays where it is.
    """
    folder = find(out, run) if run else latest(out)
    if not asked():
        before = run_config(folder).run
        how = dataclasses.replace(before, processes=processes or before.processes, timeout=timeout or before.timeout)
        if how.processes != 1:
            from sparring.commands.launch import on_processes

            where = [] if run else [str(folder.path)]
            on_processes([*sys.argv[1:2], *where, *sys.argv[2:]], how, as_json)
    new = {
        "timeout": timeout,
        "steps": steps,
        "images": images,
        "epochs": epochs,
        "minutes": minutes,
        "threads": threads,
    }
    extend = {name: value for name, value in new.items() if value is not None}
    path = go_on(
        folder,
        extend=extend,
        data=data,
        data_y=data_y,
        recipe=recipe,
        device=device,
        anyway=anyway,
        console=Console(json_lines=as_json),
    )
    if not as_json:
        places = [(tr("Run folder:"), path), (tr("Summary picture:"), path / "results.png")]
        print(f"\n{aligned(places)}")
    if open_:
        show_at_the_end(path / "results.png")
