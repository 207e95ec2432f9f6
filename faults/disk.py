"""A disk that fills, runs out of inodes, or limits the size of files: exit 4, what was saved is whole, and with room it goes on."""

import random
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from faults.lab import Command, Lab, Skip
from faults.story import ended_well, held, looked_at, run_of, saved, setting, undisturbed, whole
from faults.templates import RECIPES


def mounted(place: Path, options: str) -> None:
    """A file system in memory.

    Raises:
        Skip: If that is not allowed.
    """
    words = ["mount", "-t", "tmpfs", "-o", options, "sparring-faults", str(place)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        raise Skip("a small file system cannot be mounted here: that takes root")


def play(lab: Lab, rng: random.Random) -> str:
    """Train where there is too little room, look, make room, and go on."""
    recipe = rng.choice(sorted(RECIPES))
    like = undisturbed(lab, recipe, "few")
    words = setting(lab, recipe, "few")
    kind = rng.choice(("size", "size", "inodes", "files"))
    runs = lab.folder / "runs"
    runs.mkdir()
    if kind == "files":
        most = 8_192 + rng.choice(
            (0, rng.randrange(20_000), rng.randrange(200_000))
        )  # what is said goes to a file, too

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        _full(lab, words, limit)
        ended_well(lab, words, like)
        return f"{recipe}, files of at most {most:,} bytes"
    room = (
        f"size={rng.randrange(8_192, int(like.size * 1.3))}"
        if kind == "size"
        else f"size=64m,nr_inodes={rng.randrange(2, 80)}"
    )
    mounted(runs, room)
    try:
        _full(lab, words, lambda: None)
        more = ["mount", "-o", "remount,size=64m,nr_inodes=10000", str(runs)]
        subprocess.run(more, capture_output=True, check=True)
        ended_well(lab, words, like)
    finally:
        subprocess.run(["umount", str(runs)], capture_output=True, check=False)
    return f"{recipe}, {room}"


def _full(lab: Lab, words: tuple[str, ...], before: Callable[[], None]) -> None:
    """The command that finds no room; and once more, to go on without it."""
    lab.run(Command(words, {0, 4}), before=before)
    run = run_of(lab.folder)
    held(lab, words, saved(run))
    looked_at(lab)
    if run is not None and whole(run) >= 0:
        seen = whole(run)
        again = ("resume", str(run.relative_to(lab.folder)))
        lab.run(Command(again, {0, 4}), before=before)
        held(lab, again, seen)
