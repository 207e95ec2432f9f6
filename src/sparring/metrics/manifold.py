"""Are samples where real pictures are, and everywhere where they are? Balls around pictures, as far as their neighbours."""

import torch
from torch import Tensor

from sparring.metrics.rows import blocks, centred, squared_distances, two

SLACK = 1e-9
"""Two squared distances that differ by less than this part are one: the same pair, rounded in another order."""


def precision_recall(fake: Tensor, real: Tensor, k: int = 3) -> tuple[float, float]:
    """Precision: the share of samples within a real picture's ball; recall: of real pictures within a sample's ball.

    The ball of a picture reaches to its k-th nearest neighbour of its own set, itself not counted, and holds its edge (<=). A set
    against itself has 1 and 1. Fresh samples of the same distribution do not, and the level depends on the numbers: hold it against
    what other real pictures score (.85 and .80 for 400 pictures of `fashion` in plain pixels).

    Precision rewards a blur, which pulls pictures together to where balls overlap: .99 and 1.00 for the same pictures blurred a
    little and much, while recall falls to .21 and .01. Recall rewards noise, because balls of noisy pictures are large: .97, with
    a precision of .04. Read both together, and neither in plain pixels.

    Args:
        fake: (M, d), M > k.
        real: (N, d), N > k.
        k: Which neighbour a ball reaches to.

    Returns:
        Precision and recall, shares.

    Raises:
        ValueError: If a set is too small for k, they differ in d, or a value is not finite.

    Source: Kynkaanniemi et al. 2019, section 2.
    """
    fake, real = _checked(fake, real, k)
    reach_f, reach_r = _reach(fake, k), _reach(real, k)
    precise, recalled = 0, torch.zeros(len(real), dtype=torch.bool, device=real.device)
    for part in blocks(len(fake), len(real)):
        distances = squared_distances(fake[part], real)
        precise += int((distances <= reach_r * (1 + SLACK)).any(1).sum())
        recalled |= (distances <= reach_f[part, None] * (1 + SLACK)).any(0)
    return precise / len(fake), float(recalled.double().mean())


def density_coverage(fake: Tensor, real: Tensor, k: int = 5) -> tuple[float, float]:
    """Density: in how many real pictures' balls a sample lies, by k; coverage: the share of real balls with a sample in them.

    Only real pictures have balls, so a wild sample cannot claim anything. Samples of the real distribution have density 1 on
    average, and coverage 1 - 2^-k with equal and large numbers (.97 for k = 5).

    Density has no upper end and rewards a blur: 3.0 for 400 lightly blurred pictures of `fashion` in plain pixels and 4.3 for
    strongly blurred ones, so it is no measure to maximise. Coverage sees noise (.07) but hardly a blur (1.00 and .96). Coverage is
    for balls with their edge, so that a set covers itself; density for balls without it, so that a set against itself has 1.

    Args:
        fake: (M, d), M > 0.
        real: (N, d), N > k.
        k: Which neighbour a ball reaches to.

    Returns:
        Density, from 0, and coverage, a share.

    Raises:
        ValueError: If a set is too small, they differ in d, or a value is not finite.

    Source: Naeem et al. 2020, section 3.
    """
    fake, real = _checked(fake, real, k, own=False)
    reach = _reach(real, k)
    crowd, nearest = 0, torch.full_like(reach, torch.inf)
    for part in blocks(len(fake), len(real)):
        distances = squared_distances(fake[part], real)
        crowd += int((distances < reach * (1 - SLACK)).sum())
        nearest = torch.minimum(nearest, distances.amin(0))
    covered = (nearest <= reach * (1 + SLACK)).double().mean()
    return crowd / (k * len(fake)), float(covered)


def _checked(fake: Tensor, real: Tensor, k: int, own: bool = True) -> tuple[Tensor, Tensor]:
    fake, real = two(fake, real)
    fewest = min(len(fake), len(real)) if own else len(real)
    if not 1 <= k < fewest:
        raise ValueError(f"k is {k}, and {fewest} pictures have at most {fewest - 1} neighbours; k is 1 or more")
    return centred(fake, real)


def _reach(features: Tensor, k: int) -> Tensor:
    """The squared distance of each row to its k-th nearest other row, (N,)."""
    found = features.new_empty(len(features))
    for part in blocks(len(features), len(features)):
        distances = squared_distances(features[part], features)
        distances[:, part].diagonal().fill_(torch.inf)
        found[part] = distances.topk(k, 1, largest=False).values[:, -1]
    return found
