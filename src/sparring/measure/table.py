"""Every measure by name: what it needs, where better lies, and how it is taken. To add one, add a line to `METRICS`."""

from collections.abc import Callable
from functools import cached_property
from typing import Literal, NamedTuple

import numpy as np
import torch
from torch import Tensor

from sparring.data.spec import UNLABELLED
from sparring.measure.card import Card
from sparring.measure.classifier import Classifier
from sparring.measure.fakes import Gathered
from sparring.measure.features import is_fid
from sparring.measure.reference import Known, Reference, batches
from sparring.metrics.diversity import MOST, diversity
from sparring.metrics.frechet import frechet
from sparring.metrics.kernel import kernel_distance
from sparring.metrics.labelled import classification_accuracy_score, label_agreement, rarest_class
from sparring.metrics.manifold import density_coverage, precision_recall
from sparring.metrics.memorisation import nearer_to_training
from sparring.metrics.two_sample import two_sample
from sparring.metrics.value import Value
from sparring.words import mark, tr

Sort = Callable[[Tensor], Tensor]
"""A classifier: pictures (n, C, H, W) in [-1, 1] -> logits (n, classes)."""
MOST_SORTED = 10_000
"""Pictures that it is asked about at most."""
ASKED = 2000
"""Pictures of either side for a fresh classifier: half are learnt from, half asked about."""

Need = Literal["moments", "labels", "held out", "classifier", "own classifier"]
NEEDS: dict[Need, str] = {
    "moments": mark("features of at most 4,096 numbers"),
    "labels": mark("generated images with labels, and real ones with labels"),
    "held out": mark("training images and held-out images"),
    "classifier": mark("real images with labels of two classes or more"),
    "own classifier": mark("a run whose D classifies, and held-out images with labels"),
}
"""What a measure may need beyond pictures of both kinds, in words."""


class Sides:
    """All that measures look at; what several of them share is computed once.

    Args:
        fake: Of generated pictures.
        real: Features of the reference.
        reference: The real pictures.
        classifier: Of the reference's classes, if there is one.
        training: Features of training pictures, as many as are held out.
        held_out: Features of held-out pictures.
        seed: Of what is drawn.
        own: The classifier that the run itself has trained.
    """

    def __init__(
        self,
        fake: Gathered,
        real: Known,
        reference: Reference,
        classifier: Classifier | None,
        training: Known | None,
        held_out: Known | None,
        seed: int,
        own: Sort | None = None,
    ) -> None:
        self.fake, self.real, self.reference, self.classifier = fake, real, reference, classifier
        self.training, self.held_out, self.seed, self.own = training, held_out, seed, own

    @property
    def has(self) -> set[Need]:
        """Which of `NEEDS` there are."""
        labels = self.fake.y is not None and self.reference.pictures.labels is not None
        there: dict[Need, bool] = {
            "moments": self.fake.known.moments is not None,
            "labels": labels,
            "held out": self.training is not None and self.held_out is not None,
            "classifier": self.classifier is not None,
            "own classifier": self.own is not None and self.reference.unseen is not None,
        }
        return {need for need, so in there.items() if so}

    @cached_property
    def precision_recall(self) -> tuple[float, float]:
        """Of the features that are kept one by one."""
        return precision_recall(self.fake.known.features, self.real.features)

    @cached_property
    def density_coverage(self) -> tuple[float, float]:
        """Of the features that are kept one by one."""
        return density_coverage(self.fake.known.features, self.real.features)

    @cached_property
    def logits(self) -> Tensor:
        """What the classifier says of generated pictures, (p, classes)."""
        assert self.classifier is not None
        with torch.no_grad():
            return torch.cat([self.classifier.network(part) for part in torch.split(self.fake.x, 500)])

    def pictures(self, count: int) -> tuple[Tensor, Tensor | None]:
        """At most ``count`` real pictures (n, C, H, W) and their labels (n,)."""
        parts = list(batches(self.reference.pictures, count))
        labels = [y for _, y in parts if y is not None]
        return torch.cat([x for x, _ in parts]), torch.cat(labels) if labels else None


class Metric(NamedTuple):
    """One measure.

    Args:
        of: Takes it.
        needs: What it needs beyond pictures of both kinds.
        better: Where better lies: "lower", "higher", or "half" where 1/2 is best.
        said: Its name for people.
    """

    of: Callable[[Sides], Value]
    needs: tuple[Need, ...]
    better: Literal["lower", "higher", "half"]
    said: str


def _frechet(s: Sides) -> Value:
    assert s.fake.known.moments is not None
    assert s.real.moments is not None
    return Value(frechet(s.fake.known.moments, s.real.moments))


def _two_sample(s: Sides) -> Value:
    found = two_sample(s.pictures(ASKED)[0], s.fake.x[:ASKED], seed=s.seed)
    return Value(found.accuracy, found.low, found.high)


def _nearer_to_training(s: Sides) -> Value:
    assert s.training is not None
    assert s.held_out is not None
    return nearer_to_training(s.fake.known.features, s.training.features, s.held_out.features, seed=s.seed)


def _diversity(s: Sides) -> Value:
    """Of generated pictures by that of real ones; within labels where both have them."""
    x, y = s.pictures(MOST)
    own, theirs = (s.fake.y, y) if s.fake.y is not None and y is not None else (None, None)
    fake, real = diversity(s.fake.x, own), diversity(x, theirs)
    if fake is None or not real:
        raise ValueError(tr("among the first {n} there are no two different images to compare", n=MOST))
    return Value(fake / real)


def _label_agreement(s: Sides) -> Value:
    assert s.fake.y is not None
    assert s.classifier is not None
    return label_agreement(s.fake.x, s.fake.y, s.classifier.network)


def _classification_accuracy_score(s: Sides) -> Value:
    x, y = s.pictures(len(s.fake.x))
    assert s.fake.y is not None
    assert y is not None
    return classification_accuracy_score(s.fake.x, s.fake.y, x[y != UNLABELLED], y[y != UNLABELLED], seed=s.seed)


def _classification_accuracy(s: Sides) -> Value:
    """Of the labelled pictures that training has not seen, all of them."""
    unseen = s.reference.unseen
    assert unseen is not None
    assert unseen.labels is not None
    assert s.own is not None
    x, y = unseen.batch(np.flatnonzero(unseen.labels != UNLABELLED)[:MOST_SORTED])
    assert y is not None
    return label_agreement(x, y, s.own)


def _rarest_class(s: Sides) -> Value:
    return Value(rarest_class(s.logits.argmax(1), s.logits.shape[1]))


def _confidence(s: Sides) -> Value:
    """The mean probability of the class that the classifier finds likeliest."""
    return Value(float(s.logits.double().softmax(1).amax(1).mean()))


METRICS: dict[str, Metric] = {
    "frechet_distance": Metric(_frechet, ("moments",), "lower", mark("Frechet distance")),
    "kernel_distance": Metric(
        lambda s: kernel_distance(s.fake.known.features, s.real.features), (), "lower", mark("kernel distance")
    ),
    "precision": Metric(lambda s: Value(s.precision_recall[0]), (), "higher", mark("precision")),
    "recall": Metric(lambda s: Value(s.precision_recall[1]), (), "higher", mark("recall")),
    "density": Metric(lambda s: Value(s.density_coverage[0]), (), "higher", mark("density")),
    "coverage": Metric(lambda s: Value(s.density_coverage[1]), (), "higher", mark("coverage")),
    "two_sample": Metric(_two_sample, (), "half", mark("accuracy of a fresh classifier, real against generated")),
    "nearer_to_training": Metric(
        _nearer_to_training, ("held out",), "half", mark("share nearer to a training image than to a held-out one")
    ),
    "diversity": Metric(_diversity, (), "higher", mark("diversity beside real images")),
    "label_agreement": Metric(_label_agreement, ("labels", "classifier"), "higher", mark("label agreement")),
    "classification_accuracy_score": Metric(
        _classification_accuracy_score, ("labels",), "higher", mark("classification accuracy score")
    ),
    "classification_accuracy": Metric(
        _classification_accuracy, ("own classifier",), "higher", mark("accuracy of the run's own classifier")
    ),
    "rarest_class": Metric(_rarest_class, ("classifier",), "higher", mark("share of the rarest class")),
    "confidence": Metric(_confidence, ("classifier",), "higher", mark("confidence of the classifier")),
}
ALIASES = {"fid": "frechet_distance", "kid": "kernel_distance"}
"""Names that a distance has in Inception features only."""


def title(name: str, card: Card) -> str:
    """What a number is called for people: FID and KID in Inception features; a distance in others carries their name."""
    said = tr(METRICS[name].said)
    if name not in ALIASES.values():
        return said
    if is_fid(card.features, card.features_digest):
        return next(short.upper() for short, full in ALIASES.items() if full == name)
    return tr("{distance} ({features})", distance=said, features=card.features)
