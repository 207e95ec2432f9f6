"""Pictures of which only some have a label: which keep theirs, and how both kinds come into every batch."""

import hashlib
from fractions import Fraction

import numpy as np
import torch

from sparring.data.pictures import Pictures
from sparring.data.sampler import indices
from sparring.data.spec import UNLABELLED
from sparring.data.streams import Stream
from sparring.errors import DataError
from sparring.games import Batch
from sparring.words import mark, tr


def keep_labels(pictures: Pictures, count: int, seed: int) -> Pictures:
    """The same pictures, of which ``count`` keep their label: equally many of each class; the others become -1.

    Which ones is decided by the seed and by what a picture shows, not by its place: the order of the files does not matter. A
    class that has too few gives all it has, and the others more.

    Args:
        pictures: With labels; none is copied.
        count: Labels that are kept.
        seed: Of the choice.

    Raises:
        DataError: If there are not that many labels, or not one for each class.
    """
    known = np.flatnonzero(pictures.labels != UNLABELLED) if pictures.labels is not None else np.empty(0, np.int64)
    if pictures.labels is None or not len(known):
        raise DataError(tr("{name!r} has no labels, so none can be kept (--labels)", name=pictures.name))
    if not pictures.spec.classes <= count <= len(known):
        text = mark(
            "--labels is {count}; {name!r} has {known:,} labels of {classes} classes: give {classes} to {known:,}"
        )
        name, classes = pictures.name, pictures.spec.classes
        raise DataError(tr(text, count=count, name=name, known=len(known), classes=classes))
    keys = {int(i): hashlib.sha256(b"%d/" % seed + pictures.stored(np.array([i])).tobytes()).digest() for i in known}
    rounds = list[tuple[int, bytes, int]]()
    for label in range(pictures.spec.classes):
        own = sorted((keys[int(i)], int(i)) for i in known[pictures.labels[known] == label])
        rounds += [(place, key, i) for place, (key, i) in enumerate(own)]
    kept = [i for _, _, i in sorted(rounds)[:count]]
    labels = np.full(len(pictures), UNLABELLED, np.int64)
    labels[kept] = pictures.labels[kept]
    return pictures.relabelled(labels)


def partly_labelled_stream(pictures: Pictures, seed: int, share: float = 0.5) -> Stream:
    """A fixed share of every batch are pictures with their label; the rest are drawn from all pictures, and told without one.

    Both kinds are spread evenly and each has its own seeded order, so that 50 labels among 60,000 pictures are in every batch, as
    if batches of their own were drawn. What comes at a position is a function of that position.

    Args:
        pictures: Of which at least one has a label.
        seed: Of the orders.
        share: Of labelled pictures.

    Raises:
        DataError: If no picture has a label.
    """
    labels = np.full(len(pictures), UNLABELLED) if pictures.labels is None else pictures.labels
    known = torch.from_numpy(np.flatnonzero(labels != UNLABELLED))
    if not len(known):
        raise DataError(tr("no picture of {name!r} has a label; at least one is needed", name=pictures.name))
    part = Fraction(share).limit_denominator(1000)

    def before(position: int) -> int:
        """Labelled samples before a position."""
        return int(position * part)

    def draw(position: int, n: int) -> Batch:
        counts = torch.tensor([before(position + i) for i in range(n + 1)])
        labelled = counts.diff() > 0
        first, many = before(position), int(labelled.sum())
        index = torch.empty(n, dtype=torch.int64)
        index[labelled] = known[indices(seed, first, many, len(known))]
        index[~labelled] = indices(seed + 1, position - first, n - many, len(pictures))
        x, y = pictures.batch(index)
        return Batch(x, torch.full((n,), UNLABELLED) if y is None else torch.where(labelled, y, UNLABELLED))

    return draw
