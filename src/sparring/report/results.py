"""results.png: the one picture of a run that is worth pasting into a message."""

import io
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from rich.cells import cell_len, set_cell_size

from sparring import durable
from sparring.report.agg import load_matplotlib
from sparring.report.curves import Panel, legend_rows, newest, panels
from sparring.report.domain_names import Names, with_names
from sparring.report.grid import Pictures
from sparring.report.measured import card_line
from sparring.report.measured import panels as measured_panels
from sparring.report.numbers import count, finite, plain
from sparring.report.rows import Row
from sparring.report.sheet import sheet
from sparring.runs.measurements import Measured
from sparring.words import tr

WIDTH, EDGE, WIDEST_GRID = 1480, 32, 700  # pixels
HEAD, ENTRY, PLOT, FOOT = 40, 21, 210, 58  # pixels: a panel's title, a row of its legend, its axes, their labels

BETWEEN, COLUMNS = "   ·   ", 172  # of a line of facts; Hangul is two wide
Words = tuple[float, float, str, dict[str, Any]]  # x and y in pixels from the upper left, the text, how it looks


class Place(NamedTuple):
    """Where a panel's axes are, in pixels from the upper left, and how many rows of legend fit above them."""

    panel: Panel
    left: float
    top: float
    width: float
    entries: int


def results_picture(
    metrics: Sequence[Row],
    newest_samples: Pictures | Mapping[str, Pictures] | None,
    reals: Pictures | None,
    title: str,
    facts: Mapping[str, object],
    path: str | os.PathLike[str],
    low: float | None = None,
    high: float | None = None,
    measured: Sequence[Measured] = (),
    names: Names | None = None,
    rows: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Save one picture: newest samples beside real pictures, and below them the curves of the run.

    Args:
        metrics: Rows as they stand in ``metrics.jsonl``; any key may be missing, None or wild, and there may be none.
        newest_samples: (N, H, W, C), or several of them by name; None or empty if there is none yet.
        reals: (N, H, W, C) as the data are stored; None or empty if there is none.
        title: One line.
        facts: What to tell below the title, by name; None is left out.
        path: Where to; the file is replaced whole.
        low: The float that is black, if pictures are floats; by default the smallest.
        high: The float that is white; by default the largest.
        measured: What was measured while it trained, by step.
        names: What the two domains are called, by x and y.
        rows: What stands beside the rows of samples that show a row of each class, by the name of the samples.

    Raises:
        NoRoomError: If the disk is full; an older file of that name is whole.
    """
    several = newest_samples if isinstance(newest_samples, Mapping) else {tr("Newest samples"): newest_samples}
    there = {k: p for k, p in {**several, tr("Real pictures"): reals}.items() if p is not None and 0 not in p.shape}
    slot = (WIDTH - 2 * EDGE) // max(len(there), 1)
    beside = rows or {}
    grids = [sheet(k, p, min(slot - 16, WIDEST_GRID), low, high, beside.get(k, ())) for k, p in there.items()]
    lines = [*_facts(facts), *([_fitting(card_line(measured[-1].measurement.card))] if measured else [])]
    top = 66 + 22 * len(lines)
    below = top + (max(picture.height for _, picture in grids) + 58 if grids else 0)
    places, height = _arranged([*with_names(panels(metrics), names or {}), *measured_panels(measured)], below)
    centres = [EDGE + slot * i + slot // 2 for i in range(len(grids))]

    words: list[Words] = [(EDGE, 34, title, {"fontsize": 18, "fontweight": "bold"})]
    words += [(EDGE, 70 + 22 * i, line, {"fontsize": 11, "color": "#444444"}) for i, line in enumerate(lines)]
    words += [(x, top + 16, caption, {"ha": "center"}) for x, (caption, _) in zip(centres, grids, strict=True)]
    if not places:
        words.append((EDGE, below + 20, tr("No metrics to draw yet."), {"color": "#444444"}))
    page = _draw(height, words, places, _x_label(metrics))
    for x, (_, picture) in zip(centres, grids, strict=True):
        page.paste(picture, (x - picture.width // 2, top + 30))
    content = io.BytesIO()
    page.save(content, "PNG")
    durable.write_file(Path(path), content.getvalue())


def _arranged(curves: Sequence[Panel], below: int) -> tuple[list[Place], int]:
    """The panels in rows from ``below`` on, and the height of the page."""
    across = {1: 1, 2: 2, 4: 2}.get(len(curves), 3)
    pitch = (WIDTH - 2 * EDGE + 30) / across
    places = []
    for i in range(0, len(curves), across):
        row = curves[i : i + across]
        entries = max(legend_rows(panel) for panel in row)
        top = below + HEAD + ENTRY * entries
        places += [Place(p, EDGE + 40 + pitch * j, top, pitch - 96, entries) for j, p in enumerate(row)]
        below = top + PLOT + FOOT
    return places, below if curves else below + 60


def _facts(facts: Mapping[str, object]) -> list[str]:
    """At most three lines of ``name value``, broken between facts; what is too long even so is cut at a word."""
    lines: list[str] = []
    for fact in (f"{name} {plain(value)}" for name, value in facts.items() if value is not None):
        longer = f"{lines[-1]}{BETWEEN}{fact}" if lines else fact
        lines[-1:] = [longer] if cell_len(longer) <= COLUMNS or not lines else [lines[-1], fact]
    return [_fitting(line) for line in lines[:3]]


def _fitting(line: str) -> str:
    return _shortened(line) if cell_len(line) > COLUMNS else line


def _shortened(line: str) -> str:
    """A line that fits, cut at a word where that does not cost half of it."""
    fits = set_cell_size(line, COLUMNS - 4).rstrip()
    words, _, _ = fits.rpartition(" ")
    return f"{words if cell_len(words) > COLUMNS // 2 else fits} ..."


def _draw(height: int, words: Sequence[Words], places: Sequence[Place], x_label: str) -> Image.Image:
    """Words and curves on white paper, with room left for the grids."""
    load_matplotlib()  # here, so that a run does not wait for it to start
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from sparring.report.drawing import as_it_is, draw

    figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=100, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    for x, y, text, how in words:
        as_it_is(figure.text(x / WIDTH, 1 - y / height, text, **{"va": "center", "fontsize": 12, **how}))
    for panel, left, top, width, entries in places:
        box = (left / WIDTH, 1 - (top + PLOT) / height, width / WIDTH, PLOT / height)
        draw(figure.add_axes(box), panel, x_label, entries)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]


def _x_label(metrics: Sequence[Row]) -> str:
    """``step``, with what a step is in images."""
    pairs = [(finite(row.get("step")), finite(row.get("images"))) for row in newest(metrics)]
    told = [(step, images) for step, images in pairs if step and images]
    if not told:
        return tr("step")
    each = {round(images / step, 3) for step, images in told}
    if len(each) == 1 and (one := each.pop()) == round(one):
        return tr("step ({n} images each)", n=count(one))
    return tr("step ({n} images in all)", n=count(told[-1][1]))
