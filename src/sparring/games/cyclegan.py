"""CycleGAN: two translators, two discriminators, and a way there and back."""

from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from sparring.games.game import Batch, Game, Player, Terms, bystander
from sparring.games.gan import Augment
from sparring.games.lookalikes import LookAlikes, Memory, unlikeness
from sparring.games.losses import AdversarialLoss, least_squares
from sparring.games.penalties import Penalty, View, judge
from sparring.games.pool import Pool

Shape = tuple[int, ...]


class CycleGAN(Game):
    """G_xy turns x into y, G_yx turns y into x; D_x and D_y each judge their own domain.

    G pays  l_G(D_y(G_xy(x))) + l_G(D_x(G_yx(y)))
            + lambda_cycle (|G_yx(G_xy(x)) - x| + |G_xy(G_yx(y)) - y|)
            + lambda_identity (|G_xy(y) - y| + |G_yx(x) - x|)
            + the pull of look-alikes, if it is asked for,
    D pays  (l_D(D_y(y), D_y(pool(G_xy(x)))) + l_D(D_x(x), D_x(pool(G_yx(y))))) / 2,
    with |.| the mean absolute difference. It is a game of two players: one holds both translators, the other both
    discriminators.

    Look-alikes: G_xy(x) is pulled towards the nearest remembered y, and G_yx of that y towards x, and the other way round, as in
    the iterated matching of closest points. Where the domains share layouts this says *which* map is wanted, about which the
    adversarial and cycle losses are silent; a robust measure forgives what the two pictures do not share.

    The reference code computes fakes once, moves G, and shows D the fakes of G before its move. Here, as everywhere in this
    library, every move draws a fresh batch: D meets the fakes of the G that has just moved, and the pool mixes in
    older ones. It costs one more pass of the translators, and D never lags behind.

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
        penalties: By name; what D pays besides, for each discriminator.
        pool: How many past fakes of each domain are kept; 0 for none.
        augment: Applied to all that the discriminators see, in both players' moves; must be differentiable.
        noise: Standard deviation of Gaussian noise on a translation before it is translated back: against hidden messages.
        lookalikes: Pull towards the nearest pictures of the other domain; None for none.

    Raises:
        ValueError: If a weight is negative, or ``lambda_identity`` is positive and the domains have different channels.

    Source: Zhu et al. 2017, equations 1-3 and section 5.2; ``noise``: Chu et al. 2017; closest points: Besl and
        McKay 1992.
    """

    def __init__(
        self,
        G_xy: nn.Module,
        G_yx: nn.Module,
        D_x: nn.Module,
        D_y: nn.Module,
        x_shape: Shape,
        y_shape: Shape,
        loss: AdversarialLoss = least_squares,
        lambda_cycle: float = 10.0,
        lambda_identity: float = 5.0,
        penalties: Mapping[str, Penalty] | None = None,
        pool: int = 50,
        augment: Augment | None = None,
        noise: float = 0.0,
        lookalikes: LookAlikes | None = None,
    ) -> None:
        super().__init__()
        if min(lambda_cycle, lambda_identity, noise) < 0:
            weights = f"lambda_cycle {lambda_cycle}, lambda_identity {lambda_identity}, noise {noise}"
            raise ValueError(f"{weights}: none can be negative")
        if lambda_identity and x_shape[0] != y_shape[0]:
            raise ValueError(
                f"lambda_identity is {lambda_identity}, but x has {x_shape[0]} channels and y {y_shape[0]}: what belongs to "
                "one domain cannot pass through the other's translator; set lambda_identity to 0"
            )
        self.G_xy, self.G_yx, self.D_x, self.D_y = G_xy, G_yx, D_x, D_y
        self.pool_x, self.pool_y = Pool(pool, x_shape), Pool(pool, y_shape)
        self.loss, self.penalties = loss, dict(penalties or {})
        self.lambda_cycle, self.lambda_identity, self.noise = lambda_cycle, lambda_identity, noise
        self.augment: Augment = augment or (lambda x: x)
        self.lookalikes = lookalikes.check() if lookalikes and lookalikes.weight else None
        if self.lookalikes:
            self.memory_x, self.memory_y = (Memory(self.lookalikes.memory, shape) for shape in (x_shape, y_shape))
        self.turn = 0

    def players(self) -> dict[str, Player]:
        """G first, then D: the order of the reference code."""
        return {"G": Player(self.g_pays), "D": Player(self.d_pays)}

    def generators(self) -> dict[str, nn.Module]:
        """Both translators."""
        return {"G_xy": self.G_xy, "G_yx": self.G_yx}

    def g_pays(self, batch: Batch) -> Terms:
        """Both translators' side of one move: what the discriminators say, the way back, the identity."""
        x, y = _both(batch)
        fake_y, fake_x = self.G_xy(x), self.G_yx(y)
        cycle = l1_loss(self.G_yx(self._blurred(fake_y)), x) + l1_loss(self.G_xy(self._blurred(fake_x)), y)
        paid = {
            "adversarial_xy": self._fools(self.D_y, y, fake_y),
            "adversarial_yx": self._fools(self.D_x, x, fake_x),
        }
        if self.lambda_cycle:
            paid["cycle"] = self.lambda_cycle * cycle
        if self.lambda_identity:
            paid["identity"] = self.lambda_identity * (l1_loss(self.G_xy(y), y) + l1_loss(self.G_yx(x), x))
        if self.lookalikes:
            self.memory_x.remember(x)
            self.memory_y.remember(y)
            there = self._pull(self.lookalikes, x, fake_y, self.memory_y, self.G_yx)
            back = self._pull(self.lookalikes, y, fake_x, self.memory_x, self.G_xy)
            paid["lookalikes"] = self.lookalikes.weight * (there + back)
        return Terms(paid, {"cycle_error": cycle.detach() / 2})

    def d_pays(self, batch: Batch) -> Terms:
        """Both discriminators' side of one move, on real pictures and on fakes from the pool."""
        x, y = _both(batch)
        with torch.no_grad(), bystander(self.G_xy), bystander(self.G_yx):
            fake_y, fake_x = self.pool_y(self.G_xy(x)), self.pool_x(self.G_yx(y))
        paid: dict[str, Tensor] = {}
        seen: dict[str, Tensor] = {}
        for side, D, real, fake in (("x", self.D_x, x, fake_x), ("y", self.D_y, y, fake_y)):
            view, paid[f"adversarial_{side}"] = self._tells(D, real, fake)
            for name, penalty in self.penalties.items():
                paid[f"{name}_{side}"] = penalty(D, view).mean()
            seen |= self._answers(side, view.real_logits, view.fake_logits)
        self.turn += 1
        return Terms(paid, seen)

    def translate(self, pictures: Tensor, to: Literal["x", "y"] = "y") -> Tensor:
        """Pictures (N, C, H, W) of one domain in [-1, 1] as pictures of the other; any height and width.

        Raises:
            ValueError: If ``to`` is neither "x" nor "y".
        """
        if to not in ("x", "y"):
            raise ValueError(f"to is {to!r}; pictures are translated to 'x' or to 'y'")
        translated: Tensor = (self.G_xy if to == "y" else self.G_yx)(pictures)
        return translated

    @torch.no_grad()
    def sample(self, n: int, *, seed: int = 0, held_out: Batch | None = None) -> dict[str, Tensor]:
        """Strips of held-out pictures: ``x_to_y`` shows x, G_xy(x), G_yx(G_xy(x)) side by side, (n, C, H, 3 W).

        Where the domains differ in channels a strip cannot hold both, and there are pictures instead: ``x_to_y``,
        ``x_to_y_to_x`` and the other way round. Nothing is drawn from noise; the seed is not read.

        Raises:
            ValueError: If no pictures of both domains are given.
        """
        if held_out is None:
            raise ValueError("CycleGAN translates pictures: give held_out with pictures of both domains")
        found: dict[str, Tensor] = {}
        for a, b, start in zip(("x", "y"), ("y", "x"), _both(held_out), strict=True):
            start = start[:n]
            there = self.translate(start, "y" if b == "y" else "x")
            back = self.translate(there, "y" if a == "y" else "x")
            if start.shape[1] == there.shape[1]:
                found[f"{a}_to_{b}"] = torch.cat([start, there.to(start), back.to(start)], 3)
            else:
                found |= {f"{a}_to_{b}": there, f"{a}_to_{b}_to_{a}": back}
        return found

    @torch.no_grad()
    def watch(self, held_out: Batch, seed: int = 0) -> dict[str, Tensor]:
        """Cycle error and the discriminators' answers on pictures that training never sees: 0-dim tensors."""
        x, y = _both(held_out)
        with bystander(self.G_xy), bystander(self.G_yx), bystander(self.D_x), bystander(self.D_y):
            fake_y, fake_x = self.G_xy(x), self.G_yx(y)
            back_x, back_y = self.G_yx(fake_y), self.G_xy(fake_x)
            seen = {"cycle_error": (l1_loss(back_x, x) + l1_loss(back_y, y)) / 2}
            for side, D, real, fake in (("x", self.D_x, x, fake_x), ("y", self.D_y, y, fake_y)):
                seen |= self._answers(side, judge(D, real, None), judge(D, fake, None))
        return {f"held_out/{name}": value for name, value in seen.items()}

    def get_extra_state(self) -> Tensor:
        """How many moves D has made, for lazy penalties after a resume."""
        return torch.tensor(self.turn)

    def set_extra_state(self, state: Tensor) -> None:
        """Take back what `get_extra_state` gave."""
        self.turn = int(state)

    def _fools(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        with bystander(D):
            b = judge(D, self.augment(fake), None)
            a = torch.full_like(b, torch.nan)
            if self.loss.paired:
                with torch.no_grad():
                    a = judge(D, self.augment(real), None)
        return self.loss.g(a, b).mean()

    @staticmethod
    def _pull(how: LookAlikes, start: Tensor, fake: Tensor, memory: Memory, back: nn.Module) -> Tensor:
        """Towards look-alikes: there, and from them back."""
        found = memory.nearest(fake)
        return (unlikeness(fake, found, how.scale) + unlikeness(back(found), start, how.scale)).mean()

    def _tells(self, D: nn.Module, real: Tensor, fake: Tensor) -> tuple[View, Tensor]:
        real, fake = self.augment(real), self.augment(fake)
        a, b = judge(D, real, None), judge(D, fake, None)
        return View(real, fake, None, a, b, self.turn), self.loss.d(a, b).mean() / 2

    def _blurred(self, fake: Tensor) -> Tensor:
        return fake + self.noise * torch.randn_like(fake) if self.noise else fake

    def _answers(self, side: str, a: Tensor, b: Tensor) -> dict[str, Tensor]:
        other = "G_yx(y)" if side == "x" else "G_xy(x)"
        a, b = a.detach(), b.detach()
        if self.loss.probabilities:
            a, b = a.sigmoid(), b.sigmoid()
        return {f"D_{side}({side})": a.mean(), f"D_{side}({other})": b.mean()}


def _both(batch: Batch) -> tuple[Tensor, Tensor]:
    if batch.y is None or not batch.y.is_floating_point():
        raise ValueError("CycleGAN needs pictures of two domains: a batch of x and of unpaired y")
    return batch.x, batch.y
