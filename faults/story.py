"""What stories of stopped runs share: an undisturbed run to compare with, which checkpoints are whole, and going on."""

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from faults import templates
from faults.lab import Command, Lab
from faults.pieces import good_folder

STEPS = 30
PACE = ("--run.steps", str(STEPS), "--run.save-every", "3", "--run.log-every", "1", "--run.sample-every", "10")
BY_CLOCK = ("seconds", "images_per_second")
"""What of a row of metrics tells the time, and so is never the same twice."""
DATA = ("few", "few", "many")
MANY = 300


class Whole(NamedTuple):
    """An undisturbed run.

    Args:
        final: As `final` gives it.
        seconds: That it took.
        size: Bytes of its folder.
    """

    final: dict[str, Any]
    seconds: float
    size: int


def setting(lab: Lab, recipe: str, pictures: str) -> tuple[str, ...]:
    """Put the pictures there, few or many to pack; the command that trains on them."""
    templates.data(lab.folder)
    if pictures == "many":
        for name in ("x", "y"):
            shutil.rmtree(lab.folder / name)
            many = lab.templates / f"many-{name}"
            if not many.is_dir():
                import random

                good_folder(many, random.Random(f"many {name}"), MANY)
            shutil.copytree(many, lab.folder / name)
    return templates.words(recipe, *PACE)


def undisturbed(lab: Lab, recipe: str, pictures: str) -> Whole:
    """The same run with nothing going wrong; made once a suite."""
    kept = lab.templates / f"undisturbed-{recipe}-{pictures}"
    note = kept.with_suffix(".seconds")
    if not note.is_file():
        kept.mkdir()
        (kept / "place").mkdir()
        own = Lab(kept / "place", lab.templates, lab.limits, lab.program)
        ended = own.run(Command(setting(own, recipe, pictures), {0}))
        if own.faults:
            raise RuntimeError(f"the undisturbed run of {recipe} failed: {ended.said}")
        note.write_text(str(ended.seconds))
    run = run_of(kept / "place" / "in")
    assert run is not None
    size = sum(path.stat().st_size for path in run.rglob("*") if path.is_file())
    return Whole(final(run), float(note.read_text()), size)


def run_of(folder: Path) -> Path | None:
    """The newest run that has its settings; None if none was begun."""
    runs = folder / "runs"
    found = sorted(path for path in runs.iterdir() if (path / "config.json").is_file()) if runs.is_dir() else []
    return found[-1] if found else None


def saved(run: Path | None) -> int:
    """The step of the newest checkpoint by name, whole or not; -1 if there is none."""
    folder = run / "checkpoints" if run else None
    if folder is None or not folder.is_dir():
        return -1
    return max((int(path.name[:8]) for path in folder.iterdir() if path.name[:8].isdigit()), default=-1)


def whole(run: Path | None) -> int:
    """The step of the newest checkpoint all of whose digests are right; -1 if there is none. By code of its own."""
    folder = run / "checkpoints" if run else None
    found = [-1]
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        try:
            told = json.loads((path / "manifest.json").read_bytes())
            files = {name: (path / name).read_bytes() for name in told["files"]}
        except (OSError, ValueError):
            continue
        if all(hashlib.sha256(data).hexdigest() == told["files"][name]["sha256"] for name, data in files.items()):
            found.append(int(told["step"]))
    return max(found)


def final(run: Path) -> dict[str, Any]:
    """All that a run that was stopped must have in common with one that was not: digests of every part, and every row."""
    newest = max((run / "checkpoints").glob("0*"))
    told = json.loads((newest / "manifest.json").read_bytes())
    parts = {name: entry["sha256"] for name, entry in told["files"].items() if name.endswith(".safetensors")}
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_bytes().splitlines()]
    timeless = [{name: value for name, value in row.items() if name not in BY_CLOCK} for row in rows]
    return {"step": told["step"], **parts, "rows": timeless}


def go_on(lab: Lab, words: tuple[str, ...]) -> tuple[str, ...]:
    """The command to go on with: resume if a run was begun, else train."""
    run = run_of(lab.folder)
    return words if run is None else ("resume", str(run.relative_to(lab.folder)))


def looked_at(lab: Lab) -> None:
    """``info`` and ``list`` of whatever was left."""
    run = run_of(lab.folder)
    if run is not None:
        lab.run(Command(("info", str(run.relative_to(lab.folder))), {0} if whole(run) >= 0 else {0, 3}))
    lab.run(Command(("list",), {0}))


def ended_well(lab: Lab, words: tuple[str, ...], like: Whole) -> None:
    """Go on to the end, and hold what came of it against the undisturbed run."""
    last = go_on(lab, words)
    if lab.run(Command(last, {0})).code:
        return
    run = run_of(lab.folder)
    found = final(run) if run is not None and whole(run) == saved(run) >= 0 else {}
    for name in like.final:
        if found.get(name) != like.final[name]:
            lab.blame(
                "differs",
                last,
                f"{name} is not that of the undisturbed run:\n{found.get(name)}\n{like.final[name]}"[:2000],
            )
    # the empty lock file of a packing that was killed at its very end stays until the next one
    hidden = [
        path for path in (lab.place / "cache").rglob("*") if path.is_file() and "/." in str(path.relative_to(lab.place))
    ]
    left = [str(path) for path in hidden if path.stat().st_size]
    if left:
        lab.blame("left over", last, f"in the cache: {left}")


def held(lab: Lab, words: tuple[str, ...], seen: int) -> None:
    """A checkpoint that was there before it went wrong must be there, and whole."""
    if whole(run_of(lab.folder)) < seen:
        lab.blame(
            "lost",
            words,
            f"the checkpoint of step {seen} is gone or damaged; the newest whole one is {whole(run_of(lab.folder))}",
        )
