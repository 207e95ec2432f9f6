"""Training from Python: what `sessions.start` does, with progress on the screen and a run object in return."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from sparring.data.resize import Fit
from sparring.errors import CommandError
from sparring.recipes import Recipe
from sparring.report.console import Console
from sparring.runs.folder import RunFolder
from sparring.sessions import start
from sparring.sessions.hooks import Hook, Look
from sparring.sessions.options import Run
from sparring.sessions.recipe_file import find_recipe
from sparring.settings import name_of, signature
from sparring.use import notebook
from sparring.use.run import TrainedRun
from sparring.words import tr

Hooks = Sequence[Hook | Look] | Hook | Look


def train(
    recipe: str | Recipe = "small",
    data: Any = None,
    *,
    data_y: Any = None,
    size: str | int | tuple[int, int] | None = None,
    fit: Fit = "cover",
    skip_bad: bool = False,
    pairs: str | None = None,
    run: Run | Mapping[str, Any] | None = None,
    quiet: bool = False,
    console: Console | None = None,
    hooks: Hooks = (),
    **settings: Any,
) -> TrainedRun:
    """Train a recipe on pictures, from nothing to the end of the run.

    In a notebook the newest samples are shown below the cell while it trains.

    Args:
        recipe: A name (``small``, ``gan``, ``cyclegan_small``, ...), a function of your own that returns an experiment, or where
            that is: ``./mine.py:fn``.
        data: A named set, a folder, a zip, ``.npy``, ``.npz`` or IDX file, an array, or torch's Dataset or DataLoader.
        data_y: The second domain, for recipes that translate; nothing in it need belong to anything in ``data``.
        size: Resize to ``64`` or ``"48x64"`` (height x width).
        fit: ``cover`` crops around the centre, ``top`` keeps the upper part of tall pictures, ``contain`` pads instead.
        skip_bad: Train without files that cannot be read or have no partner, however many they are.
        pairs: For recipes that learn from pairs: ``files`` (of the same names in ``data`` and ``data_y``, or an npz that holds
            ``x`` and ``y``), ``left-right`` or ``right-left`` (each picture of ``data`` holds x and y side by side).
        run: How to run: a `Run`, or its options by name: ``{"minutes": 5, "seed": 1}``.
        quiet: Show nothing.
        console: What a person sees instead.
        hooks: Functions of the session, or `Hook`, that look at the run between its steps.
        settings: Of the recipe.

    Returns:
        The run: its folder as a path, with samples, metrics and the model at hand.

    Raises:
        SparringError: Anything the user can fix; see `sparring.errors`.
    """
    found = find_recipe(recipe)
    _check_places(found, run, settings)
    seen, looks = _shown(quiet, console, hooks)
    path = start.train(
        found,
        data,
        data_y=data_y,
        size=size,
        fit=fit,
        skip_bad=skip_bad,
        pairs=pairs,
        run=run,
        console=seen,
        hooks=looks,
        **settings,
    )
    return TrainedRun(path, found)


def resume(
    run: str | int | Path | RunFolder | TrainedRun,
    *,
    extend: Mapping[str, Any] | None = None,
    data: Any = None,
    data_y: Any = None,
    recipe: str | Recipe | None = None,
    device: str | None = None,
    anyway: bool = False,
    quiet: bool = False,
    console: Console | None = None,
    hooks: Hooks = (),
) -> TrainedRun:
    """Resume a run where it stopped; the result is what it would have been without the stop, bit for bit on a CPU.

    Args:
        run: What `train` gave, the run folder, or a run's number or name under ``runs``.
        extend: Options of the run to change: a new length, or another number of ``threads``.
        data: Where the data is now, if it has moved; or the arrays.
        data_y: The same for the second domain.
        recipe: For a run of a recipe of your own: the function, or ``./mine.py:fn``; what `train` gave knows it.
        device: Another device than the run's; the run is then the same but for rounding.
        anyway: Resume although the data or a setting has changed.
        quiet: Show nothing.
        console: What a person sees instead.
        hooks: As in `train`.

    Raises:
        SparringError: As `sparring.sessions.start.resume`.
    """
    found = None if recipe is None else find_recipe(recipe)
    if isinstance(run, TrainedRun):
        found, run = found or run.recipe, run.path
    seen, looks = _shown(quiet, console, hooks)
    path = start.resume(
        run,
        extend=extend,
        data=data,
        data_y=data_y,
        recipe=found,
        device=device,
        anyway=anyway,
        console=seen,
        hooks=looks,
    )
    return TrainedRun(path, found)


def _shown(quiet: bool, console: Console | None, hooks: Hooks) -> tuple[Console, tuple[Hook | Look, ...]]:
    """What a person sees, and the hooks with the one that shows samples in a notebook."""
    given = (hooks,) if isinstance(hooks, Hook) or callable(hooks) else tuple(hooks)
    if console is not None or quiet:
        return console or Console(quiet=True), given
    return notebook.console(), (*given, notebook.live_samples()) if notebook.in_notebook() else given


def _check_places(recipe: Recipe, run: object, settings: Mapping[str, Any]) -> None:
    """Say where an option belongs that was given in the place of another.

    Raises:
        CommandError: If ``run`` is no options, or one of its options was given as a setting of the recipe.
    """
    if not isinstance(run, Run | Mapping | None):
        raise CommandError(tr('run is {run!r}; it takes options by name, such as run={{"minutes": 5}}', run=run))
    options = {f.name for f in fields(Run)}
    for name, value in settings.items():
        if name in options and name not in signature(recipe):
            raise CommandError(
                tr(
                    "{name} is no setting of {recipe} but of the run: run={{{name!r}: {value!r}}}",
                    name=name,
                    recipe=name_of(recipe),
                    value=value,
                )
            )
