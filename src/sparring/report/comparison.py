"""Curves of several runs in one picture: the same numbers over seconds, images and steps, side by side."""

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from sparring import durable
from sparring.report.agg import load_matplotlib
from sparring.report.curves import Curve, Panel, legend_rows, smoothed
from sparring.report.measured import curve
from sparring.runs.measurements import Measured
from sparring.words import mark, tr

ALONG = {"seconds": mark("training time in seconds"), "images": mark("images"), "step": mark("step")}
WIDTH, EDGE, HEAD, ENTRY, PLOT, FOOT = 1480, 32, 40, 21, 230, 58  # pixels
MOST = 6
"""Quantities that are drawn."""


class Quantity(NamedTuple):
    """A number of several runs.

    Args:
        title: What it is called.
        along: By ``seconds``, ``images`` and ``step``: a curve for each run that has it.
    """

    title: str
    along: dict[str, list[Curve]]


def of_measured(title: str, name: str, runs: Mapping[str, Sequence[Measured]]) -> Quantity:
    """A measure, with its intervals.

    Args:
        title: What it is called.
        name: Of the measure.
        runs: What was measured of each run, by its name.
    """
    return Quantity(title, {at: [curve(rows, name, run, at) for run, rows in runs.items()] for at in ALONG})


def of_rows(key: str, runs: Mapping[str, Sequence[Mapping[str, float]]]) -> Quantity:
    """A number out of rows of metrics, smoothed as in the picture of a run.

    Args:
        key: Its name in the rows.
        runs: The rows of each run, by its name.
    """
    along: dict[str, list[Curve]] = {}
    for at in ALONG:
        along[at] = []
        for run, rows in runs.items():
            told = [(row[at], row[key]) for row in rows if at in row and key in row]
            if told:
                x, y = np.array(told, np.float64).T
                along[at].append(Curve(run, run, x, y, smoothed(y, len(y) / 50)))
    return Quantity(key, along)


def comparison_picture(quantities: Sequence[Quantity], path: str | os.PathLike[str]) -> None:
    """Save the curves: a row for each quantity, its first six, over seconds, images and steps.

    Args:
        quantities: At least one.
        path: The PNG; it is replaced whole.

    Raises:
        NoRoomError: If the disk is full.
    """
    load_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from sparring.report.drawing import draw

    panels = [{at: Panel(q.title, curves) for at, curves in q.along.items() if curves} for q in quantities[:MOST]]
    rows = [max(legend_rows(panel) for panel in row.values()) for row in panels]
    height = EDGE + sum(HEAD + ENTRY * above + PLOT + FOOT for above in rows)
    figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    pitch, top = (WIDTH - 2 * EDGE + 30) / len(ALONG), float(EDGE)
    for row, above in zip(panels, rows, strict=True):
        top += HEAD + ENTRY * above
        for i, (at, panel) in enumerate(row.items()):
            box = ((EDGE + 40 + pitch * i) / WIDTH, 1 - (top + PLOT) / height, (pitch - 96) / WIDTH, PLOT / height)
            draw(figure.add_axes(box), panel, tr(ALONG[at]), above)
        top += PLOT + FOOT
    content = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        canvas.print_png(content)  # type: ignore[no-untyped-call]
    durable.write_file(Path(path), content.getvalue())
