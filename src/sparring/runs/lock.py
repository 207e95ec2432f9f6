"""One trainer a folder: a lock that the kernel releases when its holder dies, however it dies.

``filelock`` takes it (``flock``, on Windows ``LockFileEx``) and closes a forked worker's copy, which would keep the lock
of a trainer that was killed. Who holds it stands in a file beside it: what is locked cannot be read on Windows.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from sparring import durable
from sparring.errors import CommandError, ModelError, NoRoomError
from sparring.words import tr

PATIENCE = 0.3  # seconds; whoever asks for the `holder` takes the lock for a moment
GLANCE = 0.05  # and waits this long for another one who asks


@contextmanager
def lock(path: Path) -> Iterator[None]:
    """Hold a lock file, and name its holder beside it.

    Args:
        path: The lock file, made if it is missing; its folder exists. To delete it afterwards would be a race.

    Raises:
        CommandError: If another trainer holds it, with its process id; or if it cannot be taken, as a link.
    """
    held, pid = FileLock(path, timeout=PATIENCE, poll_interval=0.02, thread_local=False), os.getpid()
    try:
        held.acquire()
    except Timeout:
        raise CommandError(_refusal(path)) from None
    except OSError as error:
        raise CommandError(tr("{path} cannot be locked: {error}.", path=path, error=error.strerror or error)) from None
    try:
        with suppress(OSError, NoRoomError):  # on a full disk the lock holds all the same, without a name
            durable.write_file(beside(path), f"{pid} {socket.gethostname()}\n".encode())
        yield
    finally:
        if os.getpid() == pid:  # a forked child that unwinds holds nothing
            with suppress(OSError):
                beside(path).unlink()
            held.release()


def holder(path: Path) -> int | None:
    """The process that holds a lock file now; None if none does, or it was killed.

    Args:
        path: The lock file; it may be missing.
    """
    pid, host = _named(path)
    here = host == socket.gethostname()
    if pid is None or not path.exists() or (here and not alive(pid)):
        return None
    try:
        with FileLock(path, timeout=GLANCE, poll_interval=0.01, thread_local=False):
            return None
    except Timeout:
        return pid
    except OSError:  # someone else's folder, that we may only read: the process lives, and its name stands there
        return pid if here else None


def holder_here(path: Path) -> int | None:
    """The process of this machine that holds a lock file now; None if none does, or it is on another machine.

    Args:
        path: The lock file; it may be missing.
    """
    return holder(path) if _named(path)[1] == socket.gethostname() else None


def beside(path: Path) -> Path:
    """The file in which the holder of a lock file is named: process id and host. It goes with the lock, or stays if killed."""
    return path.with_name(f"{path.name}.holder")


def alive(pid: int) -> bool:
    """Whether a process of this machine exists (as a zombie, too).

    On Windows ``os.kill(pid, 0)`` would end it. Source: OpenProcess and GetExitCodeProcess of the Windows API, in the
    module by which Python's own ``subprocess`` calls them.
    """
    if sys.platform == "win32":
        import _winapi

        try:
            process = _winapi.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        except OSError as error:
            return isinstance(error, PermissionError)
        try:
            return _winapi.GetExitCodeProcess(process) == _winapi.STILL_ACTIVE
        finally:
            _winapi.CloseHandle(process)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _named(path: Path) -> tuple[int | None, str]:
    """The process id and host written beside a lock file."""
    try:
        words = durable.read_start(beside(path), 200).decode(errors="replace").split()
    except ModelError:
        return None, ""
    if len(words) != 2 or not words[0].isdecimal() or not 0 < int(words[0]) < 1 << 31:
        return None, ""
    return int(words[0]), words[1]


def _refusal(path: Path) -> str:
    pid, host = _named(path)
    if pid is None:
        return tr("{folder} is in use by another process. Wait for it or stop it, then try again.", folder=path.parent)
    here = host == socket.gethostname()
    return tr(
        "{folder} is in use by {holder}. Two trainers cannot share a run: wait for it, or stop it ({stop} saves first), "
        "then `sparring resume {name}`.",
        folder=path.parent,
        holder=tr("process {pid}", pid=pid) if here else tr("process {pid} on {host}", pid=pid, host=host),
        stop=tr("Ctrl-C in its window") if sys.platform == "win32" else f"`kill {pid}`",
        name=path.parent.name,
    )
