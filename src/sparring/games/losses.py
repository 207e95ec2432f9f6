"""Adversarial losses: what D and G pay, as pure functions of D's logits.

An `AdversarialLoss` is a pair of functions ``(real_logits, fake_logits) -> per-sample loss``. With a = D(x) and
b = D(G(z)) as logits (never probabilities), every loss is free of means, of detaching and of host syncs: the game takes
the mean, the move takes the gradient.
"""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import relu, softplus

Loss = Callable[[Tensor, Tensor], Tensor]


class AdversarialLoss(NamedTuple):
    """What each player pays for the logits of one batch.

    Args:
        d: ``(real_logits, fake_logits) -> loss``, all of one shape (any); what D minimises.
        g: The same for G. It may read ``real_logits`` only when ``paired``.
        paired: Whether G's loss also reads D's logits on real data (relativistic losses do).
        probabilities: Whether sigmoid(logit) is D's probability that a sample is real (cross-entropy losses).
    """

    d: Loss
    g: Loss
    paired: bool = False
    probabilities: bool = False


def _cross_entropy(a: Tensor, b: Tensor) -> Tensor:
    """-log D(x) - log(1 - D(G(z))), D = sigmoid(logit): the negative of the 2014 value function, sample by sample."""
    return softplus(-a) + softplus(b)


minimax = AdversarialLoss(d=_cross_entropy, g=lambda a, b: -softplus(b), probabilities=True)
"""The two-player minimax game: G minimises log(1 - D(G(z))), whose gradient dies where D is sure.

Source: Goodfellow et al. 2014, equation 1.
"""

nonsaturating = AdversarialLoss(d=_cross_entropy, g=lambda a, b: softplus(-b), probabilities=True)
"""The same D; G maximises log D(G(z)): the same fixed point, a strong gradient where D is sure.

Source: Goodfellow et al. 2014, section 3.
"""

hinge = AdversarialLoss(d=lambda a, b: relu(1 - a) + relu(1 + b), g=lambda a, b: -b)
"""D pays until real logits exceed 1 and fake logits fall below -1. Source: Lim & Ye 2017; Miyato et al. 2018."""

wasserstein = AdversarialLoss(d=lambda a, b: b - a, g=lambda a, b: -b)
"""The critic's gap; it needs a Lipschitz critic (`penalties.gradient_penalty`). Source: Arjovsky et al. 2017."""

relativistic = AdversarialLoss(d=lambda a, b: softplus(b - a), g=lambda a, b: softplus(a - b), paired=True)
"""Real and fake are compared in pairs, by index.

Source: Jolicoeur-Martineau 2018 (RpGAN); Huang et al. 2024 (R3GAN).
"""


def least_squares_with(fake: float, real: float, target: float) -> AdversarialLoss:
    """Least squares with any targets: D pulls fakes to ``fake`` and data to ``real``; G pulls fakes to ``target``.

    Plain squared error, no 1/2 inside. ``least_squares_with(-1, 1, 0)`` minimises Pearson's chi-squared.

    Source: Mao et al. 2017, equation 2.
    """
    return AdversarialLoss(
        d=lambda a, b: (a - real).square() + (b - fake).square(),
        g=lambda a, b: (b - target).square(),
    )


least_squares = least_squares_with(fake=0, real=1, target=1)
"""LSGAN with targets 0 and 1."""

least_squares_pearson = least_squares_with(fake=-1, real=1, target=0)
"""LSGAN with targets -1, 1 and 0: at the optimal D, G minimises Pearson's chi-squared of p + q against 2q."""

LOSSES: dict[str, AdversarialLoss] = {
    "minimax": minimax,
    "nonsaturating": nonsaturating,
    "least_squares": least_squares,
    "least_squares_pearson": least_squares_pearson,
    "hinge": hinge,
    "wasserstein": wasserstein,
    "relativistic": relativistic,
}
"""The losses a recipe or the command line can name; in Python any `AdversarialLoss` will do."""
