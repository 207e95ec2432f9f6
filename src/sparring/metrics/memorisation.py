"""Has G learnt its training pictures by heart? Its samples' nearest pictures say: training ones, or ones it never saw."""

import torch
from torch import Tensor

from sparring.games import noise_of
from sparring.metrics.rows import blocks, centred, rows, squared_distances, two
from sparring.metrics.two_sample import wilson
from sparring.metrics.value import Value


def nearer_to_training(fake: Tensor, training: Tensor, held_out: Tensor, seed: int = 0) -> Value:
    """The share of samples whose nearest training picture is nearer than their nearest held-out picture.

    Both sets are taken in equal numbers, or the larger would be nearer by its size alone: of the larger one as many rows as the
    smaller has, drawn by the seed. Then a model that generalises has 1/2, and copies of training pictures go to 1. It has to be
    the same kind of pictures: training and held-out ones from one distribution.

    Samples at equal distances (a picture that is in both sets) count half for either side. The interval is Wilson's. Samples
    that share their nearest picture are one witness and not many, because that picture could as well have been held out. So it
    is taken over n samples with 1/n = (sum w^2 - 1/P) P/(P - 1), at most over all: w is the share of samples that a picture is
    the nearest of, P = 2N the number of pictures. That is the variance of the share when the pictures are parted anew at random.

    Args:
        fake: (M, d), features of samples.
        training: (N, d), of pictures trained on.
        held_out: (K, d), of pictures of the same kind that training never saw.
        seed: Of the draw.

    Raises:
        ValueError: If a set is empty, they differ in d, or a value is not finite.

    Source: Xu et al. 2018, section 2 (the 1-nearest-neighbour test); Meehan et al. 2020 for training against held-out; Kish
    1965 for the effective number, here of draws without replacement.
    """
    if len(training) > len(held_out) > 0:
        training = _some(training, len(held_out), seed)
    elif len(held_out) > len(training) > 0:
        held_out = _some(held_out, len(training), seed)
    seen, number = _nearest(*two(fake, training, ("fake", "training")))
    unseen, other = _nearest(*two(fake, held_out, ("fake", "held_out")))
    unseen, other = unseen.to(seen), other.to(number)
    tied = int((seen == unseen).sum())
    share = (int((seen < unseen).sum()) + tied / 2) / len(seen)
    witnesses = torch.bincount(torch.where(seen <= unseen, number, other + len(training))).double()
    pictures = len(training) + len(held_out)
    spread = float((witnesses / len(seen)).square().sum()) - 1 / pictures
    n = len(seen) / max(1.0, len(seen) * spread * pictures / (pictures - 1))
    return Value(share, *wilson(share * n, n))


def nearest(fake: Tensor, training: Tensor) -> tuple[Tensor, Tensor]:
    """The nearest training picture of each sample, for a sheet that shows them side by side.

    Args:
        fake: (M, d).
        training: (N, d), N >= 1.

    Returns:
        Euclidean distances (M,) float64, in units of the features, and row numbers in ``training`` (M,) int64.

    Raises:
        ValueError: If a set is empty, they differ in d, or a value is not finite.
    """
    squared, numbers = _nearest(*two(fake, training, ("fake", "training")))
    return squared.sqrt(), numbers


def _nearest(fake: Tensor, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Squared distances (M,) and row numbers (M,)."""
    numbers = torch.empty(len(fake), dtype=torch.int64, device=fake.device)
    a, b = centred(fake, pictures)
    for part in blocks(len(a), len(b)):
        numbers[part] = squared_distances(a[part], b).argmin(1)
    # Once more from the differences: two sets have to agree to the last digit on what is equally near.
    squared = [(fake[part] - pictures[numbers[part]]).square().sum(1) for part in blocks(*fake.shape)]
    return torch.cat(squared), numbers


def _some(features: Tensor, n: int, seed: int) -> Tensor:
    """So many rows, drawn by the seed without repetition, in their old order."""
    order = noise_of(seed, "memorisation").share("rows", len(features)).argsort(stable=True)[:n]
    found = rows(features, "pictures")
    return found[order.sort().values.to(found.device)]
