"""The metrics of a run for other tools: one table of all numbers by step, as CSV or for TensorBoard."""

import csv
import io
from pathlib import Path
from typing import Any

from sparring import durable
from sparring.report import tensorboard
from sparring.report.curves import newest
from sparring.runs.folder import RunFolder
from sparring.runs.measurements import PROGRESS, flat


def table(run: RunFolder) -> list[dict[str, Any]]:
    """A row for each step at which something was noted: its metrics, and what was measured as ``evaluate/...``.

    Args:
        run: The run.
    """
    rows: dict[int, dict[str, Any]] = {}
    for row in [*newest(run.read_metrics()), *map(flat, run.read_measured())]:
        if type(row.get("step")) is int:
            known = rows.setdefault(row["step"], {})
            known.update({name: value for name, value in row.items() if name not in known})
    return [rows[step] for step in sorted(rows)]


def to_csv(rows: list[dict[str, Any]], path: Path) -> None:
    """Write a table: a column for each name, step, images and seconds first; empty where a row has no such number.

    Args:
        rows: As `table` gives them.
        path: The file; it is replaced whole.

    Raises:
        NoRoomError: If the disk is full.
    """
    names = dict.fromkeys([*PROGRESS, *(name for row in rows for name in row)])
    content = io.StringIO(newline="")
    writer = csv.DictWriter(content, list(names), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    durable.write_file(path, content.getvalue().encode())


def to_tensorboard(rows: list[dict[str, Any]], folder: Path) -> None:
    """Write a folder that TensorBoard reads.

    Args:
        rows: As `table` gives them.
        folder: For the event files; made if it is missing.

    Raises:
        CommandError: If the extra is missing.
    """
    writer = tensorboard.Writer(folder)
    for row in rows:
        writer.row(row)
    writer.close()
