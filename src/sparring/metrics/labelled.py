"""Samples with labels: do they show what they were asked for, can one learn from them, and does a class hold more than one picture?

A classifier is ``pictures (n, C, H, W) -> logits (n, classes)``, trained on real pictures by somebody else.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from sparring.chance import callers_stream_kept, reseed
from sparring.metrics.diversity import diversity
from sparring.metrics.fresh import network, standardise, train
from sparring.metrics.two_sample import wilson
from sparring.metrics.value import Value

Classifier = Callable[[Tensor], Tensor]
PART = 500


def classified(pictures: Tensor, classifier: Classifier) -> Tensor:
    """The class that the classifier finds likeliest, (N,) int64 on the CPU, in parts of at most 500.

    Raises:
        ValueError: If there is no picture.
    """
    if not len(pictures):
        raise ValueError("0 pictures: there is nothing to classify")
    with torch.no_grad():
        return torch.cat([classifier(part).argmax(1).cpu() for part in torch.split(pictures, PART)])


def label_agreement(fake: Tensor, y: Tensor, classifier: Classifier) -> Value:
    """The share of samples that the classifier gives the label they were drawn for, with Wilson's 95 % interval.

    It says nothing of variety, and cannot exceed what the classifier is right on: measure real pictures by it too.

    Args:
        fake: (N, C, H, W).
        y: (N,) the labels that G was given.
        classifier: Trained on real pictures.

    Raises:
        ValueError: If there is no sample, or not one label a sample.
    """
    _check(fake, y, "samples")
    return _share(classified(fake, classifier) == y.cpu())


def classification_accuracy_score(
    fake: Tensor, y: Tensor, real: Tensor, real_y: Tensor, *, seed: int = 0, epochs: int | None = None
) -> Value:
    """How often a fresh classifier that has seen nothing but samples is right on real pictures, with Wilson's 95 % interval.

    It falls with wrong labels, with unreal samples and with too little variety. Hold it against the same score of real training
    pictures in the samples' place: the fresh classifier is small, and 1 is out of reach. The interval is that of the pictures
    it was asked about; other seeds of the classifier spread somewhat more.

    Args:
        fake: (N, C, H, W) or features (N, d).
        y: (N,) the labels that G was given.
        real: (M, ...) of the same shape, best pictures that training never saw.
        real_y: (M,) their labels.
        seed: Of the classifier and the order of its batches; the answer is a function of it.
        epochs: Passes over the samples; by default 15, and fewer, at least 8, beyond 4,000 samples.

    Raises:
        ValueError: If shapes differ, labels are missing or negative, a value is not finite, or there are fewer than 20 samples.

    Source: Ravuri & Vinyals 2019.
    """
    _check(fake, y, "samples", least=20)
    _check(real, real_y, "real pictures")
    if fake.shape[1:] != real.shape[1:] or fake.dim() not in (2, 4):
        shapes = f"samples {tuple(fake.shape)} and real pictures {tuple(real.shape)}"
        raise ValueError(f"{shapes}: both must be (N, d) or (N, C, H, W) alike")
    x, held = fake.detach().cpu().float(), real.detach().cpu().float()
    if min(int(y.min()), int(real_y.min())) < 0:
        raise ValueError("a label is negative; leave out pictures without a label")
    if not (x.isfinite().all() and held.isfinite().all()):
        raise ValueError("samples or real pictures hold values that are not finite")
    classes = int(max(y.max(), real_y.max())) + 1
    with callers_stream_kept():
        reseed(seed)
        x, held = standardise(x, held)
        passes = epochs or max(8, min(15, 60_000 // len(x)))
        classifier = train(network(x, classes), x, y.detach().cpu().long(), cross_entropy, passes)
    return _share(classified(held, classifier) == real_y.cpu())


def rarest_class(labels: Tensor, classes: int) -> float:
    """The share of the class with the fewest samples, 0 .. 1/classes; 0 if one is missing.

    Equal draws have somewhat less than 1/classes, for it is the smallest of several: about -2 standard errors with 10 classes.

    Args:
        labels: (N,) what a classifier calls each sample.
        classes: How many there are.

    Raises:
        ValueError: If there is no label, or one is not in 0 .. classes - 1.
    """
    if not len(labels) or int(labels.min()) < 0 or int(labels.max()) >= classes:
        raise ValueError(
            f"{len(labels)} labels for {classes} classes: there must be 1 or more, from 0 to {classes - 1}"
        )
    return int(torch.bincount(labels.cpu().long(), minlength=classes).min()) / len(labels)


def class_diversity(fake: Tensor, y: Tensor, real: Tensor, real_y: Tensor) -> dict[int, float]:
    """How varied each class is beside real pictures of it: `diversity` of samples by that of as many real pictures.

    About 1 where G varies as the data does, 0 where it draws one picture a class. Of a class the first 256 are compared.

    Args:
        fake: (N, C, H, W).
        y: (N,) their labels.
        real: (M, C, H, W).
        real_y: (M,) their labels.

    Returns:
        The ratio by label, without labels of which there are not two different real pictures and two samples.

    Raises:
        ValueError: If there is not one label a picture.
    """
    _check(fake, y, "samples")
    _check(real, real_y, "real pictures")
    found: dict[int, float] = {}
    for label in sorted(set(real_y.tolist()) & set(y.tolist()) - {-1}):
        mine, theirs = (diversity(x[at.to(x.device) == label]) for x, at in ((fake, y), (real, real_y)))
        if mine is not None and theirs:
            found[label] = mine / theirs
    return found


def _check(pictures: Tensor, y: Tensor, name: str, least: int = 1) -> None:
    if len(pictures) < least or y.shape != (len(pictures),):
        raise ValueError(f"{len(pictures)} {name} and labels {tuple(y.shape)}: one label each, and {least} or more")
    if y.is_floating_point():
        raise ValueError(f"labels of {name} are {y.dtype}; they must be whole numbers")


def _share(right: Tensor) -> Value:
    n, of = int(right.sum()), len(right)
    return Value(n / of, *wilson(n, of))
