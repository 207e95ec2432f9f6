"""Settings of a recipe: read from its signature, checked against it, and completed to the whole.

The signature is the one place where a setting's name, type, range and default stand. What comes from Python, a file or
the command line passes through `settle`.
"""

import difflib
import inspect
import typing
from collections.abc import Callable, Mapping
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from sparring.errors import CommandError


class Within(NamedTuple):
    """Annotation of a number: the values that make sense, both ends included."""

    low: float
    high: float


def settle(recipe: Callable[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a recipe: what was given, checked, and its defaults for the rest.

    Args:
        recipe: A function whose keyword-only parameters are its settings.
        given: Values by name; numbers and words may still be text.

    Raises:
        CommandError: If a name is unknown (with the nearest known one) or a value does not fit.
    """
    known = signature(recipe)
    for name in given:
        if name not in known:
            raise CommandError(f"{name_of(recipe)} has no setting {name!r}{did_you_mean(name, known)}")
    return {
        name: check(name, given[name], annotation) if name in given else default
        for name, (annotation, default) in known.items()
    }


def signature(recipe: Callable[..., Any]) -> dict[str, tuple[Any, Any]]:
    """Annotation and default of every setting, in order."""
    hints = typing.get_type_hints(recipe, include_extras=True)
    parameters = inspect.signature(recipe).parameters.values()
    return {p.name: (hints.get(p.name, Any), p.default) for p in parameters if p.kind is p.KEYWORD_ONLY}


def check(name: str, value: Any, annotation: Any) -> Any:
    """One value, converted to its type.

    Raises:
        CommandError: If it does not fit.
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        value = check(name, value, inner[0])
        for limit in inner[1:]:
            if isinstance(limit, Within) and not limit.low <= value <= limit.high:
                raise CommandError(f"{name} is {value}; it must be from {limit.low:g} to {limit.high:g}")
        return value
    if origin is Literal:
        if value not in inner:
            hint = did_you_mean(str(value), [str(i) for i in inner])
            raise CommandError(f"{name} is {value!r}{hint}; it is one of {', '.join(map(str, inner))}")
        return value
    if origin is tuple:
        items = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(items, list | tuple):
            raise CommandError(f"{name} is {value!r}; it must be a list of values")
        return tuple(check(name, item, inner[0]) for item in items)
    if origin in (Union, UnionType):
        if value is None:
            return None
        return check(name, value, next(i for i in inner if i is not type(None)))
    return _plain(name, value, annotation)


def did_you_mean(wrong: str, known: typing.Iterable[str]) -> str:
    """``"; did you mean 'z_dim'?"``, or nothing if nothing is near."""
    near = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""


def name_of(recipe: Callable[..., Any]) -> str:
    """The name a recipe goes by."""
    return getattr(recipe, "__name__", type(recipe).__name__)


def _plain(name: str, value: Any, kind: Any) -> Any:
    if kind is Any or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    try:
        if kind is bool:
            return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[str(value).lower()]
        if kind is int and isinstance(value, float) and value != int(value):
            raise ValueError
        if kind in (int, float) and not isinstance(value, bool):
            return kind(value)
    except (ValueError, KeyError, OverflowError, TypeError):
        pass
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    raise CommandError(f"{name} is {value!r}; it must be {words.get(kind, kind)}")
