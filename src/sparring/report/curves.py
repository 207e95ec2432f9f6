"""Rows of metrics as curves: which go together, how they are smoothed, how far the axes reach."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sparring.report.names import Kind, Name, Row, understand
from sparring.report.numbers import finite

Floats = NDArray[np.float64]
MOST = 1000  # points of a curve: more than the pixels it is drawn on
TINY = 1e-30  # on a logarithmic axis what is smaller is nothing
FEW = 12  # points that are told as they are, neither smoothed nor cut off


class Curve(NamedTuple):
    """One quantity over the steps of a run.

    Args:
        label: What it is called in the legend.
        of: The label of the curve that it is a held-out version of, or its own.
        x: Steps, (n,).
        y: Values, (n,), finite.
        smooth: Values with the noise averaged out, (n,).
    """

    label: str
    of: str
    x: Floats
    y: Floats
    smooth: Floats


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

    Terms paid, one panel a player; probabilities with the line at 1/2; the value V with the line at -log 4, which only
    the cross-entropy losses have, so only beside probabilities; accuracy; logits; gradients, logarithmic; the rest.
    """
    rows = newest(metrics)
    names = understand(key for row in rows for key in row)
    x = steps(rows)

    def of(kind: Kind, player: str | None = None, log: bool = False) -> list[Curve]:
        chosen = [name for name in names if name.kind == kind and player in (None, name.player)]
        labels = [_label(name) for name in chosen]
        told = [name.key if labels.count(label) > 1 else label for name, label in zip(chosen, labels, strict=True)]
        drawn = (_curve(rows, x, name, label, log) for name, label in zip(chosen, told, strict=True))
        curves = [curve for curve in drawn if curve is not None]
        order = list(dict.fromkeys(curve.of for curve in curves))
        return sorted(curves, key=lambda curve: order.index(curve.of))

    believed, right = of("probability"), of("accuracy")
    log4 = (-math.log(4), "-log 4") if believed else None
    half = (0.5, "1/2")
    payers = dict.fromkeys(name.player for name in names if name.kind == "paid")
    found = [Panel(f"What {player} pays", of("paid", player)) for player in payers]
    found += [
        Panel("What D believes: probability of real", believed, half, unit=_within_unit(believed)),
        Panel("Value of the game, V", of("value"), log4),
        Panel("Logits of D", of("logit")),
        Panel("Accuracy of D", right, half, unit=_within_unit(right)),
        Panel("Norm of the gradient", of("gradient", log=True), log=True),
        Panel("Measured", of("measured")),
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
    """How many entries stand side by side above a panel: 3 if they are short, else 2."""
    return 3 if len(panel.curves) <= 3 and sum(len(c.label) + 9 for c in panel.curves) <= 52 else 2


def legend_rows(panel: Panel) -> int:
    """How many rows of entries stand above a panel."""
    return -(-len(panel.curves) // legend_columns(panel))


def limits(panel: Panel) -> tuple[float, float, float | None]:
    """How far the y axis reaches, in log10 for a logarithmic panel, and the largest size cut off, if any.

    A few wild values do not press the rest flat: the axis shows what `tame` keeps if that is much less than all.
    """
    each = [np.log10(c.y) if panel.log else c.y for c in panel.curves]
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


def _curve(rows: Sequence[Row], x: Floats, name: Name, label: str, log: bool) -> Curve | None:
    told = [finite(row.get(name.key)) for row in rows]
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
    twin = _label(name._replace(player="", key=name.name)) if name.held_out else label
    return Curve(label, twin, x, y, np.exp(smooth) if log else smooth)


def _binned(y: Floats) -> Floats:
    """Means of neighbours, so that at most MOST points are left, (m,)."""
    edges = np.arange(0, len(y), max(math.ceil(len(y) / MOST), 1))
    sums: Floats = np.add.reduceat(y, edges)
    return sums / np.diff(np.append(edges, len(y)))


def _label(name: Name) -> str:
    if name.kind == "accuracy":
        return "held out" if name.held_out else "training"
    if name.held_out:
        return f"{name.name} held out"
    if name.kind == "gradient":
        return name.player
    if name.kind == "measured" and name.player:
        return name.key
    return name.name


def _within_unit(curves: list[Curve]) -> bool:
    return all(c.y.min() >= -1e-3 and c.y.max() <= 1 + 1e-3 for c in curves)
