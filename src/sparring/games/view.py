"""What D saw and what G made in one move, and how D is asked."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call

from sparring.games.losses import AdversarialLoss
from sparring.games.noise import Noise
from sparring.games.turn import Seen, Turn

Heads = Mapping[str, Tensor]
"""What a discriminator answers: ``logits``, and whatever other heads it has, by name."""


class Look(NamedTuple):
    """D as a penalty may ask it once more: ``look(x, y) -> logits``, through the augmentation that the real data went through.

    Args:
        D: The discriminator; its buffers (running statistics, power iterations) stay as they are.
        augment: What x goes through first.
        augment_fake: What the fakes went through.
        told: Whether D is told labels.
    """

    D: nn.Module
    augment: Callable[[Tensor], Tensor] = lambda x: x
    augment_fake: Callable[[Tensor], Tensor] = lambda x: x
    told: bool = True

    def __call__(self, x: Tensor, y: Tensor | None = None) -> Tensor:
        """(N, ...) and labels (N,) -> logits, with a graph."""
        aside = {**dict(self.D.named_parameters()), **{name: b.clone() for name, b in self.D.named_buffers()}}
        x = self.augment(x)
        return heads(functional_call(self.D, aside, (x,) if y is None or not self.told else (x, y)))["logits"]

    def at_fakes(self) -> "Look":
        """The same, through the augmentation of the fakes."""
        return self._replace(augment=self.augment_fake)


class View(NamedTuple):
    """What D saw in one move.

    Args:
        x: Real data before augmentation, (N, ...).
        fake: Fakes before augmentation, (N, ...), without G's graph.
        y: Labels of the real data (N,), whether D was told them or not; None if there are none.
        fake_y: Labels of the fakes (N,), likewise.
        real: D's answer to x by head, with its graph.
        answer: D's answer to the fakes, likewise.
        turn: When.
    """

    x: Tensor
    fake: Tensor
    y: Tensor | None
    fake_y: Tensor | None
    real: Heads
    answer: Heads
    turn: Turn

    @property
    def real_logits(self) -> Tensor:
        """D(x), any shape that begins with N."""
        return self.real["logits"]

    @property
    def fake_logits(self) -> Tensor:
        """D(fake), likewise."""
        return self.answer["logits"]


Augment = Callable[[Tensor, Noise], Tensor]
"""``(pictures, noise) -> pictures``: differentiable; all its chance comes from the noise.

One that changes with what D says of it is a module with buffers and a method ``hear(*views) -> Mapping[str, Seen]``, which changes
them by ``view.turn.keep`` and says what there is to watch.
"""


class Fakes(NamedTuple):
    """What G draws in one move: from z (N, dim) and labels y (N,) or None, x (N, ...) with G's graph."""

    z: Tensor
    y: Tensor | None
    x: Tensor


class Made(NamedTuple):
    """What G made in one move, by the name of the map that drew it.

    Args:
        given: What each map was given, such as z.
        fakes: What it drew from that, (N, ...), before augmentation, with its graph.
        answers: What D says of that, by head, with its graph.
        y: Labels of the fakes (N,) or None.
        turn: When.
    """

    given: Mapping[str, Tensor]
    fakes: Mapping[str, Tensor]
    answers: Mapping[str, Heads]
    y: Tensor | None
    turn: Turn

    @property
    def fake(self) -> Tensor:
        """What the first map drew."""
        return next(iter(self.fakes.values()))

    @property
    def answer(self) -> Heads:
        """What D says of that."""
        return next(iter(self.answers.values()))


def heads(answer: Tensor | Heads) -> dict[str, Tensor]:
    """A discriminator's answer by head, at least in float32; a tensor alone is its logits."""
    given = {"logits": answer} if isinstance(answer, Tensor) else answer
    return {name: widen(t) for name, t in given.items()}


def ask(D: nn.Module, x: Tensor, y: Tensor | None = None) -> dict[str, Tensor]:
    """``D(x)``, or ``D(x, y)`` where D is told labels, by head."""
    return heads(D(x) if y is None else D(x, y))


def widen(t: Tensor) -> Tensor:
    """Half precisions become float32; float32 and float64 stay as they are."""
    return t.to(torch.promote_types(t.dtype, torch.float32))


def viewed(
    D: nn.Module,
    pictures: tuple[Tensor, Tensor],
    labels: tuple[Tensor | None, Tensor | None],
    augment: Augment,
    turn: Turn,
    through: bool = False,
    together: bool = False,
    told: bool = True,
) -> View:
    """D's look at real data and fakes.

    Args:
        D: The discriminator.
        pictures: Real data and fakes, (N, ...) each; no gradient goes further back.
        labels: Of both, or None.
        augment: What both go through.
        turn: When.
        through: Whether a penalty will ask for the gradient of the logits by what was seen.
        together: Whether one pass may do for both. Real and fake then come in turn, so that the rows of one of many processes are
            a piece of the whole.
        told: Whether D is told the labels.
    """
    x, fake = (t.detach().requires_grad_() if through else t.detach() for t in pictures)
    seen_x, seen_fake = augment(x, turn.noise.within("real")), augment(fake, turn.noise.within("fake"))
    y, fake_y = labels if told else (None, None)
    if together and not through:
        both = torch.stack([seen_x, seen_fake.to(seen_x.dtype)], 1).flatten(0, 1)
        both_y = None if y is None or fake_y is None else torch.stack([y, fake_y], 1).flatten()
        halves = {name: (t[::2], t[1::2]) for name, t in ask(D, both, both_y).items()}
        real, answer = ({name: pair[i] for name, pair in halves.items()} for i in (0, 1))
    else:
        real, answer = ask(D, seen_x, y), ask(D, seen_fake, fake_y)
    return View(x, fake, *labels, real, answer, turn)


def looked(D: nn.Module, augment: Augment, turn: Turn, told: bool = True) -> Look:
    """D as penalties may ask it again in the same move."""
    real, fake = turn.noise.within("real"), turn.noise.within("fake")
    return Look(D, lambda x: augment(x, real), lambda x: augment(x, fake), told)


def heard(augment: Augment, *views: View) -> dict[str, Seen]:
    """What an augmentation that can `hear` says to the answers of D to what it showed: once in each of D's moves.

    Args:
        augment: What all of them went through.
        views: What each discriminator saw in this move.
    """
    hear = getattr(augment, "hear", None)
    return dict(hear(*views)) if hear else {}


def would_pass(
    D: nn.Module,
    loss: AdversarialLoss,
    pictures: tuple[Tensor, Tensor],
    labels: tuple[Tensor | None, Tensor | None],
    augment: Augment,
    turn: Turn,
) -> tuple[Tensor, dict[str, Tensor]]:
    """What G pays for D's opinion of its fakes, 0-dim, and that opinion by head.

    Args:
        D: The discriminator.
        loss: Of which G pays its side.
        pictures: Real data, which only a paired loss looks at, and fakes with G's graph.
        labels: Of both, if D is told them.
        augment: What both go through.
        turn: When.
    """
    answer = ask(D, augment(pictures[1], turn.noise.within("fake")), labels[1])
    a = torch.full_like(answer["logits"], torch.nan)  # a loss that reads what it says it does not is found out
    if loss.paired:
        with torch.no_grad():
            a = ask(D, augment(pictures[0], turn.noise.within("real")), labels[0])["logits"]
    return loss.g(a, answer["logits"]).mean(), answer


def unchanged(x: Tensor, noise: Noise) -> Tensor:
    """No augmentation."""
    return x


def instance_noise(std: float) -> Augment:
    """Gaussian noise on all that D sees, real and fake: overlapping densities, a D that cannot be sure.

    Source: Sonderby et al. 2017; Arjovsky & Bottou 2017.
    """
    return lambda x, noise: x + std * noise.normal("instance", *x.shape).to(x.dtype)


def seen(loss: AdversarialLoss, a: Tensor, b: Tensor) -> dict[str, Seen]:
    """What D says of data (logits ``a``) and of fakes (``b``), any shape; the loss knows whether logits are log odds."""
    a, b = a.detach(), b.detach()
    if not loss.probabilities:
        return {"logit(x)": Seen(a.mean(), "logit"), "logit(G(z))": Seen(b.mean(), "logit")}
    return {
        "D(x)": Seen(a.sigmoid().mean(), "probability"),
        "D(G(z))": Seen(b.sigmoid().mean(), "probability"),
        "V": Seen(-(nn.functional.softplus(-a) + nn.functional.softplus(b)).mean(), "value"),
        "accuracy": Seen(((a > 0).float().mean() + (b < 0).float().mean()) / 2, "accuracy"),
    }
