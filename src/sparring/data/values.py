"""Between stored values (uint8, uint16, float32) and the [-1, 1] of the networks.

The map is linear: ``x = (v - middle) / half`` with ``middle = (low + high) / 2`` and ``half = (high - low) / 2``.
Every uint8 and every uint16 value comes back exactly.
"""

import numpy as np
import torch
from torch import Tensor

from sparring.data.spec import Spec

DTYPES: dict[int, type[np.generic]] = {8: np.uint8, 16: np.uint16, 32: np.float32}


def bits_of(dtype: np.dtype) -> int:
    """Bits of a stored type: 8, 16 or 32."""
    return next(bits for bits, stored in DTYPES.items() if dtype == stored)


def to_unit(images: np.ndarray, spec: Spec) -> Tensor:
    """Stored pictures as the networks see them.

    Args:
        images: (N, H, W, C), stored values.
        spec: Their range.

    Returns:
        (N, C, H, W) float32 in [-1, 1], contiguous.
    """
    x = torch.from_numpy(np.array(np.moveaxis(images, -1, 1), np.float32, order="C"))  # always a copy
    return x.sub_((spec.low + spec.high) / 2).div_((spec.high - spec.low) / 2)


def from_unit(x: Tensor, spec: Spec) -> np.ndarray:
    """What networks draw, as stored values: rounded for integers, clipped to the range of the data.

    Args:
        x: (N, C, H, W), in [-1, 1] or somewhat outside; NaN becomes the lowest value.
        spec: The range to map to.

    Returns:
        (N, H, W, C) uint8, uint16 or float32.
    """
    dtype = DTYPES[spec.bits]
    values = x.detach().to("cpu", torch.float32).permute(0, 2, 3, 1).numpy().astype(np.float64)
    values = values * ((spec.high - spec.low) / 2) + (spec.low + spec.high) / 2
    values = np.nan_to_num(values, nan=spec.low, posinf=spec.high, neginf=spec.low).clip(spec.low, spec.high)
    return (values if dtype is np.float32 else values.round()).astype(dtype)
