"""Journals: files that grow by a line at a time, and survive being cut off in the middle of one.

A row is a JSON object on a line of its own. JSON has no NaN: a number that is not finite is written as the
string ``"NaN"``, ``"Infinity"`` or ``"-Infinity"`` (which ``float`` of Python and ``Number`` of JavaScript
understand) and comes back as a float.
"""

import errno
import io
import json
import math
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sparring import durable
from sparring.errors import ModelError
from sparring.words import mark, tr

TAIL = 64 << 10
LARGEST = 1 << 30  # bytes of a journal: a row every two seconds for years
LONGEST = 1 << 20  # bytes of a line; what is longer is in pieces, and none of them is a row
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def append_line(path: Path, line: str) -> None:
    """Append a line in one write; a torn line before it is closed first.

    Args:
        path: The file, made if it is missing.
        line: Without the newline.

    Raises:
        ModelError: If it is a link, a pipe or a device.
        NoRoomError: If the disk is full; no part of the line stays.
    """
    data = line.replace("\n", " ").encode() + b"\n"
    with durable.room_for(path.name, path.parent, len(data)):
        fd = _open_to_append(path)
        try:
            size = os.fstat(fd).st_size
            if size and _byte(fd, size - 1) != b"\n":
                data = b"\n" + data
            try:
                durable.write_all(fd, data)
            except OSError:
                os.ftruncate(fd, size)
                raise
        finally:
            os.close(fd)


def append_row(path: Path, row: dict[str, Any]) -> None:
    """Append a JSON object.

    Args:
        path: The file, made if it is missing.
        row: Numbers, strings, and lists and dicts of them.

    Raises:
        NoRoomError: As `append_line`.
    """
    append_line(path, json.dumps(to_json(row), ensure_ascii=False, allow_nan=False))


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Every whole row; a missing file has none, and lines torn by a crash are passed over.

    Raises:
        ModelError: If it cannot be read, is a link, a pipe or a device, or larger than any journal.
    """
    try:
        with open(durable.opened(path), "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > LARGEST:
                text = mark("{path} has {size}, and no run writes more than {most} there.")
                raise ModelError(tr(text, path=path, size=durable.amount(size), most=durable.amount(LARGEST)))
            return [row for line in iter(lambda: file.readline(LONGEST), b"") if (row := _row(line)) is not None]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ModelError(tr("{path} cannot be read: {why}.", path=path, why=durable.reason(error))) from None


def last_rows(path: Path) -> list[dict[str, Any]]:
    """The rows in the last 64 KiB, for a look at a file of any length; none if it cannot be read."""
    try:
        with open(durable.opened(path), "rb") as file:
            start = max(0, os.fstat(file.fileno()).st_size - TAIL)
            file.seek(start)
            data = file.read(TAIL)
    except (OSError, ModelError):
        return []
    return _rows(data.partition(b"\n")[2] if start else data)


def drop_after(path: Path, step: int) -> None:
    """Remove rows of a later step, and torn lines, by writing the file anew.

    Args:
        path: The file; it may be missing.
        step: The last one to keep. Rows without a step stay.

    Raises:
        NoRoomError: If the disk is full; the file is as it was.
    """
    if not path.exists() and not path.is_symlink():
        return
    kept = [row for row in read_rows(path) if not _later(row.get("step"), step)]
    lines = [json.dumps(to_json(row), ensure_ascii=False, allow_nan=False) + "\n" for row in kept]
    durable.write_file(path, "".join(lines).encode())


def _open_to_append(path: Path) -> int:
    """The file, made if it is missing; what is no file of a run is not written to.

    Raises:
        ModelError: If it is a link, a pipe or a device.
    """
    try:
        return durable.opened(path, os.O_RDWR | os.O_CREAT | os.O_APPEND)
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENXIO, errno.EISDIR):
            raise
        raise ModelError(tr("{path} cannot be written: {why}.", path=path, why=durable.reason(error))) from None


def _byte(fd: int, at: int) -> bytes:
    os.lseek(fd, at, os.SEEK_SET)
    return os.read(fd, 1)


def _rows(data: bytes) -> list[dict[str, Any]]:
    return [row for line in io.BytesIO(data) if (row := _row(line)) is not None]


def _row(line: bytes) -> dict[str, Any] | None:
    """A last line without its newline is torn, even if it happens to parse: ``1`` may have been ``10``."""
    with suppress(ValueError, RecursionError):
        row = json.loads(line.decode()) if line.endswith(b"\n") else None
        if isinstance(row, dict):
            return {key: from_json(value) for key, value in row.items()}
    return None


def from_json(value: Any) -> Any:
    """Take back what `to_json` gave."""
    if isinstance(value, dict):
        return {key: from_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [from_json(inner) for inner in value]
    return _WORDS.get(value, value) if isinstance(value, str) else value


def _later(value: Any, step: int) -> bool:
    return isinstance(value, int | float) and value > step


def to_json(value: Any) -> Any:
    """A value as JSON has it: numbers that are not finite are words."""
    if isinstance(value, dict):
        return {str(key): to_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value
