"""What a checkpoint says of itself: the size and SHA-256 of each of its files."""

import hashlib
import os
import re
import stat
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypedDict

from sparring import durable
from sparring.errors import ModelError, NoRoomError
from sparring.schema import conform
from sparring.settings import Within
from sparring.words import tr

FORMAT = 1
KIND = "sparring checkpoint"
FILE = "manifest.json"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\.(?:safetensors|json)")


class Entry(NamedTuple):
    """What one file is: its size in bytes and its digest."""

    size: int
    sha256: str


class FileFacts(TypedDict):
    """What ``manifest.json`` says of a file."""

    bytes: Annotated[int, Within(0, 1 << 62)]
    sha256: str


class Facts(TypedDict):
    """``manifest.json``, besides its kind, its format and its own digest."""

    step: Annotated[int, Within(0, 10**17)]
    files: dict[str, FileFacts]


class Manifest(NamedTuple):
    """The step, and every file but the manifest."""

    step: int
    files: dict[str, Entry]


def entry(data: bytes) -> Entry:
    """The entry of a file with this content."""
    return Entry(len(data), hashlib.sha256(data).hexdigest())


def to_bytes(manifest: Manifest, kind: str = KIND) -> bytes:
    """The content of ``manifest.json``: written one way only, with a digest of its own, so damage shows.

    Args:
        manifest: What it says.
        kind: Of what it is the manifest.
    """
    files = {name: {"bytes": e.size, "sha256": e.sha256} for name, e in sorted(manifest.files.items())}
    value = {"kind": kind, "format": FORMAT, "step": manifest.step, "files": files}
    value["sha256"] = hashlib.sha256(durable.json_text(value).encode()).hexdigest()
    return durable.json_text(value).encode()


def read(folder: Path) -> Manifest:
    """Read a manifest and hold it against the folder: exactly its files, regular ones, of the right sizes.

    Args:
        folder: The folder of one checkpoint.

    Raises:
        ModelError: If anything differs; it names the file and how.
    """
    path = folder / FILE
    manifest = parse(durable.read_bytes(path, durable.LARGEST_JSON), path)
    try:
        found = {item.name: item.stat(follow_symlinks=False) for item in os.scandir(folder) if item.name != FILE}
    except OSError as error:
        raise ModelError(tr("{path} cannot be read: {error}.", path=folder, error=error.strerror)) from None
    _compare(folder, manifest.files, found)
    return manifest


def parse(raw: bytes, path: Path, kind: str = KIND) -> Manifest:
    """A manifest from its bytes.

    Args:
        raw: All of the file.
        path: Its name, for messages.
        kind: Of what it must be the manifest.

    Raises:
        ModelError: If it is none, of another kind, or not as it was written.
    """
    manifest = _parse(durable.parse_json(raw, path), path, kind)
    if to_bytes(manifest, kind) != raw:
        raise ModelError(tr("{path} is damaged: it is not as it was written.", path=path))
    return manifest


def check_memory(size: int, path: Path) -> None:
    """Refuse to read what this machine's memory does not hold.

    Raises:
        NoRoomError: With both sizes.
    """
    if size > _memory():
        raise NoRoomError(
            tr(
                "{path} has {size}, more than this machine's memory ({memory}). Read it on a larger one.",
                path=path,
                size=durable.amount(size),
                memory=durable.amount(_memory()),
            )
        )


def read_file(folder: Path, name: str, expected: Entry) -> bytes:
    """The content of a file; the very bytes that were digested.

    Raises:
        ModelError: If it is not the file of the manifest.
        NoRoomError: If it is larger than the machine's memory.
    """
    check_memory(expected.size, folder / name)
    data = durable.read_bytes(folder / name, expected.size)
    check(folder / name, expected, entry(data))
    return data


def verify_file(folder: Path, name: str, expected: Entry) -> None:
    """Digest a file without holding it in memory; one that could not be read into it anyway is refused at once.

    Raises:
        ModelError: If it is not the file of the manifest.
        NoRoomError: If it is larger than the machine's memory.
    """
    check_memory(expected.size, folder / name)
    try:
        with open(folder / name, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            check(folder / name, expected, Entry(file.tell(), digest))
    except OSError as error:
        raise ModelError(tr("{path} cannot be read: {error}.", path=folder / name, error=error.strerror)) from None


def check(path: Path, expected: Entry, found: Entry) -> None:
    """Hold a file against its entry.

    Raises:
        ModelError: If size or digest differ.
    """
    if found != expected:
        raise ModelError(
            tr(
                "{path} is damaged: its SHA-256 is {found}..., the manifest says {expected}...",
                path=path,
                found=found.sha256[:16],
                expected=str(expected.sha256)[:16],
            )
        )


def _parse(value: Any, path: Path, kind: str) -> Manifest:
    if not isinstance(value, dict) or value.get("kind") != kind:
        raise ModelError(tr("{path} is not a manifest of the kind {kind!r}.", path=path, kind=kind))
    if value.get("format") != FORMAT:
        raise ModelError(
            tr(
                "{path} is of format {found!r}, and this sparring reads format {format}. Update sparring, or the file is damaged.",
                path=path,
                found=value.get("format"),
                format=FORMAT,
            )
        )
    conform(value, Facts, path)
    files = {name: Entry(e["bytes"], e["sha256"]) for name, e in value["files"].items()}
    manifest = Manifest(value["step"], files)
    for name in files:
        if not _NAME.fullmatch(name):
            raise ModelError(tr("{path} names the file {name!r}, which no checkpoint holds.", path=path, name=name))
    return manifest


def _compare(folder: Path, expected: Mapping[str, Entry], found: Mapping[str, os.stat_result]) -> None:
    for name in sorted(expected.keys() - found.keys()):
        raise ModelError(tr("{path} is damaged: {name} is missing.", path=folder, name=name))
    for name in sorted(found.keys() - expected.keys()):
        raise ModelError(tr("{path} holds {name!r}, which is no part of it. Remove that file.", path=folder, name=name))
    for name, facts in found.items():
        if not stat.S_ISREG(facts.st_mode):
            raise ModelError(tr("{path} is not a regular file.", path=folder / name))
        if facts.st_size != expected[name].size:
            raise ModelError(
                tr(
                    "{path} is damaged: it has {n:,} bytes, not {expected:,}.",
                    path=folder / name,
                    n=facts.st_size,
                    expected=expected[name].size,
                )
            )


def _memory() -> int:
    """Bytes of this machine; more than any file has where Python does not say."""
    if sys.platform == "win32":
        return sys.maxsize
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
