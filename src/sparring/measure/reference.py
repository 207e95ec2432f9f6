"""The real pictures that generated ones are held against, and their features, kept in the cache."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.data.cache import cache_folder, key_of
from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.data.sampler import permutation
from sparring.data.spec import UNLABELLED
from sparring.errors import CommandError
from sparring.measure.features import OWN, Features
from sparring.measure.kept import Shape, kept
from sparring.metrics.moments import Moments
from sparring.words import tr

VERSION = 1
FEWEST = 500
"""Held-out pictures that are enough to compare with."""
PART_PIXELS = 1 << 18
MOST_DIMENSIONS = 4096
"""Of features whose covariance is taken: a matrix of this size has 134 MB."""


class Reference(NamedTuple):
    """Real pictures, and which part of the data they are.

    Args:
        pictures: What generated pictures are compared with.
        part: "held out", "training" or "all".
        training: Pictures trained on, if it is known which.
        held_out: Pictures that training never saw, if there are any.
    """

    pictures: Pictures
    part: str
    training: Pictures | None = None
    held_out: Pictures | None = None

    @classmethod
    def of(cls, training: Pictures, held_out: Pictures | None) -> "Reference":
        """Of a run: its held-out pictures, or those it was trained on if none were held out."""
        if held_out is None:
            return cls(training, "training", training)
        return cls(held_out, "held out", training, held_out)

    @classmethod
    def of_run(cls, training: Pictures, held_out: Pictures | None, part: str = "auto") -> "Reference":
        """What a run is measured against; what is not compared with still serves to find copies of training pictures.

        Args:
            training: Pictures that the run is trained on.
            held_out: Pictures that it never sees, if there are any.
            part: "held out", "training", or "auto": held out if there are at least 500, else training.

        Raises:
            CommandError: If held-out pictures are asked for and there are none.
        """
        if part == "held out" and held_out is None:
            raise CommandError(tr("the run holds out no images (--run.held-out 0); measure against part training"))
        if held_out is not None and (part == "held out" or (part == "auto" and len(held_out) >= FEWEST)):
            return cls(held_out, "held out", training, held_out)
        return cls(training, "training", training, held_out)

    @property
    def learnt(self) -> Pictures:
        """What a classifier of the reference learns from: best what the pictures themselves are not part of."""
        return self.training or self.pictures

    @property
    def unseen(self) -> Pictures | None:
        """Pictures with labels that training has not seen: those held out, or others altogether; None if there are none."""
        asked = self.pictures if self.part == "all" else self.held_out
        return asked if asked is not None and asked.labels is not None and (asked.labels != UNLABELLED).any() else None


class Known(NamedTuple):
    """Features of a set of pictures.

    Args:
        n: How many pictures.
        moments: Of all of them; None where there are more than 4,096 features.
        features: (m, d) float32, of the first m <= n.
    """

    n: int
    moments: Moments | None
    features: Tensor


def known(
    pictures: Pictures,
    part: str,
    features: Features,
    count: int,
    compared: int,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Known:
    """Features of real pictures, from the cache or computed now.

    Args:
        pictures: Of which at most ``count`` are taken, the same ones every time.
        part: Which part of the data they are.
        features: A function of the user's is computed every time: its name does not say what it does.
        count: How many pictures at most.
        compared: How many features at most are kept one by one.
        cache: The cache folder.
        progress: Called with (what, done, in all).
    """
    n = min(count, len(pictures))
    m, d = min(compared, n), features.dimension

    def compute() -> dict[str, Tensor]:
        found = Gathering(features, m)
        for x, _ in batches(pictures, n):
            found.add(x)
            if progress:
                progress(tr("features of real images"), found.n, n)
        return found.tensors()

    if features.name.startswith(OWN):
        given = compute()
    else:
        shapes: dict[str, Shape] = {"features": (torch.float32, (m, d))}
        if d <= MOST_DIMENSIONS:
            shapes |= {"mean": (torch.float64, (d,)), "scatter": (torch.float64, (d, d))}
        name = key_of(
            "reference", VERSION, pictures.digest(), part, features.name, features.digest, features.resize, n, m
        )
        given = kept(cache_folder(cache) / "measure" / f"reference-{name}.safetensors", shapes, compute)
    moments = Moments(n, given["mean"], given["scatter"]) if "mean" in given else None
    return Known(n, moments, given["features"])


class Gathering:
    """Features that come part by part: moments of all, the first ones themselves.

    Args:
        features: What turns pictures into vectors.
        compared: How many are kept.
    """

    def __init__(self, features: Features, compared: int) -> None:
        self.features, self.compared = features, compared
        self.n, self.rows = 0, list[Tensor]()
        self.moments: Moments | None = None

    def add(self, x: Tensor) -> None:
        """Pictures (n, C, H, W) in [-1, 1]."""
        f = self.features.of(x)
        assert f.shape == (len(x), self.features.dimension), f"{self.features.name} gave {tuple(f.shape)}"
        if self.features.dimension <= MOST_DIMENSIONS:
            own = Moments.of(f)
            self.moments = own if self.moments is None else self.moments.merged(own)
        if (wanted := self.compared - self.n) > 0:
            self.rows.append(f[:wanted])
        self.n += len(x)

    def tensors(self) -> dict[str, Tensor]:
        """What was gathered."""
        found = {"features": torch.cat(self.rows)}
        return found | ({"mean": self.moments.mean, "scatter": self.moments.scatter} if self.moments else {})


def batches(pictures: Pictures, count: int) -> Iterator[tuple[Tensor, Tensor | None]]:
    """The first ``count`` of all pictures in an order that is always the same and mixes what lies together on the disk."""
    order = permutation(0, 0, len(pictures))[:count]
    for rows in torch.split(order, rows_of(pictures.spec.height, pictures.spec.width)):
        yield pictures.batch(rows)


def rows_of(height: int, width: int) -> int:
    """Pictures that are looked at together, at least 1."""
    return max(1, PART_PIXELS // (height * width))
