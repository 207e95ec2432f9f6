"""The pulse of processes that train together: who is gone, and an end for those who would wait for it.

An operation on all processes waits for each of them, for half an hour or for ever. So every process says again and again that it
lives, in a thread of its own, and another thread looks how long ago that was. A process that is killed, stopped or cut off is
silent; who hears nothing of it for the timeout says whose silence it was and ends, wherever it waits.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, NamedTuple

from sparring.errors import DivergedError, EndedProcess, LostProcess, SparringError
from sparring.words import mark, tr

EVERY = 1.0
"""Seconds between two signs of life, or a tenth of the timeout."""
SOON = 5.0
"""Seconds of silence that do where a connection has broken, and in which a process that ends may say why."""
AGREED = "0"
"""What a process says that ends as all others do."""
LOST = "lost"
"""The key under which a process says that it has ended because another is gone, and that all may start again."""


class Missing(NamedTuple):
    """A process that is no longer there.

    Args:
        code: The exit code of those who find it so.
        why: In words.
        silent: Whether it is lost, and not ended by an error of its own, which starting again would not mend.
    """

    code: int
    why: str
    silent: bool = True


class Pulse:
    """Signs of life.

    Attributes:
        ended: Is told why this process ends, where it ends because another is gone.
        agreed: Whether all processes have agreed to end.

    Args:
        store: Where they are written; of these threads alone.
        rank: Of this process.
        hosts: Names of the machines, by rank.
        timeout: Seconds of silence after which a process is lost.
        ended: Is told why this process ends.
        leave: How it ends, given an exit code; a thread can end a process in no other way.
    """

    def __init__(
        self,
        store: Any,
        rank: int,
        hosts: Sequence[str],
        timeout: float,
        ended: Callable[[str], None],
        leave: Callable[[int], object] = os._exit,
    ) -> None:
        self.rank, self.hosts, self.timeout = rank, hosts, timeout
        self.ended, self._store, self._exit = ended, store, leave
        self._every = min(EVERY, timeout / 10)
        self.agreed = False
        self._beats: dict[int, tuple[bytes, float]] = {}
        self._left: dict[int, tuple[str, float]] = {}
        self._looked = time.monotonic()
        self._over, self._broken = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=f, daemon=True) for f in (self._beat, self._judge)]

    def start(self) -> None:
        """Begin to say, and to look, that all live; every process must do so, and one that never does is silent from here on."""
        self._store.set_timeout(timedelta(seconds=self.timeout))
        self._store.set(f"beat/{self.rank}", "0")
        self._looked = time.monotonic()
        self._beats = {rank: (b"", self._looked) for rank in self._others()}
        for thread in self._threads:
            thread.start()

    def rest(self, last: Callable[[], None]) -> None:
        """Stop looking when all processes are done. The first one stays until all have stopped: the store is its own.

        Args:
            last: Returns when all have called it.
        """
        last()
        self._over.set()
        for thread in self._threads:
            thread.join(self.timeout)
        self.write(f"rests/{self.rank}", "")
        if self.rank == 0:
            with suppress(Exception):
                self._store.wait([f"rests/{rank}" for rank in self._others()], timedelta(seconds=self.timeout))

    def leave(self, why: BaseException) -> None:
        """Tell the others that this process ends, before it does."""
        if self._over.is_set():
            return
        self._over.set()
        if self.agreed or isinstance(why, DivergedError):  # all processes end so, each when it is done
            self.write(f"left/{self.rank}", AGREED)
            return
        code = why.exit_code if isinstance(why, SparringError) else 130 if isinstance(why, KeyboardInterrupt) else 1
        what = str(why) if isinstance(why, SparringError) else f"{type(why).__name__}: {why}"
        self.write(f"left/{self.rank}", f"{code} {what}")
        if isinstance(why, LostProcess):
            self.write(LOST, what)

    def who(self, error: Exception) -> LostProcess | EndedProcess:
        """Whose silence or end has broken an operation: waits until that is known.

        Args:
            error: What torch says of it.
        """
        self._broken.set()
        end = time.monotonic() + self.timeout + SOON
        while time.monotonic() < end and not self._over.is_set():
            if (found := self._missing()) is not None:
                return LostProcess(found.why) if found.silent else EndedProcess(found.why, found.code)
            time.sleep(self._every / 4)
        return LostProcess(tr("an operation on all processes failed: {error}", error=str(error).splitlines()[0]))

    def write(self, key: str, text: str) -> None:
        """Leave word for the others, and for whoever started them; where the wire is cut, the store would wait for ever."""

        def write() -> None:
            with suppress(Exception):  # whoever would read it is gone
                self._store.set(key, text)

        writing = threading.Thread(target=write, daemon=True)
        writing.start()
        writing.join(min(self.timeout, SOON))

    def _beat(self) -> None:
        """Say that this process lives, and read what the others say."""
        count = 0
        while not self._over.wait(self._every):
            count += 1
            try:
                self._store.set(f"beat/{self.rank}", str(count))
                for rank in self._others():
                    self._read(rank)
            except Exception:
                if self._over.is_set():
                    return
                self._broken.set()  # the store is gone: silence says so
                continue
            self._looked = time.monotonic()

    def _others(self) -> list[int]:
        return [rank for rank in range(len(self.hosts)) if rank != self.rank]

    def _read(self, rank: int) -> None:
        now = time.monotonic()
        if rank not in self._left and self._store.check([f"left/{rank}"]):
            self._left[rank] = self._store.get(f"left/{rank}").decode(errors="replace"), now
        if self._store.check([f"beat/{rank}"]):
            value = self._store.get(f"beat/{rank}")
            if self._beats[rank][0] != value:
                self._beats[rank] = value, now

    def _judge(self) -> None:
        """End this process if another is gone."""
        before = time.monotonic()
        while not self._over.wait(self._every):
            now = time.monotonic()
            if now - before > self.timeout / 2 + self._every:  # this process itself was stopped: what it knows is old
                self._looked = now
                self._beats = {rank: (value, now) for rank, (value, _) in self._beats.items()}
            before = now
            found = self._missing()
            if found is None or self._over.wait(SOON if found.code != 75 else 2 * self._every):
                continue  # ended meanwhile by itself: it knew better
            if self._missing() is None:
                continue
            self._over.set()
            if found.silent:
                self.write(LOST, found.why)
            self.ended(found.why)
            sys.stderr.flush()
            self._exit(found.code)

    def _missing(self) -> Missing | None:
        """A process that has left or is silent."""
        now, limit = time.monotonic(), min(self.timeout, SOON) if self._broken.is_set() else self.timeout
        for rank, (said, at) in sorted(self._left.items()):
            if said == AGREED:
                continue
            code, _, why = said.partition(" ")
            if now - at >= self._every:
                text = mark("{process} has ended: {why}")
                return Missing(int(code), tr(text, process=words_of(rank, self.hosts), why=why), silent=False)
        for rank, (_, at) in sorted(self._beats.items()):
            if rank not in self._left and now - at > limit and self._looked >= at + limit / 2:
                text = mark("{process} is gone: nothing was heard of it for {seconds:.0f} seconds")
                return Missing(75, tr(text, process=words_of(rank, self.hosts), seconds=now - at))
        if now - self._looked > limit:
            text = mark("{process} cannot be reached: nothing was heard of it for {seconds:.0f} seconds")
            return Missing(75, tr(text, process=words_of(0, self.hosts), seconds=now - self._looked))
        return None


def words_of(rank: int, hosts: Sequence[str]) -> str:
    """A process for people: its number, and its machine where there are several."""
    if len(set(hosts)) > 1:
        return tr("process {rank} on {host}", rank=rank, host=hosts[rank])
    return tr("process {rank}", rank=rank)
