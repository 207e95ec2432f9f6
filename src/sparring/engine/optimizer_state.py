"""An optimizer's state as tensors and JSON, and weights back into networks, without pickle."""

from typing import Any, TypedDict

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from sparring.errors import ModelError
from sparring.words import mark, tr


class OptimizerFacts(TypedDict):
    """What `pack_optimizer` gives as JSON: by parameter what is no tensor, and the settings of each group."""

    state: dict[str, dict[str, Any]]
    groups: list[dict[str, Any]]


def pack_optimizer(name: str, optimizer: Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """An optimizer's state: tensors under ``name/parameter/key``, and what is no tensor as JSON."""
    tensors: dict[str, Tensor] = {}
    plain: dict[str, dict[str, Any]] = {}
    whole = optimizer.state_dict()
    for index, state in whole["state"].items():
        for key, value in state.items():
            if isinstance(value, Tensor):
                tensors[f"{name}/{index}/{key}"] = value
            else:
                plain.setdefault(str(index), {})[key] = value
    groups = [
        {k: v.item() if isinstance(v, Tensor) else v for k, v in group.items() if k != "params"}
        for group in whole["param_groups"]
    ]
    return tensors, {"state": plain, "groups": groups}


def unpack_optimizer(name: str, optimizer: Optimizer, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Give an optimizer the state that `pack_optimizer` took.

    Raises:
        ModelError: If it was taken from an optimizer of another make.
    """
    state: dict[int, dict[str, Any]] = {int(i): dict(plain) for i, plain in facts["state"].items()}
    for path, value in tensors.items():
        owner, index, key = path.split("/", 2)
        if owner == name:
            state.setdefault(int(index), {})[key] = value
    own = optimizer.state_dict()["param_groups"]
    if len(own) != len(facts["groups"]):
        text = mark("the optimizer of {name} has {own} groups, the saved one {saved}")
        raise ModelError(tr(text, name=name, own=len(own), saved=len(facts["groups"])))
    groups = []
    for mine, saved in zip(own, facts["groups"], strict=True):
        values = {k: tuple(v) if isinstance(v, list) else _as(mine.get(k), v) for k, v in saved.items()}
        groups.append({**mine, **values, "params": mine["params"]})
    try:
        optimizer.load_state_dict({"state": state, "param_groups": groups})
    except (ValueError, KeyError) as e:
        raise ModelError(tr("the saved state of the optimizer of {name} does not fit: {e}", name=name, e=e)) from e
    lay_out(optimizer)


def described(shape: tuple[int, ...], kind: torch.dtype | str) -> str:
    """A tensor in words: ``(64, 3, 4, 4) float32``."""
    return f"{tuple(shape)} {str(kind).removeprefix('torch.')}"


def moments(optimizer: Optimizer) -> int:
    """Numbers an optimizer keeps for each parameter."""
    if isinstance(optimizer, torch.optim.SGD):
        return 1 if optimizer.defaults["momentum"] else 0
    return 2


def _as(mine: object, saved: Any) -> Any:
    """A saved number as the tensor that it is here, or as it is."""
    return torch.full_like(mine, saved) if isinstance(mine, Tensor) else saved


def lay_out(optimizer: Optimizer) -> None:
    """Give every moment the memory format of its parameter: fused optimizers pair them by their place in memory.

    All tensors become copies: steps are counted in place, and what was loaded must stay as it was.
    """
    for parameter, state in optimizer.state.items():
        for key, value in state.items():
            if isinstance(value, Tensor):
                like = parameter if value.shape == parameter.shape else value
                state[key] = torch.empty_like(like, dtype=value.dtype).copy_(value)


def load_networks(network: nn.Module, tensors: dict[str, Tensor]) -> None:
    """`load_state_dict`, with a message a user can act on.

    Raises:
        ModelError: If names or shapes differ.
    """
    own = network_tensors(network)
    missing, foreign = sorted(own.keys() - tensors.keys()), sorted(tensors.keys() - own.keys())
    both = sorted(own.keys() & tensors.keys())
    differing = [k for k in both if (own[k].shape, own[k].dtype) != (tensors[k].shape, tensors[k].dtype)]
    if missing or foreign or differing:
        if differing:
            saved, here = (described(of[differing[0]].shape, of[differing[0]].dtype) for of in (tensors, own))
            text = mark("{k} is {saved} in the file and {here} in the network")
            detail = tr(text, k=differing[0], saved=saved, here=here)
        else:
            text = mark("missing in the file: {missing}; not in the network: {foreign}")
            detail = tr(text, missing=missing[:3], foreign=foreign[:3])
        raise ModelError(
            tr("the saved weights are of another network ({detail}); was a setting changed?", detail=detail)
        )
    with torch.no_grad():
        network.load_state_dict(tensors)


def network_tensors(network: nn.Module) -> dict[str, Tensor]:
    """Everything in a network's state_dict; a game keeps nothing there but tensors."""
    return {k: v for k, v in network.state_dict().items() if isinstance(v, Tensor)}
