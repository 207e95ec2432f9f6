"""What is being written aside, and what killed processes left of it.

Whoever writes holds a lock beside it that the kernel releases when the process dies, however it dies. So what nobody holds is
left over, at once, on any machine that shares the folder and in any container.
"""

import contextlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

LOCK = ".lock"
DAY = 86_400.0
"""Seconds after which even what was never locked is left over: some network file systems have no locks."""


@contextmanager
def owned(part: Path) -> Iterator[None]:
    """Hold what is written to ``part``, a folder that is made here and gone at the end."""
    lock = _lock_of(part)
    with contextlib.suppress(OSError, NotImplementedError, Timeout):
        lock.acquire(timeout=5)  # whoever clears may hold it for a moment
    try:
        part.mkdir(parents=True)
        yield
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _unlink(part)
        lock.release()


def clear(folder: Path) -> None:
    """Remove every ``.NAME.part`` in a folder that no living process holds."""
    names = {path.name.partition(".part")[0] + ".part" for path in folder.glob(".*.part*")}
    for part in (folder / name for name in names):
        with contextlib.suppress(OSError, NotImplementedError, Timeout):
            if not _path_of_lock(part).exists() and not _is_old(part):
                continue
            with _lock_of(part):
                for path in (part, part.with_name(part.name + ".damaged")):
                    shutil.rmtree(path, ignore_errors=True)
                _unlink(part)


def _is_old(part: Path) -> bool:
    return max(path.stat().st_mtime for path in (part, *part.iterdir())) < time.time() - DAY


def _path_of_lock(part: Path) -> Path:
    return part.with_name(part.name + LOCK)


def _lock_of(part: Path) -> FileLock:
    part.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(_path_of_lock(part), timeout=0, thread_local=False)


def _unlink(part: Path) -> None:
    with contextlib.suppress(OSError):  # Windows deletes nothing that is open: the next to clear does
        _path_of_lock(part).unlink()
