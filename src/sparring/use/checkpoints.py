"""Which checkpoint of a run is meant: the newest, one of a step, or the one that measured best; and the game in it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from torch import nn

from sparring.engine.optimizer_state import load_networks
from sparring.errors import CommandError, ModelError
from sparring.games import Game
from sparring.recipes import Recipe
from sparring.runs import checkpoint
from sparring.runs.folder import find
from sparring.runs.listing import CONFIG
from sparring.runs.model_file import FOREIGN, NAMES, SUFFIX, is_model_file
from sparring.sessions import saved
from sparring.sessions.build import Plan, build, check_room, check_shapes, describe, measure, plan_from, sketch
from sparring.use import exported
from sparring.words import tr

AGAIN = 4
"""How often a checkpoint is looked for again that was removed while it was read."""
T = TypeVar("T")


def find_checkpoint(run: str | int | os.PathLike[str], step: int | None = None, best: bool = False) -> Path:
    """The folder of a checkpoint: of a run's newest whole one, of a given step, or the folder itself; or a model's file itself.

    Args:
        run: The folder, number or name of a run, a checkpoint folder, or a file that `sparring export` wrote.
        step: Of the checkpoint.
        best: Take the one that measured best while the run trained (``run.evaluate``).

    Raises:
        CommandError: If both a step and the best are asked for.
        ModelError: If there is none.
    """
    if best and step is not None:
        raise CommandError(tr("--best and --step are both given; give one of them"))
    path = Path(str(run))
    if path.suffix.lower() == SUFFIX and path.is_file():
        if best or step is not None:
            raise CommandError(tr("{path} holds one model: --step and --best are for runs", path=path))
        if not is_model_file(path):
            raise ModelError(tr(FOREIGN, path=path, names=", ".join(NAMES)))
        return path
    if (path / "manifest.json").is_file():
        return path
    folder = find(Path("runs"), str(run))
    if best:
        if not checkpoint.steps(folder.best):
            raise ModelError(
                tr(
                    "{run} has no best checkpoint: it was not measured while it trained (--run.evaluate)",
                    run=folder.path.name,
                )
            )
        return checkpoint.newest(folder.best)[0]
    if step is None:
        return checkpoint.newest(folder.checkpoints)[0]
    there = checkpoint.steps(folder.checkpoints)
    for path in there:
        if checkpoint.step_of(path) == step:
            return path
    kept = ", ".join(str(step) for step in sorted({checkpoint.step_of(path) for path in there}))
    raise ModelError(
        tr(
            "{run} has no checkpoint of step {step}; it has {kept}",
            run=folder.path.name,
            step=step,
            kept=kept or tr("none"),
        )
    )


def with_checkpoint(
    run: str | int | os.PathLike[str], step: int | None, best: bool, read: Callable[[Path], T]
) -> tuple[Path, T]:
    """A checkpoint and what is read of it; while the run trains and removes it meanwhile, the next newest.

    Args:
        run: As `find_checkpoint` takes it, which says what is raised, too.
        step: Of the checkpoint.
        best: Take the one that measured best.
        read: Reads it.
    """
    for _ in range(AGAIN):
        path = find_checkpoint(run, step, best)
        try:
            return path, read(path)
        except ModelError:
            if step is not None or path.exists():
                raise
    path = find_checkpoint(run, step, best)
    return path, read(path)


def read_any(path: Path, recipe: Recipe | None, weights: str = "average") -> tuple[Game, Plan, dict[str, Any]]:
    """The same of a checkpoint or of a file that `sparring export` wrote, as `read_game` gives it."""
    return (exported.read if is_model_file(path) else read_game)(path, recipe, weights)


def read_game(path: Path, recipe: Recipe | None, weights: str = "average") -> tuple[Game, Plan, dict[str, Any]]:
    """A game with the weights of a checkpoint, its plan, and what the checkpoint says of itself.

    Args:
        path: The folder of the checkpoint.
        recipe: For a run of a recipe of one's own.
        weights: ``average`` (EMA) or ``newest``, of the networks that draw; the rest is the newest.

    Raises:
        ModelError: If it is damaged, or not what it says.
        CommandError: If its recipe is not known here.
    """
    facts = saved.read(path).state
    plan = plan_from(facts["plan"], recipe)
    drawn = sketch(plan)
    shapes = checkpoint.shapes(path)
    check_shapes(drawn.game, shapes.get("game", {}))
    check_shapes(nn.ModuleDict(drawn.game.generators()), shapes.get("ema", {}))
    check_room(measure(drawn), "cpu")
    snapshot = checkpoint.read(path, ["game", "ema"])
    game = build(plan).game
    load_networks(game, snapshot.tensors["game"])
    if weights == "average":
        load_networks(nn.ModuleDict(game.generators()), snapshot.tensors["ema"])
    return game, plan, {**facts, "plan": describe(plan), "weights": weights}


def name_of_run(checkpoint: Path) -> str:
    """What to call a checkpoint's run in a file name: the name of its run's folder; of a copy or a file on its own, its own.

    Args:
        checkpoint: The folder of the checkpoint, or the file of a model.
    """
    whole = checkpoint.resolve()
    if whole.is_file():
        return whole.stem
    home = whole.parents[1]
    return home.name if (home / CONFIG).is_file() else whole.name
