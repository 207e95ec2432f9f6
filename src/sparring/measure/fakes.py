"""Generated pictures that are to be measured: streamed, rounded as they would be saved, and gathered in bounded memory."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.data.spec import Spec
from sparring.data.values import from_unit, to_unit
from sparring.errors import CommandError, DataError, ModelError
from sparring.measure.features import Features
from sparring.measure.reference import Gathering, Known, batches, rows_of
from sparring.words import tr

BYTES = 256 << 20
"""Memory for the pictures themselves that some measures need."""

Some = Tensor | tuple[Tensor, Tensor | None]
Fakes = Pictures | Tensor | Iterable[Some]
"""Pictures; or (N, C, H, W) in [-1, 1]; or parts of such one after the other, each alone or with labels (N,)."""


class Gathered(NamedTuple):
    """What is kept of generated pictures.

    Args:
        known: Their features.
        x: (p, C, H, W) float32, the first of them: at most 256 MB.
        y: (p,) their labels; None if there are none.
    """

    known: Known
    x: Tensor
    y: Tensor | None


def gather(
    fakes: Fakes, features: Features, spec: Spec, count: int, compared: int, progress: Progress | None = None
) -> Gathered:
    """Features and the first pictures of a stream.

    Args:
        fakes: Whatever `Fakes` may be; no more is asked of a stream than is needed.
        features: What turns pictures into vectors.
        spec: Of the real pictures: generated ones are rounded and cut as these are stored, as if they had been saved.
        count: How many pictures at most.
        compared: How many features at most are kept one by one.
        progress: Called with (what, done, in all).

    Raises:
        CommandError: If there are fewer than two pictures, or labels come with some only.
        DataError: If they are not of the same height, width and channels as the real ones.
        ModelError: If a value is not finite.
    """
    found, x, y = Gathering(features, compared), list[Tensor](), list[Tensor | None]()
    most = max(1, BYTES // (4 * spec.channels * spec.height * spec.width))
    for pictures, labels in _parts(fakes, spec, count):
        found.add(pictures)
        if (wanted := most - sum(map(len, x))) > 0:
            x.append(pictures[:wanted])
            y.append(None if labels is None else labels[:wanted].cpu())
        if progress:
            progress(tr("features of generated images"), found.n, count)
    if found.n < 2:
        raise CommandError(tr("there are {n} generated images; at least 2 are needed", n=found.n))
    known_labels = [part for part in y if part is not None]
    if known_labels and len(known_labels) < len(y):
        raise CommandError(tr("some generated images have labels and some have none; give all or none"))
    known = Known(found.n, found.moments, found.tensors()["features"])
    return Gathered(known, torch.cat(x), torch.cat(known_labels) if known_labels else None)


def as_saved(x: Tensor, spec: Spec) -> Tensor:
    """Pictures (N, C, H, W) cut and rounded to what a file of the data's kind can hold, in [-1, 1] again.

    Without it a classifier could tell generated pictures by their fractions of a level, and the same pictures would score
    differently from memory and from files.

    Raises:
        DataError: If the shape is not that of the data.
        ModelError: If a value is not finite.
    """
    own, given = (spec.channels, spec.height, spec.width), tuple(x.shape[1:])
    if x.dim() != 4 or given != own:
        raise DataError(
            tr("generated images are {given}, real ones {own} (channels, height, width); both must be alike", given=given, own=own)
        )  # fmt: skip
    x = x.detach().float().cpu()
    if not x.isfinite().all():
        raise ModelError(tr("generated images hold values that are not finite; was the training healthy?"))
    return to_unit(from_unit(x, spec), spec)


def _parts(fakes: Fakes, spec: Spec, count: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    """At most ``count`` pictures in parts of bounded size."""
    left, rows = count, rows_of(spec.height, spec.width)
    for x, y in _pairs(fakes, count):
        for at in range(0, min(len(x), left), rows):
            end = min(at + rows, left)
            yield as_saved(x[at:end], spec), None if y is None else y[at:end]
        left -= min(len(x), left)
        if not left:
            return


def _pairs(fakes: Fakes, count: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    if isinstance(fakes, Pictures):
        yield from batches(fakes, count)
    elif isinstance(fakes, Tensor):
        yield fakes, None
    else:
        for part in fakes:
            yield (part, None) if isinstance(part, Tensor) else (part[0], part[1])
