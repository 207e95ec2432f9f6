"""Durable writes: a file is either as it was or as it should be, also after a crash or a power cut.

The order makes it so: write aside, fsync the file, rename over the old one, fsync the folder.
"""

import errno
import json
import math
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sparring.errors import ModelError, NoRoomError
from sparring.words import mark, tr, trn
from sparring.words.system import why

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
LARGEST_JSON = 32 << 20
BINARY: int = getattr(os, "O_BINARY", 0)  # without it Windows writes every newline as two bytes
PLAINLY = BINARY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
PATIENCE = 2.0  # seconds


def write_new(path: Path, data: bytes) -> None:
    """Write a file that does not exist yet, and fsync it. The folder is the caller's to fsync."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o644)
    try:
        write_all(fd, data)
        _flush(fd)
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes) -> None:
    """``os.write`` until everything is written; the kernel may take less than it is given."""
    left = memoryview(data)
    while left:
        left = left[os.write(fd, left) :]


def sync(path: Path) -> None:
    """Make a file's content, or the names in a folder, durable: a rename is not, before its folder is fsynced.

    Windows opens no folder, and flushes no file that is open for reading only; NTFS has a journal of its names.
    """
    windows = sys.platform == "win32"
    if windows and path.is_dir():
        return
    fd = os.open(path, os.O_RDWR if windows else os.O_RDONLY)
    try:
        _flush(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems sync no folders
            raise
    finally:
        os.close(fd)


def patiently(rename: Callable[[Path, Path], None], old: Path, new: Path) -> None:
    """``os.rename`` or ``os.replace``; on Windows again and again while a virus scanner looks into what is new.

    Args:
        rename: Which one.
        old: The name it has.
        new: The name it gets.

    Raises:
        OSError: If it cannot be renamed, on Windows after 2 s.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return rename(old, new)
        except PermissionError:
            if sys.platform != "win32" or time.monotonic() > end:
                raise
            time.sleep(0.02)


def write_file(path: Path, data: bytes) -> None:
    """Write or replace a file whole.

    Args:
        path: Its place; the folder exists.
        data: All of its content.

    Raises:
        NoRoomError: If the disk is full; what was there before is whole.
    """
    aside = path.with_name(f".{path.name}.writing-{os.getpid()}")
    with room_for(path.name, path.parent, len(data)):
        try:
            aside.unlink(missing_ok=True)
            write_new(aside, data)
            patiently(os.replace, aside, path)
        except BaseException:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
            raise
        sync(path.parent)


def json_text(value: Any) -> str:
    """JSON to keep: indented, in the order of the keys, UTF-8.

    Raises:
        ValueError: If a number is not finite, or a key is no string and would come back as another one.
    """
    _check_keys(value, "")
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Write or replace a JSON file whole.

    Raises:
        ValueError: As `json_text`.
        NoRoomError: As `write_file`.
    """
    write_file(path, json_text(value).encode())


def parse_json(raw: bytes, path: Path) -> Any:
    """Parse JSON that anyone may have written; NaN and its like are no JSON.

    Raises:
        ModelError: If it is none, or nested or large beyond reason.
    """
    if len(raw) > LARGEST_JSON:
        text = mark("{path} has {size:,} bytes; JSON of a run has at most {most:,}.")
        raise ModelError(tr(text, path=path, size=len(raw), most=LARGEST_JSON))
    try:
        return json.loads(raw.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise ModelError(tr("{path} is not valid JSON: {why}.", path=path, why=_not_json(error))) from None


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        ModelError: If it is missing, unreadable, no regular file, or no JSON.
    """
    return parse_json(read_bytes(path, LARGEST_JSON), path)


def read_bytes(path: Path, most: int) -> bytes:
    """Read a regular file: no link is followed, no pipe is waited for.

    Args:
        path: The file.
        most: Refuse it when it has more bytes than this.

    Raises:
        ModelError: If it cannot be read, is no regular file, or is larger.
    """
    data = read_start(path, most + 1)
    if len(data) > most:
        raise ModelError(tr("{path} has more than the {most:,} bytes that are expected.", path=path, most=most))
    return data


def read_start(path: Path, most: int) -> bytes:
    """The first ``most`` bytes of a regular file, or all of it.

    Raises:
        ModelError: If it cannot be read or is no regular file.
    """
    try:
        with open(opened(path), "rb") as file:
            return file.read(min(most, os.fstat(file.fileno()).st_size + 1))
    except OSError as error:
        raise ModelError(tr("{path} cannot be read: {why}.", path=path, why=reason(error))) from None


def opened(path: Path, flags: int = os.O_RDONLY) -> int:
    """A descriptor of a regular file: no link is followed, no pipe is waited for.

    Args:
        path: The file.
        flags: As ``os.open`` takes them.

    Raises:
        OSError: If it cannot be opened; with `errno.ELOOP` if it is a link.
        ModelError: If it is no regular file.
    """
    if not hasattr(os, "O_NOFOLLOW") and path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    fd = os.open(path, flags | PLAINLY, 0o644)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise ModelError(tr("{path} is not a regular file.", path=path))
    return fd


def reason(error: OSError) -> str:
    """Why a file of a run cannot be opened."""
    return tr("it is a link, and links are not followed") if error.errno == errno.ELOOP else why(error)


@contextmanager
def room_for(what: str, where: Path, needed: int) -> Iterator[None]:
    """Turn "no space left" of the body into a `NoRoomError` that says how much was needed and is free.

    Args:
        what: What is written, for the message.
        where: The folder it is written to.
        needed: Its size in bytes, about.

    Raises:
        NoRoomError: If the disk, a quota or the largest allowed file is full.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        if _no_inode(where):
            text = mark(
                "No room for {what} in {where}: {free} is free, but the file system takes no more files (no inode is left). What "
                "was there before is intact. Remove some files and try again; resume a run with `sparring resume`."
            )
            raise NoRoomError(tr(text, what=what, where=where, free=_free(where))) from error
        text = mark(
            "No room for {what} in {where}: it needs about {needed}, {free} is free ({why}). What was there before is intact. "
            "Make room and try again; resume a run with `sparring resume`."
        )
        raise NoRoomError(
            tr(text, what=what, where=where, needed=amount(needed), free=_free(where), why=why(error))
        ) from error


def amount(n: int) -> str:
    """A number of bytes as people say it: 999 bytes, 1.5 MB."""
    if n < 1000:
        return trn("{n} byte", "{n} bytes", n)
    power = min(int(math.log10(n) / 3), 4)
    return f"{n / 1000**power:.1f} {'kMGT'[power - 1]}B"


def _flush(fd: int) -> None:
    """Down to the disk; ``fsync`` of macOS goes only as far as the drive's own memory. Source: fsync(2) of macOS."""
    if sys.platform == "darwin":
        import fcntl

        with suppress(OSError):  # some file systems cannot
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
            return
    os.fsync(fd)


def _free(where: Path) -> str:
    with suppress(OSError):
        return amount(shutil.disk_usage(where).free)
    return tr("an unknown amount")


def _no_inode(where: Path) -> bool:
    """Whether a file system that counts its files has no room for one more."""
    with suppress(OSError):
        if hasattr(os, "statvfs") and (facts := os.statvfs(where)).f_files:
            return not facts.f_favail
    return False


def _refuse(name: str) -> None:
    raise ValueError(tr("{name} is not a number of JSON", name=name))


def _not_json(error: ValueError | RecursionError) -> str:
    """Why something is not JSON: where it is wrong, or what is."""
    if isinstance(error, json.JSONDecodeError):
        return tr("it is wrong at line {line}, column {column}", line=error.lineno, column=error.colno)
    if isinstance(error, UnicodeDecodeError):
        return tr("it is not UTF-8")
    return tr("nested too deeply") if isinstance(error, RecursionError) else str(error)


def _check_keys(value: Any, where: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"JSON keeps only strings as keys, but {where or 'the top'} has {key!r}")
            _check_keys(inner, f"{where}.{key}" if where else key)
    elif isinstance(value, list | tuple):
        for i, inner in enumerate(value):
            _check_keys(inner, f"{where}[{i}]")
