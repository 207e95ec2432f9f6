"""Every theory figure drawn once in each language for all tests that look at it: files, numbers, and what nobody could read."""

import functools
import itertools
import logging
import re
import tempfile
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from quick_figures import QUICK

from sparring.theory.figures import covering, function_space, paper
from sparring.theory.figures.drawn import Drawn

PLACE = tempfile.TemporaryDirectory()


class Looked(NamedTuple):
    """A figure, where its files are, and what was said while it was drawn: progress, warnings and records of the log."""

    found: Drawn
    out: Path
    crowded: list[str]
    told: list[tuple]
    warned: list[str]


def small_frames(picture, all_of_them):
    """Frames of a GIF at a quarter of their size; or the first two in turn, whose words are those of the rest."""
    made, asked = [], itertools.count()

    def in_turn(figure):
        n = next(asked)
        made.extend([picture(figure).reduce(4)] if n < 2 or all_of_them else [])
        return made[n if all_of_them else n % 2]

    return in_turn


class Kept(logging.Handler):
    def __init__(self):
        super().__init__()
        self.messages = []

    def emit(self, record):
        self.messages.append(record.getMessage())


@functools.cache
def drawn(name: str, language: str) -> Looked:
    """One figure with few steps."""
    out, saved, told, log = Path(PLACE.name, language, name), [], [], Kept()
    save = Figure.savefig

    def seen(figure, *args, **more):
        save(figure, *args, **more)
        saved.append(figure)

    logging.getLogger("matplotlib").addHandler(log)
    try:
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            patch.setattr(Figure, "savefig", seen)
            for module in (covering, function_space, paper):
                patch.setattr(module, "picture", small_frames(module.picture, all_of_them=language == "en"))
            found = QUICK[name](out, language=language, progress=lambda *what: told.append(what))
    finally:
        logging.getLogger("matplotlib").removeHandler(log)
    assert saved
    said = [*(str(w.message) for w in warned), *log.messages]
    return Looked(found, out, [words for figure in saved for words in crowded(figure)], told, said)


def crowded(figure: Figure) -> list[str]:
    """Words that leave the figure or their box, or lie on other words. Numbers on the points of a scatter are no words."""
    figure.draw_without_rendering()
    shown = {
        t: t.get_window_extent() for t in figure.findobj(Text) if t.get_visible() and re.search(r"\w{2}", t.get_text())
    }
    ticks = {t for ax in figure.axes for axis in (ax.xaxis, ax.yaxis) for t in axis.get_ticklabels(which="both")}
    words = {t: at.padded(-2) for t, at in shown.items() if t not in ticks}  # pixels: letters rarely fill their frame
    found = [f"{t.get_text()!r} leaves the figure" for t, at in words.items() if not within(at, figure.bbox)]
    boxes = [patch.get_window_extent() for patch in figure.findobj(FancyBboxPatch)]
    for t, at in words.items():
        of = next((box for box in boxes if box.contains(*at.min + at.size / 2)), None)
        if of is not None and not within(shown[t], of):
            found.append(f"{t.get_text()!r} leaves its box")
    pairs = itertools.combinations(words.items(), 2)
    return found + [f"{a.get_text()!r} on {b.get_text()!r}" for (a, at), (b, on) in pairs if at.overlaps(on)]


def within(inner: Bbox, outer: Bbox) -> bool:
    """Whether all of a frame is in another."""
    return all(inner.min >= outer.min) and all(inner.max <= outer.max)
