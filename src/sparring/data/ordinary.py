"""What is no file and no folder, whatever its name says: pipes, sockets, devices, and what the kernel makes up when it is read."""

import functools
import os
import stat
from pathlib import Path

from sparring.errors import DataError
from sparring.words import mark, tr

KINDS = (
    (stat.S_ISFIFO, mark("{path} is a named pipe, not a file; save what comes out of it to a file first.")),
    (stat.S_ISSOCK, mark("{path} is a socket, not a file; save what comes out of it to a file first.")),
    (stat.S_ISCHR, mark("{path} is a device, not a file.")),
    (stat.S_ISBLK, mark("{path} is a device, not a file.")),
)


def check_ordinary(path: Path) -> None:
    """Refuse what would hang or never end when it is read. It is only looked at, not opened.

    Raises:
        DataError: If it is neither a regular file nor a folder, or belongs to the kernel.
        OSError: If it cannot be looked at.
    """
    facts = os.stat(path)
    for is_kind, text in KINDS:
        if is_kind(facts.st_mode):
            raise DataError(tr(text, path=path))
    if is_made_up(facts):
        text = mark("{path} is not on a disk: it belongs to the kernel (/proc, /sys), where there are no pictures.")
        raise DataError(tr(text, path=path))


def is_made_up(facts: os.stat_result) -> bool:
    """Whether a file or folder lies in /proc or /sys: to read it may wait for ever, or never end."""
    return facts.st_dev in _made_up()


@functools.cache
def _made_up() -> frozenset[int]:
    """The file systems of /proc and /sys, where the root of one is not simply a folder of the disk."""
    root = os.stat("/").st_dev
    return frozenset(os.stat(p).st_dev for p in ("/proc", "/sys") if os.path.ismount(p)) - {root}
