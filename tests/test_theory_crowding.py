"""The theory figures can be read in both languages: no word lies on another, leaves its box or the picture."""

import itertools
import re

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from quick_figures import QUICK


def crowded(figure: Figure) -> list[str]:
    """Words that leave the figure or their box, or lie on other words. Numbers on the points of a scatter are no words."""
    figure.canvas.draw()
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


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", QUICK)
def test_no_word_lies_on_another_or_leaves_its_box(name, language, tmp_path, monkeypatch) -> None:
    drawn_now = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, path, **_: drawn_now.append(figure))
    QUICK[name](tmp_path, language=language)
    assert drawn_now
    assert [said for figure in drawn_now for said in crowded(figure)] == []


def test_control_words_on_words_are_found() -> None:
    figure = Figure(figsize=(4, 3), dpi=100)
    FigureCanvasAgg(figure)
    figure.add_axes((0, 0, 1, 1)).set_axis_off()
    figure.text(0.5, 0.5, "generator")
    assert crowded(figure) == []
    figure.text(0.52, 0.5, "discriminator")
    figure.text(0.9, 0.9, "far too long a word")
    figure.axes[0].add_patch(FancyBboxPatch((0.1, 0.1), 0.1, 0.1, boxstyle="square,pad=0"))
    figure.text(0.15, 0.15, "in no room", ha="center", va="center")
    assert crowded(figure) == [
        "'far too long a word' leaves the figure", "'in no room' leaves its box", "'generator' on 'discriminator'",
    ]  # fmt: skip
