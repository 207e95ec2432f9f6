"""``sparring theory``: each figure is a function, and each of its parameters a flag."""

import functools
import inspect
import json
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter

from sparring.errors import CommandError
from sparring.report.numbers import duration
from sparring.report.waiting import waiting
from sparring.theory.figures.collapsing import collapse
from sparring.theory.figures.covering import modes
from sparring.theory.figures.drawn import Drawn, begin
from sparring.theory.figures.function_space import proposition2
from sparring.theory.figures.noise_in import prior
from sparring.theory.figures.orbits import dirac
from sparring.theory.figures.page import write_page
from sparring.theory.figures.paper import figure1
from sparring.theory.figures.rounds import loop
from sparring.theory.figures.saturation import gradients
from sparring.theory.figures.sliding import divergence
from sparring.theory.figures.steps_of_d import k
from sparring.theory.figures.two_domains import cyclegan
from sparring.theory.figures.worth import value
from sparring.theory.texts import Texts
from sparring.words import language

FIGURES = (value, figure1, loop, gradients, k, divergence, proposition2, prior, collapse, modes, dirac, cyclegan)
"""In the order of a lecture."""

JSON = Annotated[
    bool, Parameter(name="--json", negative="", help="Print the numbers as JSON, and write them beside the picture.")
]
WIDTH = 100
NOT_FLAGS = ("progress", "language")
"""Parameters of a figure that are not asked for here: the whole command line speaks one language."""


def command(figure: Callable[..., Drawn]) -> Callable[..., None]:
    """A command that draws a figure, and says where it is and what there is to see."""

    @functools.wraps(figure)
    def draw(*words: Any, as_json: bool = False, **flags: Any) -> None:
        try:
            with waiting() as progress:
                drawn = figure(*words, progress=progress, **flags)
        except ValueError as error:  # what a flag's value causes, see the figure
            raise CommandError(str(error)) from error
        if as_json:
            path = drawn.files[0].with_suffix(".json")
            path.write_text(json.dumps(drawn.numbers, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
            print(json.dumps({"figure": drawn.name, "files": [str(f) for f in [*drawn.files, path]],
                              "sentences": drawn.sentences, **drawn.numbers}, ensure_ascii=False))  # fmt: skip
        else:
            print(told(drawn, Texts(language())))

    taken = [p for name, p in inspect.signature(figure).parameters.items() if name not in NOT_FLAGS]
    flag = inspect.Parameter("as_json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=JSON)
    draw.__signature__ = inspect.Signature([*taken, flag])  # type: ignore[attr-defined]
    draw.__annotations__ = {p.name: p.annotation for p in [*taken, flag]}
    return draw


def told(drawn: Drawn, t: Texts) -> str:
    """The heading, five sentences, and where the pictures are."""
    lines = [drawn.title]
    for sentence in drawn.sentences:
        lines.append(textwrap.fill(sentence, WIDTH if t.language == "en" else WIDTH * 3 // 5, initial_indent="- ",
                                   subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))  # fmt: skip
    return "\n".join([*lines, *(f"{t.plain('picture')}: {path}" for path in drawn.files)])


def all_figures(out: Path = Path("theory-out"), *, seed: int = 0) -> None:
    """Draw every figure and write one page, index.html, with all of them and what they say.

    Args:
        out: Folder for the pictures and the page.
        seed: Seed of the networks, the data and the noise.
    """
    t = begin(out, language())
    drawn = []
    for figure in FIGURES:
        start = time.monotonic()
        more: dict[str, Any] = {"seed": seed} if "seed" in inspect.signature(figure).parameters else {}
        with waiting() as progress:
            found = figure(out, progress=progress, **more)
        drawn.append(found)
        print(f"{found.title}: {found.files[0]} ({duration(time.monotonic() - start)})", flush=True)
    print(f"{t.plain('page')}: {write_page(out, drawn, t)}")


app = App(
    name="theory",
    help="Figures that explain GAN theory, drawn by the training code itself.",
    help_epilogue="Example: sparring theory figure1",
    default_parameter=Parameter(consume_multiple=True, negative_iterable=()),
)
for _figure in FIGURES:
    app.command(command(_figure), name=_figure.__name__)
app.command(all_figures, name="all")
