"""Where decoded and downloaded data is kept between runs, and how files get there whole or not at all."""

import contextlib
import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sparring.errors import DataError, NoRoomError
from sparring.words import mark, tr
from sparring.words.system import why


def cache_folder(cache: Path | None = None) -> Path:
    """The cache: what is given, else $SPARRING_CACHE, else $XDG_CACHE_HOME/sparring, else ~/.cache/sparring."""
    if cache is not None:
        return Path(cache)
    if own := os.environ.get("SPARRING_CACHE"):
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(shared) if os.path.isabs(shared) else Path.home() / ".cache") / "sparring"


def key_of(*parts: Any) -> str:
    """A short name (20 hexadecimal digits) for anything that JSON can say."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Say what to do when the cache cannot be written.

    Raises:
        NoRoomError: If the disk is full.
        DataError: If the folder cannot be written.
    """
    advice = tr("set SPARRING_CACHE to a folder with room")
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            text = mark("No room left in the cache {folder}; free some space or {advice}.")
            raise NoRoomError(tr(text, folder=folder, advice=advice)) from None
        text = mark("Cannot write to the cache {folder}: {why}; {advice}.")
        raise DataError(tr(text, folder=folder, why=why(error), advice=advice)) from None


def remembered(note: Path | None, compute: Callable[[], str]) -> str:
    """A short text that takes long to compute, kept in a small file.

    Args:
        note: The file; its name says what the text belongs to. If it is None or cannot be written, nothing is kept.
        compute: Gives the text.
    """
    if note is None:
        return compute()
    with contextlib.suppress(OSError, ValueError):
        kept = note.read_text("ascii")
        if len(kept) == 64:
            return kept
    text = compute()
    with contextlib.suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        aside = note.with_name(f".{note.name}-{os.getpid()}.part")
        aside.write_text(text, "ascii")
        os.replace(aside, note)
    return text
