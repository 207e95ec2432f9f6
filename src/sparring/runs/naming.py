"""How the folder of a run gets its name: the next free number, and what the run is in a few words."""

import re
from pathlib import Path

from sparring.runs.listing import folders, number_of


def claim(parent: Path, number: int, slug: str) -> Path | None:
    """Make the folder of a number, or None if it is taken.

    The bare number is made first, which only one process can do; then the slug is added to it. Whoever looked
    before another one had added its slug looks again while holding the bare number.
    """
    bare = parent / f"{number:04d}"
    try:
        bare.mkdir()
    except FileExistsError:
        return None
    if any(number_of(path) == number and path != bare for path in folders(parent)):
        bare.rmdir()
        return None
    return bare.rename(parent / f"{bare.name}-{slug}")


def slug_of(text: str) -> str:
    """What a run is, in a few words, as a part of a file's name."""
    words = re.sub(r"(?:[^\w.]|\.(?!\w))+", "-", text.lower()).strip("-._")
    return words.encode()[:80].decode(errors="ignore").strip("-._") or "run"
