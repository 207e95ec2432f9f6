"""Training in the worlds: two small networks, and the same `GAN`, losses, penalties and `move` as everywhere."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.optim import Adam, Optimizer

from sparring.chance import callers_stream_kept
from sparring.data.streams import Stream
from sparring.engine.experiment import Experiment
from sparring.engine.schedules import half_cosine, of_number, of_optimizer
from sparring.engine.trainer import Trainer
from sparring.games import GAN, LOSSES, Batch, Term, Turn, move, noise_of
from sparring.games.noise import key_of
from sparring.games.penalties import gradient_penalty, r1, r2
from sparring.games.priors import normal, uniform
from sparring.networks.spectral import spectral_norm
from sparring.theory.worlds import World
from sparring.words import tr

FITTED = 600
PENALTIES = ("none", "r1", "r2", "r1+r2", "gp")


@dataclass(frozen=True)
class Setup:
    """How two small networks play in a world.

    Args:
        loss: A name from `LOSSES`.
        penalty: none, r1, r2, r1+r2, or gp: that of WGAN-GP.
        gamma: Weight of the penalty at the start and at the end of a half cosine, in standardised units.
        spectral: Whether D has spectral normalisation.
        d_steps: Moves of D for one of G.
        steps: Moves of G.
        batch: Samples a move.
        lr: D's rate in Adam, at the start and at the end.
        g_rate: G's rate as a multiple of D's.
        beta1: Adam's first beta.
        beta2: Adam's second beta, at the start and at the end.
        width: Units of a hidden layer.
        depth: Hidden layers.
        z_dim: Numbers in z.
        prior: What z is drawn from: normal, or uniform on (-sqrt 3, sqrt 3), which has variance 1 too.
        half_life: Of the average of G's weights, as a part of all images.
        slope: Of the leaky ReLUs.
        smooth: tanh instead of leaky ReLUs: G and D without kinks, for pictures of densities.
    """

    loss: str = "nonsaturating"
    penalty: str = "r1"
    gamma: tuple[float, float] = (0.1, 0.005)
    spectral: bool = False
    d_steps: int = 1
    steps: int = 2500
    batch: int = 256
    lr: tuple[float, float] = (2e-3, 1e-4)
    g_rate: float = 1.0
    beta1: float = 0.0
    beta2: tuple[float, float] = (0.9, 0.99)
    width: int = 96
    depth: int = 3
    z_dim: int = 2
    prior: Literal["normal", "uniform"] = "normal"
    half_life: float = 0.02
    slope: float = 0.2
    smooth: bool = False

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            raise ValueError(tr("loss is {loss!r}; known are {known}", loss=self.loss, known=", ".join(LOSSES)))
        if self.penalty not in PENALTIES:
            known = ", ".join(PENALTIES)
            raise ValueError(tr("penalty is {penalty!r}; known are {known}", penalty=self.penalty, known=known))


def network(
    inputs: int, outputs: int, width: int, depth: int, slope: float = 0.2, *, smooth: bool = False
) -> nn.Sequential:
    """``depth`` hidden layers of leaky ReLUs with He's initialisation: a steep start, as separate modes need.

    Smooth ones have tanh, which keeps the variance by a gain of 1.

    Source: He et al. 2015, equation 15.
    """
    sizes = [inputs, *[width] * depth, outputs]
    layers: list[nn.Module] = []
    for i, (a, b) in enumerate(pairwise(sizes)):
        linear = nn.Linear(a, b)
        gain = math.sqrt(2 / (1 + slope**2)) if i else 1.0
        if smooth:
            gain = 1.0 if i else 0.5  # the first layer sets how fast the function can turn
        nn.init.normal_(linear.weight, std=gain / math.sqrt(a))
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.Tanh() if smooth else nn.LeakyReLU(slope)]
    return nn.Sequential(*layers[:-1])


def penalties(name: str) -> dict[str, Term]:
    """The penalties of that name; their weight is the game's number ``gamma``."""
    known: dict[str, Callable[[str], Term]] = {"r1": r1, "r2": r2, "gp": gradient_penalty}
    return {part: known[part]("gamma") for part in name.split("+") if part != "none"}


def experiment(world: World, s: Setup) -> Experiment:
    """Two small networks, their optimizers and schedules; weights come from torch's stream."""
    G = network(s.z_dim, world.dim, s.width, s.depth, s.slope, smooth=s.smooth)
    D = network(world.dim, 1, s.width, s.depth, s.slope, smooth=s.smooth)
    game = GAN(
        G,
        spectral_norm(D) if s.spectral else D,
        normal(s.z_dim) if s.prior == "normal" else uniform(s.z_dim, math.sqrt(3)),
        LOSSES[s.loss],
        penalties(s.penalty),
        numbers={"gamma": s.gamma[0]},
        d_steps=s.d_steps,
        together=True,
    )
    adams: dict[str, Optimizer] = {
        name: Adam(net.parameters(), lr=rate * s.lr[0], betas=(s.beta1, s.beta2[0]), fused=True)
        for name, net, rate in (("D", game.D, 1.0), ("G", game.G, s.g_rate))
    }
    images = s.steps * s.batch
    schedules = [of_number(game, "gamma", half_cosine(*s.gamma, images))]
    for adam, rate in zip(adams.values(), (1.0, s.g_rate), strict=True):
        schedules.append(of_optimizer(adam, "lr", half_cosine(rate * s.lr[0], rate * s.lr[1], images)))
        schedules.append(of_optimizer(adam, "beta2", half_cosine(*s.beta2, images)))
    return Experiment(game, adams, s.batch, images, ema_half_life=s.half_life * images, schedules=tuple(schedules))


def world_stream(world: World, seed: int, most: int = 50) -> Stream:
    """Fresh samples, standardised, as a function of the position; ``most`` batches at once because small draws are slow."""

    @lru_cache(maxsize=2)
    def block(number: int, n: int) -> tuple[Tensor, ...]:
        generator = torch.Generator().manual_seed(key_of(seed, "world", number))
        return torch.split(world.standardise(world.sample(most * n, generator)), n)

    def draw(position: int, n: int) -> Batch:
        number = position // n
        return Batch(block(number // most, n)[number % most])

    return draw


class Play:
    """A game in a world, step by step, by the same trainer as everywhere.

    Args:
        world: Where the data comes from; both players see it standardised.
        setup: How.
        seed: Of the networks, the data and the noise.
    """

    def __init__(self, world: World, setup: Setup | None = None, seed: int = 0) -> None:
        self.world, self.setup = world, setup or Setup()
        with callers_stream_kept():
            torch.manual_seed(seed)
            made = experiment(world, self.setup)
        self.trainer = Trainer(made, world_stream(world, seed), seed=seed)
        assert isinstance(made.game, GAN)
        self.game, self.ema = made.game, self.trainer.ema
        self.seen: dict[str, Tensor] = {}
        self._alone, self._apart = dict.fromkeys(self.trainer.seats, 0), world_stream(world, seed + 1)

    @property
    def moves_of_d(self) -> int:
        """Moves of D so far, those that it made alone too."""
        return self._alone["D"] + self.done * self.setup.d_steps

    @property
    def done(self) -> int:
        """Moves of G so far."""
        return self.trainer.steps

    def step(self) -> None:
        """D moves ``d_steps`` times and G once."""
        for terms in self.trainer.step().values():
            self.seen |= {name: number.value for name, number in terms.seen.items()}

    def alone(self, name: str) -> None:
        """One player moves once, and the other does not."""
        done = self._alone[name]
        turn = Turn(noise_of(self.trainer.seed, "alone", name, done))
        seat = self.trainer.seats[name]
        move(seat, self._apart((done * len(self._alone) + (name == "G")) * self.setup.batch, self.setup.batch), turn)
        self._alone[name] += 1

    def run(self, steps: int | None = None) -> "Play":
        """Take ``steps`` steps, or all that are left."""
        for _ in range(self.setup.steps - self.done if steps is None else steps):
            self.step()
        self.trainer.check()
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
        fake: Tensor = G(self.game.prior(noise_of(seed), n))
        return self.world.unstandardise(fake)

    @torch.no_grad()
    def logits(self, x: Tensor) -> Tensor:
        """What D as it plays says of points in the world's own units, (n, dim) -> (n,)."""
        said: Tensor = self.game.D(self.world.standardise(x.float()))
        return said[:, 0]


def start_at(play: Play, scale: float, shift: float) -> None:
    """Fit G to z -> scale z + shift before anything is played: a start that a picture can explain."""
    G = play.game.G
    adam = torch.optim.Adam(G.parameters(), lr=1e-2)
    for i in range(FITTED):
        adam.param_groups[0]["lr"] = 1e-2 * (1 - i / FITTED)
        z = play.game.prior(noise_of("begin", i), 256)
        adam.zero_grad()
        (G(z) - scale * z - shift).square().mean().backward()
        adam.step()
