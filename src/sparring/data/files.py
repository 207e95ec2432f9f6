"""A folder or a zip of pictures becomes a packed store."""

import os
import zipfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sparring.data.cache import cache_folder, key_of
from sparring.data.decode import decode, reason
from sparring.data.download import Progress
from sparring.data.entries import Entry, Found, in_folder, in_zip, strip_common_folder
from sparring.data.header import Header, Unreadable
from sparring.data.left_out import Skipped, ignored_in_words, listed, refuse_bad
from sparring.data.ordinary import check_ordinary
from sparring.data.phrase import phrase
from sparring.data.pictures import Pictures
from sparring.data.resize import Fit, fit, with_bits, with_channels
from sparring.data.store import FORMAT, open_store, write_store
from sparring.data.subfolders import classes_by_folder, taken_as_classes
from sparring.data.survey import Good, Plan, read_headers, settle
from sparring.errors import DataError
from sparring.words import mark, tr

Prepared = tuple[int, np.ndarray | Unreadable]


@contextmanager
def listing(path: Path) -> Iterator[Found]:
    """What a folder or a zip holds; its entries can be read until the end of the block.

    Raises:
        DataError: If it cannot be read, is no zip, or holds no file that could be a picture.
    """
    check_ordinary(path)
    if path.is_dir():
        yield _nonempty(in_folder(path), path)
        return
    try:
        archive = zipfile.ZipFile(path)
    except Exception as error:  # a damaged directory makes zipfile raise nearly anything
        why = tr("damaged, or not a zip") if isinstance(error, zipfile.BadZipFile) else reason(error)
        raise DataError(tr("{path} is not a zip that can be read: {why}.", path=path, why=why)) from None
    with archive:
        found = in_zip(archive, path.stat().st_size)
        found.entries = strip_common_folder(found.entries)
        yield _nonempty(found, path)


def _nonempty(found: Found, path: Path) -> Found:
    if not found.entries:
        others = "".join(f"\n  {line}" for line in ignored_in_words(found.ignored))
        start = tr("There are no pictures in {path} that can be read.", path=path)
        raise DataError(start + others + listed(found.skipped))
    return found


def open_files(
    path: Path,
    size: tuple[int, int] | None,
    how: Fit,
    channels: int | None,
    cache: Path | None,
    progress: Progress | None = None,
    *,
    skip_bad: bool = False,
) -> Pictures:
    """Open a folder or a zip; decode it into the cache unless that was done before.

    What can be read is packed even if there is too much else, so that whoever then says ``skip_bad`` waits for nothing.

    Args:
        path: The folder or the zip.
        size: Height and width to cut and resize to; None if all have one size.
        how: How they are brought to this size.
        channels: 1 or 3; None for grey if all are grey, else RGB.
        cache: The cache folder.
        progress: Called with (what, done, in all).
        skip_bad: Go on without files that cannot be read, however many they are.

    Raises:
        DataError: If there are no pictures, they do not go together, or more than 1 % are bad.
        NoRoomError: If the cache is full.
    """
    with listing(path) as found:
        parts = [[e.name.encode("utf-8", "surrogateescape").hex(), e.size, e.stamp] for e in found.entries]
        key = key_of(FORMAT, os.fsencode(path.resolve()).hex(), parts, found.skipped, size, how, channels)
        folder = cache_folder(cache) / "packed" / key
        pictures = open_store(folder) or _pack(path, found, folder, size, how, channels, progress)
        pictures.found["ignored"] = dict(found.ignored)  # not in the key: these change nothing that is packed
        pictures.found["notes"] += taken_as_classes(pictures.class_names)
    if not skip_bad:
        refuse_bad(pictures.found)
    return pictures


def _pack(
    path: Path,
    found: Found,
    folder: Path,
    size: tuple[int, int] | None,
    how: Fit,
    channels: int | None,
    progress: Progress | None,
) -> Pictures:
    skipped = Skipped(found.skipped)
    good = read_headers(found.entries, skipped, progress)
    if not good:
        raise none_usable(path, skipped)
    plan = settle(good, size, channels, how)
    with_channels(np.zeros((1, 1, max(h.channels for _, h in good)), np.uint8), plan.channels)  # refuse before work
    labelled = classes_by_folder([entry.name for entry, _ in good])
    names = () if labelled is None else labelled[1]

    def finish(kept: list[int]) -> tuple[str, np.ndarray | None, tuple[str, ...], dict[str, Any]]:
        if not kept:
            raise none_usable(path, skipped)
        about = {
            "source": str(path),
            "kind": found.kind,
            "files": len(found.entries),
            "ignored": dict(found.ignored),
            "skipped": skipped.as_dict(),
            "notes": list(plan.notes),
        }
        labels = None if labelled is None else np.array(labelled[0], np.int64)[kept]
        return short_name(path), labels, names, about

    def usable() -> Iterator[tuple[int, np.ndarray]]:
        for number, image in decode_all(good, plan, progress):
            if isinstance(image, Unreadable):
                skipped.add(good[number][0].name, image.why)
            else:
                yield number, image

    return write_store(folder, usable(), ((*plan.size, plan.channels), plan.bits), finish)


def none_usable(path: Path, skipped: Skipped) -> DataError:
    """What is said if every single file is bad."""
    return DataError(tr("No file in {path} can be read:", path=path) + listed(skipped.bad + skipped.unseen))


def decode_all(good: Good, plan: Plan, progress: Progress | None = None) -> Iterator[Prepared]:
    """Decode every file in a few threads, in order, never more than a few ahead.

    Yields:
        (number, the picture as planned, or the reason why there is none).
    """
    workers = min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    waiting: deque[Future[Prepared]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for number, (entry, header) in enumerate(good):
                waiting.append(pool.submit(prepare, number, entry, header, plan))
                if len(waiting) > 4 * workers:
                    yield waiting.popleft().result()
                    if progress and number % 50 == 0:
                        progress(tr("decoding"), number, len(good))
            while waiting:
                yield waiting.popleft().result()
            if progress:
                progress(tr("decoding"), len(good), len(good))
        finally:
            for future in waiting:
                future.cancel()


def prepare(number: int, entry: Entry, header: Header, plan: Plan) -> Prepared:
    """One file as all pictures will be, or the reason why not."""
    try:
        image = decode(entry, header, plan.size)
        if (header.height, header.width) == plan.size and image.shape[:2] != plan.size:
            text = mark("decodes to {width}x{height}, not what its header says")
            return number, Unreadable(phrase(text, width=image.shape[1], height=image.shape[0]))
        return number, fit(with_bits(with_channels(image, plan.channels), plan.bits), plan.size, plan.how)
    except Unreadable as error:
        return number, error
    except (DataError, ValueError) as error:
        return number, Unreadable(str(error))


def short_name(path: Path) -> str:
    """A name for a run folder: letters, digits, dash and underscore of the file name."""
    stem = path.resolve().name if path.is_dir() else path.name.removesuffix(".gz").rsplit(".", 1)[0]
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in stem).strip("-")
    return safe[:40] or "pictures"
