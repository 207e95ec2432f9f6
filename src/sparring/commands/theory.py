"""``sparring theory``: each figure is a function, and each of its parameters a flag."""

import functools
import inspect
import json
from collections.abc import Callable
from typing import Any

from cyclopts import App, Parameter

from sparring.theory.figures.covering import modes
from sparring.theory.figures.function_space import proposition2
from sparring.theory.figures.orbits import dirac
from sparring.theory.figures.paper import figure1
from sparring.theory.figures.saturation import gradients
from sparring.theory.figures.sliding import divergence
from sparring.theory.figures.steps_of_d import k

FIGURES = (figure1, gradients, divergence, proposition2, dirac, modes, k)


def command(figure: Callable[..., dict[str, Any]]) -> Callable[..., None]:
    """A command that draws a figure and prints where it is, and the numbers as JSON."""

    @functools.wraps(figure)
    def draw(*words: Any, **flags: Any) -> None:
        print(json.dumps(_short(figure(*words, **flags)), indent=2, ensure_ascii=False))

    parameters = inspect.signature(figure).parameters.values()
    draw.__signature__ = inspect.Signature(list(parameters))  # type: ignore[attr-defined]
    return draw


def _short(facts: dict[str, Any]) -> dict[str, Any]:
    """What fits on a screen; long lists are in the JSON file."""
    return {name: value for name, value in facts.items() if len(json.dumps(value)) < 400}


app = App(
    name="theory", help="The theory, beside the code that trains.", default_parameter=Parameter(consume_multiple=True)
)
for _figure in FIGURES:
    app.command(command(_figure), name=_figure.__name__)
