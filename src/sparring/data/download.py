"""Fetch one file into the cache: shown, resumed, checked and renamed into its place only when it is right."""

import contextlib
import hashlib
import http.client
import os
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from sparring.data.cache import writing_to
from sparring.durable import patiently, sync
from sparring.errors import DataError
from sparring.words import mark, tr
from sparring.words.system import why

Progress = Callable[[str, int, int], None]
ATTEMPTS = 3
BLOCK = 1 << 18


class Interrupted(Exception):
    """The server went away before the end."""


def download(url: str, path: Path, sha256: str, most: int, progress: Progress | None = None) -> Path:
    """Download a gzipped file and check what is inside it.

    Args:
        url: From where.
        path: To where; its folder is made.
        sha256: Of the unpacked content; packed files differ from mirror to mirror.
        most: Bytes of the unpacked content; nothing larger is unpacked.
        progress: Called with (what, bytes done, bytes in all; 0 if unknown).

    Returns:
        ``path``.

    Raises:
        DataError: If the server cannot be reached or sends something else.
        NoRoomError: If the disk is full.
    """
    part = path.with_name(path.name + ".part")
    with writing_to(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.parent / f".{path.name}.lock"):  # a second process waits here and then finds the file
            if content_matches(path, sha256, most):
                return path
            if not content_matches(part, sha256, most):
                _fetch(url, part, most, progress)
            got = content_hash(part, most)
            if got != sha256:
                part.unlink()
                text = mark(
                    "{url} is not what it should be: its content has SHA-256 {got}, expected {sha256}. The file was "
                    "removed; try again later, or give a path to your own copy."
                )
                raise DataError(tr(text, url=url, got=got, sha256=sha256))
            sync(part)
            patiently(os.replace, part, path)
    return path


def content_hash(path: Path, most: int) -> str:
    """SHA-256 of what a gzipped file holds; of "more than it should hold" or "no gzip" when it is that."""
    sha, done = hashlib.sha256(), 0
    unpack = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        try:
            while not unpack.eof and (block := unpack.unconsumed_tail or file.read(BLOCK)):
                data = unpack.decompress(block, 1 << 20)
                done += len(data)
                if done > most:
                    return tr("(unpacks to more than it should)")
                sha.update(data)
        except zlib.error:
            return tr("(not gzip)")
        if unpack.unused_data or file.read(1):
            return tr("(something follows its end)")
    return sha.hexdigest() if unpack.eof else tr("(cut short)")


def _fetch(url: str, part: Path, most: int, progress: Progress | None) -> None:
    for attempt in range(ATTEMPTS):
        try:
            return _fetch_once(url, part, most, progress)
        except (urllib.error.URLError, http.client.HTTPException, Interrupted, TimeoutError, ConnectionError) as error:
            cause = getattr(error, "reason", None) or error
            reason = why(cause) if isinstance(cause, OSError) and cause.errno else cause
            gone = isinstance(error, urllib.error.HTTPError) and error.code < 500 and error.code != 416
            if isinstance(error, urllib.error.HTTPError) and error.code == 416:
                part.unlink(missing_ok=True)  # what we have is longer than the file: start again
            if gone or attempt == ATTEMPTS - 1:
                text = mark(
                    "Cannot download {url}: {reason}. What came so far is kept and the next try continues from there. "
                    "Without a network, give the path to your own copy (--data PATH)."
                )
                raise DataError(tr(text, url=url, reason=reason)) from None
            time.sleep(0.2 * 4**attempt)
    return None


def _fetch_once(url: str, part: Path, most: int, progress: Progress | None) -> None:
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        if have and answer.status != 206:
            have = 0
        length = answer.headers.get("Content-Length", "")
        total = have + int(length) if length.isdigit() else 0
        with part.open("ab" if have else "wb") as file:
            while have <= most + BLOCK and (block := answer.read(BLOCK)):  # gzip never grows a file by more
                file.write(block)
                have += len(block)
                if progress:
                    progress(tr("downloading {name}", name=part.name.removesuffix(".part")), have, total)
    if total and have < total:
        raise Interrupted(tr("the server stopped after {have:,} of {total:,} bytes", have=have, total=total))


def content_matches(path: Path, sha256: str, most: int) -> bool:
    """Whether a gzipped file can be read and holds the right content."""
    with contextlib.suppress(OSError):
        return path.is_file() and content_hash(path, most) == sha256
    return False
