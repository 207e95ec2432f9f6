"""Saved state of optimizers, held against what such optimizers keep before they take it: anyone may have written it."""

import inspect
from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from sparring.engine.optimizer_state import described
from sparring.errors import ModelError
from sparring.words import mark, tr


class Kept(NamedTuple):
    """A tensor that an optimizer keeps of a parameter: its type, and whether it has the parameter's shape or none."""

    kind: torch.dtype
    whole: bool


def check_optimizers(
    optimizers: Mapping[str, Optimizer], tensors: Mapping[str, Tensor], facts: Mapping[str, Any], step: int
) -> None:
    """Hold saved state against the optimizers that are to take it, before they do.

    Args:
        optimizers: By player.
        tensors: As `pack_optimizer` names them.
        facts: Its JSON, by player.
        step: At which it was taken.

    Raises:
        ModelError: If something is missing or foreign, of another type or shape, or a setting is none of such an optimizer.
    """
    if facts.keys() != optimizers.keys():
        text = mark("the checkpoint has optimizers of {saved}, the run of {own}")
        raise ModelError(tr(text, saved=", ".join(facts) or "-", own=", ".join(optimizers)))
    found: dict[str, dict[str, dict[str, Tensor]]] = {name: {} for name in optimizers}
    for path, value in tensors.items():
        name, _, rest = path.partition("/")
        index, _, key = rest.partition("/")
        if name not in found or not key:
            raise ModelError(
                tr("optimizers.safetensors holds {path!r}, which no optimizer of the run keeps", path=path)
            )
        found[name].setdefault(index, {})[key] = value
    for name, optimizer in optimizers.items():
        _check_groups(name, optimizer, facts[name]["groups"])
        _check_kept(name, optimizer, found[name], facts[name]["state"], step)


def _check_groups(name: str, optimizer: Optimizer, saved: list[dict[str, Any]]) -> None:
    """Every setting is of the kind that the optimizer has, and the optimizer itself finds it in range."""
    for mine, theirs in zip(optimizer.param_groups, saved, strict=False):
        for key, value in theirs.items():
            if key in mine and not _alike(mine[key], value):
                text = mark("the checkpoint's optimizer of {name} has {key} = {value}, which is no value of it")
                raise ModelError(tr(text, name=name, key=key, value=f"{value!r:.80}"))
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in theirs.items()}
        if _like(optimizer, mine, mine) is not None:
            try:
                _like(optimizer, mine, {**mine, **values}, refuse=True)
            except (ValueError, TypeError) as e:
                raise ModelError(
                    tr("the saved state of the optimizer of {name} does not fit: {e}", name=name, e=e)
                ) from e


def _check_kept(
    name: str, optimizer: Optimizer, found: Mapping[str, Mapping[str, Tensor]], plain: Mapping[str, Any], step: int
) -> None:
    """Every parameter has all that such an optimizer keeps of one, or nothing, as one that took no part; some have it."""
    parameters = [(p, group) for group in optimizer.param_groups for p in group["params"]]
    for index in (*found, *plain):
        if not index.isdecimal() or not int(index) < len(parameters):
            text = mark("the checkpoint's optimizer of {name} keeps something of parameter {index}; there are {n}")
            raise ModelError(tr(text, name=name, index=index, n=len(parameters)))
    kinds = {id(group): _kept(optimizer, group) for group in optimizer.param_groups}
    known = [kept for kept in kinds.values() if kept]
    if step and known and not found:
        raise ModelError(
            tr("the checkpoint keeps nothing of the optimizer of {name}, after {step} steps", name=name, step=step)
        )
    for index, kept in found.items():
        parameter, group = parameters[int(index)]
        expected = kinds[id(group)]
        if expected is None:
            continue
        for key in sorted(expected.keys() ^ kept.keys()):
            text = (
                mark("{name}/{index}/{key} is missing") if key in expected else mark("{name}/{index}/{key} is foreign")
            )
            raise ModelError(
                tr("optimizers.safetensors is damaged: {why}", why=tr(text, name=name, index=index, key=key))
            )
        for key, value in kept.items():
            kind, whole = expected[key]
            shape = tuple(parameter.shape) if whole else ()
            if (tuple(value.shape), value.dtype) != (shape, kind):
                text = mark("optimizers.safetensors is damaged: {name}/{index}/{key} is {saved}, and must be {own}")
                saved, own = described(value.shape, value.dtype), described(shape, kind)
                raise ModelError(tr(text, name=name, index=index, key=key, saved=saved, own=own))


def _kept(optimizer: Optimizer, group: dict[str, Any]) -> dict[str, Kept] | None:
    """What an optimizer of this kind keeps of a parameter: what one like it keeps after a step. None if that cannot be found."""
    like = _like(optimizer, group, group)
    if like is None:
        return None
    (parameter,) = like.param_groups[0]["params"]
    parameter.grad = torch.zeros_like(parameter)
    try:
        like.step()
    except (RuntimeError, TypeError):  # one that asks for a closure
        return None
    state = like.state[parameter]
    return {key: Kept(v.dtype, v.dim() > 0) for key, v in state.items() if isinstance(v, Tensor)}


def _like(
    optimizer: Optimizer, group: dict[str, Any], values: Mapping[str, Any], refuse: bool = False
) -> Optimizer | None:
    """An optimizer of the same kind with these settings for one number of its own; None if it is made in another way.

    Raises:
        ValueError, TypeError: If it does not take the settings, and ``refuse``.
    """
    own = group["params"][0] if group["params"] else torch.zeros(1)
    number = nn.Parameter(torch.zeros(1, dtype=own.dtype, device=own.device))
    known = inspect.signature(type(optimizer).__init__).parameters
    try:
        return type(optimizer)([number], **{k: v for k, v in values.items() if k in known and k != "params"})
    except (ValueError, TypeError):
        if refuse:
            raise
        return None


def _alike(mine: object, saved: object) -> bool:
    """Whether a saved setting is of the kind of the one that is here."""
    switches = (bool, type(None))
    if isinstance(mine, switches) or isinstance(saved, switches):
        return isinstance(mine, switches) and isinstance(saved, switches)
    if isinstance(mine, tuple | list):
        return isinstance(saved, list) and len(saved) == len(mine) and all(map(_alike, mine, saved))
    if isinstance(mine, Tensor | int | float):
        return isinstance(saved, int | float)
    return isinstance(saved, type(mine))
