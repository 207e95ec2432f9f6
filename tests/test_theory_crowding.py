"""The theory figures can be read in both languages: no word lies on another, leaves its box or the picture."""

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from quick_figures import QUICK
from theory_drawn import crowded, drawn


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", QUICK)
def test_no_word_lies_on_another_or_leaves_its_box(name, language) -> None:
    assert drawn(name, language).crowded == []


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
