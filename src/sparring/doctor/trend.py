"""Whether a run still gets better, how fast, and when that will flatten: a power law fitted to what was measured."""

import math
from collections.abc import Callable
from typing import NamedTuple

from sparring.doctor.signals import History, Look
from sparring.report.numbers import duration
from sparring.words import mark, tr

FEWEST, Z = 5, 2.0
"""Looks that a trend needs; standard errors by which it must fall."""
FLAT, UNIT = 0.01, 10_000
"""Falling by less than 1 % per 10,000 images is flat."""
FLOOR = 1e-6
REACH = 4.0
"""How far a fit can tell, as a factor of the images seen."""
MEASURES: dict[str, tuple[str, Callable[[Look], float | None]]] = {
    "distance": (mark("kernel distance"), lambda look: look.distance),
    "error": (mark("cycle error"), lambda look: look.error),
}
"""What is followed: the first that was measured often enough; in words."""


class Trend(NamedTuple):
    """How a measure falls.

    Args:
        measure: What, in words.
        value: Its newest value.
        rate: By which part it falls in the next 10,000 images; 0 if it does not surely fall.
        images: Until it falls by less than 1 % per 10,000 images; 0 if it does so already.
        seconds: Of training until then, at the run's own speed; None if that is unknown, or further off than the fit can tell:
            more than four times what was seen so far.
    """

    measure: str
    value: float
    rate: float
    images: float
    seconds: float | None

    @property
    def words(self) -> str:
        """A sentence."""
        rate = f"{self.rate:.0%}".replace("%", " %")
        measure = tr(self.measure)
        if self.rate < FLAT:
            return tr("{measure} no longer falls", measure=measure)
        if self.seconds is None:
            return tr("{measure} still falling {rate} per {unit:,} images", measure=measure, rate=rate, unit=UNIT)
        return tr(
            "{measure} still falling {rate} per {unit:,} images; about {time} of training to where it flattens",
            measure=measure,
            rate=rate,
            unit=UNIT,
            time=duration(self.seconds),
        )


def trend(history: History) -> Trend | None:
    """Fit value = c images^-a to the second half of the run, in logarithms; None if too little was measured.

    It falls if the exponent is 2 standard errors above 0. Then it falls by 1 - (1 + UNIT / images)^-a, and is flat at
    about a UNIT / FLAT images.
    """
    for words, read in MEASURES.values():
        points = [(look.images, v) for look in history.looks if (v := read(look)) is not None and look.images > 0]
        late = [p for p in points if p[0] >= history.now.images / 2]
        points = late if len(late) >= FEWEST else points[-FEWEST:]
        if len(points) < FEWEST or len({x for x, _ in points}) < FEWEST:
            continue
        a, error = _slope([(math.log(x), math.log(max(v, FLOOR))) for x, v in points])
        images, value = points[-1]
        if a < Z * error or a <= 0:
            return Trend(words, value, 0.0, 0.0, None)
        left = max(0.0, a * UNIT / FLAT - images)
        far = left > REACH * images or not history.seconds
        seconds = None if far else left * (history.seconds or 0.0) / images
        return Trend(words, value, 1 - (1 + UNIT / images) ** -a, left, seconds)
    return None


def _slope(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Minus the slope of the least-squares line, and its standard error."""
    n = len(points)
    x, y = sum(p[0] for p in points) / n, sum(p[1] for p in points) / n
    square = sum((p[0] - x) ** 2 for p in points)
    slope = sum((p[0] - x) * (p[1] - y) for p in points) / square
    rest = sum((p[1] - y - slope * (p[0] - x)) ** 2 for p in points)
    return -slope, math.sqrt(rest / (n - 2) / square)
