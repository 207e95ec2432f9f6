"""CycleGAN: two translators, two discriminators, and a way there and back."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from sparring.games.game import Game, Map, Player
from sparring.games.losses import AdversarialLoss, least_squares
from sparring.games.pool import Pool
from sparring.games.terms import Payable, charged, modules, terms_of
from sparring.games.translation import both, said
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import Augment, Made, View, ask, heard, looked, unchanged, viewed, would_pass
from sparring.words import mark, tr


class CycleGAN(Game):
    """G_xy turns x into y, G_yx turns y into x; D_x and D_y each judge their own domain.

    G pays  l_G(D_y(G_xy(x))) + l_G(D_x(G_yx(y)))
            + lambda_cycle (|G_yx(G_xy(x)) - x| + |G_xy(G_yx(y)) - y|)
            + lambda_identity (|G_xy(y) - y| + |G_yx(x) - x|)
            + its terms, such as the pull of look-alikes,
    D pays  (l_D(D_y(y), D_y(pool(G_xy(x)))) + l_D(D_x(x), D_x(pool(G_yx(y))))) / 2,
    with |.| the mean absolute difference. One player holds both translators, the other both discriminators.
    In a shared round D sees the fakes that G made before its move, as in the reference code; else those of the G that has moved.

    Args:
        G_xy: ``G_xy(x) -> y'``.
        G_yx: ``G_yx(y) -> x'``.
        D_x: ``D_x(x) -> logits``; (N,), (N, 1) or a map (N, 1, h, w).
        D_y: The same for domain y.
        x_shape: Of one x as D_x sees it in training, (C, H, W); what the pool stores.
        y_shape: Of one y.
        loss: What each player pays for the logits.
        lambda_cycle: Weight of the way there and back.
        lambda_identity: Weight of "what is y already stays as it is"; 0 allows x and y to have different channels.
        penalties: By name; what D pays besides, for each discriminator; one that is a module is part of the game.
        terms: By name; what G pays besides, such as `LookAlikes`; likewise.
        pool: How many past fakes of each domain are kept; 0 for none.
        augment: Applied to all that the discriminators see, in both players' moves; must be differentiable. A module may
            `hear` what both say of it.
        noise: Standard deviation of Gaussian noise on a translation before it is translated back: against hidden messages.

    Raises:
        ValueError: If a weight is negative, or ``lambda_identity`` is positive and the domains have different channels.

    Source: Zhu et al. 2017, equations 1-3 and section 5.2; ``noise``: Chu et al. 2017.
    """

    def __init__(
        self,
        G_xy: nn.Module,
        G_yx: nn.Module,
        D_x: nn.Module,
        D_y: nn.Module,
        x_shape: tuple[int, ...],
        y_shape: tuple[int, ...],
        loss: AdversarialLoss = least_squares,
        lambda_cycle: float = 10.0,
        lambda_identity: float = 5.0,
        penalties: Mapping[str, Payable] | None = None,
        terms: Mapping[str, Payable] | None = None,
        pool: int = 50,
        augment: Augment = unchanged,
        noise: float = 0.0,
    ) -> None:
        super().__init__()
        if min(lambda_cycle, lambda_identity, noise) < 0:
            text = mark("lambda_cycle {cycle}, lambda_identity {identity}, noise {noise}: none can be negative")
            raise ValueError(tr(text, cycle=lambda_cycle, identity=lambda_identity, noise=noise))
        if lambda_identity and x_shape[0] != y_shape[0]:
            text = mark(
                "lambda_identity is {value}, but x has {x} channels and y {y}: a picture of one domain cannot pass through "
                "the other's translator; set lambda_identity to 0"
            )
            raise ValueError(tr(text, value=lambda_identity, x=x_shape[0], y=y_shape[0]))
        self.G_xy, self.G_yx, self.D_x, self.D_y = G_xy, G_yx, D_x, D_y
        self.pool_x, self.pool_y = Pool(pool, x_shape), Pool(pool, y_shape)
        self.loss, self.augment = loss, augment
        self.penalties, self.terms = terms_of(penalties), terms_of(terms)
        self.kept = modules(self.penalties, self.terms)
        self.lambda_cycle, self.lambda_identity, self.noise = lambda_cycle, lambda_identity, noise

    def players(self) -> dict[str, Player]:
        """G first, then D: the order of the reference code."""
        return {"G": Player(self.g_pays, makes=self.makes), "D": Player(self.d_pays)}

    def maps(self) -> dict[str, Map]:
        """Both ways."""
        return {"x_to_y": Map("G_xy", "x", "y"), "y_to_x": Map("G_yx", "y", "x")}

    def makes(self, batch: Batch, turn: Turn) -> tuple[Tensor, Tensor]:
        """Fakes of y and of x."""
        x, y = both(batch)
        return self.G_xy(x), self.G_yx(y)

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        """Both translators' side of one move: what the discriminators say, the way back, the identity."""
        x, y = both(batch)
        fake_y, fake_x = turn.made or self.makes(batch, turn)
        back_x, back_y = self.G_yx(self._blurred(fake_y, turn, "y")), self.G_xy(self._blurred(fake_x, turn, "x"))
        cycle = l1_loss(back_x, x) + l1_loss(back_y, y)
        paid, answers = {}, {}
        for a, b, D, real, fake in (("x", "y", self.D_y, y, fake_y), ("y", "x", self.D_x, x, fake_x)):
            fooled, answers[f"{a}_to_{b}"] = would_pass(D, self.loss, (real, fake), (None, None), self.augment, turn)
            paid[f"adversarial_{a}{b}"] = fooled
        if self.lambda_cycle:
            paid["cycle"] = self.lambda_cycle * cycle
        if self.lambda_identity:
            paid["identity"] = self.lambda_identity * (l1_loss(self.G_xy(y), y) + l1_loss(self.G_yx(x), x))
        made = Made({"x_to_y": x, "y_to_x": y}, {"x_to_y": fake_y, "y_to_x": fake_x}, answers, None, turn)
        paid |= charged(self, self.terms, self, made, turn)
        return Terms(paid, {"cycle_error": Seen(cycle.detach() / 2, "error")})

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        """Both discriminators' side of one move, on real pictures and on fakes from the pool."""
        x, y = both(batch)
        with torch.no_grad():
            fake_y, fake_x = turn.made or self.makes(batch, turn)
            fake_y, fake_x = self.pool_y(fake_y, turn, "pool_y"), self.pool_x(fake_x, turn, "pool_x")
        through = any(p.through and turn.due(p.every) for p in self.penalties.values())
        paid: dict[str, Tensor] = {}
        found: dict[str, Seen] = {}
        views: list[View] = []
        for side, D, real, fake in (("x", self.D_x, x, fake_x), ("y", self.D_y, y, fake_y)):
            view = viewed(D, (real, fake), (None, None), self.augment, turn, through)
            paid[f"adversarial_{side}"] = self.loss.d(view.real_logits, view.fake_logits).mean() / 2
            penalties = charged(self, self.penalties, looked(D, self.augment, turn), view, turn)
            paid |= {f"{name}_{side}": value for name, value in penalties.items()}
            found |= said(self.loss, NAMES[side], view.real_logits, view.fake_logits)
            views.append(view)
        return Terms(paid, found | heard(self.augment, *views))

    def watch(self, held_out: Batch, turn: Turn) -> dict[str, Seen]:
        """Cycle error and the discriminators' answers on pictures that training never sees."""
        x, y = both(held_out)
        fake_y, fake_x = self.makes(held_out, turn)
        error = (l1_loss(self.G_yx(fake_y), x) + l1_loss(self.G_xy(fake_x), y)) / 2
        found = said(self.loss, NAMES["x"], ask(self.D_x, x)["logits"], ask(self.D_x, fake_x)["logits"])
        found |= said(self.loss, NAMES["y"], ask(self.D_y, y)["logits"], ask(self.D_y, fake_y)["logits"])
        return {"cycle_error": Seen(error, "error"), **found}

    def _blurred(self, fake: Tensor, turn: Turn, domain: str) -> Tensor:
        return fake + self.noise * turn.noise.normal(f"blur_{domain}", *fake.shape) if self.noise else fake


NAMES = {"x": ("D_x(x)", "D_x(G_yx(y))"), "y": ("D_y(y)", "D_y(G_xy(x))")}
