"""A run in Python: its folder, and what is in it at hand."""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from sparring import durable
from sparring.recipes import RECIPES, Recipe
from sparring.report.numbers import count
from sparring.runs.folder import RunFolder, find
from sparring.runs.listing import Summary, summary
from sparring.sessions.recipe_file import find_recipe
from sparring.settings import signature, stored
from sparring.use.model import Model, load
from sparring.use.newest import Sheets, newest
from sparring.use.show import html
from sparring.words import mark, tr

RESULTS, VERDICT = "results.png", "verdict.json"
STATES = {
    "running": mark("running"),
    "interrupted": mark("interrupted"),
    "done": mark("done"),
    "failed": mark("failed"),
    "diverged": mark("diverged"),
    "unreadable": mark("unreadable"),
}
"""What the state of a run is called, see `sparring.runs.listing.Summary`."""


def changed(run: Summary) -> dict[str, tuple[Any, Any]] | None:
    """The settings of a run that are not its recipe's defaults, each with its default; None for a recipe of one's own."""
    if run.recipe not in RECIPES:
        return None
    usual = {name: stored(default) for name, (_, default) in signature(RECIPES[run.recipe]).items()}
    given = run.settings.items()
    return {name: (value, usual[name]) for name, value in given if name in usual and value != usual[name]}


class TrainedRun(os.PathLike[str]):
    """A run folder and what is in it. It may stand wherever a path may: ``run / "results.png"``, ``load(run)``, ``open``.

    What is not written here is asked of the path: ``run.exists()``, ``run.iterdir()``. Everything is read anew when asked for.

    Args:
        path: The folder.
        recipe: What made it, so that the model of a recipe of one's own can be loaded without saying it again.
    """

    def __init__(self, path: Path, recipe: Recipe | None = None) -> None:
        self.path, self.recipe = path, recipe

    @property
    def name(self) -> str:
        """Of the folder: ``0001-gan-fashion``."""
        return self.path.name

    @property
    def samples(self) -> Sheets:
        """The newest sheets of samples by name, each with its ``picture`` and ``path``."""
        return newest(self._folder.samples)

    @property
    def metrics(self) -> dict[str, np.ndarray]:
        """Columns of ``metrics.jsonl`` by name, ``step`` first; NaN where a row has no value. ``pandas.DataFrame(run.metrics)``."""
        return columns(self._folder.read_metrics())

    @cached_property
    def model(self) -> Model:
        """The average of the weights of the newest checkpoint, loaded once, when first asked for.

        Raises:
            ModelError: If there is no whole checkpoint.
            CommandError: If it is of a recipe of one's own that this object was not told.
        """
        return load(self.path, recipe=self.recipe)

    @property
    def verdict(self) -> dict[str, Any] | None:
        """How the training went: ``name``, ``words`` and the next ``command``; None if nothing was said."""
        path = self.path / VERDICT
        found = durable.read_json(path) if path.is_file() else None
        return found if isinstance(found, dict) else None

    @property
    def config(self) -> dict[str, Any]:
        """All settings, and how it was run."""
        return self._folder.config

    @property
    def results(self) -> Image.Image | None:
        """The summary picture; None if it was not drawn."""
        if not (self.path / RESULTS).is_file():
            return None
        with Image.open(self.path / RESULTS) as found:
            found.load()
            return found

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return str(self.path)

    def __truediv__(self, name: str | os.PathLike[str]) -> Path:
        return self.path / name

    def __eq__(self, other: object) -> bool:
        return self.path == (other.path if isinstance(other, TrainedRun) else other)

    def __hash__(self) -> int:
        return hash(self.path)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # Python's own questions, also before there is a path
            raise AttributeError(name)
        return getattr(self.path, name)

    def __repr__(self) -> str:
        return f"<TrainedRun {self.path}: {self._state()}>"

    def _repr_png_(self) -> bytes | None:
        """The summary picture, for notebooks."""
        path = self.path / RESULTS
        return path.read_bytes() if path.is_file() else None

    def _repr_html_(self) -> str:
        """How far it came, what there is to say of it, and the summary picture, for notebooks."""
        verdict = self.verdict or {}
        said = [str(verdict[key]) for key in ("words", "command") if verdict.get(key)]
        return html([f"{self.path}: {self._state()}", *said], self._repr_png_())

    @property
    def _folder(self) -> RunFolder:
        return RunFolder.open(self.path)

    def _state(self) -> str:
        found = summary(self.path)
        state = tr(STATES.get(found.state, found.state))
        return tr("{state}, step {step}, {n} images", state=state, step=count(found.step), n=count(found.images))


def open_run(
    run: str | int | os.PathLike[str], *, out: str | os.PathLike[str] = "runs", recipe: str | Recipe | None = None
) -> TrainedRun:
    """A run that was trained before.

    Args:
        run: Its folder, or its number or name under ``out``.
        out: The folder of all runs.
        recipe: For a run of a recipe of your own: the function, or ``./mine.py:fn``.

    Raises:
        ModelError: If there is none.
    """
    return TrainedRun(find(Path(out), str(run)).path, None if recipe is None else find_recipe(recipe))


def columns(rows: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Rows as columns: whole numbers as int64, numbers as float64 with NaN for what is missing, anything else as objects."""
    names = dict.fromkeys(["step", *(name for row in rows for name in row)])
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _column(values: list[Any]) -> np.ndarray:
    kinds = {type(value) for value in values}
    if kinds <= {int}:
        return np.array(values, np.int64)
    return np.array(values, np.float64 if kinds <= {int, float, type(None)} else object)
