"""A small classifier of the reference's own classes: its last hidden layer gives features, its answers judge labels.

It is trained once for a reference, from a seed, and kept in the cache folder. Features that were learnt on the reference see what
tells its classes apart; like a yardstick of one's own they compare runs on that reference and nothing else.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, cross_entropy

from sparring.chance import callers_stream_kept, reseed
from sparring.data.cache import cache_folder, key_of
from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.data.sampler import permutation
from sparring.data.spec import UNLABELLED
from sparring.errors import CommandError
from sparring.measure.kept import kept
from sparring.metrics.fresh import train
from sparring.words import tr

SIDE, DIMENSION = 32, 128
MOST, FEWEST = 10_000, 50
"""Labelled pictures it learns from at most, and at least."""
SAMPLES = 36_000
"""Pictures seen in training, about: four passes over 9,000, at most 40 over few."""
VERSION = 1


class Network(nn.Module):
    """Three strided convolutions with batch norm, a hidden layer of 128 and a layer of classes.

    Args:
        channels: Of the pictures.
        classes: How many.
    """

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for before, after in ((channels, 32), (32, 64), (64, 64)):
            layers += [nn.Conv2d(before, after, 3, 2, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(1024, DIMENSION), nn.ReLU())
        self.head = nn.Linear(DIMENSION, classes)

    def features(self, x: Tensor) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> (N, 128); a side above 32 is averaged down to 32."""
        if max(x.shape[2:]) > SIDE:
            x = adaptive_avg_pool2d(x, (min(x.shape[2], SIDE), min(x.shape[3], SIDE)))
        found: Tensor = self.body(x)
        return found

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) in [-1, 1] -> logits (N, classes)."""
        found: Tensor = self.head(self.features(x))
        return found


class Classifier(NamedTuple):
    """A trained classifier.

    Args:
        network: In evaluation.
        accuracy: Its share right on a tenth of the labelled pictures that it did not learn from.
        digest: SHA-256 of its weights.
    """

    network: Network
    accuracy: float
    digest: str


def classifier(
    pictures: Pictures, seed: int = 0, cache: Path | None = None, progress: Progress | None = None
) -> Classifier:
    """The classifier of labelled pictures: from the cache, or trained now (about 9 s on one core at 28 x 28).

    Args:
        pictures: Of two classes or more; at most 10,000 of those with a label are learnt from.
        seed: Of its weights and the order of pictures.
        cache: The cache folder.
        progress: Called with (what, done, in all).

    Raises:
        CommandError: If there are fewer than two classes or 50 labelled pictures.
    """
    check(pictures)
    with callers_stream_kept():
        network = Network(pictures.spec.channels, len(pictures.class_names))
    shapes = {name: (t.dtype, tuple(t.shape)) for name, t in network.state_dict().items()}
    name = key_of("classifier", VERSION, pictures.digest(), seed)
    path = cache_folder(cache) / "measure" / f"classifier-{name}.safetensors"
    given = kept(path, {**shapes, "accuracy": (torch.float64, ())}, lambda: _trained(network, pictures, seed, progress))
    accuracy = float(given.pop("accuracy"))
    network.load_state_dict(given)
    return Classifier(network.eval().requires_grad_(False), accuracy, digest_of_weights(given))


def labelled(pictures: Pictures) -> bool:
    """Whether a classifier can be trained on them."""
    known = pictures.labels is not None and int((pictures.labels != UNLABELLED).sum()) >= FEWEST
    return known and len(np.unique(pictures.labels[pictures.labels != UNLABELLED])) >= 2  # type: ignore[index]


def check(pictures: Pictures) -> None:
    """Refuse pictures that no classifier can be trained on.

    Raises:
        CommandError: If there are fewer than two classes or 50 labelled pictures.
    """
    if not labelled(pictures):
        raise CommandError(
            tr(
                "{name!r} cannot train a classifier: that takes at least {fewest} images with labels, of two classes or more",
                name=pictures.name,
                fewest=FEWEST,
            )
        )


def digest_of_weights(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of names, shapes and values, in hexadecimal."""
    sha = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        sha.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        sha.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return sha.hexdigest()


def _trained(network: Network, pictures: Pictures, seed: int, progress: Progress | None) -> dict[str, Tensor]:
    """Weights, and the accuracy on a tenth that is not learnt from."""
    assert pictures.labels is not None
    order = permutation(0, 0, len(pictures))
    rows = order[torch.from_numpy(pictures.labels)[order] != UNLABELLED][:MOST]
    x, y = pictures.batch(rows)
    assert y is not None
    held = max(len(rows) // 10, 1)
    passes = max(1, min(40, round(SAMPLES / (len(rows) - held))))
    with callers_stream_kept():
        reseed(seed)
        for module in network.modules():
            if isinstance(module, nn.Conv2d | nn.Linear | nn.BatchNorm2d):
                module.reset_parameters()
        network.train()
        if progress:
            progress(tr("training a classifier"), 0, 1)
        train(network, x[held:], y[held:], cross_entropy, passes)
        if progress:
            progress(tr("training a classifier"), 1, 1)
    with torch.no_grad():
        said = torch.cat([network(part).argmax(1) for part in torch.split(x[:held], 500)])
    return {**network.state_dict(), "accuracy": (said == y[:held]).double().mean()}
