"""Samples of a run beside the training pictures they are nearest to: whoever copies is seen at a glance."""

from pathlib import Path

import torch
from torch import Tensor

from sparring.data.download import Progress
from sparring.measure.features import find_features, quick
from sparring.measure.memorised import Nearest, nearest_pictures
from sparring.report.grid import grid, to_pil
from sparring.report.png import save_png
from sparring.use.evaluate_samples import Sources

SAMPLES, SHOWN, BYTES = 1_000, 40, 64 << 20
QUICK = ("classifier", "random", "pixels")
"""Features in which all training pictures are looked at in a moment."""


def copies(
    sources: Sources, features: str = "auto", cache: Path | None = None, progress: Progress | None = None
) -> Nearest | None:
    """The nearest training picture of up to 1,000 samples; None if nobody knows what was trained on.

    Args:
        sources: Of a run, as `sparring.use.evaluate_samples.of_run` gives them.
        features: Asked for; those of a large network would look at all training pictures for hours, and quick ones stand in.
        cache: The cache folder.
        progress: Called with (what, done, in all).
    """
    training = sources.reference.training
    if training is None or not callable(sources.fakes):
        return None
    wish = features if features in QUICK else quick(training)
    spec = training.spec
    most = max(2, min(SAMPLES, BYTES // (4 * spec.channels * spec.height * spec.width)))
    parts = list[Tensor]()
    for some in sources.fakes(most):
        parts.append(some if isinstance(some, Tensor) else some[0])
    found = find_features(wish, training, cache=cache, progress=progress)
    return nearest_pictures(torch.cat(parts), training, found, progress)


def save_copies(found: Nearest, path: Path, text: dict[str, str], low: float, high: float) -> int:
    """Save the nearest pairs as a sheet, nearest first, each sample with the training picture on its right.

    Args:
        found: As `copies` gives it.
        path: The PNG; it is replaced whole.
        text: What the PNG says of itself.
        low: The value that is black.
        high: The value that is white.

    Returns:
        How many pairs the sheet shows.
    """
    pairs = found.sheet()[:SHOWN]
    save_png(to_pil(grid(pairs), low, high), path, text)
    return len(pairs)
