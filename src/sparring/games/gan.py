"""The generative adversarial network of 2014 and all its one-G, one-D descendants."""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from sparring.games.game import Game, Map, Player
from sparring.games.losses import AdversarialLoss, nonsaturating
from sparring.games.priors import Prior, normal
from sparring.games.terms import Payable, charged, modules, terms_of
from sparring.games.turn import Batch, Seen, Terms, Turn
from sparring.games.view import Augment, Fakes, Made, View, ask, heard, looked, seen, unchanged, viewed, would_pass
from sparring.words import tr


class GAN(Game):
    """G makes fakes from noise, D tells real from fake.

    V(D, G) = E log D(x) + E log(1 - D(G(z))) for the cross-entropy losses; other losses give other values.

    Args:
        G: ``G(z) -> fake``, or ``G(z, y)`` with labels; z is (N, prior.dim).
        D: ``D(x) -> logits``, or ``D(x, y)``; logits are (N,), (N, 1) or a map (N, 1, h, w). With more heads than one, a mapping
            in which they are called ``logits``.
        prior: Where z comes from.
        loss: What each player pays for the logits.
        penalties: By name; what D pays besides: `Term` or ``(D, View) -> (n,)``. One that is a module is part of the game.
        terms: By name; what G pays besides: `Term` or ``(game, Made) -> (n,)``, likewise.
        numbers: By name; what a schedule changes, such as the weight of a penalty. They become buffers.
        d_steps: Moves of D for one of G, the paper's k.
        classes: Number of labels that G is told; 0 for none. A picture without a label (-1) is answered by a fake of any class.
        d_told: Whether D is told the labels too.
        augment: Applied to all that D sees, real and fake, in both players' moves; a module may `hear` what D says of it.
        together: Whether D sees real and fake samples in one pass; not where it has batch norm or compares the samples of a batch.

    Source: Goodfellow et al. 2014, algorithm 1; Mirza & Osindero 2014 with labels.
    """

    def __init__(
        self,
        G: nn.Module,
        D: nn.Module,
        prior: Prior | int,
        loss: AdversarialLoss = nonsaturating,
        penalties: Mapping[str, Payable] | None = None,
        terms: Mapping[str, Payable] | None = None,
        numbers: Mapping[str, float] | None = None,
        d_steps: int = 1,
        classes: int = 0,
        d_told: bool = True,
        augment: Augment = unchanged,
        together: bool = False,
    ) -> None:
        super().__init__()
        if d_steps < 1:
            raise ValueError(tr("d_steps is {value}; D is updated at least once per update of G", value=d_steps))
        self.G, self.D = G, D
        self.prior = normal(prior) if isinstance(prior, int) else prior
        self.loss, self.d_steps, self.classes, self.d_told = loss, d_steps, classes, d_told
        self.penalties, self.terms = terms_of(penalties), terms_of(terms)
        self.kept, self.augment, self.together = modules(self.penalties, self.terms), augment, together
        for name, value in (numbers or {}).items():
            self.register_buffer(name, torch.tensor(float(value)))

    def players(self) -> dict[str, Player]:
        """D first, ``d_steps`` times, then G."""
        return {"D": Player(self.d_pays, self.d_steps), "G": Player(self.g_pays, makes=self.makes)}

    def maps(self) -> dict[str, Map]:
        """Samples from noise, with the options that G says it has."""
        return {"samples": Map("G", self.prior, classes=self.classes, options=getattr(self.G, "options", ()))}

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        """D's side of one move: the adversarial loss on real data and fakes, and the penalties."""
        view = self.view(batch, turn)
        paid = {"adversarial": self.loss.d(view.real_logits, view.fake_logits).mean()}
        paid |= charged(self, self.penalties, looked(self.D, self.augment, turn, self.d_told), view, turn)
        return Terms(paid, seen(self.loss, view.real_logits, view.fake_logits) | heard(self.augment, view))

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        """G's side of one move: what D says of its fakes, and the terms."""
        z, y, fake = turn.made or self.makes(batch, turn)
        labels = self._told(batch), y if self.d_told else None
        fooled, answer = would_pass(self.D, self.loss, (batch.x, fake), labels, self.augment, turn)
        made = Made({"samples": z}, {"samples": fake}, {"samples": answer}, y, turn)
        return Terms({"adversarial": fooled} | charged(self, self.terms, self, made, turn))

    def makes(self, batch: Batch, turn: Turn) -> Fakes:
        """Fresh fakes, as many as there is data, with G's graph."""
        z, y = self.prior(turn.noise, len(batch.x)), self._fake_labels(batch, turn)
        return Fakes(z, y, self.generate(z, y))

    def generate(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """G(z), or G(z, y) with labels: (N, C, H, W) in the range of the data."""
        fake: Tensor = self.G(z) if y is None else self.G(z, y)
        return fake

    def view(self, batch: Batch, turn: Turn) -> View:
        """What D sees in one move: data and fakes, in one pass if nothing speaks against it."""
        with torch.no_grad():
            fakes = turn.made or self.makes(batch, turn)
        labels = (batch.y if self.classes else None, fakes.y)
        through = any(p.through and turn.due(p.every) for p in self.penalties.values())
        return viewed(self.D, (batch.x, fakes.x), labels, self.augment, turn, through, self.together, self.d_told)

    def watch(self, held_out: Batch, turn: Turn) -> dict[str, Seen]:
        """D as it plays, asked about pictures that training never sees and about fresh fakes."""
        fakes = self.makes(held_out, turn)
        a, b = ask(self.D, held_out.x, self._told(held_out)), ask(self.D, fakes.x, fakes.y if self.d_told else None)
        return seen(self.loss, a["logits"], b["logits"])

    def _told(self, batch: Batch) -> Tensor | None:
        return batch.y if self.classes and self.d_told else None

    def _fake_labels(self, batch: Batch, turn: Turn) -> Tensor | None:
        """The labels of the data, and where there is none one that is drawn."""
        if not self.classes:
            return None
        drawn = turn.noise.integers("labels", self.classes, len(batch.x))
        return drawn if batch.y is None else torch.where(batch.y < 0, drawn, batch.y)
