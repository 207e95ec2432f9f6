"""Naming the class of pictures with a run whose D classifies."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch

from sparring.data.entries import PICTURE_SUFFIXES, walk
from sparring.data.header import Unreadable
from sparring.data.resize import Fit, fit
from sparring.data.values import to_unit
from sparring.errors import CommandError
from sparring.games.classify import Classifies, classifier_of
from sparring.runs.folder import RunFolder
from sparring.runs.listing import CONFIG
from sparring.sessions.config import run_config
from sparring.use.apply import ranged
from sparring.use.model import Model
from sparring.use.picture_file import fitted, read_picture
from sparring.words import tr


class Answer(NamedTuple):
    """What D says of a picture.

    Args:
        file: The picture.
        label: The name of the likeliest class.
        probability: That D gives it, 0 to 1.
    """

    file: Path
    label: str
    probability: float


class Unknown(NamedTuple):
    """A file that cannot be classified, and why."""

    file: Path
    why: str


def classifier(model: Model) -> Classifies:
    """The network of a model that classifies.

    Raises:
        CommandError: If it has none.
    """
    found = classifier_of(model.game)
    if found is None:
        recipe = model.facts["plan"]["recipe"]
        raise CommandError(tr("the D of {recipe} names no classes; train sgan or acgan", recipe=recipe))
    return found


def classify(model: Model, pictures: Sequence[Path], how: Fit = "cover") -> Iterator[Answer | Unknown]:
    """Classify files one by one, each brought to the size that was learnt.

    Args:
        model: With the weights wanted.
        pictures: Files that can be opened as pictures, or ``.npy``.
        how: How they are brought to the size; best as in training, see `fit_of`.
    """
    network, names = classifier(model), model.class_names
    device = next(model.game.parameters()).device
    spec = model.spec
    for path in pictures:
        try:
            values = fitted(read_picture(path).values, spec.channels)
        except Unreadable as error:
            yield Unknown(path, str(error))
            continue
        x = to_unit(fit(values, (spec.height, spec.width), how)[None], ranged(spec, values.dtype))
        with torch.no_grad():
            shares = network.classify(x.to(device)).softmax(1)[0]
        best = int(shares.argmax())
        yield Answer(path, names[best] if names else str(best), float(shares[best]))


def fit_of(checkpoint: Path) -> Fit:
    """How a checkpoint's run brought its pictures to their size; cover if only the checkpoint is there."""
    home = checkpoint.resolve().parents[1]
    return run_config(RunFolder(home)).fit if (home / CONFIG).is_file() else "cover"


def files_in(places: Sequence[Path]) -> list[Path]:
    """Files as they are, and all pictures in folders and below, in the order of their names; hidden ones are left out."""
    found: list[Path] = []
    for place in places:
        if not place.is_dir():
            found.append(place)
            continue
        for folder, names in walk(place, lambda error: None):
            own = [name for name in names if not name.startswith(".")]
            found += [Path(folder, name) for name in own if os.path.splitext(name)[1].lower() in PICTURE_SUFFIXES]
    return sorted(found)
