"""Kinds of settings that several recipes share: type and what makes sense."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from sparring.data.spec import Spec
from sparring.engine.experiment import Experiment
from sparring.games.losses import LOSSES
from sparring.settings import OneOf, Partner, Within

Recipe = Callable[..., Experiment]

LossName = Annotated[str, OneOf(LOSSES)]
PriorName = Literal["normal", "uniform"]
AugmentName = Literal["auto", "none", "diffaugment", "ada"]
Count = Annotated[int, Within(1, 1_000_000)]
Width = Annotated[int, Within(1, 16_384)]
Rate = Annotated[float, Within(0.0, 10.0)]
Share = Annotated[float, Within(0.0, 0.999999)]
Images = Annotated[float, Within(0.0, 1e12)]
Weight = Annotated[float, Within(0.0, 1e6)]
Layers = Annotated[int, Within(1, 8)]
Blocks = Annotated[int, Within(0, 64)]
Side = Annotated[int, Within(0, 8192)]
PartnerSpec = Annotated[Spec, Partner()]
"""Of the second domain of a recipe that learns from pairs."""
Pooled = Annotated[int, Within(0, 100_000)]


def variant(recipe: Recipe, name: str, about: str, **defaults: Any) -> Recipe:
    """A recipe with other defaults and a name of its own.

    Args:
        recipe: Whose settings it has.
        name: What it is called.
        about: What its docstring says before the arguments.
        defaults: By the names of settings.
    """
    made, doc = partial(recipe, **defaults), recipe.__doc__ or ""
    vars(made).update(__name__=name, __doc__=f"{about}\n\n{doc[doc.index('    Args:') :]}")
    return made
