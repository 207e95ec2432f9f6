"""What a file must say, declared as a type, and the one checker that holds a file's JSON against it before anything is used.

A declaration is made of ``TypedDict`` (what it does not name is not looked at), ``list``, ``tuple`` of a fixed length, ``dict``,
``Literal``, unions, plain types, and ``Annotated`` with `Within` or `Long`. Nothing is converted: ``"3"`` and ``3.0`` are no
whole numbers.
"""

import math
import typing
from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from sparring.errors import ModelError
from sparring.settings import KINDS, Within, said
from sparring.words import mark, tr


class Long(NamedTuple):
    """Annotation of a list: how many entries it may have, both ends included."""

    low: int
    high: int


class Misfit(Exception):
    """Something that is not as declared; its text says where and what."""


JSON = {
    **KINDS,
    dict: mark("{name} is {value}; it must be an object"),
    list: mark("{name} is {value}; it must be a list"),
    type(None): mark("{name} is {value}; it must be null"),
}
"""What is said of a value that is not of its kind."""


def conform(value: Any, kind: Any, origin: str | Path) -> None:
    """Hold JSON against its declaration.

    Args:
        value: As `json.loads` gives it.
        kind: The declaration.
        origin: The file, for messages.

    Raises:
        ModelError: With the file, the first field that is not as declared, and what it must be.
    """
    try:
        _check(value, kind, "")
    except Misfit as error:
        raise ModelError(tr("{path} is damaged: {why}", path=origin, why=error)) from None


def _check(value: Any, kind: Any, name: str) -> None:
    origin, inner = get_origin(kind) or kind, get_args(kind)
    if origin is Any:
        return
    if origin is typing.NotRequired:
        _check(value, inner[0], name)
    elif origin is Annotated:
        _check(value, inner[0], name)
        for limit in inner[1:]:
            _limited(value, limit, name)
    elif typing.is_typeddict(origin):
        _object(value, origin, name)
    elif origin is dict:
        _plain(value, dict, name)
        for key, item in value.items():
            _check(item, inner[1], _under(name, key))
    elif origin in (list, tuple):
        _items(value, origin, inner, name)
    elif origin is Literal:
        if not any(type(value) is type(one) and value == one for one in inner):
            text = mark("{name} is {value}; it is one of {known}")
            raise Misfit(tr(text, name=name, value=said(value), known=", ".join(map(str, inner))))
    elif origin in (Union, UnionType):
        _either(value, inner, name)
    else:
        _plain(value, origin, name)


def _object(value: Any, kind: Any, name: str) -> None:
    _plain(value, dict, name)
    for key, each in typing.get_type_hints(kind, include_extras=True).items():
        if key in value:
            _check(value[key], each, _under(name, key))
        elif key in kind.__required_keys__:
            raise Misfit(tr("{name} is missing", name=_under(name, key)))


def _items(value: Any, kind: type, inner: tuple[Any, ...], name: str) -> None:
    _plain(value, list, name)
    kinds = inner if kind is tuple else inner * len(value)
    if len(kinds) != len(value):
        raise Misfit(
            tr("{name} is {value}; it must be a list of {n} values", name=name, value=said(value), n=len(kinds))
        )
    for i, (item, each) in enumerate(zip(value, kinds, strict=True)):
        _check(item, each, f"{name}[{i}]")


def _either(value: Any, kinds: tuple[Any, ...], name: str) -> None:
    """The value is as one of the kinds; else what the last one that is not null has to say."""
    refused: list[Misfit] = []
    for kind in kinds:
        try:
            return _check(value, kind, name)
        except Misfit as error:
            refused += [error] if kind is not type(None) else []
    raise refused[-1]


def _limited(value: Any, limit: Any, name: str) -> None:
    if isinstance(limit, Within) and not limit.low <= value <= limit.high:
        text = mark("{name} is {value}; it must be from {low:g} to {high:g}")
        raise Misfit(tr(text, name=name, value=said(value), low=limit.low, high=limit.high))
    if isinstance(limit, Long) and not limit.low <= len(value) <= limit.high:
        text = mark("{name} has {n} entries; it must have from {low} to {high}")
        raise Misfit(tr(text, name=name, n=len(value), low=limit.low, high=limit.high))


def _plain(value: Any, kind: Any, name: str) -> None:
    if kind is float:
        fits = type(value) is int or (type(value) is float and math.isfinite(value))
    else:
        fits = isinstance(value, Mapping) if kind is dict else type(value) is kind
    if not fits:
        raise Misfit(tr(JSON[kind], name=name or tr("the file"), value=said(value)))


def _under(name: str, key: str) -> str:
    return f"{name}.{key}" if name else key
