"""What a user writes: three games of one's own, each with a recipe. Nothing of the library is edited."""

from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, softplus

from sparring import Batch, Experiment, Game, Map, Player, Prior, Seen, Spec, Terms, Turn, normal
from sparring.games.priors import great_circle

Path(__file__).with_suffix(".imported").touch()  # so that a test sees who imports this file


def dense(a: int, b: int, units: int, last: type[nn.Module] = nn.Identity) -> nn.Module:
    return nn.Sequential(nn.Linear(a, units), nn.LeakyReLU(0.2), nn.Linear(units, b), last())


def adams(lr: float, **networks: nn.Module) -> dict[str, torch.optim.Optimizer]:
    return {name: torch.optim.Adam(network.parameters(), lr) for name, network in networks.items()}


class Energy(Game):
    """D is an autoencoder; what it cannot copy has much energy (Zhao et al. 2017). Noise in, pictures out."""

    def __init__(self, G: nn.Module, D: nn.Module, prior: Prior, margin: float) -> None:
        super().__init__()
        self.G, self.D, self.prior, self.margin = G, D, prior, margin

    def players(self) -> dict[str, Player]:
        return {"D": Player(self.d_pays), "G": Player(self.g_pays)}

    def maps(self) -> dict[str, Map]:
        return {"draw": Map("G", self.prior)}

    def energy(self, x: torch.Tensor) -> torch.Tensor:
        return (self.D(x.flatten(1)) - x.flatten(1)).square().mean(1)

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.G(self.prior(turn.noise, len(batch.x)))
        real, made = self.energy(batch.x), self.energy(fake)
        paid = {"real": real.mean(), "fake": (self.margin - made).relu().mean()}
        return Terms(paid, {"energy(x)": Seen(real.detach().mean(), "error")})

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        return Terms({"energy": self.energy(self.G(self.prior(turn.noise, len(batch.x)))).mean()})


def energy(
    spec: Spec, *, units: int = 8, margin: float = 1.0, lr: float = 1e-2, weights: Path = Path("w")
) -> Experiment:
    """Pictures from noise by energies.

    Args:
        spec: Shape of the pictures.
        units: Width of the hidden layers.
        margin: Energy that a fake should have.
        lr: Learning rate.
        weights: A path, to see that a configuration holds one.
    """
    shape = (spec.channels, spec.height, spec.width)
    size = spec.channels * spec.height * spec.width
    G = nn.Sequential(dense(4, size, units, nn.Tanh), nn.Unflatten(1, shape))
    D = dense(size, size, units)
    prior = Prior(4, lambda noise, n, d: noise.normal("mine", n, d), great_circle)
    return Experiment(Energy(G, D, prior, margin), adams(lr, D=D, G=G), batch_size=8, ema_half_life=40)


class OneWay(Game):
    """A translator from x to y and no way back: D judges y, and a translation should not go far."""

    def __init__(self, G_xy: nn.Module, D_y: nn.Module, near: float) -> None:
        super().__init__()
        self.G_xy, self.D_y, self.near = G_xy, D_y, near

    def players(self) -> dict[str, Player]:
        return {"D": Player(self.d_pays), "G": Player(self.g_pays)}

    def maps(self) -> dict[str, Map]:
        return {"x_to_y": Map("G_xy", "x", "y")}

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.G_xy(batch.x)
        return Terms({"adversarial": (softplus(-self.D_y(batch.y)) + softplus(self.D_y(fake))).mean()})

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        fake = self.G_xy(batch.x)
        near = self.near * (fake - batch.x).abs().mean()
        return Terms({"adversarial": softplus(-self.D_y(fake)).mean(), "near": near})


def one_way(spec: Spec, spec_y: Spec, *, near: float = 0.1, features: int = 4) -> Experiment:
    """Translate from x to y only."""
    a, b = spec.channels, spec_y.channels
    G = nn.Sequential(nn.Conv2d(a, features, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(features, b, 3, 1, 1), nn.Tanh())
    D = nn.Sequential(nn.Conv2d(b, features, 3, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(features, 1, 3, 2, 1))
    from sparring.data.unpaired import unpaired_stream

    return Experiment(OneWay(G, D, near), adams(1e-2, D=D, G=G), batch_size=4, ema_half_life=40, stream=unpaired_stream)


class Sorted(Game):
    """D sorts pictures into their classes and one more, for fakes; G draws the class it is told (Odena 2016)."""

    def __init__(self, G: nn.Module, D: nn.Module, prior: Prior, classes: int) -> None:
        super().__init__()
        self.G, self.D, self.prior, self.classes = G, D, prior, classes

    def players(self) -> dict[str, Player]:
        return {"D": Player(self.d_pays, steps=2), "G": Player(self.g_pays)}

    def maps(self) -> dict[str, Map]:
        return {"samples": Map("G", self.prior, classes=self.classes)}

    def d_pays(self, batch: Batch, turn: Turn) -> Terms:
        with torch.no_grad():
            fake = self.G(self.prior(turn.noise, len(batch.y)), batch.y)
        wrong = torch.full_like(batch.y, self.classes)
        return Terms({"real": cross_entropy(self.D(batch.x), batch.y), "fake": cross_entropy(self.D(fake), wrong)})

    def g_pays(self, batch: Batch, turn: Turn) -> Terms:
        fake = self.G(self.prior(turn.noise, len(batch.y)), batch.y)
        return Terms({"sorted": cross_entropy(self.D(fake), batch.y)})


class Told(nn.Module):
    """z and a label -> a picture."""

    def __init__(self, spec: Spec, units: int) -> None:
        super().__init__()
        self.shape = (spec.channels, spec.height, spec.width)
        self.embed = nn.Embedding(spec.classes, 4)
        self.layers = dense(8, spec.channels * spec.height * spec.width, units, nn.Tanh)

    def forward(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.layers(torch.cat([z, self.embed(y)], 1)).unflatten(1, self.shape)


def sorted_classes(spec: Spec, *, units: int = 8) -> Experiment:
    """Pictures of a class that is told."""
    G = Told(spec, units)
    D = nn.Sequential(nn.Flatten(), dense(spec.channels * spec.height * spec.width, spec.classes + 1, units))
    return Experiment(Sorted(G, D, normal(4), spec.classes), adams(1e-2, D=D, G=G), batch_size=8, ema_half_life=40)


def nothing(spec: Spec) -> None:
    """A recipe that forgot its return."""


class Mine:
    """No recipe: it makes no experiment."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
