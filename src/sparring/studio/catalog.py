"""What the page may ask for, by names that this server made: runs by an id, pictures by a number. No request holds a path."""

import hashlib
import struct
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sparring import durable
from sparring.data.png16 import SIGNATURE
from sparring.errors import ModelError
from sparring.runs.listing import Summary, is_run, list_runs, summary
from sparring.use.newest import RAW, Sheet, all_sheets
from sparring.words import mark, tr

LARGEST = 32 << 20
"""Bytes of a picture that is shown."""
MOST_PIXELS = 64_000_000
STILLS = ("reals.png", "reals-x.png", "reals-y.png", "results.png", "memorised.png")
"""Pictures of a run beside its samples."""


class NotKnown(ModelError):
    """There is nothing of that name here."""


class Shown(NamedTuple):
    """A picture of a run.

    Args:
        number: That the page asks for; a file that is written anew gets another one.
        name: Of the sheet, or of the file without its ending.
        step: Of the training; -1 for a picture of the whole run.
        path: The file.
    """

    number: int
    name: str
    step: int
    path: Path


class Album:
    """The pictures of one run, each with a number of its own.

    Args:
        folder: Of the run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers: dict[tuple[Path, int, int], int] = {}
        self._shown: dict[int, Shown] = {}
        self._lock = threading.Lock()

    def pictures(self) -> list[Shown]:
        """All pictures that are there now, by step, new ones with new numbers."""
        sheets = sorted(all_sheets(self.folder / "samples"), key=lambda found: (found[1].step, found[0]))
        stills = [(path.stem, Sheet(path, -1)) for name in STILLS if (path := self.folder / name).is_file()]
        with self._lock:
            found = [shown for name, sheet in [*stills, *sheets] if (shown := self._numbered(name, sheet))]
            self._shown = {shown.number: shown for shown in found}
        return found

    def newest(self) -> Shown | None:
        """The newest sheet of samples, of the average of the weights where there is one; None before the first."""
        sheets = [shown for shown in self.pictures() if shown.step >= 0]
        return max(sheets, key=lambda shown: (shown.step, not shown.name.endswith(RAW), -shown.number), default=None)

    def read(self, number: int) -> bytes:
        """The bytes of a picture.

        Raises:
            NotKnown: If no picture has this number.
            ModelError: If it is a link, too large, or no PNG.
        """
        if number not in self._shown:
            self.pictures()
        if (shown := self._shown.get(number)) is None:
            raise NotKnown(tr("This run has no picture {number}.", number=number))
        return checked(durable.read_bytes(shown.path, LARGEST), shown.path.name)

    def _numbered(self, name: str, sheet: Sheet) -> Shown | None:
        try:
            facts = sheet.path.stat(follow_symlinks=False)
        except OSError:  # removed since
            return None
        key = (sheet.path, facts.st_mtime_ns, facts.st_size)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return Shown(number, name, sheet.step, sheet.path)


class Catalog:
    """The runs that are shown.

    Args:
        out: The folder of all runs.
        only: These runs alone; by default all in ``out``, also those that begin later.
    """

    def __init__(self, out: Path, only: Sequence[Path] = ()) -> None:
        self.out, self.only = out, tuple(only)
        self._paths: dict[str, Path] = {}
        self._albums: dict[str, Album] = {}
        self._lock = threading.Lock()

    def runs(self) -> list[tuple[str, Summary]]:
        """All runs at a glance, by number, each with its id."""
        found = [summary(path) for path in self.only if is_run(path)] if self.only else list_runs(self.out)
        named = [(id_of(run.path), run) for run in found]
        self._paths.update({name: run.path for name, run in named})
        return named

    def path(self, run: str) -> Path:
        """The folder of a run.

        Args:
            run: Its id, as `runs` gave it, perhaps to a page that was opened before this server was started.

        Raises:
            NotKnown: If there is none.
        """
        if run not in self._paths:
            self.runs()
        path = self._paths.get(run)
        if path is None or not is_run(path):
            raise NotKnown(tr("There is no such run here. The list of runs shows those that there are."))
        return path

    def album(self, run: str) -> Album:
        """The pictures of a run.

        Raises:
            NotKnown: As `path`.
        """
        path = self.path(run)
        with self._lock:
            return self._albums.setdefault(run, Album(path))


def id_of(path: Path) -> str:
    """What the page calls a run: the same after a new start, and no way back to the path."""
    return hashlib.sha256(str(path.resolve()).encode(errors="surrogateescape")).hexdigest()[:12]


def checked(content: bytes, name: str) -> bytes:
    """A PNG that a browser can be given: its size is read from its head, nothing is decoded.

    Raises:
        ModelError: If it is no PNG, or has more pixels than any picture of a run.
    """
    if content[:8] != SIGNATURE or content[12:16] != b"IHDR" or len(content) < 33:
        raise ModelError(tr("{name} is not a PNG picture.", name=name))
    width, height = struct.unpack(">II", content[16:24])
    if not 0 < width * height <= MOST_PIXELS:
        text = mark("{name} has {width:,} x {height:,} pixels; a picture of at most {most:,} pixels can be shown.")
        raise ModelError(tr(text, name=name, width=width, height=height, most=MOST_PIXELS))
    return content
