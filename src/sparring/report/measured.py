"""Measured numbers for people: a table, curves with their intervals, and the card in a line."""

from collections.abc import Sequence

import numpy as np

from sparring.measure.card import Card, in_words, unlike
from sparring.measure.measure import Measurement
from sparring.measure.table import METRICS, title
from sparring.metrics.value import Value
from sparring.report.curves import Curve, Floats, Panel
from sparring.report.numbers import UNKNOWN, short
from sparring.runs.measurements import Measured
from sparring.words import mark, tr

BETTER = {"lower": mark("lower"), "higher": mark("higher"), "half": mark("near 0.5")}
HEAD = mark("measure"), mark("value"), mark("95 % interval"), mark("better")


def cells(found: Measurement) -> list[list[str]]:
    """A row of head, then a row for each measure: name, value, 95 % interval, where better lies."""
    rows = [[tr(word) for word in HEAD]]
    for name, value in found.values.items():
        rows.append([title(name, found.card), digits(value.value), interval(value), tr(BETTER[METRICS[name].better])])
    return rows


def panels(found: Sequence[Measured]) -> list[Panel]:
    """A panel for each distance, and one of all shares; only what compares with the newest measurement.

    Args:
        found: Of one run, by step.
    """
    alike = comparable(found)
    if not alike:
        return []
    card = alike[-1].measurement.card
    names = list(dict.fromkeys(name for m in alike for name in m.measurement.values))
    curves = {name: curve(alike, name, title(name, card)) for name in names}
    distances = [name for name in names if METRICS[name].better == "lower"]
    shares = [curves[name] for name in names if name not in distances]
    unit = all(c.reach.min() >= 0 and c.reach.max() <= 1 for c in shares)
    alone = [Panel(_capital(curves[name].label), [curves[name]]) for name in distances]
    return [*alone, *([Panel(tr("Measured against real pictures"), shares, unit=unit)] if shares else [])]


def comparable(found: Sequence[Measured]) -> list[Measured]:
    """The measurements that compare with the newest one, by step."""
    return [m for m in found if not unlike(m.measurement.card, found[-1].measurement.card)]


def curve(found: Sequence[Measured], name: str, label: str, along: str = "step") -> Curve:
    """A measure over steps, images or seconds, with its intervals where all values have one.

    Args:
        found: By step; those without this measure are left out.
        name: Of the measure.
        label: What the curve is called.
        along: ``step``, ``images`` or ``seconds``.
    """
    rows = [(getattr(m, along), m.measurement.values[name]) for m in found if name in m.measurement.values]
    x, y = np.array([at for at, _ in rows], np.float64), np.array([v.value for _, v in rows], np.float64)
    low, high = _ends([v.low for _, v in rows]), _ends([v.high for _, v in rows])
    return Curve(label, label, x, y, y, low, high)


def card_line(card: Card) -> str:
    """A card in a line."""
    return tr("measured: {what}, features {features}", what=in_words(card)[0], features=card.features)


def interval(value: Value) -> str:
    """The 95 % interval in words; a dash if none is known."""
    if value.low is None or value.high is None:
        return UNKNOWN
    return tr("{low} to {high}", low=digits(value.low), high=digits(value.high))


def digits(number: float) -> str:
    """Three significant digits, without an exponent down to 0.0001: distances of good runs are small."""
    return f"{number:.3g}" if 1e-4 <= abs(number) < 0.0995 else short(number)


def _ends(values: Sequence[float | None]) -> Floats | None:
    known = [value for value in values if value is not None]
    return np.array(known, np.float64) if len(known) == len(values) else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
