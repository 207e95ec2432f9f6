"""A function in a forked child of a warm process: importing torch once, not once a command.

The process that forks must have one thread only; see `one_thread`.
"""

import os
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE")
POLL_MS = 20


class Limits(NamedTuple):
    """What a command may take.

    Args:
        seconds: After these it hangs, and is killed; what it waits for a processor that others have is not counted.
        memory: Bytes it may have resident at its peak; at twice as many it is killed.
    """

    seconds: float = 60.0
    memory: int = 1_500_000_000


class Ended(NamedTuple):
    """How a child ended.

    Args:
        code: Its exit code; ``-9`` if signal 9 ended it.
        said: Standard output and error.
        seconds: How long it took, without what it waited for a processor.
        peak: Most bytes that were resident at once.
        stopped: Why the parent killed it: ``hang``, ``memory``, or nothing.
    """

    code: int
    said: str
    seconds: float
    peak: int
    stopped: str = ""


def one_thread() -> bool:
    """Whether this process may fork: a lock that another thread holds would be held in the child for ever."""
    return len(os.listdir("/proc/self/task")) == 1


def start(action: Callable[[], object], folder: Path, output: int) -> int:
    """Fork; the child calls ``action`` in ``folder`` with standard output and error going to ``output``.

    Returns:
        The child's process id. It leads a process group of its own.
    """
    pid = os.fork()
    if pid:
        with suppress(OSError):  # whoever comes first, so that a kill right now reaches it
            os.setpgid(pid, pid)
        return pid
    code = 1
    try:
        with suppress(OSError):
            os.setpgid(0, 0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        os.chdir(folder)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)
        action()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        os._exit(code)


def call(
    action: Callable[[], object],
    folder: Path,
    limits: Limits,
    meanwhile: Callable[[int], None] | None = None,
) -> Ended:
    """`start`, and wait for the end within limits.

    Args:
        action: What the child does.
        folder: Where it does it.
        limits: What it may take.
        meanwhile: Called with the process id; it may send signals.
    """
    with tempfile.TemporaryFile() as output:
        began, waited = time.perf_counter(), 0.0
        pid = start(action, folder, output.fileno())
        try:
            if meanwhile is not None:
                meanwhile(pid)
            stopped, waited = _wait(pid, began, limits)
        finally:
            with suppress(OSError):
                os.killpg(pid, signal.SIGKILL)
            seconds = time.perf_counter() - began - waited
            _, status, used = os.wait4(pid, 0)
        output.seek(0)
        said = output.read(1 << 20).decode(errors="replace")
    return Ended(os.waitstatus_to_exitcode(status), said, seconds, used.ru_maxrss << 10, stopped)


def over(pid: int, milliseconds: float) -> bool:
    """Whether a child has ended, after waiting for it this long; it is not reaped."""
    file = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(file, select.POLLIN)
        return bool(poll.poll(milliseconds))
    finally:
        os.close(file)


def _wait(pid: int, began: float, limits: Limits) -> tuple[str, float]:
    """Why it must be killed, or nothing once it has ended; and how long it waited for a processor."""
    while not over(pid, POLL_MS):
        waited = _waited(pid)
        if time.perf_counter() - began - waited > limits.seconds:
            return "hang", waited
        if _resident(pid) > 2 * limits.memory:
            return "memory", waited
    return "", _waited(pid)


def _waited(pid: int) -> float:
    """Seconds that a process was ready to run and others had the processor."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0
