"""What lies in a folder or a zip: which files are pictures by name, which are not, which cannot be trusted."""

import io
import os
import stat
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from sparring.data import heic
from sparring.data.header import Unreadable, is_bomb
from sparring.data.ordinary import is_made_up
from sparring.data.phrase import Phrase, of_system, phrase
from sparring.errors import DataError
from sparring.words import mark, tr

PICTURE_SUFFIXES = frozenset(
    ".png .apng .jpg .jpeg .jpe .jfif .gif .bmp .dib .tif .tiff .webp .avif .ppm .pgm .pbm .pnm .tga".split()
)
LARGEST_FILE = 512 << 20
MAGIC = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")


class Entry(NamedTuple):
    """One file that should be a picture.

    Args:
        name: Path below the folder or within the zip, with slashes.
        size: Bytes, unpacked.
        stamp: What changes when the file does: times of the last writing and of the last change of anything, in ns; or the
            checksum in a zip.
        open: Gives a seekable stream of its bytes.
    """

    name: str
    size: int
    stamp: int | tuple[int, int]
    open: Callable[[], IO[bytes]]


@dataclass
class Found:
    """All that a folder or a zip holds.

    Args:
        kind: "folder" or "zip".
        entries: Files to decode, in the order of their names.
        ignored: How many files of each suffix are evidently no pictures.
        skipped: Name and reason of what is left out unseen.
    """

    kind: str
    entries: list[Entry] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    skipped: list[tuple[str, Phrase]] = field(default_factory=list)


def _is_picture(suffix: str) -> bool:
    return suffix in PICTURE_SUFFIXES or (suffix in heic.SUFFIXES and heic.is_readable())


def printable(name: str) -> str:
    """A file name that any terminal and any JSON can take."""
    safe = name.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in safe)


def in_folder(root: Path) -> Found:
    """Walk a folder and all below it; links are followed once, hidden files are ignored."""
    found = Found("folder")

    def complain(error: OSError) -> None:
        found.skipped.append((printable(os.path.relpath(error.filename, root)), of_system(error)))

    for folder, names in walk(root, complain):
        for name in names:
            path = os.path.join(folder, name)
            _sort_in(found, os.path.relpath(path, root).replace(os.sep, "/"), path)
    found.entries.sort(key=lambda entry: entry.name)
    return found


def walk(
    root: Path, complain: Callable[[OSError], None], without: Path | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Every folder from ``root`` down with the names in it: links are followed once, hidden folders are left out.

    Args:
        root: Where to begin.
        complain: Called for a folder that cannot be looked into.
        without: A folder that is left out with all below it.
    """
    seen = set[tuple[int, int]]()
    if without is not None and without.is_dir():
        facts = os.stat(without)
        seen.add((facts.st_dev, facts.st_ino))
    left = [os.fspath(root)]
    while left:  # os.walk of Python 3.11 goes no deeper than its stack
        folder = left.pop()
        try:
            facts = os.stat(folder)
            if (facts.st_dev, facts.st_ino) in seen or is_made_up(facts):
                continue
            seen.add((facts.st_dev, facts.st_ino))
            below, names = _names_in(folder)
        except OSError as error:
            complain(error)
            continue
        left += [os.path.join(folder, name) for name in sorted(below, reverse=True) if not name.startswith(".")]
        yield folder, names


def _names_in(folder: str) -> tuple[list[str], list[str]]:
    """Folders, links to folders among them, and all else that lies in a folder.

    Raises:
        OSError: If one cannot look into it.
    """
    below, names = list[str](), list[str]()
    with os.scandir(folder) as entries:
        for entry in entries:
            try:
                is_folder = entry.is_dir()
            except OSError:
                is_folder = False
            (below if is_folder else names).append(entry.name)
    return below, names


def _sort_in(found: Found, name: str, path: str) -> None:
    suffix = _suffix(name)
    if not _is_picture(suffix) and suffix != "(none)":
        found.ignored[suffix] += 1
        return
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode) or is_made_up(facts):
            found.ignored["(no file)"] += 1
        elif suffix == "(none)" and not _looks_like_picture(path):
            found.ignored[suffix] += 1
        elif facts.st_size > LARGEST_FILE:
            large = phrase(mark("{size:,} bytes, more than {most:,}"), size=facts.st_size, most=LARGEST_FILE)
            found.skipped.append((printable(name), large))
        else:
            found.entries.append(
                Entry(name, facts.st_size, (facts.st_mtime_ns, facts.st_ctime_ns), lambda: open(path, "rb"))
            )
    except OSError as error:
        found.skipped.append((printable(name), of_system(error)))


def _looks_like_picture(path: str) -> bool:
    with open(path, "rb") as file:
        return file.read(4).startswith(MAGIC)


def _suffix(name: str) -> str:
    base = name.rsplit("/", 1)[-1]
    return "(hidden)" if base.startswith(".") else printable(PurePosixPath(base).suffix.lower()) or "(none)"


def in_zip(archive: zipfile.ZipFile, packed: int) -> Found:
    """List a zip. Nothing is ever extracted.

    Args:
        archive: The open zip.
        packed: Its size in bytes.

    Raises:
        DataError: If it declares far more than a zip of pictures can hold.
    """
    found, total = Found("zip"), 0
    for info in archive.infolist():
        name = info.filename.replace("\\", "/")
        parts = PurePosixPath(name).parts
        if info.is_dir() or "__MACOSX" in parts:
            continue
        if ".." in parts or name.startswith("/") or ":" in name[:3]:
            found.skipped.append((printable(info.filename), phrase(mark("the name points outside of the zip"))))
        elif not _is_picture(_suffix(name)):
            found.ignored[_suffix(name)] += 1
        elif info.flag_bits & 1:
            found.skipped.append((printable(name), phrase(mark("encrypted"))))
        elif info.file_size > LARGEST_FILE:
            large = phrase(mark("declares {size:,} bytes, more than {most:,}"), size=info.file_size, most=LARGEST_FILE)
            found.skipped.append((printable(name), large))
        else:
            total += info.file_size
            found.entries.append(Entry(name, info.file_size, info.CRC, _reader(archive, info)))
    if is_bomb(total, packed):
        text = mark("{path} has {packed:,} bytes and declares {total:,}: refused, it looks like a zip bomb.")
        raise DataError(tr(text, path=archive.filename, packed=packed, total=total))
    found.entries.sort(key=lambda entry: entry.name)
    return found


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    def read() -> IO[bytes]:
        with archive.open(info) as stream:
            data = stream.read(info.file_size + 1)  # never more than declared
        if len(data) != info.file_size:
            text = mark("declares {size:,} bytes, but holds {held:,}")
            raise Unreadable(phrase(text, size=info.file_size, held=len(data)))
        return io.BytesIO(data)

    return read


def strip_common_folder(entries: list[Entry]) -> list[Entry]:
    """Without the one folder that holds everything, as a zip of a folder has."""
    while entries and all("/" in e.name for e in entries) and len({e.name.split("/", 1)[0] for e in entries}) == 1:
        entries = [e._replace(name=e.name.split("/", 1)[1]) for e in entries]
    return entries
