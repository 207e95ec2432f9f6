"""The generative adversarial network of 2014 and all its one-G, one-D descendants."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from sparring.games.game import Batch, Game, Player, Terms, bystander
from sparring.games.losses import AdversarialLoss, nonsaturating
from sparring.games.penalties import Penalty, View, judge
from sparring.games.priors import Prior, normal

Augment = Callable[[Tensor], Tensor]


def instance_noise(std: float) -> Augment:
    """Gaussian noise on all that D sees, real and fake: overlapping densities, a D that cannot be sure.

    Source: Sonderby et al. 2017; Arjovsky & Bottou 2017.
    """
    return lambda x: x + std * torch.randn_like(x)


class GAN(Game):
    """G makes fakes from noise, D tells real from fake.

    V(D, G) = E log D(x) + E log(1 - D(G(z))) for the cross-entropy losses; other losses give other values.

    Args:
        G: ``G(z) -> fake``, or ``G(z, y)`` with labels; z is (N, prior.dim).
        D: ``D(x) -> logits``, or ``D(x, y)``; logits are (N,), (N, 1) or a map (N, 1, h, w).
        prior: Where z comes from.
        loss: What each player pays for the logits.
        penalties: By name; what D pays besides.
        d_steps: Moves of D for one of G, the paper's k.
        classes: Number of labels that G and D are told; 0 for none.
        augment: Applied to all that D sees, real and fake, in both players' moves; must be differentiable.

    Source: Goodfellow et al. 2014, algorithm 1; Mirza & Osindero 2014 with labels.
    """

    def __init__(
        self,
        G: nn.Module,
        D: nn.Module,
        prior: Prior | int,
        loss: AdversarialLoss = nonsaturating,
        penalties: Mapping[str, Penalty] | None = None,
        d_steps: int = 1,
        classes: int = 0,
        augment: Augment | None = None,
    ) -> None:
        super().__init__()
        if d_steps < 1:
            raise ValueError(f"d_steps is {d_steps}; D makes at least 1 move for one of G")
        self.G, self.D = G, D
        self.prior = normal(prior) if isinstance(prior, int) else prior
        self.loss, self.penalties, self.d_steps, self.classes = loss, dict(penalties or {}), d_steps, classes
        self.augment: Augment = augment or (lambda x: x)
        self.turn = 0

    def players(self) -> dict[str, Player]:
        """D first, ``d_steps`` times, then G."""
        return {"D": Player(self.d_pays, self.d_steps), "G": Player(self.g_pays)}

    def generators(self) -> dict[str, nn.Module]:
        """G alone."""
        return {"G": self.G}

    def d_pays(self, batch: Batch) -> Terms:
        """D's side of one move: the adversarial loss on real data and fresh fakes, and the penalties."""
        y = self._labels(batch)
        with torch.no_grad(), bystander(self.G):
            fake = self.augment(self.generate(self.prior(len(batch.x), batch.x.device), y))
        x = self.augment(batch.x)
        a, b = judge(self.D, x, y), judge(self.D, fake, y)
        view = View(x, fake, y, a, b, self.turn)
        paid = {"adversarial": self.loss.d(a, b).mean()}
        paid |= {name: penalty(self.D, view).mean() for name, penalty in self.penalties.items()}
        self.turn += 1
        return Terms(paid, self._seen(a, b))

    def g_pays(self, batch: Batch) -> Terms:
        """G's side of one move: what D says of fresh fakes."""
        y = self._labels(batch)
        fake = self.generate(self.prior(len(batch.x), batch.x.device), y)
        with bystander(self.D):
            b = judge(self.D, self.augment(fake), y)
            if self.loss.paired:
                with torch.no_grad():
                    a = judge(self.D, self.augment(batch.x), y)
            else:
                a = torch.full_like(b, torch.nan)  # a loss that reads what it says it does not is found out at once
        return Terms({"adversarial": self.loss.g(a, b).mean()})

    def generate(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """G(z), or G(z, y) with labels: (N, C, H, W) in the range of the data."""
        fake: Tensor = self.G(z) if y is None else self.G(z, y)
        return fake

    @torch.no_grad()
    def sample(self, n: int, *, seed: int = 0, held_out: Batch | None = None) -> dict[str, Tensor]:
        """``{"samples": (n, ...)}`` from the seed's noise; with labels, classes in turn."""
        device = next(self.G.parameters()).device
        y = torch.arange(n, device=device) % self.classes if self.classes else None
        return {"samples": self.generate(self.prior(n, device, seed), y)}

    @torch.no_grad()
    def watch(self, held_out: Batch, seed: int = 0) -> dict[str, Tensor]:
        """D as it plays, asked about pictures that training never sees and about fresh fakes: 0-dim tensors."""
        y = self._labels(held_out)
        with bystander(self.G), bystander(self.D):
            fake = self.generate(self.prior(len(held_out.x), held_out.x.device, seed), y)
            a, b = judge(self.D, held_out.x, y), judge(self.D, fake, y)
        return {f"held_out/{name}": value for name, value in self._seen(a, b).items()}

    def get_extra_state(self) -> Tensor:
        """How many moves D has made, for lazy penalties after a resume."""
        return torch.tensor(self.turn)

    def set_extra_state(self, state: Tensor) -> None:
        """Take back what `get_extra_state` gave."""
        self.turn = int(state)

    def _labels(self, batch: Batch) -> Tensor | None:
        return batch.y if self.classes else None

    def _seen(self, a: Tensor, b: Tensor) -> dict[str, Tensor]:
        a, b = a.detach(), b.detach()
        if not self.loss.probabilities:
            return {"logit(x)": a.mean(), "logit(G(z))": b.mean()}
        return {
            "D(x)": a.sigmoid().mean(),
            "D(G(z))": b.sigmoid().mean(),
            "V": -(nn.functional.softplus(-a) + nn.functional.softplus(b)).mean(),
            "accuracy": ((a > 0).float().mean() + (b < 0).float().mean()) / 2,
        }
