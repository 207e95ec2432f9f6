"""pix2pix: a translator that is shown the answers, and a discriminator that sees source and answer together."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from sparring.games.game import Game, Map, Player
from sparring.games.losses import AdversarialLoss, nonsaturating
from sparring.games.terms import Payable, charged, modules, terms_of
from sparring.games.translation import both, said
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import Augment, Made, ask, heard, looked, unchanged, viewed, would_pass
from sparring.words import tr


class Pix2Pix(Game):
    """G_xy turns x into y, and row i of x belongs to row i of y. D judges pairs: is this y what belongs to this x?

    G pays  l_G(D(x, G_xy(x))) + lambda_l1 |G_xy(x) - y|, and its terms,
    D pays  l_D(D(x, y), D(x, G_xy(x))) / 2 and its penalties,
    with |.| the mean absolute difference, and D given both pictures as the channels of one.

    Args:
        G_xy: ``G_xy(x) -> y'``. Its noise, if it has any, is dropout.
        D: ``D(x and y) -> logits``: (N, C + C', H, W) -> (N,), (N, 1) or a map (N, 1, h, w).
        loss: What each player pays for the logits.
        lambda_l1: Weight of the distance to the answer.
        penalties: By name; what D pays besides.
        terms: By name; what G pays besides.
        augment: Applied to all that D sees: source and answer go through it together.

    Raises:
        ValueError: If ``lambda_l1`` is negative.

    Source: Isola et al. 2017, equations 1-4 and section 3.
    """

    def __init__(
        self,
        G_xy: nn.Module,
        D: nn.Module,
        loss: AdversarialLoss = nonsaturating,
        lambda_l1: float = 100.0,
        penalties: Mapping[str, Payable] | None = None,
        terms: Mapping[str, Payable] | None = None,
        augment: Augment = unchanged,
    ) -> None:
        super().__init__()
        if lambda_l1 < 0:
            raise ValueError(tr("lambda_l1 is {value}; it cannot be negative", value=lambda_l1))
        self.G_xy, self.D, self.loss, self.lambda_l1, self.augment = G_xy, D, loss, lambda_l1, augment
        self.penalties, self.terms = terms_of(penalties), terms_of(terms)
        self.kept = modules(self.penalties, self.terms)

    def players(self) -> dict[str, Player]:
        """D first, then G: the order of the reference code."""
        return {"D": Player(self.d_pays), "G": Player(self.g_pays, makes=self.makes)}

    def maps(self) -> dict[str, Map]:
        """There is one way only."""
        return {"x_to_y": Map("G_xy", "x", "y")}

    def makes(self, batch: Batch, turn: Turn) -> tuple[Tensor]:
        """Translations of x."""
        return (self.G_xy(both(batch)[0]),)

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        """D's side of one move: true pairs, and sources with their translations."""
        x, y = both(batch)
        with torch.no_grad():
            (fake,) = turn.made or self.makes(batch, turn)
        through = any(p.through and turn.due(p.every) for p in self.penalties.values())
        view = viewed(self.D, (joined(x, y), joined(x, fake)), (None, None), self.augment, turn, through)
        paid = {"adversarial": self.loss.d(view.real_logits, view.fake_logits).mean() / 2}
        paid |= charged(self, self.penalties, looked(self.D, self.augment, turn), view, turn)
        found = said(self.loss, NAMES, view.real_logits, view.fake_logits)
        return Terms(paid, found | heard(self.augment, view))

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        """G's side: what D says of the pair, and the distance to the answer."""
        x, y = both(batch)
        (fake,) = turn.made or self.makes(batch, turn)
        pairs = joined(x, y), joined(x, fake)
        fooled, answer = would_pass(self.D, self.loss, pairs, (None, None), self.augment, turn)
        paid, error = {"adversarial": fooled}, l1_loss(fake, y)
        if self.lambda_l1:
            paid["l1"] = self.lambda_l1 * error
        made = Made({"x_to_y": x}, {"x_to_y": fake}, {"x_to_y": answer}, None, turn)
        return Terms(paid | charged(self, self.terms, self, made, turn), {"l1_error": Seen(error.detach())})

    def watch(self, held_out: Batch, turn: Turn) -> dict[str, Seen]:
        """The distance to the answer and D's answers on pairs that training never sees."""
        x, y = both(held_out)
        fake = self.G_xy(x)
        a, b = (ask(self.D, joined(x, side))["logits"] for side in (y, fake))
        return {"l1_error": Seen(l1_loss(fake, y)), **said(self.loss, NAMES, a, b)}


NAMES = "D(x,y)", "D(x,G_xy(x))"


def joined(x: Tensor, y: Tensor) -> Tensor:
    """Both pictures as one, (N, C + C', H, W), in y's type."""
    return torch.cat([x.to(y.dtype), y], 1)
