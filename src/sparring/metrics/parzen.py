"""The Parzen-window log-likelihood of 2014, with the rows without which it says nothing.

It is no measure of quality, and it is here to reproduce and to explain published numbers: in hundreds of dimensions 10,000 kernels
estimate no density, true training images score less than the centroids of k-means do, and a model that has learnt averages by heart
beats the data (Theis, van den Oord & Bethge 2016, section 3.2: "should generally be avoided").
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.games import noise_of
from sparring.metrics.kmeans import centroids
from sparring.metrics.rows import blocks, squared_distances, two

SIGMAS = tuple(10 ** (i / 9 - 1) for i in range(10))
"""Ten widths from .1 to 1, evenly spaced in the logarithm."""
VALIDATION = 1_000
TRAINING, K_MEANS, GAUSSIAN = "training images", "k-means centroids", "per-pixel Gaussian"


class Parzen(NamedTuple):
    """What a set of samples scores.

    Args:
        log_likelihood: Mean over the test images, nats.
        standard_error: Of that mean: standard deviation over the test images by the root of their number, nats.
        sigma: Width of the windows, chosen on validation images.
        validation: Mean log-likelihood of the validation images for each width tried, nats.
        at_edge: The width is the smallest or the largest of the grid: a better one lies outside, and the number is too low.
        samples: Windows.
        n: Test images.
    """

    log_likelihood: float
    standard_error: float
    sigma: float
    validation: tuple[float, ...]
    at_edge: bool
    samples: int
    n: int


def log_likelihood(x: Tensor, samples: Tensor, sigma: float) -> Tensor:
    """Logarithm of the mean of Gaussians around the samples: logmeanexp_i(-|x - s_i|^2 / 2 sigma^2) - d log(sigma sqrt(2 pi)).

    Everything is float64: at sigma = .1 a float32 product of 784 pixels is already off by thousandths of a nat. One sample gives
    the density of one Gaussian.

    Args:
        x: (n, d), or pictures, which are flattened.
        samples: (m, d) or pictures, m >= 1.
        sigma: Width, in units of the pixels.

    Returns:
        (n,) nats, float64.

    Raises:
        ValueError: If the width is not above 0, sizes differ, or a value is not finite.
    """
    return _log_likelihoods(x, samples, (sigma,))[0]


def parzen(samples: Tensor, validation: Tensor, test: Tensor, sigmas: tuple[float, ...] = SIGMAS) -> Parzen:
    """The protocol of 2014: the width that suits the first 1,000 validation images best, then the mean over the test images.

    Published numbers take 10,000 samples without dropout, the 10,000 test images of MNIST, and validation images from the end of
    the training set that training never saw. The standard error is of the test images alone: neither other samples nor another
    training are in it. It is no measure of quality: see `references` and `remarks`.

    Args:
        samples: (m, d) or (m, C, H, W), pixels in [0, 1].
        validation: (v, ...) of the same size; the first 1,000 count.
        test: (n, ...) of the same size, n >= 2.
        sigmas: Widths to try, rising.

    Raises:
        ValueError: If a pixel is outside [0, 1], a width is not above 0 or they do not rise, or sizes differ.

    Source: Goodfellow et al. 2014, section 5 and table 1, and its published code (parzen_ll.py); Breuleux et al. 2009.
    """
    for name, pictures in (("samples", samples), ("validation", validation), ("test", test)):
        if pictures.numel() and not (float(pictures.min()) >= 0 and float(pictures.max()) <= 1):
            span = f"{float(pictures.min()):.4g} to {float(pictures.max()):.4g}"
            raise ValueError(f"{name} has pixels {span}; the protocol is for pixels in [0, 1]")
    return _scored(samples, validation, test, sigmas)


def references(
    training: Tensor, validation: Tensor, test: Tensor, count: int = 10_000, clusters: int | None = None, seed: int = 0
) -> dict[str, Parzen]:
    """What others score by the same protocol, without any learning of pictures: the rows to print beside a model.

    Args:
        training: (N, ...) pixels in [0, 1].
        validation: As in `parzen`.
        test: As in `parzen`.
        count: Samples of a row, at most N of the training images, drawn by the seed.
        clusters: Centroids of k-means; None for as many as ``count``. With as many as there are training images they are those.
        seed: Of the drawn images, the start of k-means and the Gaussian.

    Returns:
        "training images", "k-means centroids", "per-pixel Gaussian": samples with mean and deviation of each pixel, none else.

    Raises:
        ValueError: As `parzen`.
    """
    flat = training.flatten(1).double()
    count = min(count, len(flat))
    noise = noise_of(seed, "parzen")
    some = noise.share("rows", len(flat)).argsort(stable=True)[:count]
    drawn = noise.normal("pixels", count, flat.shape[1]).to(flat) * flat.std(0) + flat.mean(0)
    return {
        TRAINING: parzen(flat[some.to(flat.device)], validation, test),
        K_MEANS: _scored(centroids(flat, min(clusters or count, len(flat)), seed), validation, test, SIGMAS),
        GAUSSIAN: _scored(drawn, validation, test, SIGMAS),
    }


def remarks(model: Parzen, rows: Mapping[str, Parzen]) -> list[str]:
    """What has to be said beside a model's number, a sentence each; empty if nothing has."""
    found = []
    if model.at_edge:
        found.append(f"sigma {model.sigma:.3g} is at the edge of the widths tried; the log-likelihood is too low")
    if TRAINING in rows and model.log_likelihood > rows[TRAINING].log_likelihood:
        found.append(
            f"{model.log_likelihood:.1f} nats are more than the {rows[TRAINING].log_likelihood:.1f} of true training images: "
            "a sign of averaged or memorised samples, not of quality"
        )
    return found


def _scored(samples: Tensor, validation: Tensor, test: Tensor, sigmas: tuple[float, ...]) -> Parzen:
    if len(test) < 2 or list(sigmas) != sorted(set(sigmas)):
        raise ValueError(f"{len(test)} test images and widths {sigmas}: at least 2 images, and widths that rise")
    tried = tuple(float(row.mean()) for row in _log_likelihoods(validation[:VALIDATION], samples, sigmas))
    best = max(range(len(sigmas)), key=tried.__getitem__)
    scores = log_likelihood(test, samples, sigmas[best])
    error = float(scores.std(correction=0)) / math.sqrt(len(scores))
    edge = best in (0, len(sigmas) - 1)
    return Parzen(float(scores.mean()), error, sigmas[best], tried, edge, len(samples), len(scores))


def _log_likelihoods(x: Tensor, samples: Tensor, sigmas: tuple[float, ...]) -> Tensor:
    """For each width, (widths, n): the distances are computed once."""
    if not sigmas or min(sigmas) <= 0:
        raise ValueError(f"widths are {sigmas}; each must be above 0")
    x, s = two(x.flatten(1), samples.flatten(1), ("x", "samples"))
    found = x.new_empty(len(sigmas), len(x))
    middle = s.mean(0)
    x, s = x - middle, s - middle
    for part in blocks(len(x), len(s)):
        distances = squared_distances(x[part], s)
        for row, sigma in zip(found, sigmas, strict=True):
            constant = math.log(len(s)) + x.shape[1] * math.log(sigma * math.sqrt(2 * math.pi))
            row[part] = torch.logsumexp(distances / (-2 * sigma**2), 1) - constant
    return found
