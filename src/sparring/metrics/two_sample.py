"""Can anyone tell them apart? A fresh classifier as an honest two-sample test.

D at one half proves little: the D that trains may be too weak while the samples still differ. Here a new classifier
learns on one half of pictures that training never saw and is asked about the other half. If it can only guess, and the
test was large enough that guessing means something, the two are indistinguishable to it.

Source: Lopez-Paz & Oquab 2017 (classifier two-sample tests); Wilson 1927 for the interval.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from sparring.chance import callers_stream_kept, reseed
from sparring.metrics.fresh import network, standardise, train

POWER = 0.55
Z_95 = 1.959964


class TwoSample(NamedTuple):
    """What the fresh classifier scored.

    Args:
        accuracy: Share of held-out samples it sorted rightly; 1/2 is guessing.
        low: Lower end of Wilson's 95 % interval around it.
        high: Upper end.
        n: Samples it was asked about, half real, half fake.
        indistinguishable: The interval contains 1/2 and ends below .55, and the test had the power to say so: at pure
            guessing its interval ends below .55 too, which takes about 400 held-out samples.
    """

    accuracy: float
    low: float
    high: float
    n: int
    indistinguishable: bool


def wilson(right: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """The interval of a share ``right / n``: (centre -+ z sqrt(share (1 - share)/n + z^2/4n^2)) / (1 + z^2/n).

    Args:
        right: How many of them; part of one where ``n`` is an effective number.
        n: How many trials.
        z: Standard errors; 1.96 for 95 %.

    Raises:
        ValueError: If ``n`` is below 1 or ``right`` is not in 0..n.
    """
    if n < 1 or not 0 <= right <= n:
        raise ValueError(f"{right} of {n} right: there must be 1 trial or more, and 0 to n of them right")
    share, scale = right / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / scale
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    return max(0.0, middle - reach), min(1.0, middle + reach)


def two_sample(
    real: Tensor, fake: Tensor, *, seed: int = 0, epochs: int | None = None, power: float = POWER
) -> TwoSample:
    """Train a fresh classifier on half of both and test it on the rest.

    Take pictures that training never saw as ``real``: a G that copies its data is else called perfect. With 1,000 of
    each the interval is +-.031 wide, so ``indistinguishable`` can be earned; with fewer than about 400 it cannot.

    Args:
        real: (N, D) or (N, C, H, W); anything that is not float is converted.
        fake: (M, ...) of the same shape; the longer of the two is cut.
        seed: Of the halves, the classifier and the order of its batches; the answer is a function of it.
        epochs: Passes over the half that is learnt from; by default 40 over points and 15 over pictures, fewer if many.
        power: The interval must end below this for ``indistinguishable``.

    Raises:
        ValueError: If shapes differ, a value is not finite, or there are fewer than 20 of either.
    """
    n = min(len(real), len(fake))
    if real.shape[1:] != fake.shape[1:] or real.dim() not in (2, 4) or n < 20:
        shapes = f"real {tuple(real.shape)} and fake {tuple(fake.shape)}"
        raise ValueError(f"{shapes}: both must be (N, D) or (N, C, H, W) alike, with N >= 20")
    if not (real.float().isfinite().all() and fake.float().isfinite().all()):
        raise ValueError("real or fake samples hold values that are not finite")
    with callers_stream_kept():
        reseed(seed)
        (x, t), (held, truth) = _halves(_pick(real, n), _pick(fake, n))
        x, held = standardise(x, held)
        most = 40 if x.dim() == 2 else 15
        passes = epochs or max(8, min(most, 60_000 // len(x)))
        classifier = train(
            network(x), x, t, lambda out, truth: binary_cross_entropy_with_logits(out[:, 0], truth), passes
        )
        with torch.no_grad():
            said = torch.cat([classifier(part)[:, 0] for part in torch.split(held, 1000)])
    right, tested = int(((said > 0) == (truth > 0.5)).sum()), len(truth)
    low, high = wilson(right, tested)
    able = wilson(tested // 2, tested)[1] < power
    return TwoSample(right / tested, low, high, tested, able and low <= 0.5 <= high < power)


def words(found: TwoSample, d_accuracy: float | None = None) -> str:
    """One sentence for the log.

    Args:
        found: What `two_sample` gave.
        d_accuracy: How often the D that trains is right on held-out pictures, or its mean D; None if unknown.
    """
    interval = f"95 % interval {found.low:.1%} to {found.high:.1%}"
    score = f"a fresh classifier is right on {found.accuracy:.1%} of {found.n} ({interval})"
    if found.indistinguishable:
        return f"indistinguishable: {score}"
    if found.low <= 0.5 <= found.high:
        return f"undecided: {score}; too few samples to call the two alike"
    if d_accuracy is not None and abs(d_accuracy - 0.5) < 0.05:
        return f"D is at one half ({d_accuracy:.1%}) but the samples differ: {score}; D is too weak, G is not done"
    if found.high < 0.5:
        return f"the samples differ: {score}, surer than guessing although on the wrong side"
    return f"the samples differ: {score}"


def _pick(samples: Tensor, n: int) -> Tensor:
    return samples.detach().cpu().float()[torch.randperm(len(samples))[:n]]


def _halves(real: Tensor, fake: Tensor) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Samples and truth (1 is real), to learn from and to be asked about; both balanced."""
    half = len(real) // 2
    truth = torch.cat([torch.ones(half), torch.zeros(half)])
    return (
        (torch.cat([real[:half], fake[:half]]), truth),
        (torch.cat([real[half : 2 * half], fake[half : 2 * half]]), truth),
    )
