"""Arrays of a .npy: small ones in memory, large ones read from the disk picture by picture, never memory-mapped.

Whoever cuts a mapped file short kills the process that reads it (SIGBUS). Reads of an open descriptor end in an error instead,
and after each the descriptor is asked whether the file is as it was. It stays the file that was opened if the name is given to
another one, or is deleted.
"""

import math
import os
import stat
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from sparring.data.header import is_bomb
from sparring.data.room import check_memory
from sparring.errors import DataError
from sparring.words import mark, tr
from sparring.words.system import why

IN_MEMORY = 256 << 20
"""Bytes of a file that is read whole: to fetch a tiny picture by itself takes longer than to copy it."""
BLOCK = 16 << 20
CHANGED = mark("{path} has changed while it is being read: it was cut short or written anew")


class OnDisk:
    """Rows (N, ...) of a file, as an array that is only read by rows: ``rows[3:7]``, ``rows[np.array([5, 2])]``.

    Args:
        file: Where they lie, one after another in C order.
        start: Byte at which the first begins.
        shape: (N, ...) as they lie there.
        dtype: As it lies there.
        view: What is made of the rows (n, ...) that were read, row by row.
    """

    def __init__(
        self,
        file: "OpenFile",
        start: int,
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
        view: Callable[[np.ndarray], np.ndarray] = lambda rows: rows,
    ) -> None:
        self.file, self._start, self._stored, self._kind, self._view = file, start, shape, dtype, view
        self._size = math.prod(shape[1:]) * dtype.itemsize
        seen = view(np.zeros((1, *shape[1:]), dtype))
        self.shape, self.dtype, self.ndim = (shape[0], *seen.shape[1:]), seen.dtype, seen.ndim

    def __len__(self) -> int:
        return self._stored[0]

    def __iter__(self) -> Iterator[np.ndarray]:
        for block in blocks(self):
            yield from block

    def __getitem__(self, rows: slice | np.ndarray) -> np.ndarray:
        """These rows, in memory.

        Raises:
            DataError: If the file has changed since it was opened, or cannot be read.
        """
        numbers = range(*rows.indices(len(self))) if isinstance(rows, slice) else _numbers(rows, len(self))
        out = np.empty((len(numbers), *self._stored[1:]), self._kind)
        if out.size:
            raw, size = out.reshape(-1).view(np.uint8).data, self._size
            if isinstance(numbers, range) and numbers.step == 1:
                self.file.read_into(raw, self._start + numbers.start * size)
            else:
                for place, number in enumerate(numbers):
                    self.file.read_into(raw[place * size : (place + 1) * size], self._start + number * size)
        self.file.check()
        return self._view(out)

    def seen(self, view: Callable[[np.ndarray], np.ndarray]) -> "OnDisk":
        """The same rows with something done to them whenever they are read."""
        before = self._view
        return OnDisk(self.file, self._start, self._stored, self._kind, lambda rows: view(before(rows)))


class OpenFile:
    """A file that stays open as long as somebody needs it.

    Args:
        path: A regular file.

    Raises:
        OSError: If it cannot be opened.
        ValueError: If it is no regular file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        file = open(os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)), "rb", 0)
        weakref.finalize(self, file.close)
        self.raw, self.facts, self._lock = file, os.fstat(file.fileno()), threading.Lock()
        if not stat.S_ISREG(self.facts.st_mode):
            raise ValueError(tr("not a regular file"))

    def read_into(self, part: memoryview, at: int) -> None:
        """Fill ``part`` from byte ``at`` on.

        Raises:
            DataError: If the file ends before, or cannot be read.
        """
        while part:
            try:
                count = self._read(part, at)
            except OSError as error:
                raise DataError(tr("{path} cannot be read: {why}.", path=self.path, why=why(error))) from None
            if count == 0:
                raise DataError(tr(CHANGED, path=self.path))
            part, at = part[count:], at + count

    def check(self) -> None:
        """Whether the file is as it was when it was opened.

        Raises:
            DataError: If its size or the time of its last writing has changed.
        """
        facts = os.fstat(self.raw.fileno())
        if (facts.st_size, facts.st_mtime_ns) != (self.facts.st_size, self.facts.st_mtime_ns):
            raise DataError(tr(CHANGED, path=self.path))

    def _read(self, part: memoryview, at: int) -> int:
        if sys.platform != "win32":
            return os.preadv(self.raw.fileno(), [part], at)
        with self._lock:  # Windows reads only where the file stands
            self.raw.seek(at)
            return self.raw.readinto(part)


Stored = np.ndarray | OnDisk
"""An array in memory, or one that is read from the disk by rows."""


def seen(array: Stored, view: Callable[[np.ndarray], np.ndarray]) -> Stored:
    """Something done to the rows of an array: now if it is in memory, else whenever they are read."""
    return array.seen(view) if isinstance(array, OnDisk) else view(array)


def blocks(array: Stored, most: int = BLOCK) -> Iterator[np.ndarray]:
    """An array in parts of whole rows, of about ``most`` bytes each."""
    step = max(1, most // max(1, array[:1].nbytes))
    for at in range(0, len(array), step):
        yield array[at : at + step]


def read_npy(path: Path) -> Stored:
    """The array of a .npy. No pickle is read, and no more than the file holds is believed.

    Raises:
        OSError, ValueError: If it is no .npy, or is damaged.
        DataError: If it changes meanwhile, or is nearly all holes: many gigabytes of nothing.
        NoRoomError: If it must be read whole, lying there column by column, and does not fit into memory.
    """
    file = OpenFile(path)
    version = np.lib.format.read_magic(file.raw)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = read(file.raw)
    start, size = file.raw.tell(), math.prod(shape) * dtype.itemsize
    if dtype.hasobject or dtype.itemsize == 0 or any(n < 0 for n in shape):
        text = mark("{kind} of shape {shape} is no array of numbers")
        raise ValueError(tr(text, kind=dtype, shape=shape))
    if start + size > file.facts.st_size:
        text = mark("it ends too early: {kind} of shape {shape} takes {size:,} bytes, and there are {held:,}")
        raise ValueError(tr(text, kind=dtype, shape=shape, size=size, held=file.facts.st_size - start))
    held = getattr(file.facts, "st_blocks", size) * 512  # Windows does not say
    if is_bomb(size, held):
        text = mark("{name} declares {size:,} bytes in a file of {packed:,}: refused.")
        raise DataError(tr(text, name=path, size=size, packed=held))
    if size > IN_MEMORY and not by_columns:
        return OnDisk(file, start, shape, dtype)
    check_memory(path, size)
    values = np.empty(size, np.uint8)
    file.read_into(values.data, start)
    file.check()
    return values.view(dtype).reshape(shape, order="F" if by_columns else "C")


def _numbers(rows: np.ndarray, count: int) -> list[int]:
    """Row numbers from 0 on, as numpy takes them.

    Raises:
        IndexError: If there is no such row.
    """
    numbers = np.asarray(rows)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu":
        raise IndexError(f"rows are numbers (n,), not {numbers.dtype} of shape {numbers.shape}")
    if numbers.size and not -count <= numbers.min() <= numbers.max() < count:
        raise IndexError(f"rows {numbers.min()} to {numbers.max()} of {count}")
    return [int(n) for n in numbers % count] if numbers.size else []
