"""Processes of one machine that train a run together: started, watched, and started again from the newest checkpoint."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Any, NamedTuple

import torch
from torch.distributed import TCPStore  # type: ignore[attr-defined]

from sparring.engine.backend import cores
from sparring.engine.pulse import LOST
from sparring.report.console import Console
from sparring.sessions.options import Run
from sparring.sessions.processes import FOLDER
from sparring.sessions.signals import STOPPED
from sparring.words import mark, tr

POLL = 0.1
"""Seconds between two looks at the processes."""
GRACE = 10.0
"""Seconds that the others have to end by themselves once one has: they find out almost together. One that is stopped never ends."""


class Ended(NamedTuple):
    """How the processes ended.

    Args:
        code: The exit code of all together.
        lost: What happened, if one was lost and they may be started again; else None.
        stopped: Whether a person or the system has asked to stop.
        folder: Of the run, if there is one.
    """

    code: int
    lost: str | None
    stopped: bool
    folder: Path | None


def number_of(processes: int | str) -> int:
    """How many processes: ``all`` is one per GPU, or per core where there is none."""
    if processes != "all":
        return int(processes)
    return torch.cuda.device_count() or cores()


def on_processes(words: Sequence[str], run: Run, as_json: bool = False, own: str = "") -> None:
    """Start the processes of a run, and end with its exit code.

    Args:
        words: The command of each.
        run: How many, and how long to wait for one.
        as_json: Whether the run was to print JSON.
        own: The flag that says where a recipe of one's own is.
    """
    n = number_of(run.processes)

    def again(folder: Path) -> list[str]:
        if words[0] == "resume":
            return list(words)
        more = [
            f"--run.processes={n}",
            f"--run.timeout={run.timeout}",
            *(["--json"] if as_json else []),
            *shlex.split(own),
        ]
        return ["resume", str(folder), *more]

    console = Console(json_lines=as_json)
    sys.stdout.flush()
    sys.exit(launch(words, again, n, run.restarts, console.say))


def launch(
    words: Sequence[str],
    again: Callable[[Path], Sequence[str]],
    processes: int,
    restarts: int,
    say: Callable[[str], object],
) -> int:
    """Start processes that train together, and start all again when one was lost.

    Args:
        words: The command of each, without the program.
        again: The same for going on with the run in a folder.
        processes: How many.
        restarts: How often all may be started again.
        say: Tells a person.

    Returns:
        The exit code: that of the run.
    """
    found: Path | None = None
    for left in range(restarts, -1, -1):
        ended = _once(again(found) if found else words, processes)
        found = ended.folder or found
        if ended.lost is None or ended.stopped or not left:
            break
        text = mark("{what}; all {n} processes start again from the newest checkpoint ({left} more times at most)")
        say(tr(text, what=ended.lost, n=processes, left=left - 1))
    if ended.lost is not None:
        say(ended.lost)
    return ended.code


def _once(words: Sequence[str], processes: int) -> Ended:
    """Start them all, and wait until they have ended."""
    store = TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)
    with _started(words, processes, store.port) as (children, errors, asked):
        rank = _first_to_fail(children)
        if rank is None:
            return Ended(0, None, False, _folder(store))
        code = children[rank].returncode
        lost = (
            tr("process {rank} was ended by {signal}", rank=rank, signal=signal.Signals(-code).name)
            if code < 0
            else None
        )
        if lost is None:
            _wait(children, GRACE)
            lost = store.get(LOST).decode(errors="replace") if store.check([LOST]) else None
        if lost is None and children[0].returncode in (None, 0):
            sys.stderr.write(_read(errors[rank]))
        return Ended(75 if lost else children[0].returncode or code, lost, bool(asked), _folder(store))


@contextmanager
def _started(
    words: Sequence[str], processes: int, port: int
) -> Iterator[tuple[list[subprocess.Popen[bytes]], list[IO[bytes]], list[int]]]:
    """The processes, each with its share of the cores; none is left when this context ends. Signals are theirs, and are listed.

    The first one has the screen; what the others say of errors is kept aside.
    """
    mine = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    children: list[subprocess.Popen[bytes]] = []
    errors: list[IO[bytes]] = []
    asked: list[int] = []

    def forward(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        for child in children:
            if child.poll() is None:
                child.send_signal(number)

    numbers = [getattr(signal, name) for name in STOPPED if hasattr(signal, name)]
    old = {
        number: signal.signal(number, forward) for number in numbers if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        for rank in range(processes):
            share = (
                mine[rank * len(mine) // processes : (rank + 1) * len(mine) // processes]
                or mine[rank % max(1, len(mine)) :][:1]
            )
            errors.append(tempfile.TemporaryFile())
            aside: dict[str, Any] = {} if rank == 0 else {"stdout": subprocess.DEVNULL, "stderr": errors[rank]}
            child = subprocess.Popen(
                [sys.executable, "-m", "sparring", *words],
                env=os.environ | _place(rank, processes, port) | {"OMP_NUM_THREADS": str(max(1, len(share)))},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                **aside,
            )
            children.append(child)
            if share and hasattr(os, "sched_setaffinity"):
                os.sched_setaffinity(child.pid, share)
        yield children, errors, asked
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
            child.wait()
        for number, handler in old.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        for file in errors:
            file.close()


def _place(rank: int, processes: int, port: int) -> dict[str, str]:
    """What a process is told of the others, as torchrun tells it; the store is this process's."""
    own = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": processes, "MASTER_PORT": port}
    return {name: str(value) for name, value in own.items()} | {
        "MASTER_ADDR": "127.0.0.1",
        "TORCHELASTIC_USE_AGENT_STORE": "True",
    }


def _first_to_fail(children: Sequence[subprocess.Popen[bytes]]) -> int | None:
    """The number of the first process that ends otherwise than well; None if all end well."""
    while True:
        codes = [child.poll() for child in children]
        for rank, code in enumerate(codes):
            if code:
                return rank
        if all(code == 0 for code in codes):
            return None
        time.sleep(POLL)


def _wait(children: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """Until all have ended, or so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(child.poll() is None for child in children):
        time.sleep(POLL)


def _folder(store: TCPStore) -> Path | None:
    """Where the run is, if the processes have said so."""
    return Path(store.get(FOLDER).decode()) if store.check([FOLDER]) else None


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
