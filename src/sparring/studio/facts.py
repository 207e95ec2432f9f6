"""What the page shows of a run, as JSON: how far it is, its pictures, its curves, and how it stands in words."""

import math
from contextlib import suppress
from pathlib import Path
from typing import Any

from sparring.errors import SparringError
from sparring.report.curves import Curve, Panel, panels
from sparring.report.measured import panels as measured_panels
from sparring.report.numbers import finite
from sparring.report.rows import losses
from sparring.runs.folder import RunFolder
from sparring.runs.listing import LOCK, Summary, is_run, may_go_on, summary
from sparring.runs.lock import holder_here
from sparring.runs.measurements import while_trained
from sparring.sessions.config import run_config
from sparring.studio.catalog import Album, Catalog, Shown
from sparring.use.diagnosis import diagnose
from sparring.use.run import STATES
from sparring.words import tr

POINTS = 400
"""Points of a curve on the page, whose plots are about as many pixels wide."""


def at_a_glance(name: str, run: Summary) -> dict[str, Any]:
    """A run in the list of all.

    Args:
        name: Its id.
        run: What `sparring.runs.listing` says of it.
    """
    return {
        "id": name,
        "name": run.name,
        "recipe": run.recipe,
        "data": run.data,
        "state": run.state,
        "stateWords": tr(STATES.get(run.state, run.state)),
        "step": run.step,
        "images": run.images,
        "seconds": finite(run.seconds),
        "seed": run.seed,
        "changed": run.changed,
    }


def listed(catalog: Catalog) -> list[dict[str, Any]]:
    """All runs at a glance, each with the number of its newest picture."""
    found = []
    for name, run in catalog.runs():
        shown = catalog.album(name).newest() if is_run(run.path) else None
        found.append({**at_a_glance(name, run), "picture": None if shown is None else shown.number})
    return found


def in_full(name: str, path: Path, album: Album) -> dict[str, Any]:
    """A run with its pictures, its settings and what can be done with it.

    Args:
        name: Its id.
        path: Its folder.
        album: Its pictures.
    """
    run = summary(path)
    return {
        **at_a_glance(name, run),
        **progress(path, run),
        "pictures": [picture(shown) for shown in album.pictures()],
        "settings": {key: str(value) for key, value in run.settings.items()},
    }


def progress(path: Path, run: Summary) -> dict[str, Any]:
    """How far a run is: its share, the seconds that are left if that is known, and what can be done with it."""
    here = holder_here(path / LOCK)
    done = share_done(path, run)
    left = None
    if run.state == "running" and done and run.seconds:
        left = run.seconds * (1 - done) / done
    return {
        "done": done,
        "secondsLeft": left,
        "mayStop": here is not None,
        "mayGoOn": run.pid is None and may_go_on(run),
    }


def share_done(path: Path, run: Summary) -> float | None:
    """Which part of a run is done, in [0, 1]; None if its configuration does not tell."""
    if run.state == "done":
        return 1.0
    with suppress(SparringError, ValueError, TypeError):
        config = run_config(RunFolder.open(path))
        usual = config.settings.get("images")
        if config.run.minutes or config.run.steps or config.run.images or type(usual) is int:
            length = usual if type(usual) is int and usual > 0 else 1
            return config.run.done(run.step or 0, run.images or 0, run.seconds or 0.0, length)
    return None


def picture(shown: Shown) -> dict[str, Any]:
    """What the page knows of a picture: the number to ask for, its name and its step."""
    return {"number": shown.number, "name": shown.name, "step": shown.step}


def curves(path: Path) -> dict[str, Any]:
    """The curves of a run, grouped as in ``results.png``, at most `POINTS` points each, and the newest row.

    Raises:
        ModelError: If its rows cannot be read.
    """
    folder = RunFolder.open(path)
    rows = folder.read_metrics()
    drawn = panels(rows) + measured_panels(while_trained(folder))
    newest = {key: finite(value) for key, value in (rows[-1] if rows else {}).items()}
    paid = losses(rows[-1]) if rows else {}
    return {"panels": [panel_json(panel) for panel in drawn], "newest": newest, "losses": paid, "rows": len(rows)}


def panel_json(panel: Panel) -> dict[str, Any]:
    """A panel for the page; its level is the line where equilibrium would be."""
    level = None if panel.level is None else {"at": panel.level[0], "label": panel.level[1]}
    return {
        "title": panel.title,
        "log": panel.log,
        "unit": panel.unit,
        "level": level,
        "curves": [curve_json(curve) for curve in panel.curves],
    }


def curve_json(curve: Curve) -> dict[str, Any]:
    """A curve, thinned evenly: both its ends stay."""
    every = max(1, math.ceil(len(curve.x) / POINTS))
    at = sorted({*range(0, len(curve.x), every), len(curve.x) - 1})
    return {
        "label": curve.label,
        "of": curve.of,
        "x": [float(curve.x[i]) for i in at],
        "y": [float(curve.smooth[i]) for i in at],
    }


def stands(path: Path) -> dict[str, Any]:
    """How a run stands, by the doctor, in the language that is spoken; of one that it cannot read, what the run itself wrote.

    Raises:
        ModelError: If neither can be read.
    """
    folder = RunFolder.open(path)
    try:
        found = diagnose(folder)
    except SparringError as error:
        written = folder.verdict
        if written is None:
            return {"step": None, "name": "", "words": str(error), "command": "", "findings": [], "trend": ""}
        words, command = (str(written.get(key, "")) for key in ("words", "command"))
        return {"step": written.get("step"), "name": str(written.get("name", "")), "words": words, "command": command,
                "findings": [], "trend": ""}  # fmt: skip
    serious = [f for f in found.findings if f.severity != "notice" or not found.verdict.trouble]
    return {
        "step": found.step,
        "name": found.verdict.name,
        "words": found.verdict.words,
        "command": found.verdict.command,
        "trend": "" if found.trend is None else found.trend.words,
        "findings": [
            {"severity": f.severity, "words": f.words, "evidence": f.evidence, "command": f.command} for f in serious
        ],
    }
