"""The Parzen-window log-likelihood of 2014, with the rows without which it says nothing.

It is no measure of quality, and it is here to reproduce and to explain published numbers: 10,000 kernels estimate no density in
hundreds of dimensions, and centroids of k-means score more than true training images (Theis, van den Oord & Bethge 2016).
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from sparring.games import noise_of
from sparring.metrics.kmeans import centroids
from sparring.metrics.rows import blocks, squared_distances, two

SIGMAS = tuple(10 ** (i / 9 - 1) for i in range(10))  # .1 to 1, evenly spaced in the logarithm
VALIDATION = 1_000
TRAINING, K_MEANS, GAUSSIAN = "training images", "k-means centroids", "per-pixel Gaussian"


class Parzen(NamedTuple):
    """What a set of samples scores.

    Args:
        log_likelihood: Mean over the test images, nats.
        standard_error: Of that mean, nats: standard deviation over the test images / sqrt(n).
        sigma: Width of the windows, chosen on validation images.
        validation: Mean log-likelihood of the validation images for each width tried, nats.
        at_edge: The width is the first or the last of the grid: a better one lies outside, and the number is too low.
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

    All is float64: a float32 product of 784 pixels of MNIST is off by up to .006 nats at sigma = .1.

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

    Published numbers take 10,000 samples, the 10,000 test images of MNIST, and validation images that training never saw. The
    standard error is of the test images alone, not of other samples or another training. See `references` and `remarks`.

    Args:
        samples: (m, d) or (m, C, H, W), pixels in [0, 1].
        validation: (v, ...) of the same size; the first 1,000 count.
        test: (n, ...) of the same size, n >= 2.
        sigmas: Widths to try, rising.

    Raises:
        ValueError: If a set is empty, a pixel is outside [0, 1], widths are not above 0 and rising, or sizes differ.

    Source: Goodfellow et al. 2014, section 5, table 1 and published code (parzen_ll.py); Breuleux et al. 2009.
    """
    for name, pictures in (("samples", samples), ("validation", validation), ("test", test)):
        low, high = pictures.aminmax() if pictures.numel() else (math.nan, math.nan)
        if not (low >= 0 and high <= 1):
            raise ValueError(f"{name} has pixels {low:.4g} to {high:.4g}; the protocol is for pixels in [0, 1]")
    return _scored(samples, validation, test, sigmas)


def references(
    training: Tensor, validation: Tensor, test: Tensor, count: int = 10_000, clusters: int | None = None, seed: int = 0
) -> dict[str, Parzen]:
    """What others score by the same protocol, to print beside a model.

    Args:
        training: (N, ...) pixels in [0, 1].
        validation: As in `parzen`, and so are ``test`` and what is refused.
        test: (n, ...).
        count: Samples of a row, at most N.
        clusters: Centroids of k-means; None for as many as ``count``.
        seed: Of the drawn images, the start of k-means and the Gaussian.

    Returns:
        "training images"; "k-means centroids" of all of them; "per-pixel Gaussian": noise with each pixel's mean and deviation.
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
    found: list[str] = []
    if model.at_edge:
        found.append(f"sigma {model.sigma:.3g} is at the edge of the widths tried; the log-likelihood is too low")
    if TRAINING in rows and model.log_likelihood > rows[TRAINING].log_likelihood:
        scores = f"{model.log_likelihood:.1f} nats are more than the {rows[TRAINING].log_likelihood:.1f}"
        found.append(f"{scores} of true training images: a sign of averaged or memorised samples, not of quality")
    return found


def _scored(samples: Tensor, validation: Tensor, test: Tensor, sigmas: tuple[float, ...]) -> Parzen:
    if len(test) < 2 or list(sigmas) != sorted(set(sigmas)):
        raise ValueError(f"{len(test)} test images and widths {sigmas}: at least 2 images, and widths that rise")
    tried = tuple(float(row.mean()) for row in _log_likelihoods(validation[:VALIDATION], samples, sigmas))
    best = max(range(len(sigmas)), key=tried.__getitem__)
    scores = log_likelihood(test, samples, sigmas[best])
    error, edge = float(scores.std(correction=0)) / math.sqrt(len(scores)), best in (0, len(sigmas) - 1)
    return Parzen(float(scores.mean()), error, sigmas[best], tried, edge, len(samples), len(scores))


def _log_likelihoods(x: Tensor, samples: Tensor, sigmas: tuple[float, ...]) -> Tensor:
    """For each width, (widths, n): the distances are computed once."""
    if not sigmas or not min(sigmas) > 0:
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
