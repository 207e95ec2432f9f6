"""Pictures from arrays: numpy and torch, .npy, .npz, IDX."""

import math
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from sparring.data.download import Progress
from sparring.data.header import is_bomb
from sparring.data.idx import labels_beside, read_idx
from sparring.data.layout import channels_last, channels_moved, classes_of, storable, value_range
from sparring.data.on_disk import OnDisk, Stored, read_npy, seen
from sparring.data.ordinary import check_ordinary
from sparring.data.pictures import Pictures
from sparring.data.resize import Fit, fit, resized_in_words, same_shape, with_channels
from sparring.data.room import check_memory
from sparring.errors import DataError, NoRoomError
from sparring.words import mark, tr

IMAGE_KEYS, LABEL_KEYS = ("images", "x", "arr_0"), ("labels", "y")


def from_array(
    array: Stored,
    labels: np.ndarray | None = None,
    *,
    name: str = "array",
    size: tuple[int, int] | None = None,
    how: Fit = "cover",
    channels: int | None = None,
    layout: str | None = None,
    found: dict[str, Any] | None = None,
    pixels: Callable[[], str] | None = None,
    progress: Progress | None = None,
) -> Pictures:
    """Pictures of an array; without a copy where its layout and type allow it.

    Args:
        array: (N, H, W), (N, H, W, C) or (N, C, H, W); integers, booleans or floats.
        labels: (N,) numbers or words.
        name: For the run folder.
        size: Height and width to cut and resize to.
        how: How they are brought to this size.
        channels: Where the channel axis is not clear, or to turn grey into colour and back.
        layout: "(N, C, H, W)" if it is known to be this one.
        found: What is known of the source.
        pixels: Gives the SHA-256 of the pixels in a short way, if they stay as they are.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If it is no array of pictures.
    """
    images, layout = (channels_moved(array), layout) if layout else channels_last(array, channels)
    images = storable(images)
    low, high = value_range(images)
    if channels is not None:
        images = seen(images, lambda rows: with_channels(rows, channels))
    about = {**(found or {"source": tr("an array in memory"), "kind": "array"}), "layout": layout, "notes": []}
    about["type"] = str(array.dtype)
    if size is not None and images.shape[1:3] != size:
        cropped = 0 if same_shape(images.shape[1], images.shape[2], size) else len(images)
        images = _resized(images, size, how, progress)
        about["notes"] = [resized_in_words(len(images), cropped, size, how)]
    numbers, names = (None, ()) if labels is None else classes_of(labels, len(images))
    known = pixels if _are_as_given(images, array) else None
    return Pictures(images, numbers, names, name=name, low=low, high=high, found=about, pixels=known)


def _are_as_given(images: Stored, array: Stored) -> bool:
    """Whether the pictures hold the bytes of the array, only in another shape."""
    if isinstance(images, np.ndarray) and isinstance(array, np.ndarray):
        return images.base is not None and np.shares_memory(images, array)
    same = images.dtype == array.dtype and math.prod(images.shape) == math.prod(array.shape)
    return isinstance(images, OnDisk) and same


def _resized(images: Stored, size: tuple[int, int], how: Fit, progress: Progress | None) -> np.ndarray:
    out = np.empty((len(images), *size, images.shape[-1]), images.dtype)
    for i, image in enumerate(images):
        out[i] = fit(image, size, how)
        if progress and i % 500 == 0:
            progress(tr("resizing"), i, len(images))
    return out


def from_tensor(tensor: Tensor) -> np.ndarray:
    """A tensor's values as an array, on the CPU.

    Raises:
        DataError: If it has no plain values.
    """
    try:
        plain = tensor.detach().cpu()
        return (plain.float() if plain.dtype.itemsize == 2 and plain.is_floating_point() else plain).numpy()
    except (RuntimeError, TypeError) as error:
        text = mark("The tensor ({kind}, {layout}) cannot be read: {error}.")
        raise DataError(tr(text, kind=tensor.dtype, layout=tensor.layout, error=error)) from None


def read_npz(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Pictures and labels of a .npz.

    Raises:
        DataError: If no array has one of the expected names, or one declares more than it holds.
    """
    with zipfile.ZipFile(path) as archive:
        keys = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
        image_key = next((key for key in IMAGE_KEYS if key in keys), next(iter(keys)) if len(keys) == 1 else None)
        if image_key is None:
            text = mark("{path} holds {keys}; name the pictures images, x or arr_0.")
            raise DataError(tr(text, path=path, keys=sorted(keys)[:10]))
        label_key = next((key for key in LABEL_KEYS if key in keys), None)
        images = _member(archive, keys[image_key], path.stat().st_size)
        return images, None if label_key is None else _member(archive, keys[label_key], path.stat().st_size)


def read_pair(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pictures ``x`` and ``y`` of a .npz, row by row the two of a pair.

    Raises:
        DataError: If it does not hold both, or is damaged.
    """
    try:
        check_ordinary(path)
        with zipfile.ZipFile(path) as archive:
            keys = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            if not {"x", "y"} <= keys.keys():
                text = mark("{path} holds {keys}; an npz of pairs holds pictures x and pictures y.")
                raise DataError(tr(text, path=path, keys=sorted(keys)[:10]))
            x, y = (_member(archive, keys[name], path.stat().st_size) for name in "xy")
    except (DataError, NoRoomError):
        raise
    except Exception as error:  # as in `read_any`
        text = mark("{path} is damaged or not a {suffix} file: {error}")
        raise DataError(tr(text, path=path, suffix=path.suffix, error=str(error)[:200])) from None
    return x, y


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, packed: int) -> np.ndarray:
    if is_bomb(info.file_size, packed):
        text = mark("{name} declares {size:,} bytes in a file of {packed:,}: refused.")
        raise DataError(tr(text, name=info.filename, size=info.file_size, packed=packed))
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, dtype = read(stream)
        if dtype.hasobject or stream.tell() + math.prod(shape) * dtype.itemsize != info.file_size:
            text = mark("{name} is damaged: {kind} of shape {shape} in {size:,} bytes.")
            raise DataError(tr(text, name=info.filename, kind=dtype, shape=shape, size=info.file_size))
    check_memory(archive.filename or info.filename, info.file_size)
    with archive.open(info) as stream:
        array: np.ndarray = np.lib.format.read_array(stream, allow_pickle=False)
        return array


def read_any(path: Path) -> tuple[Stored, np.ndarray | None, dict[str, Any]]:
    """Read a file of arrays.

    Args:
        path: .npy, .npz, or IDX plain or gzipped.

    Returns:
        The array, its labels or None, and what is known of them.

    Raises:
        DataError: If it is damaged or none of these.
    """
    found: dict[str, Any] = {"source": str(path), "kind": path.suffix.lower().lstrip(".")}
    readers: dict[str, Callable[[Path], Any]] = {".npy": lambda p: (read_npy(p), None), ".npz": read_npz}
    try:
        if reader := readers.get(path.suffix.lower()):
            array, labels = reader(path)
            return array, labels, found
        beside = labels_beside(path)
        found |= {"kind": "idx", "labels": None if beside is None else str(beside)}
        return read_idx(path), None if beside is None else read_idx(beside), found
    except (DataError, NoRoomError):
        raise
    except MemoryError:
        text = mark("{path} does not fit into memory; store it as .npy, which is read from the disk.")
        raise NoRoomError(tr(text, path=path)) from None
    except Exception as error:  # damaged files make numpy and zipfile raise nearly anything
        text = mark("{path} is damaged or not a {suffix} file: {error}")
        raise DataError(tr(text, path=path, suffix=path.suffix, error=str(error)[:200])) from None
