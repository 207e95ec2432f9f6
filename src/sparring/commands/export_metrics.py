"""``sparring export-metrics``: the numbers of a run for other tools."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from sparring.commands.outputs import file_for, named
from sparring.errors import CommandError
from sparring.report import tensorboard
from sparring.runs.folder import find
from sparring.use.export_metrics import table, to_csv, to_tensorboard
from sparring.words import tr, trn


def export_metrics(
    run: str, *, to: Annotated[Literal["csv", "tensorboard"], Parameter(name="--to")] = "csv", out: Path | None = None
) -> None:
    """Write the metrics of a run, and what was measured while it trained, for other tools.

    Args:
        run: The folder, number or name of a run.
        to: csv, a table with a row for each step; or tensorboard, a folder of event files.
        out: File or folder to write; by default one in the current folder, named after the run. Nothing is overwritten.
    """
    folder = find(Path("runs"), run)
    rows = table(folder)
    if not rows:
        raise CommandError(tr("{run} has no metrics yet", run=folder.path.name))
    parts = [folder.path.name, "metrics"]
    if to == "csv":
        out = file_for(out, parts, ".csv")
        to_csv(rows, out)
    else:
        tensorboard.check()
        out = named([*parts, to]) if out is None else out
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(tr("--out is {out!r}, which is there already; give another name", out=str(out)))
        to_tensorboard(rows, out)
    print(trn("{out}: {n:,} row", "{out}: {n:,} rows", len(rows), out=out))
