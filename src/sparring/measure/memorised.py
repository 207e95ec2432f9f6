"""Samples beside the training pictures they are nearest to: whoever copies is seen at a glance."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.data.values import from_unit
from sparring.measure.fakes import as_saved
from sparring.measure.features import Features
from sparring.measure.reference import batches
from sparring.metrics.memorisation import nearest
from sparring.words import tr


class Nearest(NamedTuple):
    """Samples and their nearest training pictures, nearest pair first.

    Args:
        samples: (N, H, W, C), as the data is stored.
        nearest: (N, H, W, C), the training picture nearest to each.
        distances: (N,) Euclidean distance in the features.
    """

    samples: np.ndarray
    nearest: np.ndarray
    distances: np.ndarray

    def sheet(self) -> np.ndarray:
        """Each sample with its nearest training picture on its right, (N, H, 2 W, C)."""
        return np.concatenate([self.samples, self.nearest], axis=2)


def nearest_pictures(
    samples: Tensor, training: Pictures, features: Features, progress: Progress | None = None
) -> Nearest:
    """The nearest training picture of each sample, all training pictures looked at, part by part.

    Args:
        samples: (N, C, H, W) in [-1, 1].
        training: Pictures trained on.
        features: What nearness is measured in.
        progress: Called with (what, done, in all).

    Raises:
        DataError: If samples have another shape than the training pictures.
        ModelError: If samples are not finite.
    """
    samples = as_saved(samples, training.spec)
    own = features.of(samples)
    best = torch.full((len(samples),), torch.inf, dtype=torch.float64)
    found = torch.zeros_like(samples)
    done = 0
    for x, _ in batches(training, len(training)):
        distances, rows = nearest(own, features.of(x))
        nearer = distances < best
        best[nearer], found[nearer] = distances[nearer], x[rows[nearer]]
        done += len(x)
        if progress:
            progress(tr("nearest training images"), done, len(training))
    order = best.argsort(stable=True)
    stored = [from_unit(side[order], training.spec) for side in (samples, found)]
    return Nearest(stored[0], stored[1], best[order].numpy())
