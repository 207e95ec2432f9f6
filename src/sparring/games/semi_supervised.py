"""The semi-supervised GAN: a classifier of K classes that learns from few labels, many pictures, and the fakes of a G.

D gives K logits l, and Z = logsumexp(l) is its logit that a picture is real: of K + 1 classes the last, fake, has the logit 0.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, softplus

from sparring.games.classify import classifier_of
from sparring.games.game import Game, Map, Player
from sparring.games.losses import nonsaturating
from sparring.games.priors import Prior
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import ask, seen, unchanged, viewed


class SemiSupervised(Game):
    """D classifies and tells real from fake, G matches the features that D looks at.

    In a batch, rows with a label teach classes, and rows without one (-1) what is real; of what is real the labels say nothing
    new. D minimises, each term a mean over the rows it is about,

        -l_y + Z  (labelled)  +  1/2 softplus(-Z)  (unlabelled)  +  1/2 softplus(Z)  (fakes)

    and G the squared distance of the mean features of unlabelled pictures and of fakes.

    Args:
        G: ``G(z) -> fake``; z is (N, prior.dim).
        D: ``D(x) -> {"logits": Z (N,), "classes": l (N, K), "features": (N, d)}``; ``D.classify(x)`` gives l alone.
        prior: Where z comes from.
        together: Whether D sees real and fake samples in one pass; not where it compares the samples of a batch.

    Source: Salimans et al. 2016, sections 3.1 (feature matching) and 5.
    """

    def __init__(self, G: nn.Module, D: nn.Module, prior: Prior, together: bool = True) -> None:
        super().__init__()
        self.G, self.D, self.prior, self.together = G, D, prior, together

    def players(self) -> dict[str, Player]:
        """D first, then G."""
        return {"D": Player(self.d_pays), "G": Player(self.g_pays)}

    def maps(self) -> dict[str, Map]:
        """Samples from noise."""
        return {"samples": Map("G", self.prior)}

    def generators(self) -> dict[str, nn.Module]:
        """What an average of the weights is kept of: D too, for the average is what classifies."""
        return {**super().generators(), "D": self.D}

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        """D's side: classes where there are labels, real or fake where there are none."""
        assert batch.y is not None
        with torch.no_grad():
            fake = self.G(self.prior(turn.noise, len(batch.x)))
        view = viewed(self.D, (batch.x, fake), (None, None), unchanged, turn, together=self.together)
        known = batch.y >= 0
        classes = cross_entropy(view.real["classes"], batch.y, ignore_index=-1, reduction="none")
        a, b = view.real_logits, view.fake_logits
        paid = {
            "classes": mean_over(known, classes, turn),
            "adversarial": (mean_over(~known, softplus(-a), turn) + softplus(b).mean()) / 2,
        }
        return Terms(paid, seen(nonsaturating, a, b))

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        """G's side: the mean features of its fakes are to be those of unlabelled pictures."""
        assert batch.y is not None
        fake = self.G(self.prior(turn.noise, len(batch.x)))
        with torch.no_grad():
            real = mean_of(turn, mean_over(batch.y < 0, ask(self.D, batch.x)["features"], turn))
        drawn = mean_of(turn, ask(self.D, fake)["features"].mean(0))
        return Terms({"features": (drawn - real).square().sum()})

    def watch(self, held_out: Batch, turn: Turn) -> Mapping[str, Seen]:
        """D as it plays, and how often it names the class of a held-out picture that has a label, as it is used."""
        fake = self.G(self.prior(turn.noise, len(held_out.x)))
        a, b = ask(self.D, held_out.x)["logits"], ask(self.D, fake)["logits"]
        found = seen(nonsaturating, a, b)
        classifier, playing = classifier_of(self), self.D.training
        if held_out.y is None or classifier is None or not (held_out.y >= 0).any():
            return found
        self.D.eval()
        right = (classifier.classify(held_out.x).argmax(1) == held_out.y).float()
        self.D.train(playing)
        return found | {"classification_accuracy": Seen(mean_over(held_out.y >= 0, right, turn), "measured")}


def mean_over(rows: Tensor, values: Tensor, turn: Turn) -> Tensor:
    """The mean of some rows; 0 if there are none.

    On several processes it is this one's share of it: the mean of what they give is the mean over the rows of the whole batch.

    Args:
        rows: (N,) bool: which.
        values: (N,) or (N, d).
        turn: When.

    Returns:
        0-dim or (d,).
    """
    weights = rows.to(values.dtype) * turn.noise.of / turn.whole(rows).sum().clamp_min(1)
    return weights @ values


def mean_of(turn: Turn, value: Tensor) -> Tensor:
    """The mean of what all processes give, (d,): for what is not linear in it."""
    return turn.whole(value[None]).mean(0)
