"""What is not finite changes nothing: buffers are taken back, and an optimizer does not step. The host looks at no number."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.optim import Optimizer


class Watched(NamedTuple):
    """Where buffers are, they themselves, their values before a move, and whether the move may change them."""

    before: list[tuple[nn.Module, str, Tensor, Tensor, bool]]

    def since(self, begun: "Watched | None") -> "Watched":
        """The same, but the player's own buffers as they were when its move was begun, if it was begun earlier."""
        if begun is None:
            return self
        return Watched([old if old[-1] else now for old, now in zip(begun.before, self.before, strict=True)])

    def average(self, average: Callable[[list[Tensor]], None], tensors: list[Tensor]) -> None:
        """Average tensors over all processes, and how far a forward pass has moved the player's own buffers, such as running means.

        What has not moved stays the same bit for bit.
        """
        found = [(getattr(m, key), old) for m, key, _, old, own in self.before if own]
        real = [(now, old, now.detach() - old) for now, old in found if now.is_floating_point()]
        average([*tensors, *(way for _, _, way in real)])
        for now, old, way in real:
            now.data.copy_(old + way)

    def settle(self, fine: Tensor) -> None:
        """Keep the changes of the player's own networks if the move is fine; take back all others."""
        for module, key, buffer, old, own in self.before:
            now: Tensor = getattr(module, key)
            # by .data: the graph of what was made for a shared round may hold the buffer, and finds the value that it has seen
            buffer.data.copy_(torch.where(fine, now.detach(), old) if own else old)
            if now is not buffer:  # a forward pass may have put another tensor in its place
                setattr(module, key, buffer)


def step(optimizer: Optimizer, fine: Tensor) -> None:
    """``optimizer.step()`` if the move is fine.

    Fused optimizers decide that on the device, by the way of `torch.amp.GradScaler`; for others the host has to look.
    """
    if not getattr(optimizer, "_step_supports_amp_scaling", False):
        if fine:
            optimizer.step()
        return
    told: dict[str, object] = {"found_inf": (~fine).float(), "grad_scale": None}
    first = [p for group in optimizer.param_groups for p in group["params"] if not optimizer.state.get(p)]
    vars(optimizer).update(told)
    try:
        optimizer.step()
    finally:
        for name in told:
            delattr(optimizer, name)
    for p in first:  # a state that a refused step opens begins with zeros, not with whatever lay in that memory
        for value in optimizer.state.get(p, {}).values():
            if isinstance(value, Tensor):
                value.copy_(torch.where(fine, value, 0))


def networks(game: nn.Module) -> list[nn.Module]:
    """The networks of a game: its children that have parameters, those within containers one by one."""
    found: list[nn.Module] = []
    for child in game.children():
        if isinstance(child, nn.ModuleDict | nn.ModuleList):
            found += networks(child)
        elif next(child.parameters(), None) is not None:
            found.append(child)
    return found
