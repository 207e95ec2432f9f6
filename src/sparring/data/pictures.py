"""Pictures: N decoded pictures of one size, in memory or read from the disk, with or without labels."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sparring.data import show
from sparring.data.on_disk import Stored, blocks, seen
from sparring.data.sampler import permutation
from sparring.data.spec import UNLABELLED, Spec
from sparring.data.values import bits_of, to_unit
from sparring.errors import DataError
from sparring.words import mark, tr, trn

__all__ = ["Pictures", "Spec"]


class Pictures:
    """Decoded pictures, ready to be drawn from.

    Args:
        images: (N, H, W, C) uint8, uint16 or float32; one on the disk stays there.
        labels: (N,) class numbers from 0, one for each of ``images``, -1 for a picture without a label; or None.
        class_names: One name a class.
        name: A short name for the run folder.
        low: The stored value that maps to -1.
        high: The stored value that maps to +1; None for the largest of the type.
        found: JSON: where the pictures come from, what was found and what was skipped.
        digest: The SHA-256 of everything if it is known; else it is computed when first asked for.
        pixels: Gives the SHA-256 of the pixels if there is a shorter way than to read them all.
        rows: (n,) picture numbers: a view of only these, without a copy.

    Raises:
        DataError: If there is no picture.
    """

    def __init__(
        self,
        images: Stored,
        labels: np.ndarray | None = None,
        class_names: tuple[str, ...] = (),
        *,
        name: str = "pictures",
        low: float = 0.0,
        high: float | None = None,
        found: dict[str, Any] | None = None,
        digest: str | None = None,
        pixels: Callable[[], str] | None = None,
        rows: np.ndarray | None = None,
    ) -> None:
        assert images.ndim == 4, f"pictures must be (N, H, W, C), not {images.shape}"
        bits = bits_of(images.dtype)
        if high is None:
            high = {8: 255.0, 16: 65535.0, 32: 1.0}[bits]
        count = len(images) if rows is None else len(rows)
        if count == 0 or 0 in images.shape:
            raise DataError(tr("{name} has no pictures (shape {shape}).", name=name, shape=images.shape))
        self._images, self._rows, self.found, self._digest = images, rows, found or {}, digest
        self._pixel_hash = pixels or (lambda: pixel_hash(images))
        self._labels = None if labels is None else np.asarray(labels, np.int64)
        self.labels = self._labels if self._labels is None or rows is None else self._labels[rows]
        assert self.labels is None or self.labels.shape == (count,), "one label a picture"
        assert self.labels is None or self.labels.min() >= UNLABELLED, "labels are from 0, or -1 for none"
        self.class_names = class_names
        self.name = name
        height, width, channels = images.shape[1:]
        self.spec = Spec(channels, height, width, len(class_names), count, bits, float(low), float(high))

    def __len__(self) -> int:
        return self.spec.count

    @property
    def images(self) -> np.ndarray:
        """All pictures (N, H, W, C) as stored. Of a view, or from the disk, this is a copy; `batch` needs none."""
        if self._rows is not None:
            return self._images[self._rows]
        return self._images if isinstance(self._images, np.ndarray) else self._images[:]

    def blocks(self) -> Iterator[np.ndarray]:
        """All pictures as stored, (n, H, W, C) at a time, without a copy of all. Not of a view."""
        assert self._rows is None, "a view is not in one piece"
        return blocks(self._images)

    def columns(self, first: int, end: int) -> Stored:
        """Part of the width of all pictures, as stored. Not of a view."""
        assert self._rows is None, "a view is not in one piece"
        return seen(self._images, lambda rows: rows[:, :, first:end])

    def stored(self, index: Tensor | np.ndarray) -> np.ndarray:
        """The pictures (n, H, W, C) of these numbers, as stored.

        Args:
            index: (n,) picture numbers.
        """
        rows = np.asarray(index)
        return np.asarray(self._images[rows if self._rows is None else self._rows[rows]])

    def batch(self, index: Tensor | np.ndarray) -> tuple[Tensor, Tensor | None]:
        """The pictures of these numbers as the networks see them.

        Args:
            index: (n,) picture numbers.

        Returns:
            x (n, C, H, W) float32 in [-1, 1], contiguous; y (n,) int64 or None.
        """
        x = to_unit(self.stored(index), self.spec)
        return x, None if self.labels is None else torch.from_numpy(self.labels[np.asarray(index)])

    def digest(self) -> str:
        """SHA-256 of the spec, the pixels and the labels, in hexadecimal."""
        if self._digest is None:
            self._digest = digest_of(self.spec, self._pixel_hash(), self._labels, self._rows)
        return self._digest

    def description(self) -> dict[str, Any]:
        """JSON: source, what was found, what was skipped and why, size, classes, digest."""
        labels = np.empty(0, np.int64) if self.labels is None else self.labels
        counts = np.bincount(labels[labels != UNLABELLED], minlength=len(self.class_names)).tolist()
        return {
            "name": self.name,
            **self.found,
            "pictures": len(self),
            "height": self.spec.height,
            "width": self.spec.width,
            "channels": self.spec.channels,
            "bits": self.spec.bits,
            "range": [self.spec.low, self.spec.high],
            "classes": dict(zip(self.class_names, counts, strict=True)) if len(labels) else {},
            "unlabelled": int((labels == UNLABELLED).sum()),
            "digest": self.digest(),
        }

    def split(self, held_out: int) -> tuple["Pictures", "Pictures"]:
        """Part into pictures to train on and pictures that training never sees. No pixel is copied.

        Args:
            held_out: How many to hold out, from 1; the same ones every time.

        Returns:
            Training pictures and held-out pictures, each in their old order.

        Raises:
            DataError: If nothing would be left on one side.
        """
        if not 0 < held_out < len(self):
            have = trn("{name!r} has {n:,} picture", "{name!r} has {n:,} pictures", len(self), name=self.name)
            if held_out == 1:
                text = mark("{have}; at least 2 (better 500) are needed, or set --run.held-out 0")
                raise DataError(tr(text, have=have))
            text = mark("{have}; {held_out:,} cannot be held out: --run.held-out takes 1 to {most:,}")
            raise DataError(tr(text, have=have, held_out=held_out, most=len(self) - 1))
        order = permutation(0, 0, len(self)).numpy()
        return self._part(np.sort(order[held_out:])), self._part(np.sort(order[:held_out]))

    def relabelled(self, labels: np.ndarray) -> "Pictures":
        """The same pictures with other labels, (n,) from 0 or -1 for none, of the same classes. No pixel is copied."""
        if self._rows is None:
            return self._view(None, labels)
        spread = np.full(len(self._images), UNLABELLED, np.int64)
        spread[self._rows] = labels
        return self._view(self._rows, spread)

    def taken(self, rows: Sequence[int]) -> "Pictures":
        """Those with these numbers, in this order; no pixel is copied. What is known of the source is a copy."""
        some = self._part(np.asarray(rows, np.int64))
        some.found = dict(self.found)
        return some

    def __repr__(self) -> str:
        n = self.spec.classes
        classes = [trn("{n} class", "{n} classes", n)] if n else []
        return f"<Pictures {self.name!r}: {', '.join([show.in_words(self.spec), *classes])}>"

    def _repr_png_(self) -> bytes:
        """The first pictures as a PNG, for notebooks."""
        return show.png(self.stored(np.arange(min(show.COUNT, len(self)))), self.spec)

    def _repr_html_(self) -> str:
        """What it is and its first pictures, for notebooks."""
        return show.html(repr(self)[1:-1], self._repr_png_())

    def _part(self, rows: np.ndarray) -> "Pictures":
        return self._view(rows if self._rows is None else self._rows[rows], self._labels)

    def _view(self, rows: np.ndarray | None, labels: np.ndarray | None) -> "Pictures":
        return Pictures(
            self._images,
            labels,
            self.class_names,
            name=self.name,
            low=self.spec.low,
            high=self.spec.high,
            found=self.found,
            pixels=self._pixel_hash,
            rows=rows,
        )


def pixel_hash(images: Stored) -> str:
    """SHA-256 of the pixels in C order, read in blocks of 16 MiB."""
    sha = hashlib.sha256()
    for block in blocks(images):
        sha.update(np.ascontiguousarray(block).data)
    return sha.hexdigest()


def digest_of(spec: Spec, pixels: str, labels: np.ndarray | None, rows: np.ndarray | None = None) -> str:
    """SHA-256 over the spec, the hash of all pixels, the labels, and which rows of all are meant.

    Args:
        spec: Of the pictures.
        pixels: What `pixel_hash` gives.
        labels: (N,) int64 or None.
        rows: (n,) the rows of a view; None for all.
    """
    sha = hashlib.sha256(json.dumps([*spec]).encode())
    sha.update(pixels.encode())
    for part in (labels, rows):
        sha.update(b"none" if part is None else np.ascontiguousarray(part, "<i8").tobytes())
    return sha.hexdigest()
