"""``sparring resume``, ``info`` and ``list``: what there is, and going on with it."""

import json
import math
import shutil
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sparring.commands.aligned import left, right, widths
from sparring.errors import ModelError
from sparring.report.numbers import count, duration, short
from sparring.report.png import read_text
from sparring.runs import checkpoint
from sparring.runs import folder as runs
from sparring.runs.listing import Summary
from sparring.runs.model_file import is_model_file
from sparring.runs.model_file import read as read_model
from sparring.sessions import saved
from sparring.sessions.config import run_config, to_json
from sparring.sessions.evaluator import MEASURED
from sparring.sessions.recipe_file import find_recipe, identity
from sparring.use.checkpoints import with_checkpoint
from sparring.use.run import STATES, changed
from sparring.words import mark, tr

TITLES = mark("run"), mark("state"), mark("steps"), mark("time"), mark("seed"), mark("held out")
SAME, OTHER = mark("as it was"), mark("not what the run was made with")
"""What became of a recipe's file."""
LABELS = {
    "run": mark("run"),
    "state": mark("state"),
    "steps": mark("steps"),
    "seed": mark("seed"),
    "picture": mark("picture"),
    "recipe": mark("recipe"),
    "recipe file": mark("recipe file"),
    "data": mark("data"),
    "settings": mark("settings"),
    "how": mark("how"),
    "newest checkpoint": mark("newest checkpoint"),
    "best checkpoint": mark("best checkpoint"),
    "measured": mark("measured"),
    "damaged": mark("damaged checkpoints"),
    "newest metrics": mark("newest metrics"),
    "checkpoint": mark("checkpoint"),
    "model": mark("model"),
    "numbers": mark("numbers"),
    "step": mark("step"),
    "images": mark("images"),
    "weights": mark("weights"),
}
"""What `info` calls its facts; settings and metrics go by their names."""

JsonFlag = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]


def info(what: Path, *, recipe: str | None = None, out: Path = Path("runs"), as_json: JsonFlag = False) -> None:
    """Show what a run, a checkpoint or a sample contains.

    Args:
        what: A run (folder, number or name), a checkpoint folder, an exported model, or a PNG that sparring drew.
        recipe: ./FILE.py:NAME: also say whether a run of your own recipe was trained with this file.
        out: Folder that holds all runs, as in training; nothing is written to it.
    """
    facts = _facts(what, out)
    if recipe:
        same = _which(identity(find_recipe(recipe))) == _which(_plan(facts))
        facts["recipe file"] = SAME if same else OTHER
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    for line in _lines(facts):
        print(line)


def list_runs(out: Path = Path("runs"), *, as_json: JsonFlag = False) -> None:
    """List all runs, oldest first: how far they are, their result, and the settings that were changed.

    Args:
        out: Folder that holds all runs, as in training; nothing is written to it.
    """
    found = runs.list_runs(out)
    if as_json:
        print(json.dumps([{**r._asdict(), "path": str(r.path)} for r in found], default=str))
        return
    if not found:
        print(tr("There are no runs in {out}. `sparring train` makes one.", out=out))
        return
    print("\n".join(table(found, shutil.get_terminal_size().columns)))


def table(found: Sequence[Summary], width: int) -> list[str]:
    """Runs in lines of at most ``width`` columns: a table, each run's changed settings below it.

    Args:
        found: As `sparring.runs.folder.list_runs` gives them.
        width: Of the terminal. Where a table is too wide, every run's name has a line of its own.
    """
    rows = [[tr(title) for title in TITLES], *(_row(r) for r in found)]
    wide = widths(rows)
    apart = sum(wide) + 2 * 5 > width
    lines = []
    for row, run in zip(rows, [None, *found], strict=True):
        name, *facts = (
            right(text, w) if i in (2, 3, 4) else left(text, w)
            for i, (text, w) in enumerate(zip(row, wide, strict=True))
        )
        lines += [name.rstrip(), f"  {'  '.join(facts)}".rstrip()] if apart else ["  ".join([name, *facts]).rstrip()]
        if run and (changed := _changed(run)):
            lines += textwrap.wrap(changed, width, initial_indent="    ", subsequent_indent="    ")
    return lines


def _row(run: Summary) -> list[str]:
    measured, state = "", tr(STATES.get(run.state, run.state))
    if run.result is not None:
        name, value = run.result
        measured = tr("D right {share:.0%}", share=value) if name == "accuracy" else f"{name} {short(value)}"
    return [
        run.name,
        f"{state} (pid {run.pid})" if run.pid else state,
        count(run.step or 0),
        duration(run.seconds or 0),
        "?" if run.seed is None else str(run.seed),
        measured,
    ]


def _changed(run: Summary) -> str:
    """The settings that are not the recipe's defaults: ``loss=hinge  lr=0.001``; of a recipe of one's own, none are known."""
    return "  ".join(f"{name}={value}".replace(" ", "") for name, (value, _) in (changed(run) or {}).items())


def _facts(what: Path, out: Path) -> dict[str, Any]:
    if what.suffix.lower() == ".png" and what.is_file():
        text = read_text(what)
        if not text:
            raise ModelError(tr("{picture} has no sparring metadata; was it drawn by sparring?", picture=what))
        return {"picture": str(what), **text}
    if is_model_file(what):
        return _of_model(what)
    if (what / "manifest.json").is_file():
        return _of_checkpoint(what)
    folder = runs.find(out, what)
    rows, config = folder.read_metrics(), to_json(run_config(folder))
    summary = next((r for r in runs.list_runs(folder.path.parent) if r.path.name == folder.path.name), None)
    newest, passed_over = _newest(folder)
    return {
        "run": str(folder.path),
        "state": summary.state if summary else "unknown",
        **{k: v for k, v in config.items() if k != "run"},
        "how": config["run"],
        "newest checkpoint": newest,
        "best checkpoint": _best(folder),
        "damaged": passed_over,
        "newest metrics": rows[-1] if rows else {},
    }


def _newest(folder: runs.RunFolder) -> tuple[dict[str, Any], list[str]]:
    """The newest whole checkpoint and those that were passed over; nothing of a run that was never saved."""
    if saved.never(folder):
        return {}, []
    _, found = with_checkpoint(folder.path, None, False, _progress)
    return found, checkpoint.newest(folder.checkpoints)[1]


def _best(folder: runs.RunFolder) -> dict[str, Any]:
    """The checkpoint that measured best, and what was measured; nothing if the run was not measured while it trained."""
    try:
        path, _ = checkpoint.newest(folder.best)
        facts = saved.read(path).state[MEASURED]
        values = {str(name): short(value[0]) for name, value in facts["values"].items()}
    except (ModelError, KeyError, TypeError, AttributeError):
        return {}
    return {"checkpoint": str(path), "step": facts["step"], "measured": values}


def _plan(facts: dict[str, Any]) -> dict[str, Any]:
    """What the newest checkpoint was made with."""
    if "model" in facts:
        return facts
    place = facts.get("newest checkpoint", facts).get("checkpoint", "")
    return dict(saved.read(Path(place)).state["plan"]) if place else {}


def _which(plan: dict[str, Any]) -> tuple[Any, ...]:
    """Which recipe: its name, and of one's own the file's SHA-256."""
    return plan.get("recipe"), plan.get("own"), plan.get("file", {}).get("sha256")


def _of_model(path: Path) -> dict[str, Any]:
    found = read_model(path)
    numbers = sum(math.prod(shape) for shape, _ in found.shapes.values())
    facts = {name: value for name, value in found.facts.items() if name in ("name", "classes", "weights")}
    plan = found.facts.get("plan")
    return {
        "model": str(path),
        "step": found.step,
        "numbers": numbers,
        **facts,
        **(plan if isinstance(plan, dict) else {}),
    }


def _of_checkpoint(path: Path) -> dict[str, Any]:
    return {**_progress(path), **saved.read(path).state["plan"]}


def _progress(path: Path) -> dict[str, Any]:
    state = saved.read(path).state
    shapes = checkpoint.shapes(path)
    weights = {
        part: sum(math.prod(shape) for shape, _ in tensors.values())
        for part, tensors in shapes.items()
        if part != "rng"
    }
    return {"checkpoint": str(path), **state["progress"], "numbers": weights}


def _lines(facts: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for key, value in facts.items():
        name = tr(LABELS[key]) if key in LABELS else key
        if isinstance(value, dict) and value:
            lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
        elif value not in (None, [], {}, ""):
            said = tr(value) if key == "recipe file" or (key == "state" and value in STATES) else value
            lines.append(f"{indent}{left(name, 18)} {said}")
    return lines
