"""Tensors that took long to compute, kept in the cache folder and read back without trust."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from sparring import durable
from sparring.errors import ModelError, NoRoomError

Shape = tuple[torch.dtype, tuple[int, ...]]
HEADER = 1 << 16


def kept(path: Path, shapes: Mapping[str, Shape], compute: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
    """What a file holds if it is just what is expected; else it is computed, and kept if the folder can be written.

    Args:
        path: The file; its name says what the tensors belong to.
        shapes: Type and shape of each tensor there must be.
        compute: Gives the tensors.
    """
    found = read(path, shapes)
    if found is None:
        found = {name: tensor.contiguous() for name, tensor in compute().items()}
        with contextlib.suppress(OSError, NoRoomError):
            path.parent.mkdir(parents=True, exist_ok=True)
            durable.write_file(path, save(found))
    return found


def read(path: Path, shapes: Mapping[str, Shape]) -> dict[str, Tensor] | None:
    """The tensors of a file; None if it is missing, damaged, of other shapes, or holds a value that is not finite."""
    if not path.exists():
        return None
    most = HEADER + sum(dtype.itemsize * torch.Size(shape).numel() for dtype, shape in shapes.values())
    try:
        found = load(durable.read_bytes(path, most))
    except (ModelError, SafetensorError, RuntimeError, ValueError, TypeError, OverflowError, AssertionError):
        return None
    sound = {name: (t.dtype, tuple(t.shape)) for name, t in found.items()} == dict(shapes)
    return found if sound and all(t.isfinite().all() for t in found.values()) else None
