"""ADA: augmentation as strong as D's overfitting asks for."""

from collections.abc import Mapping

import torch
from torch import Tensor

from sparring.games.turn import Seen
from sparring.games.view import View
from sparring.networks.augment import Augmentation, Operation

EVERY = 4
"""Batches between two changes of p."""
WHOLE = 500_000
"""Images in which p goes from 0 to 1."""


class Adaptive(Augmentation):
    """Every four batches p rises if D is surer of the real pictures than it should be, and falls if not.

    p += sign(r - target) * 4 B / 500,000, from 0 to 1, with r the mean of sign(D(real)) over these batches and B the batch size:
    a D that has learnt few pictures by heart is sure of all of them. The change is made with the batch that comes after, when
    what all processes saw of the four is known.

    Args:
        operations: As in `Augmentation`.
        target: r at which p stays.
        relative: Whether D's logits mean something only beside each other, as in relativistic losses: signs are then read against
            the mean logit of the fakes.
        shared: As in `Augmentation`.

    Source: Karras et al. 2020 (ADA), section 3.1.
    """

    sure: Tensor
    batches: Tensor

    def __init__(
        self, operations: Mapping[str, Operation], target: float = 0.6, relative: bool = False, shared: bool = False
    ) -> None:
        super().__init__(operations, 0.0, shared)
        self.target, self.relative = target, relative
        self.register_buffer("sure", torch.tensor(0.0))
        self.register_buffer("batches", torch.tensor(0))

    @torch.no_grad()
    def hear(self, *views: View) -> dict[str, Seen]:
        """Count what each D said in one move, and change p when it is time."""
        turn, size = views[0].turn, len(views[0].x) * views[0].turn.noise.of
        full = self.batches >= EVERY
        step = torch.sign(self.sure / EVERY - self.target) * (EVERY * size / WHOLE)
        sure = torch.stack([self._sure(view) for view in views]).mean()
        turn.keep(self.p, torch.where(full, (self.p + step).clamp(0, 1), self.p))
        turn.keep(self.sure, torch.where(full, 0, self.sure) + sure)
        turn.keep(self.batches, torch.where(full, 0, self.batches) + 1)
        return {"augmentation": Seen(self.p.clone()), "sign(D(x))": Seen(sure)}

    def _sure(self, view: View) -> Tensor:
        zero = view.turn.whole(view.fake_logits).mean() if self.relative else 0
        return torch.sign(view.real_logits - zero).mean()
