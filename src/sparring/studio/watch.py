"""What changes in run folders, as server-sent events. However many pages look at a run, its folder is looked at once."""

import asyncio
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from sparring.errors import CommandError, SparringError
from sparring.runs.journal import to_json
from sparring.runs.listing import summary
from sparring.studio.catalog import Catalog
from sparring.studio.facts import at_a_glance, listed, picture, progress
from sparring.words import Language, language, speaking, tr

PACE = 0.25
"""Seconds from one look at the folder of a run to the next: a sample is on the page well within a second."""
GLANCES = 8
"""Looks at the pictures for one at the state, which takes the run's lock for a moment."""
HEARTBEAT = 15.0
"""Seconds without an event after which a page is told that the server is there."""
SILENT = 0.5
"""Seconds after which a page whose connection broke comes back."""
MOST_STREAMS = 48
_CURSOR = re.compile(r"([0-9a-f]{8})\.(\d{1,9})")
Facts = dict[str, Any]


class TooMany(CommandError):
    """More is asked for than one server gives at a time."""


class Watched:
    """A run, or the list of all, that at least one page looks at.

    Args:
        look: Takes whether the state is wanted, too; gives what there is now, in the language that is spoken.
        spoken: In which language.
    """

    def __init__(self, look: Callable[[bool], Facts], spoken: Language) -> None:
        self.look, self.spoken = look, spoken
        self.facts: Facts = {}
        self.pages = 0
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def follow(self) -> None:
        """Look again and again, and wake the pages when something is new."""
        turn = 0
        while True:
            with speaking(self.spoken):
                try:
                    found = {**self.facts, **await asyncio.to_thread(self.look, turn % GLANCES == 0)}
                except (SparringError, OSError) as error:
                    found = {"gone": str(error)}
            if found != self.facts:
                self.facts = found
                woken, self.changed = self.changed, asyncio.Event()
                woken.set()
            turn += 1
            await asyncio.sleep(PACE)


class Watcher:
    """All that is looked at now.

    Args:
        catalog: The runs.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.epoch = secrets.token_hex(4)
        self.streams = 0
        self.closing = False
        self._watched: dict[tuple[str, Language], Watched] = {}

    def cursor(self, last: str) -> int:
        """Up to which picture a page was told, from its ``Last-Event-ID``; 0 if it speaks of a server before this one.

        Raises:
            CommandError: If it is none that a server sent.
        """
        if not last:
            return 0
        if (match := _CURSOR.fullmatch(last)) is None:
            raise CommandError(tr("Last-Event-ID is not one that this server sent."))
        return int(match[2]) if match[1] == self.epoch else 0

    def stream(self, run: str, last: str) -> AsyncIterator[str]:
        """The events of a run, or of the list of all runs; what is wrong is said before anything is sent.

        Args:
            run: Its id; empty for the list.
            last: The ``Last-Event-ID`` of a page whose connection broke.

        Raises:
            CommandError: If ``last`` is none that a server sent.
            NotKnown: If there is no such run.
            TooMany: If as many pages look already as this server takes.
        """
        cursor = self.cursor(last)
        if run:
            self.catalog.path(run)
        if self.streams >= MOST_STREAMS:
            raise TooMany(tr("{n} pages look at this studio already; close some of them.", n=self.streams))
        return self._events(run, cursor, language())

    async def _events(self, run: str, cursor: int, spoken: Language) -> AsyncIterator[str]:
        key = (run, spoken)
        watched = self._watched.setdefault(key, Watched(self._look_at(run), spoken))
        watched.pages += 1
        self.streams += 1
        if watched.task is None:
            watched.task = asyncio.create_task(watched.follow())
        sent: Facts = {}
        quiet = time.monotonic()
        try:
            yield f"retry: {int(1000 * SILENT)}\n\n"
            yield event("hello", self.epoch, f"{self.epoch}.{cursor}")
            while not self.closing:
                changed, facts = watched.changed, watched.facts
                for name, data in news(sent, facts, cursor):
                    if name == "pictures":
                        cursor = max(shown["number"] for shown in data)
                    yield event(name, data, f"{self.epoch}.{cursor}")
                    quiet = time.monotonic()
                sent = facts
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT)
                except TimeoutError:
                    if time.monotonic() - quiet >= HEARTBEAT:
                        yield ": still here\n\n"
        finally:
            self.streams -= 1
            watched.pages -= 1
            if not watched.pages and watched.task is not None:
                watched.task.cancel()
                self._watched.pop(key, None)

    def close(self) -> None:
        """End every stream: a page that is open keeps no server from ending."""
        self.closing = True
        for watched in self._watched.values():
            watched.changed.set()

    def _look_at(self, run: str) -> Callable[[bool], Facts]:
        def at_all(state: bool) -> Facts:
            return {"runs": listed(self.catalog)} if state else {}

        def at_one(state: bool) -> Facts:
            path = self.catalog.path(run)
            metrics = path / "metrics.jsonl"
            found: Facts = {
                "pictures": [picture(shown) for shown in self.catalog.album(run).pictures()],
                "rows": metrics.stat().st_size if metrics.is_file() else 0,
            }
            if state:
                glance = summary(path)
                found["run"] = at_a_glance(run, glance) | progress(path, glance)
            return found

        return at_one if run else at_all


def news(before: Facts, now: Facts, cursor: int) -> list[tuple[str, Any]]:
    """Events that lead from one state to another.

    Args:
        before: What the page was told; empty for a page that was told nothing.
        now: What there is.
        cursor: The highest number of a picture that the page was told of.
    """
    if "gone" in now:
        return [] if before == now else [("gone", now["gone"])]
    found: list[tuple[str, Any]] = [
        (name, now[name]) for name in ("runs", "run", "rows") if name in now and now[name] != before.get(name)
    ]
    if new := [shown for shown in now.get("pictures", []) if shown["number"] > cursor]:
        found.append(("pictures", new))
    if before and (lost := [p["number"] for p in before.get("pictures", []) if p not in now.get("pictures", [])]):
        found.append(("removed", lost))
    return found


def event(name: str, data: Any, cursor: str) -> str:
    """An event on the wire; JSON has no line break in it."""
    return f"event: {name}\nid: {cursor}\ndata: {json.dumps(to_json(data), ensure_ascii=False, allow_nan=False)}\n\n"
