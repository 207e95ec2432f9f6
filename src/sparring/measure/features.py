"""Features of pictures: what a distance between two sets of pictures is measured in."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.data.download import Progress
from sparring.data.pictures import Pictures
from sparring.errors import CommandError
from sparring.measure import classifier, efficientnet, inception, random_net
from sparring.words import tr

OWN = "own:"
"""Before the name of features that are a function of the user's."""
NAMES = ("auto", "inception", "efficientnet-lite0", "classifier", "random", "pixels")
NO_RESIZE = "none"


class Features(NamedTuple):
    """What turns pictures into vectors.

    Args:
        name: "random", "inception", ...; a function of the user's is "own:" and its name.
        of: (N, C, H, W) in [-1, 1] -> (N, d) float32 on the CPU.
        dimension: d.
        digest: SHA-256 of the weights; of a function of the user's, of its name.
        resize: How pictures are brought to the size that the network takes, in words; "none" if it takes any.
    """

    name: str
    of: Callable[[Tensor], Tensor]
    dimension: int
    digest: str
    resize: str


Wish = str | Features | Callable[[Tensor], Tensor]


def find_features(
    wish: Wish, reference: Pictures, *, cache: Path | None = None, progress: Progress | None = None
) -> Features:
    """Features by name, or of a function on pictures.

    Args:
        wish: One of `NAMES`, "inception:PATH", a function (N, C, H, W) in [-1, 1] -> (N, d), or `Features`, which pass through.
            "auto" is inception if its weights are there, else efficientnet-lite0 if it is installed, else classifier if the
            reference has labels of two classes or more, else random; networks of ImageNet are only for grey or RGB pictures.
        reference: Pictures that training saw, or others of the kind; the classifier is trained on them.
        cache: The cache folder.
        progress: Called with (what, done, in all) while the classifier is trained.

    Raises:
        CommandError: If there is no such name, what it needs is missing, or it cannot take such pictures.
    """
    if isinstance(wish, Features):
        return wish
    if not isinstance(wish, str):
        return _own(wish, reference)
    name, colon, path = wish.partition(":")
    if name not in NAMES or (colon and (name != "inception" or not path)):
        raise CommandError(
            tr("features are {wish!r}; use one of {names}, or inception:PATH", wish=wish, names=", ".join(NAMES))
        )
    if name == "auto":
        name = automatic(reference)
    if name == "inception":
        _check_channels(name, reference)
        network = inception.Inception(Path(path).expanduser() if path else None)
        return Features(
            name,
            lambda x: network(_rgb(x)),
            inception.DIMENSION,
            inception.SHA256,
            "TensorFlow 1 bilinear to 299 x 299",
        )
    if name == "efficientnet-lite0":
        _check_channels(name, reference)
        net = efficientnet.efficientnet()
        return Features(
            name, lambda x: net.features(_rgb(x)), efficientnet.DIMENSION, efficientnet.SHA256,
            "bicubic with antialias to 224 x 224",
        )  # fmt: skip
    if name == "classifier":
        return of_classifier(classifier.classifier(reference, cache=cache, progress=progress), reference)
    return _random(reference.spec.channels) if name == "random" else _pixels(reference)


def automatic(reference: Pictures) -> str:
    """What "auto" means for these pictures."""
    if reference.spec.channels in (1, 3):
        if inception.available():
            return "inception"
        if efficientnet.installed():
            return "efficientnet-lite0"
    return quick(reference)


def quick(reference: Pictures) -> str:
    """The best features for these pictures that a CPU computes by the thousand in seconds, by name."""
    return "classifier" if classifier.labelled(reference) else "random"


def of_classifier(found: classifier.Classifier, reference: Pictures) -> Features:
    """The hidden layer of a trained classifier."""
    large = max(reference.spec.height, reference.spec.width) > classifier.SIDE
    resize = f"area average to at most {classifier.SIDE} x {classifier.SIDE}" if large else NO_RESIZE
    return Features("classifier", _still(found.network.features), classifier.DIMENSION, found.digest, resize)


def is_fid(features: str, digest: str) -> bool:
    """Whether a Frechet distance in these features is the FID, and a kernel distance the KID.

    Args:
        features: Their name.
        digest: Their digest.
    """
    return features == "inception" and digest == inception.SHA256


def _random(channels: int) -> Features:
    network = random_net.RandomNet(channels)
    digest = classifier.digest_of_weights(network.state_dict())
    return Features("random", _still(network), random_net.DIMENSION, digest, NO_RESIZE)


def _pixels(reference: Pictures) -> Features:
    spec = reference.spec
    dimension = spec.channels * spec.height * spec.width
    return Features("pixels", lambda x: x.float().flatten(1), dimension, _of_words("pixels"), NO_RESIZE)


def _own(function: Callable[[Tensor], Tensor], reference: Pictures) -> Features:
    name = OWN + getattr(function, "__qualname__", type(function).__qualname__)
    x, _ = reference.batch(torch.arange(min(2, len(reference))))
    first = function(x)
    if not isinstance(first, Tensor) or first.dim() != 2 or len(first) != len(x):
        shape = tuple(first.shape) if isinstance(first, Tensor) else type(first).__name__
        raise CommandError(
            tr(
                "features {name!r} gave {shape} for images {images}; they must give (N, d), a row an image",
                name=name,
                shape=shape,
                images=tuple(x.shape),
            )
        )
    return Features(name, lambda x: function(x).detach().float().cpu(), first.shape[1], _of_words(name), NO_RESIZE)


def _still(network: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    def of(x: Tensor) -> Tensor:
        with torch.no_grad():
            return network(x.float())

    return of


def _rgb(x: Tensor) -> Tensor:
    return x.expand(-1, 3, -1, -1) if x.shape[1] == 1 else x


def _check_channels(name: str, reference: Pictures) -> None:
    if reference.spec.channels not in (1, 3):
        raise CommandError(
            tr(
                "features {name} are for grey or RGB images, and {reference!r} has {channels} channels; use random or pixels",
                name=name,
                reference=reference.name,
                channels=reference.spec.channels,
            )
        )


def _of_words(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()
