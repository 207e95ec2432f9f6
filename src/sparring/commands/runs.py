"""``sparring resume``, ``info`` and ``list``: what there is, and going on with it."""

import json
import math
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sparring.errors import ModelError
from sparring.report.console import Console
from sparring.report.png import read_text
from sparring.runs import checkpoint
from sparring.runs import folder as runs
from sparring.sessions.recipe_file import find_recipe, identity
from sparring.sessions.start import resume as go_on

JsonFlag = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")]


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
    anyway: Annotated[bool, Parameter(negative="")] = False,
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
        anyway: Resume although the data or a setting has changed.
        out: The folder that holds all runs.
    """
    folder = runs.find(out, run) if run else runs.latest(out)
    lengths = {"steps": steps, "images": images, "epochs": epochs, "minutes": minutes}
    extend = {name: value for name, value in lengths.items() if value is not None}
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
        print(f"\nRun folder:      {path}\nSummary picture: {path / 'results.png'}")


def info(what: Path, *, recipe: str | None = None, out: Path = Path("runs"), as_json: JsonFlag = False) -> None:
    """Show what a run, a checkpoint or a sample contains.

    Args:
        what: A run (folder, number or name), a checkpoint folder, or a PNG that sparring drew.
        recipe: ./FILE.py:NAME: also say whether a run of your own recipe was trained with this file.
        out: The folder that holds all runs.
    """
    facts = _facts(what, out)
    if recipe:
        same = _which(identity(find_recipe(recipe))) == _which(_plan(facts))
        facts["recipe file"] = "as it was" if same else "not what the run was made with"
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    for line in _lines(facts):
        print(line)


def list_runs(out: Path = Path("runs"), *, as_json: JsonFlag = False) -> None:
    """List all runs, oldest first: how far they are, their result, and the settings that were changed.

    Args:
        out: The folder that holds all runs.
    """
    found = runs.list_runs(out)
    if as_json:
        print(json.dumps([{**r._asdict(), "path": str(r.path)} for r in found], default=str))
        return
    if not found:
        print(f"There are no runs in {out}. `sparring train` makes one.")
        return
    wide = max(len(r.name) for r in found)
    print(f"{'run':<{wide}}  {'step':>9}  {'images':>12}  state")
    for r in found:
        state = f"{r.state} (pid {r.pid})" if r.pid else r.state
        print(f"{r.name:<{wide}}  {r.step or 0:>9,}  {r.images or 0:>12,}  {state}")


def _facts(what: Path, out: Path) -> dict[str, Any]:
    if what.suffix.lower() == ".png" and what.is_file():
        text = read_text(what)
        if not text:
            raise ModelError(f"{what} has no sparring metadata; was it drawn by sparring?")
        return {"picture": str(what), **text}
    if (what / "manifest.json").is_file():
        return _of_checkpoint(what)
    folder = runs.find(out, what)
    rows = folder.read_metrics()
    summary = next((r for r in runs.list_runs(folder.path.parent) if r.path.name == folder.path.name), None)
    newest, passed_over = checkpoint.newest(folder.checkpoints)
    return {
        "run": str(folder.path),
        "state": summary.state if summary else "unknown",
        **{k: v for k, v in folder.config.items() if k != "run"},
        "how": folder.config["run"],
        "newest checkpoint": _progress(newest),
        "damaged": passed_over,
        "newest metrics": rows[-1] if rows else {},
    }


def _plan(facts: dict[str, Any]) -> dict[str, Any]:
    """What the newest checkpoint was made with."""
    place = facts["newest checkpoint"]["checkpoint"] if "newest checkpoint" in facts else facts.get("checkpoint", "")
    return dict(checkpoint.read(Path(place), []).state.get("plan", {})) if place else {}


def _which(plan: dict[str, Any]) -> tuple[Any, ...]:
    """Which recipe: its name, and of one's own the file's SHA-256."""
    return plan.get("recipe"), plan.get("own"), plan.get("file", {}).get("sha256")


def _of_checkpoint(path: Path) -> dict[str, Any]:
    return {**_progress(path), **checkpoint.read(path, []).state.get("plan", {})}


def _progress(path: Path) -> dict[str, Any]:
    state = checkpoint.read(path, []).state
    shapes = checkpoint.shapes(path)
    weights = {
        part: sum(math.prod(shape) for shape, _ in tensors.values())
        for part, tensors in shapes.items()
        if part != "rng"
    }
    return {"checkpoint": str(path), **state.get("progress", {}), "numbers": weights}


def _lines(facts: dict[str, Any], indent: str = "") -> list[str]:
    lines = []
    for name, value in facts.items():
        if isinstance(value, dict) and value:
            lines += [f"{indent}{name}", *_lines(value, indent + "  ")]
        elif value not in (None, [], {}, ""):
            lines.append(f"{indent}{name:<18} {value}")
    return lines
