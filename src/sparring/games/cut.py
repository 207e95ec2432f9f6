"""CUT: one translator, one discriminator, and the source's own places instead of a way back."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from sparring.games.game import Game, Map, Player
from sparring.games.losses import AdversarialLoss, least_squares
from sparring.games.patch_nce import PatchNCE
from sparring.games.terms import Payable, charged, modules, terms_of
from sparring.games.translation import both, said
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import Augment, Made, ask, heard, looked, unchanged, viewed, would_pass
from sparring.words import tr


class CUT(Game):
    """G_xy turns x into y, D_y judges y; what stands where in x must be found again in G_xy(x). Nothing is translated back.

    G pays  l_G(D_y(G_xy(x))) + lambda_nce * NCE(x, G_xy(x)),
            or, with identity, the mean of NCE(x, G_xy(x)) and NCE(y, G_xy(y)) in place of the former; and its terms,
    D pays  l_D(D_y(y), D_y(G_xy(x))) / 2 and its penalties.

    Args:
        G_xy: ``G_xy(x) -> y'``; an `Encoder` of `patch_nce`.
        D_y: ``D_y(y) -> logits``; (N,), (N, 1) or a map (N, 1, h, w).
        nce: `PatchNCE` for the maps of ``G_xy``; the player G trains it.
        loss: What each player pays for the logits.
        lambda_nce: Weight of NCE.
        identity: Whether pictures of y are also found again in their own translations; x and y must have the same channels.
        penalties: By name; what D pays besides.
        terms: By name; what G pays besides.
        augment: Applied to all that D sees, in both players' moves.

    Raises:
        ValueError: If ``lambda_nce`` is negative.

    Source: Park et al. 2020, equation 5.
    """

    def __init__(
        self,
        G_xy: nn.Module,
        D_y: nn.Module,
        nce: PatchNCE,
        loss: AdversarialLoss = least_squares,
        lambda_nce: float = 1.0,
        identity: bool = True,
        penalties: Mapping[str, Payable] | None = None,
        terms: Mapping[str, Payable] | None = None,
        augment: Augment = unchanged,
    ) -> None:
        super().__init__()
        if lambda_nce < 0:
            raise ValueError(tr("lambda_nce is {value}; it cannot be negative", value=lambda_nce))
        self.G_xy, self.D_y, self.nce = G_xy, D_y, nce
        self.loss, self.lambda_nce, self.identity, self.augment = loss, lambda_nce, identity, augment
        self.penalties, self.terms = terms_of(penalties), terms_of(terms)
        self.kept = modules(self.penalties, self.terms)

    def players(self) -> dict[str, Player]:
        """D first, then G with F: the order of the reference code."""
        return {"D": Player(self.d_pays), "G": Player(self.g_pays, makes=self.makes)}

    def maps(self) -> dict[str, Map]:
        """There is one way only."""
        return {"x_to_y": Map("G_xy", "x", "y")}

    def makes(self, batch: Batch, turn: Turn) -> tuple[Tensor]:
        """Translations of x."""
        return (self.G_xy(both(batch)[0]),)

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        """D's side of one move, on y and on translations of x."""
        _, y = both(batch)
        with torch.no_grad():
            (fake,) = turn.made or self.makes(batch, turn)
        through = any(p.through and turn.due(p.every) for p in self.penalties.values())
        view = viewed(self.D_y, (y, fake), (None, None), self.augment, turn, through)
        paid = {"adversarial": self.loss.d(view.real_logits, view.fake_logits).mean() / 2}
        paid |= charged(self, self.penalties, looked(self.D_y, self.augment, turn), view, turn)
        found = said(self.loss, NAMES, view.real_logits, view.fake_logits)
        return Terms(paid, found | heard(self.augment, view))

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        """G's side: what D says, and whether places are found again."""
        x, y = both(batch)
        (fake,) = turn.made or self.makes(batch, turn)
        fooled, answer = would_pass(self.D_y, self.loss, (y, fake), (None, None), self.augment, turn)
        made = Made({"x_to_y": x}, {"x_to_y": fake}, {"x_to_y": answer}, None, turn)
        paid = {"adversarial": fooled}
        if self.lambda_nce:
            weight = self.lambda_nce / (1 + self.identity)
            paid["nce"] = weight * self.nce(self, made).mean()
            if self.identity:
                still = Turn(turn.noise.within("identity"), turn.moves, turn.images, turn.kept)
                same = Made({"y_to_y": y}, {"y_to_y": self.G_xy(y)}, {}, None, still)
                paid["nce_identity"] = weight * self.nce(self, same).mean()
        return Terms(paid | charged(self, self.terms, self, made, turn))

    def watch(self, held_out: Batch, turn: Turn) -> dict[str, Seen]:
        """D's answers, and how well places are found again, on pictures that training never sees."""
        x, y = both(held_out)
        fake = self.G_xy(x)
        made = Made({"x_to_y": x}, {"x_to_y": fake}, {}, None, turn)
        lost = {"nce": Seen(self.nce(self, made).mean())} if self.lambda_nce else {}
        return {**lost, **said(self.loss, NAMES, ask(self.D_y, y)["logits"], ask(self.D_y, fake)["logits"])}


NAMES = "D_y(y)", "D_y(G_xy(x))"
