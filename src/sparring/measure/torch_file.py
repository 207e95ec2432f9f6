"""Weights out of a file that torch wrote before version 1.6, without running anything in it.

Such a file is four pickles (a magic number, the protocol, the machine's sizes, a dictionary of tensors), a fifth with the names of
the storages, and then the storages themselves. A pickle is a program; here its instructions are read one by one as data, and the
few that build tuples, dictionaries and tensors are followed. A file that holds any other instruction is refused.
"""

import hashlib
import io
import pickletools
import struct
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from sparring import durable
from sparring.errors import ModelError
from sparring.words import tr

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001
TYPES = {"torch FloatStorage": "<f4", "torch LongStorage": "<i8"}
DICTIONARY, REBUILD = "collections OrderedDict", "torch._utils _rebuild_tensor_v2"
NUMBERS_AND_WORDS = {"BINUNICODE", "BININT", "BININT1", "BININT2", "LONG1", "NONE", "NEWTRUE", "NEWFALSE"}
EMPTY = {"EMPTY_TUPLE": tuple, "EMPTY_DICT": dict, "EMPTY_LIST": list}
_MARK = object()


class Global(str):
    """The name of something in a module: only ever a name, it is never looked up."""


class Placed(NamedTuple):
    """A tensor that lies in a storage."""

    storage: str
    kind: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]


def tensors(path: Path, sha256: str, most: int) -> dict[str, Tensor]:
    """The tensors of a file whose content is known.

    Args:
        path: The file.
        sha256: What its content must hash to.
        most: Its size in bytes at most.

    Raises:
        ModelError: If it cannot be read, has another content, or does not hold a dictionary of tensors.
    """
    data = durable.read_bytes(path, most)
    if (got := hashlib.sha256(data).hexdigest()) != sha256:
        raise ModelError(
            tr("{path} is not the file that is expected: its SHA-256 is {got}, not {sha256}.", path=path, got=got, sha256=sha256)
        )  # fmt: skip
    return parsed(data, path)


def parsed(data: bytes, path: Path) -> dict[str, Tensor]:
    """The tensors of such a file's content.

    Raises:
        ModelError: If it is no such file.
    """
    file = io.BytesIO(data)
    try:
        if [run(file), run(file)] != [MAGIC, PROTOCOL]:
            raise ValueError("its first words are not those of torch")
        run(file)  # the sizes of short, int and long where it was written; storages are little-endian
        placed, keys = run(file), run(file)
        storages = _storages(file, keys, {p.storage: p.kind for p in placed.values()})
        return {name: _tensor(p, storages[p.storage]) for name, p in placed.items()}
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, struct.error) as error:
        raise ModelError(tr("{path} cannot be read as weights: {error}.", path=path, error=error)) from None


def run(file: io.BytesIO) -> Any:
    """What one pickle says, as numbers, words, tuples, lists, dictionaries and `Placed`; the file then stands behind it.

    Raises:
        ValueError: At an instruction that is not needed for a dictionary of tensors.
    """
    stack: list[Any] = []
    memo: dict[Any, Any] = {}
    for code, argument, _ in pickletools.genops(file):
        name = code.name
        if name in NUMBERS_AND_WORDS:
            stack.append(argument)
        elif name in EMPTY:
            stack.append(EMPTY[name]())
        elif name == "MARK":
            stack.append(_MARK)
        elif name == "GLOBAL":
            stack.append(Global(argument))
        elif name in ("BINPUT", "LONG_BINPUT"):
            memo[argument] = stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            stack.append(memo[argument])
        elif name == "TUPLE":
            stack.append(tuple(_to_mark(stack)))
        elif name in ("TUPLE1", "TUPLE2"):
            last = [stack.pop() for _ in range(int(name[-1]))]
            stack.append(tuple(last[::-1]))
        elif name in ("APPEND", "APPENDS"):
            added = _to_mark(stack) if name == "APPENDS" else [stack.pop()]
            stack[-1].extend(added)
        elif name in ("SETITEM", "SETITEMS"):
            pairs = _to_mark(stack) if name == "SETITEMS" else [stack.pop(), stack.pop()][::-1]
            stack[-1].update(zip(pairs[::2], pairs[1::2], strict=True))
        elif name == "REDUCE":
            given = stack.pop()
            stack.append(_made(stack.pop(), given))
        elif name == "BUILD":
            stack.pop()  # attributes of the dictionary: versions of its modules
        elif name == "STOP":
            return stack.pop()
        elif name not in ("PROTO", "BINPERSID"):  # a storage stays the tuple that names it
            raise ValueError(f"it holds the instruction {name}")
    raise ValueError("it ends too early")


def _to_mark(stack: list[Any]) -> list[Any]:
    found: list[Any] = []
    while (last := stack.pop()) is not _MARK:
        found.append(last)
    return found[::-1]


def _made(called: Any, given: Any) -> Any:
    if type(called) is Global and called == DICTIONARY and given == ():
        return {}
    if type(called) is Global and called == REBUILD:
        (word, kind, key, _, _, view), offset, shape, stride, *_ = given
        if word == "storage" and type(kind) is Global and view is None:
            return Placed(key, TYPES[kind], offset, shape, stride)
    raise ValueError(f"it calls {called!r}")


def _storages(file: io.BytesIO, keys: list[str], kinds: dict[str, str]) -> dict[str, np.ndarray]:
    found = {}
    for key in keys:
        (count,) = struct.unpack("<q", file.read(8))
        found[key] = np.frombuffer(file.read(count * np.dtype(kinds[key]).itemsize), kinds[key])
        if count != len(found[key]):
            raise ValueError(f"storage {key} ends too early")
    return found


def _tensor(placed: Placed, storage: np.ndarray) -> Tensor:
    """`torch.as_strided` judges offset, shape and stride against the storage."""
    return torch.from_numpy(storage.copy()).as_strided(placed.shape, placed.stride, placed.offset).contiguous()
