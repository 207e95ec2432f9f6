"""One door for every kind of pictures."""

import difflib
import os
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from sparring.data.arrays import from_array, from_tensor, read_any
from sparring.data.cache import cache_folder, key_of, remembered
from sparring.data.datasets import from_dataset
from sparring.data.download import Progress
from sparring.data.files import open_files, short_name
from sparring.data.named import NAMES, open_named
from sparring.data.on_disk import OnDisk
from sparring.data.ordinary import check_ordinary
from sparring.data.pictures import Pictures, pixel_hash
from sparring.data.resize import Fit, check_fit
from sparring.data.size import parse_size
from sparring.data.stamp import is_settled, stamp_of
from sparring.errors import DataError
from sparring.words import mark, tr
from sparring.words.system import why

HASHED_AS_IT_LIES = 64 << 20
"""Bytes of a .npy whose values are hashed in the order of the file, whatever axes they turn out to be."""
MOST_LISTED = 10_000

Source = str | Path | np.ndarray | Tensor | Dataset[Any] | DataLoader[Any]


def open_pictures(
    source: Source,
    size: int | str | tuple[int, int] | None = None,
    *,
    fit: Fit = "cover",
    skip_bad: bool = False,
    channels: int | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Pictures:
    """Open pictures, whatever they are kept in.

    Args:
        source: A folder, a zip, .npy, .npz, IDX (also gzipped), the name of a set (`NAMES`), an array or tensor
            (N, H, W), (N, H, W, C) or (N, C, H, W), or a map-style Dataset of torch or a DataLoader over one, whose items
            are pictures or (picture, label). A path that exists goes before a name only if it has a slash.
        size: Height and width in pixels, one number for both, or "48x64": pictures are cut to this aspect ratio and
            resized; without it they must all have one size.
        fit: How they are cut: "cover" around the centre, "top" with the upper part of tall ones kept, or "contain": not
            cut, but padded by repeating their edges.
        skip_bad: Go on without files that cannot be read, however many they are; else at most 1 % may be bad.
        channels: 1 for grey, 3 for RGB; without it files become grey if all are grey, else RGB, and alpha is put
            over white.
        cache: Where decoded and downloaded data is kept; else $SPARRING_CACHE, else ~/.cache/sparring.
        progress: Called with (what, done, in all; 0 if unknown) now and then.

    Raises:
        CommandError: If the size is none, or the fit.
        DataError: If they cannot be used; the message says what to do.
        NoRoomError: If the cache or the memory is full.
    """
    wanted, how = parse_size(size), check_fit(fit)
    if isinstance(source, Tensor):
        source = from_tensor(source)
    if isinstance(source, np.ndarray):
        return from_array(source, size=wanted, how=how, channels=channels, progress=progress)
    if isinstance(source, Dataset | DataLoader):
        return from_dataset(source, size=wanted, how=how, channels=channels, progress=progress)
    if not isinstance(source, str | Path):
        text = mark(
            "data of type {kind} cannot be read as pictures; give a path, the name of a set, an array or tensor "
            "(N, C, H, W), or a map-style Dataset or DataLoader of torch."
        )
        raise DataError(tr(text, kind=_type_name(source)))
    if str(source) in NAMES:
        named = open_named(str(source), cache, progress)
        return named if wanted is None and channels is None else _adapted(named, wanted, how, channels, progress)
    try:
        path = Path(source).expanduser()
        if not str(source):
            raise DataError(tr("the name of the data is empty; give a folder, a file or the name of a set"))
        if not path.exists():
            raise DataError(_missing(str(source), path))
        check_ordinary(path)
        if path.is_dir() or path.suffix.lower() == ".zip":
            return open_files(path, wanted, how, channels, cache, progress, skip_bad=skip_bad)
        return _open_array_file(path, wanted, how, channels, cache, progress)
    except DataError as error:
        raise DataError(str(error) if str(source) in str(error) else f"{source}: {error}") from None
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a zero byte, no home, no permission
        reason = why(error) if isinstance(error, OSError) else error
        name, reason = str(source)[:200], str(reason).rstrip(".")
        raise DataError(tr("{name!r} cannot be read: {reason}.", name=name, reason=reason)) from None


def _type_name(source: object) -> str:
    kind = type(source)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _open_array_file(
    path: Path,
    size: tuple[int, int] | None,
    how: Fit,
    channels: int | None,
    cache: Path | None,
    progress: Progress | None,
) -> Pictures:
    array, labels, found = read_any(path)
    slow = path.suffix.lower() == ".npy" and path.stat().st_size > HASHED_AS_IT_LIES
    note = None
    if isinstance(array, OnDisk) and is_settled(array.file.facts):
        note = cache_folder(cache) / "digests" / key_of(str(path.resolve()), stamp_of(array.file.facts))
    return from_array(
        array,
        labels,
        name=short_name(path),
        size=size,
        how=how,
        channels=channels,
        found=found,
        pixels=(lambda: remembered(note, lambda: pixel_hash(array))) if slow else None,
        progress=progress,
    )


def _adapted(
    named: Pictures, size: tuple[int, int] | None, how: Fit, channels: int | None, progress: Progress | None
) -> Pictures:
    images = named.images.transpose(0, 3, 1, 2)
    changed = from_array(images, size=size, how=how, channels=channels, found=named.found, progress=progress)
    return Pictures(
        changed.images, named.labels, named.class_names, name=named.name, found={**named.found, **changed.found}
    )


def _missing(source: str, path: Path) -> str:
    """Why a source is none: a set or a folder of nearly this name, and what there is."""
    if source.startswith("<") and source.endswith(" in memory>"):
        text = mark("The pictures were a {kind} in memory, which is not kept with a run; pass them again with data=.")
        return tr(text, kind=source[1:].removesuffix(" in memory>"))
    said = [tr("There is no file, folder or set called {source!r}.", source=source)]
    if near := difflib.get_close_matches(path.name, _beside(path), n=1):
        other = path.parent / near[0]
        ask = mark("Did you mean the folder {other}?") if other.is_dir() else mark("Did you mean the file {other}?")
        return " ".join([*said, tr(ask, other=other)])
    if close := difflib.get_close_matches(source, NAMES, n=1):
        said.append(tr("Did you mean {other}?", other=close[0]))
    return " ".join([*said, tr("The sets are: {names}.", names=", ".join(NAMES))])


def _beside(path: Path) -> list[str]:
    """Names of what lies where the path should be, as far as one can look."""
    try:
        with os.scandir(path.parent) as entries:
            return [entry.name for entry, _ in zip(entries, range(MOST_LISTED), strict=False)]
    except (OSError, ValueError):
        return []
