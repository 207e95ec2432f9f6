"""Runs beside one another for the page: what `sparring compare` finds, and curves over steps, images and seconds."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sparring.report.comparison import ALONG
from sparring.report.measured import digits, interval
from sparring.report.numbers import UNKNOWN
from sparring.studio.facts import curve_json
from sparring.use.compare import compare
from sparring.words import tr


def compared(paths: Sequence[Path]) -> dict[str, Any]:
    """A comparison as JSON.

    Args:
        paths: The folders of two to four runs.

    Raises:
        CommandError: If their numbers do not compare; it says why.
    """
    found = compare([str(path) for path in paths])
    return {
        "runs": [run.name for run in found.runs],
        "along": {name: tr(words) for name, words in ALONG.items()},
        "quantities": [
            {"title": q.title, "along": {at: [curve_json(curve) for curve in curves] for at, curves in q.along.items()}}
            for q in found.quantities
        ],
        "newest": [
            {
                "title": quantity.title,
                "values": [_told(run.newest.get(name)) for run in found.runs],
            }
            for name, quantity in zip(found.runs[0].newest, found.quantities, strict=True)
        ],
        "differing": [
            {"name": name, "values": [UNKNOWN if value is None else str(value) for value in values]}
            for name, values in found.differing.items()
        ],
        "notes": found.notes,
    }


def _told(told: Any) -> str:
    if told is None:
        return UNKNOWN
    known = told.value.low is not None
    number = digits(told.value.value)
    return tr("{value} (95 % interval {interval})", value=number, interval=interval(told.value)) if known else number
