"""What games that translate have in common: batches of two domains, and what D says of one of them."""

from torch import Tensor

from sparring.games.losses import AdversarialLoss
from sparring.games.turn import Batch, Seen
from sparring.words import tr


def both(batch: Batch) -> tuple[Tensor, Tensor]:
    """The pictures of both domains.

    Raises:
        ValueError: If there is only one.
    """
    if batch.y is None or not batch.y.is_floating_point():
        raise ValueError(tr("translation needs pictures of two domains: a batch of x and of y"))
    return batch.x, batch.y


def said(loss: AdversarialLoss, names: tuple[str, str], a: Tensor, b: Tensor) -> dict[str, Seen]:
    """What D says of data and of fakes, by name; the loss knows whether logits are log odds."""
    answers = zip(names, (a.detach(), b.detach()), strict=True)
    if loss.probabilities:
        return {name: Seen(t.sigmoid().mean(), "probability") for name, t in answers}
    return {name: Seen(t.mean(), "logit") for name, t in answers}
