"""Which checkpoint of a run is meant: the newest, one of a step, or the one that measured best."""

import os
from pathlib import Path

from sparring.errors import CommandError, ModelError
from sparring.runs import checkpoint
from sparring.runs.folder import find
from sparring.words import tr


def find_checkpoint(run: str | int | os.PathLike[str], step: int | None = None, best: bool = False) -> Path:
    """The folder of a checkpoint: of a run's newest whole one, of a given step, or the folder itself.

    Args:
        run: The folder, number or name of a run, or a checkpoint folder.
        step: Of the checkpoint.
        best: Take the one that measured best while the run trained (``run.evaluate``).

    Raises:
        CommandError: If both a step and the best are asked for.
        ModelError: If there is none.
    """
    if best and step is not None:
        raise CommandError(tr("--best and --step are both given; give one of them"))
    path = Path(str(run))
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
