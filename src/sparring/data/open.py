"""One door for every kind of pictures."""

import difflib
from pathlib import Path

import numpy as np
from torch import Tensor

from sparring.data.arrays import from_array, from_tensor, read_any
from sparring.data.cache import cache_folder, key_of, remembered
from sparring.data.download import Progress
from sparring.data.files import open_files, short_name
from sparring.data.named import NAMES, open_named
from sparring.data.pictures import Pictures, pixel_hash
from sparring.data.size import parse_size
from sparring.errors import DataError

HASHED_ANEW = 64 << 20

Source = str | Path | np.ndarray | Tensor


def open_pictures(
    source: Source,
    size: int | str | tuple[int, int] | None = None,
    *,
    channels: int | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Pictures:
    """Open pictures, whatever they are kept in.

    Args:
        source: A folder, a zip, .npy, .npz, IDX (also gzipped), the name of a set (`NAMES`), or an array or tensor
            (N, H, W), (N, H, W, C) or (N, C, H, W). A path that exists goes before a name only if it has a slash.
        size: Height and width in pixels, one number for both, or "48x64": pictures are cut around the centre to this aspect
            ratio and resized; without it they must all have one size.
        channels: 1 for grey, 3 for RGB; without it files become grey if all are grey, else RGB, and alpha is put
            over white.
        cache: Where decoded and downloaded data is kept; else $SPARRING_CACHE, else ~/.cache/sparring.
        progress: Called with (what, done, in all; 0 if unknown) now and then.

    Raises:
        CommandError: If the size is none.
        DataError: If they cannot be used; the message says what to do.
        NoRoomError: If the cache or the memory is full.
    """
    wanted = parse_size(size)
    if isinstance(source, Tensor):
        source = from_tensor(source)
    if isinstance(source, np.ndarray):
        return from_array(source, size=wanted, channels=channels, progress=progress)
    if str(source) in NAMES:
        named = open_named(str(source), cache, progress)
        return named if wanted is None and channels is None else _adapted(named, wanted, channels, progress)
    return _open_path(str(source), wanted, channels, cache, progress)


def _open_path(
    source: str, size: tuple[int, int] | None, channels: int | None, cache: Path | None, progress: Progress | None
) -> Pictures:
    try:
        path = Path(source).expanduser()
        if not path.exists():
            raise DataError(_missing(source))
        if path.is_dir() or path.suffix.lower() == ".zip":
            return open_files(path, size, channels, cache, progress)
        return _open_array_file(path, size, channels, cache, progress)
    except DataError as error:
        raise DataError(str(error) if source in str(error) else f"{source}: {error}") from None
    except (OSError, ValueError, RuntimeError) as error:  # a name too long, a zero byte, no home, no permission
        raise DataError(f"{source[:200]!r} cannot be read: {getattr(error, 'strerror', None) or error}.") from None


def _open_array_file(
    path: Path, size: tuple[int, int] | None, channels: int | None, cache: Path | None, progress: Progress | None
) -> Pictures:
    array, labels, found = read_any(path)
    facts = path.stat()
    note = cache_folder(cache) / "digests" / key_of(str(path.resolve()), facts.st_size, facts.st_mtime_ns)
    slow = path.suffix.lower() == ".npy" and facts.st_size > HASHED_ANEW
    return from_array(
        array,
        labels,
        name=short_name(path),
        size=size,
        channels=channels,
        found=found,
        pixels=(lambda: remembered(note, lambda: pixel_hash(array))) if slow else None,
        progress=progress,
    )


def _adapted(
    named: Pictures, size: tuple[int, int] | None, channels: int | None, progress: Progress | None
) -> Pictures:
    changed = from_array(
        named.images.transpose(0, 3, 1, 2), size=size, channels=channels, found=named.found, progress=progress
    )
    return Pictures(
        changed.images, named.labels, named.class_names, name=named.name, found={**named.found, **changed.found}
    )


def _missing(source: str) -> str:
    close = difflib.get_close_matches(source, NAMES, n=1)
    hint = f" Did you mean {close[0]}?" if close else ""
    return f"There is no file, folder or set called {source!r}.{hint} The sets are: {', '.join(NAMES)}."
