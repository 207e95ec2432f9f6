"""Which modes do samples hold? A count of modes beside the shares they hold, and what perfect samples would score."""

import math
from typing import NamedTuple

import torch
from torch import Tensor

FAIR_PART = 0.2


class Modes(NamedTuple):
    """What samples score.

    Args:
        n: Samples, N.
        of: Modes there are, K: those of the reference.
        held: Modes with at least one sample: the usual count, which is nearly blind. A mode with a thousandth of its share counts.
        fair: Modes holding at least 20 % of their fair share.
        kl: KL(shares of the samples || shares of the reference), nats; inf if samples hold a mode that the reference has not.
        kl_floor: What perfect samples score on average, (K - 1)/2N, and (K - 1)/2M more for a reference counted from M
            pictures. A KL below it is luck.
        kl_real: KL of as many real pictures by the same protocol; None if none were given. Against a uniform reference it
            holds the real imbalance of the classes too: a KL below it is noise or a mistake.
        kl_ceiling: KL of all samples in the rarest mode: log K if the reference is uniform.
    """

    n: int
    of: int
    held: int
    fair: int
    kl: float
    kl_floor: float
    kl_real: float | None
    kl_ceiling: float


def modes(labels: Tensor, classes: int, reference: Tensor | None = None, real: Tensor | None = None) -> Modes:
    """Count the modes of samples and compare their shares.

    Args:
        labels: (N,) the mode of each sample, 0 .. classes - 1, as a classifier or the nearest centre says.
        classes: Modes that are known, K.
        reference: (M,) modes of real pictures by the same classifier, whose shares are then the fair ones; None: all shares are
            1/K, as in the published Stacked-MNIST figures.
        real: (>= N,) modes of other real pictures by the same classifier; the first N are measured for ``kl_real``.

    Raises:
        ValueError: If there is no label, one is out of range, or ``real`` has fewer than N.

    Source: Lin et al. 2018 (PacGAN), section 4, for the count and the KL; Miller 1955 for the floor.
    """
    counts, n = _counts(labels, classes, "labels"), len(labels)
    if real is not None and len(real) < n:
        raise ValueError(f"real has {len(real)} labels and the samples {n}; KL depends on the number: give as many")
    kinds = torch.ones(classes, dtype=torch.float64) if reference is None else _counts(reference, classes, "reference")
    shares = kinds / kinds.sum()
    k = int((shares > 0).sum())
    counted = 0.0 if reference is None else (k - 1) / (2 * len(reference))
    there = shares > 0
    return Modes(
        n=n,
        of=k,
        held=int((counts[there] > 0).sum()),
        fair=int((counts[there] >= FAIR_PART * n * shares[there]).sum()),
        kl=_kl(counts, shares),
        kl_floor=(k - 1) / (2 * n) + counted,
        kl_real=None if real is None else _kl(_counts(real[:n], classes, "real"), shares),
        kl_ceiling=-math.log(float(shares[there].min())),
    )


def stack(labels: Tensor, base: int = 10) -> Tensor:
    """Modes of stacked digits: three labels, one a channel, as one number 0 .. 999.

    Args:
        labels: (N, 3) int64, of the channels' digits; any other number of channels will do.
        base: Labels of one channel.

    Returns:
        (N,) int64: 100 a + 10 b + c.

    Raises:
        ValueError: If it is not (N, channels), or a label is not in 0 .. base - 1.

    Source: Srivastava et al. 2017 (VEEGAN), section 4; Che et al. 2017.
    """
    if labels.dim() != 2 or labels.is_floating_point():
        raise ValueError(f"labels are {labels.dtype} {tuple(labels.shape)}; they must be whole numbers, (N, channels)")
    if len(labels) and (int(labels.min()) < 0 or int(labels.max()) >= base):
        raise ValueError(f"labels are {int(labels.min())} to {int(labels.max())}; they must be 0 to {base - 1}")
    places = torch.tensor([base**i for i in reversed(range(labels.shape[1]))], device=labels.device)
    return (labels.long() * places).sum(1)


def _counts(labels: Tensor, classes: int, name: str) -> Tensor:
    if labels.dim() != 1 or not len(labels) or labels.is_floating_point():
        raise ValueError(f"{name} is {labels.dtype} {tuple(labels.shape)}; it must be whole numbers, (N,) with N >= 1")
    if int(labels.min()) < 0 or int(labels.max()) >= classes:
        span = f"{int(labels.min())} to {int(labels.max())}"
        raise ValueError(f"{name} has labels {span} for {classes} classes; they must be 0 to {classes - 1}")
    return torch.bincount(labels.cpu().long(), minlength=classes).double()


def _kl(counts: Tensor, shares: Tensor) -> float:
    p = counts / counts.sum()
    held = p > 0
    return max(0.0, float((p[held] * (p[held] / shares[held]).log()).sum()))
