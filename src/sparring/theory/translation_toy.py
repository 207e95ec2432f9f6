"""Unpaired translation in the plane, where the right answer is known: what a closed cycle does and does not prove.

x comes from a mixture of five components that no rotation maps onto itself, y is T(x') for other x'. T turns by 50 degrees,
stretches by (1.2, 0.8) and shifts. CycleGAN is given no pair. A small cycle weight finds T; a large one with an identity loss
closes the cycle perfectly around a wrong map, and only a look at the distributions tells.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss
from torch.optim import Adam

from sparring.chance import callers_stream_kept
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import half_cosine, of_optimizer
from sparring.engine.trainer import Trainer
from sparring.games import Batch
from sparring.games.cyclegan import CycleGAN
from sparring.games.losses import AdversarialLoss, nonsaturating
from sparring.games.penalties import r1
from sparring.metrics.two_sample import TwoSample, two_sample
from sparring.theory.worlds import World, mixture

CLOSED = 0.01
CENTRES = ((-1.6, -0.6), (0.2, 1.5), (1.7, 0.4), (0.6, -1.3), (-0.7, 0.6))
WEIGHTS = (0.30, 0.10, 0.25, 0.15, 0.20)
STD = 0.15


class Known(NamedTuple):
    """The known map ``T(x) = matrix x + shift``."""

    matrix: Tensor
    shift: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        """(n, 2) -> (n, 2)."""
        return x @ self.matrix.T + self.shift


class Outcome(NamedTuple):
    """A trained toy, measured.

    Args:
        error: Root mean square of G_xy(x) - T(x) over the deviation of T(x): 0 is right, above 1 worse than the mean.
        right: Share of points whose component is right.
        cycle_error: Mean absolute difference after both ways.
        two_sample: Whether a fresh classifier can tell G_xy(x) from y.
        words: What follows, in a sentence.
    """

    error: float
    right: float
    cycle_error: float
    two_sample: TwoSample
    words: str


class ResidualMLP(nn.Module):
    """x + f(x), f nearly 0 at the start.

    Args:
        width: Of the hidden layers.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        last = nn.Linear(width, 2)
        self.layers = nn.Sequential(
            nn.Linear(2, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), last
        )
        with torch.no_grad():
            last.weight.mul_(0.1)
            last.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """(n, 2) -> (n, 2)."""
        added: Tensor = self.layers(x)
        return x + added


def world() -> World:
    """Where x comes from."""
    return mixture("five", torch.tensor(CENTRES), STD, torch.tensor(WEIGHTS))


def known_map(degrees: float = 50.0) -> Known:
    """T: a turn after a stretch by (1.2, 0.8), and a shift."""
    a = math.radians(degrees)
    turn = torch.tensor([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]])
    return Known(turn @ torch.diag(torch.tensor([1.2, 0.8])), torch.tensor([0.5, -0.3]))


def toy(
    lambda_cycle: float = 1.0,
    lambda_identity: float = 0.0,
    *,
    seed: int = 0,
    steps: int = 1500,
    batch_size: int = 256,
    gamma: float = 0.2,
    lr: float = 2e-3,
    loss: AdversarialLoss = nonsaturating,
    told: Callable[[int], None] = lambda done: None,
) -> CycleGAN:
    """Train CycleGAN on the toy.

    Args:
        lambda_cycle: Weight of the way there and back.
        lambda_identity: Weight of the identity loss.
        seed: Of weights and data.
        steps: Rounds.
        batch_size: Points a move.
        gamma: Of R1.
        lr: Of both Adam optimizers; it falls along half a cosine to a hundredth.
        loss: What each player pays.
        told: Called with the number of steps that are done.
    """
    with callers_stream_kept():
        torch.manual_seed(seed)
        translators, judges = (ResidualMLP(), ResidualMLP()), (_discriminator(), _discriminator())
    penalties = {"r1": r1(gamma)}
    game = CycleGAN(*translators, *judges, (2,), (2,), loss, lambda_cycle, lambda_identity, penalties, pool=0)
    sides: dict[str, tuple[nn.Module, ...]] = {"G": translators, "D": judges}
    optimizers: dict[str, torch.optim.Optimizer] = {
        name: Adam([p for net in nets for p in net.parameters()], lr, (0.0, 0.9)) for name, nets in sides.items()
    }
    falling = half_cosine(lr, lr / 100, steps * batch_size)
    schedules = tuple(of_optimizer(o, "lr", falling) for o in optimizers.values())
    experiment = Experiment(game, optimizers, batch_size, steps * batch_size, schedules=schedules)
    source, T = world(), known_map()
    trainer = Trainer(experiment, lambda position, n: draw(source, T, seed, position, n), seed=seed)
    for n in range(steps):
        told(n)
        trainer.step()
    trainer.check()
    return game


def draw(source: World, T: Known, seed: int, position: int, n: int) -> Batch:
    """Unpaired points of both domains, a function of the seed and the position."""
    generator = torch.Generator().manual_seed(seed * 1_000_003 + position)
    return Batch(source.sample(n, generator), T(source.sample(n, generator)))


@torch.no_grad()
def judge_toy(game: CycleGAN, n: int = 4000, seed: int = 1) -> Outcome:
    """Measure a trained toy against T, and say what the cycle alone does not."""
    source, T = world(), known_map()
    generator = torch.Generator().manual_seed(seed)
    x, other = source.sample(n, generator), source.sample(n, generator)
    fake, truth, y = game.G_xy(x), T(x), T(other)
    error = ((fake - truth).square().sum(1).mean() / (truth - truth.mean(0)).square().sum(1).mean()).sqrt()
    assert source.modes is not None
    right = (nearest(fake, T(source.modes)) == nearest(x, source.modes)).float().mean()
    cycle = (l1_loss(game.G_yx(fake), x) + l1_loss(game.G_xy(game.G_yx(y)), y)) / 2
    with torch.enable_grad():
        found = two_sample(y, fake, seed=seed)
    return Outcome(float(error), float(right), float(cycle), found, cycle_words(float(cycle), found))


def nearest(points: Tensor, centres: Tensor) -> Tensor:
    """Number of the nearest centre, (n,)."""
    return torch.cdist(points, centres).argmin(1)


def cycle_words(cycle_error: float, found: TwoSample) -> str:
    """What cycle error and distributions say together. A closed cycle alone proves nothing.

    Args:
        cycle_error: Mean absolute difference after both ways, in units of the data's deviation.
        found: A fresh classifier's try to tell translations from true samples of the domain.
    """
    closed = cycle_error < CLOSED
    score = f"cycle error {cycle_error:.4f}, a fresh classifier is right on {found.accuracy:.1%} of {found.n}"
    differ = found.low > 0.5 or found.high < 0.5
    if closed and differ:
        return f"the cycle is closed, but the distributions differ: {score}"
    if differ:
        return f"the cycle is open and the distributions differ: {score}"
    if closed:
        return f"the cycle is closed and nobody could tell the distributions apart: {score}"
    return f"the distributions look alike, but the cycle is open: {score}"


def _discriminator(width: int = 64) -> nn.Module:
    return nn.Sequential(
        nn.Linear(2, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)
    )
