"""The operations of a step, counted as they run by the formulas of torch.utils.flop_counter.

Convolutions and matrix products, forward, backward and double backward; 2 for a multiplication and an addition; those on padding
included, everything else not. torch's formula for the gradient of a grouped convolution's weights forgets the groups; `grouped`
puts them in.
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import conv_flop_count, flop_registry, shape_wrapper

PERIOD = 4
"""Steps that are counted, timed and profiled together: lazy penalties are due on one in four."""


def grouped(grad: Sequence[int], x: Sequence[int], w: Sequence[int], *rest: Any, **named: Any) -> int:
    """Operations of a convolution's backward, its groups heeded.

    Args:
        grad: Shape of the gradient of what comes out, (N, C_out, ...).
        x: Of what came in, (N, C_in, ...).
        w: Of the weights, (C_out, C_in / groups, ...), transposed: (C_in, C_out / groups, ...).
        rest: As `aten.convolution_backward` takes it: ..., transposed at 4, groups at 6, which gradients are asked for at 7.
        named: Among them ``out_shape``: shapes of the gradients.
    """
    transposed, asked, made = rest[4], rest[7], named["out_shape"]
    once = prod(w) * (x if transposed else grad)[0] * prod((x if transposed else grad)[2:]) * 2
    count = conv_flop_count(list(grad), list(w), list(made[0]), not transposed) if asked[0] else 0
    return count + (once if asked[1] else 0)


FORMULAS = flop_registry | {torch.ops.aten.convolution_backward: shape_wrapper(grouped)}  # type: ignore[no-untyped-call]


class Counted(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the operations of what runs within. `FlopCounterMode` also hangs on the modules, and fails where a penalty asks for
    the gradient of a leaf.
    """

    total = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        formula = FORMULAS.get(func._overloadpacket)
        if formula is not None:
            self.total += formula(*args, **(kwargs or {}), out_val=out)
        return out


def flops(step: Callable[[], object], steps: int = PERIOD) -> float:
    """Operations of convolutions and matrix products in a step, the mean of some."""
    with Counted() as counted:  # type: ignore[no-untyped-call]
        for _ in range(steps):
            step()
    return float(counted.total) / steps
