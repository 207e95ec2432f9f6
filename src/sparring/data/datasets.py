"""Pictures from torch: a map-style Dataset, or a DataLoader over one, read once from its first item to its last."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, Subset

from sparring.data.arrays import from_array, from_tensor
from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.data.resize import Fit, fit, resized_in_words, same_shape
from sparring.errors import DataError, NoRoomError
from sparring.words import mark, tr

COLLECT = mark(
    "collect what it gives first, e.g. torch.stack([picture for picture, label in dataset]), and give that tensor"
)


class Read(NamedTuple):
    """What was read: pictures (N, C, H, W), their labels or None, and what was done to them, in words."""

    images: np.ndarray
    labels: np.ndarray | None
    notes: list[str]


def from_dataset(
    source: Dataset[Any] | DataLoader[Any],
    *,
    size: tuple[int, int] | None = None,
    how: Fit = "cover",
    channels: int | None = None,
    progress: Progress | None = None,
) -> Pictures:
    """Pictures of a Dataset; of a DataLoader its dataset is read, and its batches, sampler and shuffling do not matter.

    Every item is read once, so a random transform is frozen as it fell. An item is a picture or (picture, label, ...). A
    tensor is (C, H, W) or (H, W), a Pillow picture or an array (H, W, C). Floats are taken as values from 0 to 1 if all of
    them are, else as -1 to 1 if all are, else the range found maps to -1 and 1; the note says which.

    Args:
        source: What to read.
        size: Height and width to cut and resize to; without it all items must have one size.
        how: How they are brought to this size.
        channels: 1 or 3 to turn colour to grey or back.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If it cannot be read by number, or an item is no picture or not like the others.
        NoRoomError: If it does not fit into memory.
    """
    dataset = source.dataset if isinstance(source, DataLoader) else source
    name = type(dataset).__name__
    try:
        read = _read(dataset, name, size, how, progress)
    except MemoryError:
        text = mark("{name} does not fit into memory; store its pictures as .npy and give the path.")
        raise NoRoomError(tr(text, name=name)) from None
    pictures = from_array(
        read.images,
        read.labels,
        name=name,
        channels=channels,
        layout="(N, C, H, W)",
        found={"source": tr("a {name} in memory", name=name), "kind": "dataset"},
    )
    pictures.class_names = _class_names(dataset, pictures.class_names)
    spec = pictures.spec
    if spec.bits == 32:
        text = mark("{name}: values from {low:g} to {high:g} are taken as black to white")
        read.notes.append(tr(text, name=name, low=spec.low, high=spec.high))
    pictures.found["notes"] = read.notes
    return pictures


def _read(dataset: Any, name: str, size: tuple[int, int] | None, how: Fit, progress: Progress | None) -> Read:
    count = _length(dataset, name)
    images, labels = np.empty(0), list[Any]()
    resized = cropped = 0
    for number, (picture, label) in enumerate(_items(dataset, name, count)):
        if size is not None and picture.shape[:2] != size:
            resized, cropped = resized + 1, cropped + (not same_shape(picture.shape[0], picture.shape[1], size))
            picture = _fitted(picture, size, how)
        if number == 0:
            images = np.empty((count, *picture.shape), picture.dtype)
        if picture.shape != images.shape[1:]:
            text = mark(
                "Item {number} of {name} is {shape}, the first {first} (height x width x channels); give a size, or let a "
                "transform bring all to one."
            )
            shape, first = (" x ".join(map(str, sides)) for sides in (picture.shape, images.shape[1:]))
            raise DataError(tr(text, number=number, name=name, shape=shape, first=first))
        if picture.dtype != images.dtype:
            text = mark("Item {number} of {name} holds {kind}, the first {first}; give all of one type.")
            raise DataError(tr(text, number=number, name=name, kind=picture.dtype, first=images.dtype))
        images[number] = picture
        labels.append(label)
        if progress and number % 500 == 0:
            progress(tr("reading"), number, count)
    given = sum(label is not None for label in labels)
    if 0 < given < count:
        text = mark("{given:,} of {count:,} items of {name} have a label; give one for all (-1 for none) or for none.")
        raise DataError(tr(text, given=given, count=count, name=name))
    notes = [resized_in_words(resized, cropped, size, how)] if size and resized else []
    return Read(np.moveaxis(images, -1, 1), _stacked(labels, name) if given else None, notes)


def _stacked(labels: list[Any], name: str) -> np.ndarray:
    try:
        return np.array(labels)
    except ValueError:
        text = mark("The labels of {name} are not of one kind; give each item one number or one word.")
        raise DataError(tr(text, name=name)) from None


def _length(dataset: Any, name: str) -> int:
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__getitem__"):
        text = mark("{name} can only be iterated, but training reads pictures by number; {advice}.")
        raise DataError(tr(text, name=name, advice=tr(COLLECT)))
    try:
        count = len(dataset)
    except (TypeError, NotImplementedError):
        text = mark("{name} does not say how many items it has: it needs __len__. Or {advice}.")
        raise DataError(tr(text, name=name, advice=tr(COLLECT))) from None
    if count == 0:
        raise DataError(tr("{name} has no items.", name=name))
    return count


def _items(dataset: Any, name: str, count: int) -> Iterator[tuple[np.ndarray, Any]]:
    """Picture (H, W, C) and label or None of every item."""
    for number in range(count):
        try:
            item = dataset[number]
        except Exception as error:  # whatever somebody's own code raises
            text = mark("Item {number} of {name} cannot be read: {kind}: {error}")
            raise DataError(tr(text, number=number, name=name, kind=type(error).__name__, error=error)) from error
        first, *rest = item if isinstance(item, tuple | list) and item else (item,)
        where = tr("Item {number} of {name}", number=number, name=name)
        yield _picture(first, where), _label(rest[0]) if rest else None


def _picture(item: Any, where: str) -> np.ndarray:
    """A picture (H, W, C) of whatever an item holds.

    Raises:
        DataError: If it is no picture.
    """
    if isinstance(item, Tensor):
        array, first = from_tensor(item), True
    elif isinstance(item, Image.Image):
        array, first = np.asarray(item if item.mode in ("L", "RGB", "I;16", "F") else item.convert("RGB")), False
    elif isinstance(item, np.ndarray):
        array, first = item, item.ndim == 3 and item.shape[0] < item.shape[2]
    else:
        text = mark(
            "{where} is of type {kind}; a picture is a tensor (C, H, W), an array (H, W, C) or a Pillow picture, alone or as "
            "(picture, label)."
        )
        raise DataError(tr(text, where=where, kind=type(item).__name__))
    if array.ndim not in (2, 3) or 0 in array.shape:
        text = mark("{where} has shape {shape}; a picture is (C, H, W) or (H, W).")
        raise DataError(tr(text, where=where, shape=tuple(array.shape)))
    return array[..., None] if array.ndim == 2 else np.moveaxis(array, 0, -1) if first else array


def _label(label: Any) -> Any:
    return label.item() if isinstance(label, Tensor | np.generic) and label.ndim == 0 else label


def _fitted(picture: np.ndarray, size: tuple[int, int], how: Fit) -> np.ndarray:
    if picture.dtype in (np.uint8, np.uint16):
        return fit(picture, size, how)
    return fit(picture.astype(np.float32), size, how).astype(picture.dtype)


def _class_names(dataset: Any, numbers: tuple[str, ...]) -> tuple[str, ...]:
    """Names of classes that the dataset knows, as those of torchvision do; else their numbers."""
    while isinstance(dataset, Subset):
        dataset = dataset.dataset
    known = getattr(dataset, "classes", None)
    if not isinstance(known, list | tuple) or not all(n.isdecimal() and int(n) < len(known) for n in numbers):
        return numbers
    return tuple(str(known[int(n)]) for n in numbers)
