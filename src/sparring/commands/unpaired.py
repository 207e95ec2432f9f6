"""What ``sparring evaluate`` does for a run that translates if nobody has true pairs."""

import json
from pathlib import Path
from typing import Any

from sparring import durable
from sparring.commands.aligned import table
from sparring.commands.outputs import file_for
from sparring.report.domain_names import direction
from sparring.report.numbers import UNKNOWN, short
from sparring.report.waiting import waiting
from sparring.use.evaluate import DIRECTIONS, ROWS
from sparring.use.evaluate_run import without_pairs
from sparring.use.model import load
from sparring.words import mark, tr

FILE = "unpaired.json"
WEIGHTS = {"average": mark("average"), "newest": mark("newest")}
COLUMNS = {
    "kernel_distance": mark("kernel distance"),
    "colour_correlation": mark("colour correlation"),
    "cycle_error": mark("cycle error"),
}


def evaluate_alone(
    checkpoint: Path,
    data: str | None,
    data_y: str | None,
    as_json: bool,
    out: Path | None,
    weights: str,
    recipe: str | None,
) -> None:
    """Measure on the run's own held-out images, print, and leave ``unpaired.json`` in the run's folder.

    Args:
        checkpoint: Of the run.
        data: Where the images of x are now; None for where they were.
        data_y: The same for y.
        as_json: Whether to print JSON.
        out: A JSON file besides.
        weights: average or newest.
        recipe: ./FILE.py:NAME, for a run of your own recipe.
    """
    out = out and file_for(out, [], ".json")
    model = load(checkpoint, weights=weights, recipe=recipe)
    with waiting() as progress:
        report = without_pairs(model, checkpoint, data, data_y, progress)
    home = checkpoint.resolve().parents[1]
    print(json.dumps(report, ensure_ascii=False) if as_json else text(report))
    for path in [home / FILE, *([out] if out else [])]:
        durable.write_json(path, report)


def text(report: dict[str, Any]) -> str:
    """The report for people: a table for each direction, and what it means in words."""
    lines = [
        tr(
            "{run}, step {step:,}, {weights} weights, on the held-out images: {x:,} of {x_name}, {y:,} of {y_name}",
            run=report["run"],
            step=report["step"],
            weights=tr(WEIGHTS[report["weights"]]),
            **report["held_out"],
            **{f"{domain}_name": name for domain, name in report["domains"].items()},
        )
    ]
    for way in DIRECTIONS:
        if way in report:
            part = report[way]
            lines += ["", *_table(direction(report["domains"], way), part["rows"]), *(f"- {w}" for w in part["words"])]
    return "\n".join([*lines, "", *report["notes"]])


def _table(title: str, rows: dict[str, dict[str, float | None]]) -> list[str]:
    cells = [[title, *(tr(name) for name in COLUMNS.values())]]
    cells += [[tr(ROWS[name]), *(_cell(key, row.get(key)) for key in COLUMNS)] for name, row in rows.items()]
    return table(cells)


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    return f"{value:.2%}" if name == "cycle_error" else short(value)
