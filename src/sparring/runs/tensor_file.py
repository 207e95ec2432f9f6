"""Tensors to safetensors bytes and back; headers are judged before anything is allocated."""

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load as _load
from safetensors.torch import save as _save
from torch import Tensor

from sparring.errors import ModelError
from sparring.words import tr

Shape = tuple[tuple[int, ...], str]  # ((64, 3, 4, 4), "float32")

LARGEST_HEADER = 16 << 20
MOST_DIMENSIONS = 64
DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "C64": torch.complex64,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U64": torch.uint64,
    "U32": torch.uint32,
    "U16": torch.uint16,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


def to_bytes(tensors: Mapping[str, Tensor]) -> bytes:
    """The bytes of a safetensors file. Views are made contiguous; what shares memory is written out twice.

    Args:
        tensors: Any shapes, on any device.

    Raises:
        ValueError: If a name or a dtype cannot be written.
    """
    plain: dict[str, Tensor] = {}
    seen: set[int] = set()
    for name, tensor in tensors.items():
        if name == "__metadata__" or tensor.dtype not in DTYPES.values():
            raise ValueError(f"cannot write the tensor {name!r} of {tensor.dtype} to a checkpoint")
        value = tensor.detach().to("cpu").resolve_conj().resolve_neg().contiguous()
        address = value.untyped_storage().data_ptr()
        plain[name] = value.clone() if address in seen else value
        seen.add(address)
    return _save(plain)


def from_bytes(data: bytes, path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, on the CPU, in memory of their own.

    Args:
        data: All of the file.
        path: Its name, for messages.

    Raises:
        ModelError: If it is no safetensors file or its header disagrees with its size.
    """
    header(data[: 8 + LARGEST_HEADER], len(data), path)
    try:
        return _load(data)
    except (SafetensorError, RuntimeError, ValueError, TypeError, OverflowError, AssertionError) as error:
        raise ModelError(tr("{path} cannot be read as tensors: {error}.", path=path, error=error)) from None


def header(start: bytes, size: int, path: Path) -> dict[str, Shape]:
    """Shapes and dtypes, from the first bytes of a safetensors file. Allocates no tensor.

    Args:
        start: At least the header: the file's first bytes.
        size: The size of the whole file, which the shapes must add up to.
        path: Its name, for messages.

    Raises:
        ModelError: If the header is damaged, or the shapes do not add up to the file.
    """
    if len(start) < 8:
        raise ModelError(tr("{path} is no safetensors file: it ends within its first 8 bytes.", path=path))
    (length,) = struct.unpack("<Q", start[:8])
    if length > LARGEST_HEADER or 8 + length > size:
        raise ModelError(tr("{path} is no safetensors file: its header claims {n:,} bytes.", path=path, n=length))
    try:
        entries = json.loads(start[8 : 8 + length].decode())
        assert isinstance(entries, dict)
        spans = {name: _span(entry) for name, entry in entries.items() if name != "__metadata__"}
    except (ValueError, RecursionError, AssertionError, KeyError, TypeError) as error:
        raise ModelError(
            tr("{path} has a damaged header ({error}).", path=path, error=f"{type(error).__name__} {error}")
        ) from None
    _check_spans(spans, size - 8 - length, path)
    return {name: (shape, str(dtype).removeprefix("torch.")) for name, (shape, dtype, _, _) in spans.items()}


_Span = tuple[tuple[int, ...], torch.dtype, int, int]


def _span(entry: Any) -> _Span:
    shape, (begin, end) = entry["shape"], entry["data_offsets"]
    assert isinstance(shape, list)
    assert len(shape) <= MOST_DIMENSIONS
    assert all(type(n) is int and 0 <= n < 1 << 62 for n in (*shape, begin, end))
    assert math.prod(n or 1 for n in shape) < 1 << 62  # strides of an empty tensor must fit, too
    return tuple(shape), DTYPES[entry["dtype"]], begin, end


def _check_spans(spans: dict[str, _Span], size: int, path: Path) -> None:
    at = 0
    for name, (shape, dtype, begin, end) in sorted(spans.items(), key=lambda item: item[1][2:]):
        if begin != at or end - begin != math.prod(shape) * dtype.itemsize:
            raise ModelError(
                tr(
                    "{path} is damaged: {name!r} of shape {shape} and {dtype} cannot lie in bytes {begin:,} to {end:,} "
                    "of a file with {size:,}.",
                    path=path,
                    name=name,
                    shape=shape,
                    dtype=dtype,
                    begin=begin,
                    end=end,
                    size=size,
                )
            )
        at = end
    if at != size:
        raise ModelError(
            tr("{path} is damaged: its tensors end at byte {at:,} of {size:,}.", path=path, at=at, size=size)
        )
