"""Training in the worlds: two small networks, and the same `GAN`, losses, penalties and `move` as everywhere."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from sparring.engine.ema import EMA
from sparring.engine.schedules import Schedule, half_cosine, of_optimizer, of_tensor
from sparring.games import GAN, LOSSES, Batch
from sparring.games.move import move
from sparring.games.penalties import Penalty, r1, r2
from sparring.theory.worlds import World

PENALTIES = ("none", "r1", "r2", "r1+r2")


@dataclass(frozen=True)
class Setup:
    """How two small networks play in a world.

    Args:
        loss: A name from `LOSSES`.
        penalty: none, r1, r2 or r1+r2.
        gamma: Weight of the penalty at the start and at the end of a half cosine, in standardised units.
        d_steps: Moves of D for one of G.
        steps: Moves of G.
        batch: Samples a move.
        lr: Adam's rate for both, at the start and at the end.
        beta2: Adam's second beta, likewise; the first is 0.
        width: Units of a hidden layer.
        depth: Hidden layers.
        z_dim: Numbers in z.
        half_life: Of the average of G's weights, as a part of all images.
        slope: Of the leaky ReLUs.
    """

    loss: str = "nonsaturating"
    penalty: str = "r1"
    gamma: tuple[float, float] = (0.1, 0.005)
    d_steps: int = 1
    steps: int = 2500
    batch: int = 256
    lr: tuple[float, float] = (2e-3, 1e-4)
    beta2: tuple[float, float] = (0.9, 0.99)
    width: int = 96
    depth: int = 3
    z_dim: int = 2
    half_life: float = 0.02
    slope: float = 0.2

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(f"loss is {self.loss!r}; known are {', '.join(LOSSES)}")
        if self.penalty not in PENALTIES:
            raise ValueError(f"penalty is {self.penalty!r}; known are {', '.join(PENALTIES)}")


def network(inputs: int, outputs: int, width: int, depth: int, slope: float = 0.2) -> nn.Sequential:
    """``depth`` hidden layers of leaky ReLUs with He's initialisation: a steep start, as separate modes need.

    Source: He et al. 2015, equation 15.
    """
    sizes = [inputs, *[width] * depth, outputs]
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        linear = nn.Linear(a, b)
        gain = math.sqrt(2 / (1 + slope**2)) if i else 1.0
        nn.init.normal_(linear.weight, std=gain / math.sqrt(a))
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.LeakyReLU(slope)]
    return nn.Sequential(*layers[:-1])


def penalties(name: str, gamma: Tensor) -> dict[str, Penalty]:
    """The penalties of that name, reading one weight."""
    return {part: {"r1": r1, "r2": r2}[part](gamma) for part in name.split("+") if part != "none"}


class Play:
    """A game in a world, step by step.

    Args:
        world: Where the data comes from; both players see it standardised.
        setup: How.
        seed: Of the networks, the data and the noise.
    """

    def __init__(self, world: World, setup: Setup | None = None, seed: int = 0) -> None:
        self.world, self.setup = world, setup or Setup()
        s = self.setup
        torch.manual_seed(seed)
        self.gamma = torch.tensor(s.gamma[0])
        self.game = GAN(
            network(s.z_dim, world.dim, s.width, s.depth, s.slope),
            network(world.dim, 1, s.width, s.depth, s.slope),
            s.z_dim,
            LOSSES[s.loss],
            penalties(s.penalty, self.gamma),
            s.d_steps,
        )
        self.players = self.game.players()
        self.adam = {
            name: torch.optim.Adam(net.parameters(), lr=s.lr[0], betas=(0.0, s.beta2[0]), fused=True)
            for name, net in (("D", self.game.D), ("G", self.game.G))
        }
        self.images, self.done = s.steps * s.batch, 0
        self.ema = EMA(self.game, s.half_life * self.images)
        self.schedules = self._schedules()
        self._pool: Iterator[Tensor] = iter(())
        self.seen: dict[str, Tensor] = {}

    def _schedules(self) -> list[Schedule]:
        s = self.setup
        found = [of_tensor(self.gamma, half_cosine(*s.gamma, self.images))]
        for adam in self.adam.values():
            found.append(of_optimizer(adam, "lr", half_cosine(*s.lr, self.images)))
            found.append(of_optimizer(adam, "beta2", half_cosine(*s.beta2, self.images)))
        return found

    def data(self) -> Batch:
        """A fresh batch, standardised; drawn many at a time because small draws are slow."""
        batch = next(self._pool, None)
        if batch is None:
            n = self.setup.batch
            self._pool = iter(torch.split(self.world.standardise(self.world.sample(50 * n)), n))
            batch = next(self._pool)
        return Batch(batch)

    def step(self) -> None:
        """D moves ``d_steps`` times and G once; then the schedules and the average."""
        for name, player in self.players.items():
            for _ in range(player.steps):
                self.seen |= dict(move(player, self.adam[name], self.data()).seen)
        self.done += 1
        seen = self.done * self.setup.batch
        self.ema.update(self.game, self.setup.batch, seen)
        for law, put in self.schedules:
            put(law(seen))

    def run(self, steps: int | None = None) -> "Play":
        """Take ``steps`` steps, or all that are left."""
        for _ in range(self.setup.steps - self.done if steps is None else steps):
            self.step()
        return self

    @torch.no_grad()
    def fakes(self, n: int, seed: int = 12345, *, average: bool = True) -> Tensor:
        """What G makes, in the world's own units, (n, dim).

        Args:
            n: How many.
            seed: Of their noise.
            average: From the average of G's weights, or from the newest.
        """
        G = self.ema.networks["G"] if average else self.game.G
        fake: Tensor = G(self.game.prior(n, seed=seed))
        return self.world.unstandardise(fake)

    @torch.no_grad()
    def logits(self, x: Tensor) -> Tensor:
        """What D as it plays says of points in the world's own units, (n, dim) -> (n,)."""
        said: Tensor = self.game.D(self.world.standardise(x.float()))
        return said[:, 0]
