"""What of a checkpoint must be finite: what is trained. It is written only while it is, and read only if it is."""

from collections.abc import Mapping

import torch
from torch import Tensor

FINITE = ("game", "ema", "optimizers")
"""The parts that are trained."""
MASKED = ("game", "ema")
"""Where -inf may stand, as in a mask; weights that have run away have NaN or +inf as well."""


def not_finite(part: str, named: Mapping[str, Tensor]) -> str | None:
    """The first tensor of a part that is not finite where it must be; None if there is none."""
    for name, tensor in named.items() if part in FINITE else ():
        masked = part in MASKED and not tensor.is_complex()
        if not (tensor < torch.inf if masked else torch.isfinite(tensor)).all():
            return name
    return None
