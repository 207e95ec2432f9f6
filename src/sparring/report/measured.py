"""Measured numbers for people: a table, and what is better."""

from sparring.measure.measure import Measurement
from sparring.measure.table import METRICS, title
from sparring.metrics.value import Value
from sparring.report.numbers import UNKNOWN, short
from sparring.words import mark, tr

BETTER = {"lower": mark("lower"), "higher": mark("higher"), "half": mark("near 0.5")}
HEAD = mark("measure"), mark("value"), mark("95 % interval"), mark("better")


def cells(found: Measurement) -> list[list[str]]:
    """A row of head, then a row for each measure: name, value, 95 % interval, where better lies."""
    rows = [[tr(word) for word in HEAD]]
    for name, value in found.values.items():
        rows.append([title(name, found.card), digits(value.value), interval(value), tr(BETTER[METRICS[name].better])])
    return rows


def interval(value: Value) -> str:
    """The 95 % interval in words; a dash if none is known."""
    if value.low is None or value.high is None:
        return UNKNOWN
    return tr("{low} to {high}", low=digits(value.low), high=digits(value.high))


def digits(number: float) -> str:
    """Three significant digits, without an exponent down to 0.0001: distances of good runs are small."""
    return f"{number:.3g}" if 1e-4 <= abs(number) < 0.0995 else short(number)
