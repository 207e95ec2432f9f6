"""How a number came about: two numbers may be compared only where their cards agree."""

import math
from collections.abc import Sequence
from importlib import metadata
from typing import Any, NamedTuple

from sparring.errors import ModelError
from sparring.words import mark, tr

PARTS = ("held out", "training", "all")
WEIGHTS = ("average", "newest", "files")
PACKAGES = ("sparring", "torch", "numpy")


class Card(NamedTuple):
    """What was compared with what, and in which features.

    Args:
        reference: Name of the real pictures.
        reference_digest: SHA-256 of them.
        part: Which part of the data they are: "held out", "training" or "all".
        real: How many of them.
        fake: How many generated pictures.
        height: Of a picture, in pixels.
        width: Likewise.
        channels: Likewise.
        features: Name of the features.
        features_digest: SHA-256 of their weights.
        resize: How pictures were brought to the size of the features' network.
        seed: Of all that was drawn while measuring.
        weights: Which weights drew the pictures: the "average" over training, the "newest", or "files" that somebody gave.
        versions: Of packages, by name.
        kept: Pictures of either side, at most, whose features are compared one by one (kernel distance, precision, ...).
    """

    reference: str
    reference_digest: str
    part: str
    real: int
    fake: int
    height: int
    width: int
    channels: int
    features: str
    features_digest: str
    resize: str
    seed: int
    weights: str
    versions: dict[str, str]
    kept: int

    def as_json(self) -> dict[str, Any]:
        """Names and values."""
        return self._asdict()


def unlike(a: Card, b: Card) -> list[str]:
    """What makes the numbers of two cards incomparable, a line each; empty if they compare.

    Seed, weights and versions may differ: that is what one compares, or of no effect to speak of.
    """
    lines = []
    if a.reference_digest != b.reference_digest:
        if a.reference == b.reference:
            lines.append(tr("two different sets of real images are called {name!r}", name=a.reference))
        else:
            lines.append(tr("against the real images {a!r} and {b!r}", a=a.reference, b=b.reference))
    if a.part != b.part:
        lines.append(tr("against the part {a!r} and the part {b!r} of the data", a=a.part, b=b.part))
    if (a.height, a.width, a.channels) != (b.height, b.width, b.channels):
        lines.append(tr("of {a} and {b} (height x width x channels)", a=_size(a), b=_size(b)))
    if a.features != b.features:
        lines.append(tr("in the features {a!r} and {b!r}", a=a.features, b=b.features))
    elif a.features_digest != b.features_digest:
        lines.append(tr("in features {name!r} with different weights", name=a.features))
    elif a.resize != b.resize:
        lines.append(tr("resized in different ways: {a} and {b}", a=a.resize, b=b.resize))
    if a.real != b.real:
        lines.append(tr("of {a:,} and {b:,} real images", a=a.real, b=b.real))
    if a.fake != b.fake:
        lines.append(tr("of {a:,} and {b:,} generated images", a=a.fake, b=b.fake))
    if any(min(n, a.kept) != min(n, b.kept) for n in (a.real, a.fake, b.real, b.fake)):
        lines.append(tr("at most {a:,} and {b:,} images compared one by one", a=a.kept, b=b.kept))
    return lines


def in_words(card: Card) -> list[str]:
    """A card in two lines: what was compared with what, and how."""
    parts = {
        "held out": mark("{fake:,} generated images against {real:,} held-out images of {name}, {size}"),
        "training": mark("{fake:,} generated images against {real:,} training images of {name}, {size}"),
        "all": mark("{fake:,} generated images against {real:,} images of {name}, {size}"),
    }
    package = ", ".join(f"{name} {version}" for name, version in card.versions.items())
    return [
        tr(parts[card.part], fake=card.fake, real=card.real, name=card.reference, size=_size(card)),
        tr(
            "features {features} ({digest}), resize {resize}, seed {seed}, {packages}",
            features=card.features,
            digest=card.features_digest[:8],
            resize=card.resize,
            seed=card.seed,
            packages=package,
        ),
    ]


def versions() -> dict[str, str]:
    """Of the packages that a number may depend on."""
    return {name: metadata.version(name) for name in PACKAGES}


def card_of(found: Any) -> Card:
    """A card out of JSON that anyone may have written.

    Raises:
        ModelError: If a field is missing, unknown, of another type or out of its range.
    """
    values = fields_of(found, Card._fields, "card")
    for name, kind in Card.__annotations__.items():
        value = values[name]
        if name == "versions":
            sound = isinstance(value, dict) and all(isinstance(word, str) for item in value.items() for word in item)
        elif kind is int:
            sound = type(value) is int and (name == "seed" or value > 0)
        else:
            sound = isinstance(value, str)
        if not sound:
            raise wrong(f"card.{name}", value)
    for name, known in (("part", PARTS), ("weights", WEIGHTS)):
        if values[name] not in known:
            raise wrong(f"card.{name}", values[name])
    return Card(**values)


def fields_of(found: Any, names: Sequence[str], where: str) -> dict[str, Any]:
    """A JSON object with just these fields.

    Raises:
        ModelError: If it is none, or has others.
    """
    if not isinstance(found, dict):
        raise wrong(where, found)
    if missing := [name for name in names if name not in found]:
        raise ModelError(tr("a measurement lacks {names}", names=", ".join(f"{where}.{name}" for name in missing)))
    if unknown := [name for name in found if name not in names]:
        raise ModelError(
            tr("a measurement has unknown fields: {names}", names=", ".join(f"{where}.{n}" for n in unknown))
        )
    return found


def number(value: Any, where: str) -> float:
    """A finite number.

    Raises:
        ModelError: If it is none.
    """
    if type(value) not in (int, float) or not math.isfinite(value):
        raise wrong(where, value)
    return float(value)


def wrong(where: str, value: Any) -> ModelError:
    """A field with a value that cannot be."""
    return ModelError(tr("a measurement cannot be read: {where} is {value!r}", where=where, value=value))


def _size(card: Card) -> str:
    return f"{card.height} x {card.width} x {card.channels}"
