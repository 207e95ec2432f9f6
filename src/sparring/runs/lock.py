"""One trainer a folder: a lock that the kernel releases when its holder dies, however it dies."""

import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sparring.errors import CommandError

PATIENCE = 0.3  # seconds; whoever asks for the `holder` touches the lock for a moment
_held: set[int] = set()


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock file. It names its holder, and stays behind empty: to delete it would be a race.

    Args:
        path: The lock file, made if it is missing; its folder exists.

    Raises:
        CommandError: If another trainer holds it, with its process id.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    if not _take(fd):
        os.close(fd)
        raise CommandError(_refusal(path))
    _held.add(fd)
    try:
        with suppress(OSError):  # on a full disk the lock holds all the same, without a name in it
            os.ftruncate(fd, 0)
            os.pwrite(fd, f"{os.getpid()} {socket.gethostname()}\n".encode(), 0)
        yield
    finally:
        if fd in _held:  # a forked child has closed its copy already
            _held.discard(fd)
            with suppress(OSError):
                os.ftruncate(fd, 0)
            os.close(fd)


def holder(path: Path) -> int | None:
    """The process that holds a lock file now; None if none does, or it was killed.

    Args:
        path: The lock file; it may be missing.
    """
    pid, host = _named(path)
    if pid is None or (host == socket.gethostname() and not alive(pid)):
        return None
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return pid
    finally:
        os.close(fd)
    return None


def alive(pid: int) -> bool:
    """Whether a process of this machine exists (as a zombie, too)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _take(fd: int) -> bool:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        else:
            return True


def _named(path: Path) -> tuple[int | None, str]:
    """The process id and host written in a lock file."""
    try:
        words = path.read_text(errors="replace")[:200].split()
    except OSError:
        return None, ""
    if len(words) != 2 or not words[0].isdecimal() or not 0 < int(words[0]) < 1 << 31:
        return None, ""
    return int(words[0]), words[1]


def _refusal(path: Path) -> str:
    pid, host = _named(path)
    if pid is None:
        return f"{path.parent} is in use by another process. Wait for it or stop it, then try again."
    here = "" if host == socket.gethostname() else f" on {host}"
    return (
        f"{path.parent} is in use by process {pid}{here}. Two trainers cannot share a run: wait for it, "
        f"or stop it (`kill {pid}` saves first), then `sparring resume {path.parent.name}`."
    )


def _let_go_in_child() -> None:
    """A forked worker must not keep the lock of a trainer that was killed."""
    for fd in _held:
        os.close(fd)
    _held.clear()


os.register_at_fork(after_in_child=_let_go_in_child)
