"""Settings of a recipe: read from its signature, checked against it, and completed to the whole.

The signature is the one place where a setting's name, type, range and default stand. What comes from Python, a file or
the command line passes through `settle`. A recipe may be anything that can be called: a function, a `functools.partial`,
whose keywords become the defaults, or an object.
"""

import difflib
import inspect
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from numbers import Real
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from sparring.errors import CommandError
from sparring.words import mark, tr

KINDS = {
    int: mark("{name} is {value}; it must be a whole number"),
    float: mark("{name} is {value}; it must be a number"),
    bool: mark("{name} is {value}; it must be true or false"),
    str: mark("{name} is {value}; it must be text"),
    Path: mark("{name} is {value}; it must be a path"),
}
"""What is said of a value that is not of its kind."""
TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class Within(NamedTuple):
    """Annotation of a number: the values that make sense, both ends included."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class OneOf:
    """Annotation of a word: the words that make sense, such as the names of a table.

    Args:
        of: Read when a value is checked, so that a name that was added to the table counts.
    """

    of: Collection[str]


def settle(recipe: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a recipe: what was given, checked, and its defaults for the rest.

    Args:
        recipe: What is called; its keyword-only parameters are its settings.
        given: Values by name; numbers and words may still be text.

    Raises:
        CommandError: If a name is unknown (with the nearest known one), a value does not fit, or one without a default is
            missing.
    """
    known = signature(recipe)
    for name in given:
        if name not in known:
            text = mark("{recipe} has no setting {name!r}{hint}")
            raise CommandError(tr(text, recipe=name_of(recipe), name=name, hint=did_you_mean(name, known)))
    given = {**(recipe.keywords if isinstance(recipe, partial) else {}), **given}
    for name, (_, default) in known.items():
        if default is inspect.Parameter.empty and name not in given:
            text = mark("{recipe} needs a value for {name}: it has no default")
            raise CommandError(tr(text, recipe=name_of(recipe), name=name))
    return {
        name: check(name, given[name], annotation) if name in given else default
        for name, (annotation, default) in known.items()
    }


def signature(recipe: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Annotation and default of every setting, in order.

    Raises:
        CommandError: If the recipe has none that can be read.
    """
    settings = [p for p in parameters(recipe) if p.kind is p.KEYWORD_ONLY]
    return {p.name: (Any if p.annotation is p.empty else p.annotation, p.default) for p in settings}


def domains_of(recipe: Callable[..., Any]) -> int:
    """How many sets of pictures a recipe is about: its positional parameters are their specs.

    Raises:
        CommandError: If there are none, or one has a default and so must be a setting.
    """
    specs = [p for p in parameters(recipe) if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    name = name_of(recipe)
    for spec in specs:
        if spec.default is not spec.empty:
            text = mark(
                "{name} takes {setting} as if it were a set of pictures; settings come after a star: "
                "def {name}(spec, *, {setting}={default!r})"
            )
            raise CommandError(tr(text, name=name, setting=spec.name, default=spec.default))
    if not specs:
        text = mark("{name} takes no pictures; a recipe begins with their spec: def {name}(spec, *, lr=0.001)")
        raise CommandError(tr(text, name=name))
    return len(specs)


class Partner(NamedTuple):
    """Annotation of a recipe's second spec: each of its pictures belongs to the picture of the first that has its place."""


def is_paired(recipe: Callable[..., Any]) -> bool:
    """Whether a recipe learns from pairs: ``def recipe(spec: Spec, spec_y: Annotated[Spec, Partner()], *, ...)``."""
    return any(isinstance(m, Partner) for p in parameters(recipe) for m in getattr(p.annotation, "__metadata__", ()))


def parameters(recipe: Callable[..., Any]) -> list[inspect.Parameter]:
    """All parameters of what is called, annotations evaluated.

    Raises:
        CommandError: If they cannot be read.
    """
    try:
        return list(inspect.signature(recipe, eval_str=True).parameters.values())
    except (TypeError, ValueError, NameError) as error:
        text = mark("{recipe} cannot be used as a recipe: {error}")
        raise CommandError(tr(text, recipe=name_of(recipe), error=error)) from error


def check(name: str, value: Any, annotation: Any) -> Any:
    """One value, converted to its type.

    Raises:
        CommandError: If it does not fit.
    """
    origin, inner = get_origin(annotation) or annotation, get_args(annotation)
    if origin is Annotated:
        value = check(name, value, inner[0])
        for limit in inner[1:]:
            if isinstance(limit, Within) and isinstance(value, int | float) and not limit.low <= value <= limit.high:
                text = mark("{name} is {value}; it must be from {low:g} to {high:g}")
                raise CommandError(tr(text, name=name, value=said(value), low=limit.low, high=limit.high))
            if isinstance(limit, OneOf) and value is not None:
                value = _one_of(name, value, tuple(limit.of))
        return value
    if origin is Literal:
        return _one_of(name, value, inner)
    if origin in (tuple, list):
        return _items(name, value, origin, inner)
    if origin in (Union, UnionType):
        return _either(name, value, inner)
    return _plain(name, value, origin)


def stored(value: Any) -> Any:
    """A setting as JSON holds it; `check` takes it back."""
    if isinstance(value, tuple | list):
        return [stored(item) for item in value]
    return str(value) if isinstance(value, Path) else value


def did_you_mean(wrong: str, known: Iterable[str], cutoff: float = 0.5) -> str:
    """``"; did you mean 'z_dim'?"``, or nothing if nothing is near: shares less than ``cutoff`` of its letters."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=cutoff)
    return tr("; did you mean {near!r}?", near=near[0]) if near else ""


def name_of(recipe: Callable[..., Any]) -> str:
    """The name a recipe goes by; a partial without one goes by that of its function."""
    while isinstance(recipe, partial) and not hasattr(recipe, "__name__"):
        recipe = recipe.func
    return getattr(recipe, "__name__", type(recipe).__name__)


def _one_of(name: str, value: Any, known: tuple[Any, ...]) -> Any:
    word = value if isinstance(value, str) else said(value)
    if isinstance(value, str | int | None):
        for one in known:
            if str(one) == word and isinstance(one, bool) == isinstance(value, bool):
                return one
    hint = did_you_mean(word, map(str, known))
    text = mark("{name} is {value}{hint}; it is one of {known}")
    raise CommandError(tr(text, name=name, value=said(value), hint=hint, known=", ".join(map(str, known))))


def _items(name: str, value: Any, kind: type, inner: tuple[Any, ...]) -> Any:
    items = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(items, list | tuple):
        raise CommandError(tr("{name} is {value}; it must be a list of values", name=name, value=said(value)))
    if kind is list or not inner or inner[-1] is ...:
        inner = (inner[:1] or (Any,)) * len(items)
    if len(items) != len(inner):
        text = mark("{name} is {value}; it must be a list of {n} values")
        raise CommandError(tr(text, name=name, value=said(value), n=len(inner)))
    return kind(check(name, item, each) for item, each in zip(items, inner, strict=True))


def _either(name: str, value: Any, kinds: tuple[Any, ...]) -> Any:
    """The value as it is if one of the kinds takes it so, else as the first that takes it converted."""
    taken, refused = [], []
    for kind in kinds:
        try:
            taken.append(check(name, value, kind))
        except CommandError as error:
            refused += [str(error)] if kind is not type(None) else []
    if not taken:
        raise CommandError(
            reduce(lambda one, other: tr("{one}, or {other}", one=one, other=other), dict.fromkeys(refused))
        )
    return next((one for one in taken if one is value), taken[0])


def _plain(name: str, value: Any, kind: Any) -> Any:
    number = isinstance(value, str | Real) and not isinstance(value, bool)
    try:
        if kind is Any:
            return value
        if kind is bool and not isinstance(value, bool):
            return TRUTH[str(value).lower()]
        if kind is int and number and (isinstance(value, str) or value == int(value)):
            return int(value)
        if kind is float and number and math.isfinite(converted := float(value)):
            return converted
        if kind is Path and isinstance(value, str) and value:
            return Path(value)
        if kind not in (int, float) and isinstance(value, kind):
            return value
    except (ValueError, KeyError, OverflowError, TypeError):
        pass
    if kind in KINDS:
        raise CommandError(tr(KINDS[kind], name=name, value=said(value)))
    text = mark("{name} is {value}; it must be {kind}")
    raise CommandError(tr(text, name=name, value=said(value), kind=getattr(kind, "__name__", kind)))


def said(value: Any) -> str:
    """A value in a message: short, and whatever it is."""
    try:
        text = repr(value)
    except Exception:  # an integer of 5,000 digits refuses to be written
        text = tr("of type {kind}", kind=type(value).__name__)
    return text if len(text) <= 200 else text[:200] + "..."
