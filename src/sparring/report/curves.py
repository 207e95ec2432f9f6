"""Rows of metrics as curves: which go together, how they are smoothed, how far the axes reach."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from sparring.report.numbers import finite
from sparring.report.rows import HELD_OUT, Entry, Kind, Row, labels, read, twin
from sparring.words import mark, tr

Floats = NDArray[np.float64]
MOST = 1000  # points of a curve: more than the pixels it is drawn on
TINY = 1e-30  # on a logarithmic axis what is smaller is nothing
LONGEST = 30  # columns of a label beyond which an entry of the legend stands alone
FEW = 12  # points that are told as they are, neither smoothed nor cut off
LOSS = {"D": mark("Discriminator loss"), "G": mark("Generator loss"), HELD_OUT: mark("Held-out loss")}


class Curve(NamedTuple):
    """One quantity over the steps of a run.

    Args:
        label: What it is called in the legend.
        of: The label of the curve that it is a held-out version of, or its own.
        x: Steps, (n,).
        y: Values, (n,), finite.
        smooth: Values with the noise averaged out, (n,).
        low: Lower ends of the values' intervals, (n,); None if they have none.
        high: Upper ends, (n,).
    """

    label: str
    of: str
    x: Floats
    y: Floats
    smooth: Floats
    low: Floats | None = None
    high: Floats | None = None

    @property
    def reach(self) -> Floats:
        """All values that are drawn, with the ends of their intervals."""
        return np.concatenate([part for part in (self.y, self.low, self.high) if part is not None])


class Panel(NamedTuple):
    """Curves that share their axes.

    Args:
        title: What is drawn.
        curves: At least one.
        level: Where a line says what equilibrium would be, and its label; None for no line.
        log: Whether the y axis is logarithmic.
        unit: Whether the y axis is [0, 1].
    """

    title: str
    curves: list[Curve]
    level: tuple[float, str] | None = None
    log: bool = False
    unit: bool = False


def panels(metrics: Sequence[Row]) -> list[Panel]:
    """The curves that a run's metrics hold, grouped by what they are; empty if there is nothing to draw.

    Terms paid, one panel a player; probabilities with the line at 1/2; the value V of the 2014 game with the line at
    -log 4; logits; accuracy with the line at 1/2; errors; gradients, logarithmic; the rest.
    """
    rows = newest(metrics)
    entries = read(key for row in rows for key in row)
    x = steps(rows)

    def of(kind: Kind, log: bool = False) -> list[Curve]:
        return _curves(rows, x, [entry for entry in entries if entry.kind == kind], log)

    half = (0.5, "1/2")
    believed, right = of("probability"), of("accuracy")
    found = [
        Panel(tr(LOSS[player]) if player in LOSS else tr("Loss of {player}", player=player), _curves(rows, x, terms))
        for player, terms in _paid(entries).items()
    ]
    found += [
        Panel(tr("D's output: probability of real"), believed, half, unit=_within_unit(believed)),
        Panel(tr("Value of the game, V"), of("value"), (-math.log(4), "-log 4")),
        Panel(tr("D's logits"), of("logit")),
        Panel(tr("Accuracy of D"), right, half, unit=_within_unit(right)),
        Panel(tr("Errors"), of("error")),
        Panel(tr("Norm of the gradient"), of("gradient", log=True), log=True),
        Panel(tr("Measured"), of("measured")),
    ]
    return [panel for panel in found if panel.curves]


def newest(metrics: Sequence[Row]) -> list[Row]:
    """The rows without those that a later row takes back: after a rollback or a resume, steps are told twice."""
    kept: list[Row] = []
    before = math.inf
    for row in reversed(metrics):
        step = finite(row.get("step"))
        if step is None or step < before:
            kept.append(row)
            before = before if step is None else step
    return kept[::-1]


def steps(rows: Sequence[Row]) -> Floats:
    """The step of every row, (n,); its number where rows do not tell."""
    told = [finite(row.get("step")) for row in rows]
    return np.array([i if step is None else step for i, step in enumerate(told)], np.float64)


def smoothed(y: Floats, width: float) -> Floats:
    """A running mean with Gaussian weights that does not lag and does not bend at the ends.

    Args:
        y: (n,), finite.
        width: Standard deviation of the weights in points; below 0.5 nothing is averaged.
    """
    if width < 0.5 or len(y) <= FEW:
        return y
    reach = min(math.ceil(3 * width), len(y) - 1)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    inner = slice(reach, reach + len(y))
    mean: Floats = np.convolve(y, weights)[inner] / np.convolve(np.ones_like(y), weights)[inner]
    return mean


def tame(y: Floats) -> tuple[float, float]:
    """The range of values that are not wild: all, or the middle 96 % and as much again on both sides."""
    low, high = (float(edge) for edge in np.percentile(y, (2, 98)))
    reach = (high - low) or 0.1 * max(abs(low), 1.0)
    return (low - reach, high + reach) if len(y) > FEW else (float(y.min()), float(y.max()))


def legend_columns(panel: Panel) -> int:
    """How many entries stand side by side above a panel: 3 if they are short, else 2; 1 if one is very long."""
    if max(cell_len(c.label) for c in panel.curves) > LONGEST:
        return 1
    return 3 if len(panel.curves) <= 3 and sum(cell_len(c.label) + 9 for c in panel.curves) <= 52 else 2


def legend_rows(panel: Panel) -> int:
    """How many rows of entries stand above a panel."""
    return -(-len(panel.curves) // legend_columns(panel))


def limits(panel: Panel) -> tuple[float, float, float | None]:
    """How far the y axis reaches, in log10 for a logarithmic panel, and the largest size cut off, if any.

    A few wild values do not press the rest flat: the axis shows what `tame` keeps if that is much less than all.
    """
    each = [np.log10(c.y) if panel.log else c.reach for c in panel.curves]
    low, high = min(float(e.min()) for e in each), max(float(e.max()) for e in each)
    ranges = [tame(e) for e in each]
    shown_low, shown_high = max(low, min(r[0] for r in ranges)), min(high, max(r[1] for r in ranges))
    cut = None
    if high - low > 1.5 * (shown_high - shown_low):
        cut = low if shown_low - low > high - shown_high else high
        cut = 10**cut if panel.log else cut
        low, high = shown_low, shown_high
    if panel.level is not None:
        low, high = min(low, panel.level[0]), max(high, panel.level[0])
    margin = 0.06 * (high - low) or (0.3 if panel.log else 0.1 * max(abs(high), 1e-9))
    return low - margin, high + margin, cut


def _paid(entries: Sequence[Entry]) -> dict[str, list[Entry]]:
    """Terms by who pays them; a held-out one stands with its twin, if it has one."""
    paid = [entry for entry in entries if entry.kind == "paid"]
    found: dict[str, list[Entry]] = {entry.player: [] for entry in paid if not entry.held_out}
    for entry in paid:
        found.setdefault((twin(entry, paid) or entry).player, []).append(entry)
    return found


def _curves(rows: Sequence[Row], x: Floats, entries: Sequence[Entry], log: bool = False) -> list[Curve]:
    """The curves of one panel, those that are held out right after their twins."""
    called = dict(zip(entries, labels(entries), strict=True))
    curves = []
    for entry, label in called.items():
        other = twin(entry, entries)
        of = called[other] if other else entry.name if entry.held_out else label
        curve = _curve([row.get(entry.key) for row in rows], x, label, of, log)
        curves += [curve] if curve else []
    order = list(dict.fromkeys(curve.of for curve in curves))
    return sorted(curves, key=lambda curve: (order.index(curve.of), curve.label != curve.of))


def _curve(values: Sequence[object], x: Floats, label: str, of: str, log: bool) -> Curve | None:
    told = [finite(value) for value in values]
    y = np.array([np.nan if value is None else value for value in told], np.float64)
    with np.errstate(invalid="ignore"):
        good = np.isfinite(y) & (y > TINY if log else True)
    if not good.any():
        return None
    x, y = x[good], y[good]
    places = np.arange(len(y), dtype=np.float64)
    plain = np.log(y) if log else y
    means = _binned(plain.clip(*tame(plain)))
    smooth = np.interp(places, _binned(places), smoothed(means, len(means) / 50))
    return Curve(label, of, x, y, np.exp(smooth) if log else smooth)


def _binned(y: Floats) -> Floats:
    """Means of neighbours, so that at most MOST points are left, (m,)."""
    edges = np.arange(0, len(y), max(math.ceil(len(y) / MOST), 1))
    sums: Floats = np.add.reduceat(y, edges)
    return sums / np.diff(np.append(edges, len(y)))


def _within_unit(curves: list[Curve]) -> bool:
    return all(c.y.min() >= -1e-3 and c.y.max() <= 1 + 1e-3 for c in curves)
