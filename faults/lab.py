"""Where one case is tried: its commands run, and whatever happened that may not happen is written down."""

import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from faults.child import Ended, Limits, call

REFUSED = frozenset({0, 3})
"""What a command on data may end with: done, or the data refused."""

FORBIDDEN = ("/tmp/sparring-faults-out.png",)
"""Absolute paths that archives name."""


class Command(NamedTuple):
    """A command line and how it may end.

    Args:
        words: After ``sparring``.
        allowed: Its exit codes.
        names: If it ends with 3, what the message must name; nothing if it need not.
    """

    words: tuple[str, ...]
    allowed: Collection[int] = REFUSED
    names: str = ""


class Case(NamedTuple):
    """What a generator made.

    Args:
        what: In words, for whoever reads of a failure.
        commands: To run, one after another.
    """

    what: str
    commands: Sequence[Command]


class Fault(NamedTuple):
    """Something that may not happen.

    Args:
        fault: Which: traceback, hang, memory, exit code, silent, unnamed, escaped, lost.
        words: The command.
        says: What it said, or what differs.
    """

    fault: str
    words: str
    says: str


class Skip(Exception):
    """This machine does not allow it; the message says what is missing."""


class Lab:
    """Runs the commands of one case in a folder of its own.

    Args:
        place: An empty folder. Files go to ``place/in``, the cache to ``place/cache``; nothing else may appear in it.
        templates: Runs that a case may copy, by name.
        limits: Of every command.
        program: `sparring.cli.main`, or what stands in for it.
        curves: Whether runs end with the curves of ``results.png``, which take longer than the rest of a tiny run.
    """

    def __init__(
        self, place: Path, templates: Path, limits: Limits, program: Callable[[list[str]], object], curves: bool = False
    ) -> None:
        self.place, self.templates, self.limits, self.program, self.curves = place, templates, limits, program, curves
        self.folder = place / "in"
        self.folder.mkdir()
        self.runs: list[Ended] = []
        self.faults: list[Fault] = []
        self.kills = 0

    def run(
        self,
        command: Command,
        meanwhile: Callable[[int], None] | None = None,
        before: Callable[[], None] = lambda: None,
    ) -> Ended:
        """Run a command and hold its end against what is allowed.

        Args:
            command: What to run.
            meanwhile: Called with the process id while it runs.
            before: Called in the child first, such as to set a limit.
        """

        def action() -> None:
            os.environ["SPARRING_CACHE"] = str(self.place / "cache")
            sys.argv = ["sparring", *command.words]
            before()
            if not self.curves and (shots := sys.modules.get("sparring.sessions.shots")):
                shots.results_picture = without_curves
            self.program(list(command.words))

        ended = call(action, self.folder, self.limits, meanwhile)
        self.runs.append(ended)
        for fault in faults_of(command, ended, self.limits):
            self.blame(fault, command.words, ended.said)
        return ended

    def blame(self, fault: str, words: Sequence[str], says: str) -> None:
        """Write a fault down."""
        self.faults.append(Fault(fault, " ".join(map(repr, words)), says[-3000:]))

    def tidy(self) -> None:
        """Hold against the rule that nothing is written outside."""
        outside = set(os.listdir(self.place)) - {"in", "cache"} | {path for path in FORBIDDEN if os.path.exists(path)}
        if outside:
            self.blame("escaped", sorted(outside), "appeared outside the folder of the case")


def without_curves(
    metrics: object, newest_samples: object, reals: object, title: object, facts: object, path: Path, **_: object
) -> None:
    """In place of `sparring.report.results.results_picture`: a picture of one pixel."""
    Image.new("L", (1, 1)).save(path)


def faults_of(command: Command, ended: Ended, limits: Limits) -> list[str]:
    """What is wrong with the end of a command, one word or two each."""
    found = []
    if "Traceback (most recent call last)" in ended.said:
        found.append("traceback")
    if ended.stopped == "hang":
        found.append("hang")
    if ended.peak > limits.memory or ended.stopped == "memory":
        found.append("memory")
    if ended.code not in command.allowed and not ended.stopped:
        found.append(f"exit code {ended.code}")
    if ended.code > 0 and not ended.said.strip():
        found.append("silent")
    if command.names and ended.code == 3 and command.names not in ended.said:
        found.append("unnamed")
    return found
