"""``sparring compare``: runs beside one another."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from sparring.commands.aligned import left, widths
from sparring.commands.aligned import table as aligned_table
from sparring.commands.outputs import file_for
from sparring.report.comparison import comparison_picture
from sparring.report.measured import digits
from sparring.report.numbers import UNKNOWN, count, duration
from sparring.use.compare import Comparison, Told
from sparring.use.compare import compare as compare_runs
from sparring.use.run import STATES
from sparring.words import mark, tr

HEAD = mark("run"), mark("state"), mark("steps"), mark("images"), mark("time")


def compare(
    *runs: str,
    metric: str | None = None,
    anyway: Annotated[bool, Parameter(negative="")] = False,
    out: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="", help="Print JSON.")] = False,
) -> None:
    """Compare runs: a table, the settings that differ, and curves over seconds, images and steps.

    Args:
        runs: Folders, numbers or names of two or more runs.
        metric: A measure such as kernel_distance, or a key of metrics.jsonl such as held_out/accuracy/accuracy.
        anyway: Compare although the numbers were measured in different ways.
        out: Picture (PNG) to write; by default compare.png in the current folder. Nothing is overwritten.
    """
    out = file_for(out, ["compare"], ".png")
    found = compare_runs(runs, metric, anyway)
    comparison_picture(found.quantities, out)
    if as_json:
        print(json.dumps(report(found) | {"picture": str(out)}, ensure_ascii=False))
        return
    print("\n".join([*table(found), *settings(found), *(f"- {note}" for note in found.notes), str(out)]))


def table(found: Comparison) -> list[str]:
    """A line for each run: how far it is, the newest number of each quantity, and the best where better is known."""
    keys = list(found.runs[0].newest)
    called = dict(zip(keys, (q.title for q in found.quantities), strict=True))
    best = [key for key in keys if key in found.runs[0].best]
    head = [tr(word) for word in HEAD] + [called[key] for key in keys]
    rows = [[*head, *(tr("best {metric}", metric=called[key]) for key in best)]]
    for run in found.runs:
        s = run.summary
        facts = [
            run.name,
            tr(STATES.get(s.state, s.state)),
            count(s.step or 0),
            count(s.images or 0),
            duration(s.seconds or 0),
        ]
        rows.append([*facts, *(_told(run.newest[key]) for key in keys), *(_told(run.best[key]) for key in best)])
    return aligned_table(rows, names=2)


def settings(found: Comparison) -> list[str]:
    """The settings that differ: a line for each with the value of every run, in the order of the table."""
    if not found.differing:
        return ["", tr("all settings are the same"), ""]
    rows = [[name, *(UNKNOWN if v is None else str(v) for v in values)] for name, values in found.differing.items()]
    wide = widths(rows)
    return ["", tr("settings that differ:"), *(_row(row, wide) for row in rows), ""]


def report(found: Comparison) -> dict[str, Any]:
    """A comparison as JSON."""
    runs = [
        {
            "run": str(run.summary.path),
            **{name: getattr(run.summary, name) for name in ("state", "step", "images", "seconds")},
            "newest": {key: _json(told) for key, told in run.newest.items()},
            "best": {key: _json(told) for key, told in run.best.items()},
            "card": None if run.card is None else run.card.as_json(),
        }
        for run in found.runs
    ]
    return {"runs": runs, "differing": found.differing, "notes": found.notes}


def _json(told: Told) -> dict[str, Any]:
    return {"step": told.step, **told.value._asdict()}


def _told(told: Told) -> str:
    return tr("{value} at {step}", value=digits(told.value.value), step=count(told.step))


def _row(row: Sequence[str], wide: Sequence[int]) -> str:
    return "  " + "  ".join(left(text, w) for text, w in zip(row, wide, strict=True)).rstrip()
