"""Runs at a glance: what is in a folder of runs, and how far each one is. Only reads."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from sparring import durable
from sparring.errors import ModelError, SparringError
from sparring.runs import journal
from sparring.runs.lock import holder

CONFIG = "config.json"
LOCK = ".lock"
STATES = {
    "started": "interrupted",  # nobody holds the lock, and nothing was said of an end: it was killed
    "resumed": "interrupted",
    "interrupted": "interrupted",
    "done": "done",
    "failed": "failed",
    "diverged": "diverged",
}
_NUMBERED = re.compile(r"(\d{4,9})(?:-.*)?", re.DOTALL)
_WRITTEN = ("metrics.jsonl", "events.jsonl", "log.txt", CONFIG)


class Summary(NamedTuple):
    """A run in one line.

    Args:
        number: Its number; 0 if its name has none.
        name: Its folder's name.
        path: Its folder.
        recipe: Its recipe; "?" if that cannot be read.
        data: Its data; "?" if that cannot be read.
        step: Steps done; None before the first row of metrics.
        images: Images seen; None before the first row of metrics.
        state: "running", "interrupted", "done", "failed", "diverged" or "unreadable".
        pid: The process that trains it now.
        changed: When it last wrote something, in seconds since 1970.
        seconds: Of training; None before the first row of metrics.
        seed: Its seed; None if that cannot be read.
        settings: Of its recipe, as its configuration says.
        result: What was measured last on held-out pictures: its name and its value; None if nothing was.
        saved: Whether it ever saved a checkpoint.
    """

    number: int
    name: str
    path: Path
    recipe: str
    data: str
    step: int | None
    images: int | None
    state: str
    pid: int | None
    changed: float
    seconds: float | None = None
    seed: int | None = None
    settings: dict[str, Any] = {}  # noqa: RUF012
    result: tuple[str, float] | None = None
    saved: bool = False


def list_runs(parent: Path) -> list[Summary]:
    """All runs of a folder, by number; half-made folders are left out. One that cannot be read does not hide the others.

    Args:
        parent: The folder of all runs; it may be missing.
    """
    found = [run for path in folders(parent) if (run := _glance(path)) is not None]
    return sorted(found, key=lambda run: (run.number, run.name))


def _glance(path: Path) -> Summary | None:
    try:
        return summary(path) if (path / CONFIG).is_file() else None
    except (OSError, ValueError, TypeError, OverflowError, SparringError):
        return Summary(number_of(path), path.name, path, "?", "?", None, None, "unreadable", None, 0.0)


def summary(path: Path) -> Summary:
    """One run at a glance, however damaged its files are.

    Args:
        path: Its folder.
    """
    config: dict[str, Any] = {}
    with suppress(ModelError):
        read = durable.read_json(path / CONFIG)
        config = read if isinstance(read, dict) else {}
    events = journal.last_rows(path / "events.jsonl")
    rows = journal.last_rows(path / "metrics.jsonl") or events
    kinds = [str(row.get("kind")) for row in events if str(row.get("kind")) in STATES]
    pid = holder(path / LOCK)
    return Summary(
        number=number_of(path),
        name=path.name,
        path=path,
        recipe=_word(config.get("recipe")),
        data=_word(config.get("data")),
        step=_newest(rows, "step"),
        images=_newest(rows, "images"),
        state="running" if pid is not None else STATES[kinds[-1]] if kinds else "interrupted",
        pid=pid,
        changed=_changed(path),
        seconds=_seconds(rows),
        seed=_seed(config.get("run")),
        settings=_settings(config.get("settings")),
        result=_result(rows),
        saved=any(row.get("kind") == "saved" for row in events),
    )


def is_run(path: Path) -> bool:
    """Whether a folder is that of a run; none is whose files this user may not look at, or that has no possible name."""
    try:
        return (path / CONFIG).is_file()
    except (OSError, ValueError):
        return False


def may_go_on(run: Summary) -> bool:
    """Whether a run could be resumed as far as a glance tells: its configuration can be read, and what it saved is there."""
    if run.recipe == "?" or run.state == "unreadable":
        return False
    checkpoints = run.path / "checkpoints"
    with suppress(OSError):
        if any(not path.name.startswith(".") for path in checkpoints.iterdir()):
            return True
    return not run.saved


def folders(parent: Path) -> list[Path]:
    """The folders in a folder that are not hidden; none if it is missing."""
    try:
        return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))
    except OSError:
        return []


def number_of(path: Path) -> int:
    """The number that a run's name begins with; 0 if it has none."""
    found = _NUMBERED.fullmatch(path.name)
    return int(found[1]) if found else 0


def _word(value: Any) -> str:
    """A setting in a word; it may be nested, as ``{"sources": ["fashion"]}`` or ``{"name": "fashion"}``."""
    if isinstance(value, dict):
        value = next((value[key] for key in ("sources", "name", "path", "data", "recipe") if key in value), None)
    if isinstance(value, list):
        value = " to ".join(map(str, value))
    return "?" if value is None else str(value)


def _newest(rows: list[dict[str, Any]], key: str) -> int | None:
    values = [row[key] for row in rows if type(row.get(key)) is int]
    return values[-1] if values else None


def _seconds(rows: list[dict[str, Any]]) -> float | None:
    values = [row["seconds"] for row in rows if type(row.get("seconds")) in (int, float)]
    return float(values[-1]) if values else None


def _seed(run: Any) -> int | None:
    seed = run.get("seed") if isinstance(run, dict) else None
    return seed if type(seed) is int else None


def _settings(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _result(rows: list[dict[str, Any]]) -> tuple[str, float] | None:
    """The newest accuracy on held-out pictures, or else an error, or whatever else is measured there."""
    for row in reversed(rows):
        found = {key: value for key, value in row.items() if key.startswith("held_out/") and type(value) is float}
        for kind in ("/accuracy/", "/error/", "/"):
            for key, value in found.items():
                if kind in key:
                    return key.split("/")[-1], value
    return None


def _changed(path: Path) -> float:
    times = [0.0]
    for name in _WRITTEN:
        with suppress(OSError):
            times.append((path / name).stat().st_mtime)
    return max(times)
