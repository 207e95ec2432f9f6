"""Whether something fits into memory, asked before it is read: the system would end the process, not refuse."""

from pathlib import Path

from sparring.durable import amount
from sparring.errors import NoRoomError
from sparring.words import mark, tr


def free_memory() -> int | None:
    """Bytes of memory that can still be had; None where it cannot be told."""
    try:
        with open("/proc/meminfo", encoding="utf-8") as file:
            facts = dict(line.split(":", 1) for line in file)
        return int(facts["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def check_memory(path: Path | str, size: int) -> None:
    """Refuse an array that does not fit.

    Args:
        path: Of the file, for the message.
        size: Of its values, in bytes.

    Raises:
        NoRoomError: With what is free, and what to do.
    """
    free = free_memory()
    if free is not None and size > free:
        text = mark("{path} takes {size} of memory, and {free} is free; store it as .npy, which is read from the disk.")
        raise NoRoomError(tr(text, path=path, size=amount(size), free=amount(free)))
