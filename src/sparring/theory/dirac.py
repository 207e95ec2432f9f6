"""The Dirac-GAN: the smallest GAN there is, by theory and by the code that trains.

The data is the point 0, G makes the point theta, and D(x) = psi x. Two numbers play, so whether training converges
can be read off the eigenvalues of one 2 x 2 matrix: real parts below zero converge, zero circles, and simultaneous
steps of finite size make circles grow. `theory_*` is derived by hand from the formulas of the losses; `Shipping` runs
`GAN`, the losses, the penalties and `move` as every training does.

Source: Mescheder, Geiger & Nowozin 2018, sections 2 and 3.
"""

import math
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from sparring.chance import callers_stream_kept
from sparring.games import GAN, AdversarialLoss, Batch, Seat, Term, Turn, instance_noise, move, move_together, noise_of
from sparring.games.losses import LOSSES
from sparring.games.penalties import gradient_penalty, r1, r2
from sparring.games.view import unchanged

Order = Literal["alternating", "simultaneous"]
Matrix = NDArray[np.float64]

PENALTIES: dict[str, Callable[[float], dict[str, Term]]] = {
    "none": lambda gamma: {},
    "r1": lambda gamma: {"r1": r1(gamma)},
    "r1+r2": lambda gamma: {"r1": r1(gamma), "r2": r2(gamma)},
    "gradient_penalty": lambda gamma: {"gradient_penalty": gradient_penalty(gamma)},
}
"""Penalties by the name the figures use, as functions of their weight."""


def _sigmoid(t: float) -> float:
    return 1 / (1 + math.exp(-t))


SLOPES: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "minimax": (_sigmoid, lambda b: -_sigmoid(b)),
    "nonsaturating": (_sigmoid, lambda b: -_sigmoid(-b)),
    "relativistic": (_sigmoid, lambda b: -_sigmoid(-b)),
    "least_squares": (lambda b: 2 * b, lambda b: 2 * (b - 1)),
    "least_squares_pearson": (lambda b: 2 * (b + 1), lambda b: 2 * b),
    "hinge": (lambda b: float(b > -1), lambda b: -1.0),
    "wasserstein": (lambda b: 1.0, lambda b: -1.0),
}
"""By hand: dL_D/db and dL_G/db at the fake's logit b = psi theta, the real one being a = 0. Other losses have no theory here."""


def theory_field(loss: str, penalty: str, gamma: float) -> Callable[[float, float], tuple[float, float]]:
    """(theta, psi) -> their velocities: minus each player's own gradient, written out by hand."""
    of_d, of_g = SLOPES[loss]
    count = {"none": 0, "r1": 1, "r1+r2": 2, "gradient_penalty": 0}[penalty]
    lipschitz = 2 * gamma if penalty == "gradient_penalty" else 0.0

    def velocity(theta: float, psi: float) -> tuple[float, float]:
        b = theta * psi
        pull = count * gamma * psi + lipschitz * (abs(psi) - 1) * math.copysign(1.0, psi)
        return -of_g(b) * psi, -of_d(b) * theta - pull

    return velocity


def theory_jacobian(loss: str, penalty: str = "none", gamma: float = 0.0, noise: float = 0.0) -> Matrix | None:
    """The matrix of the linearised game at (0, 0); None where there is none (WGAN-GP: |psi| has a kink).

    Rows and columns are theta, psi. With instance noise of deviation s, D's loss curves by s^2/4 on each side.
    """
    if penalty == "gradient_penalty":
        return None
    of_d, of_g = SLOPES[loss]
    pull = {"none": 0, "r1": 1, "r1+r2": 2}[penalty] * gamma
    return np.array([[0.0, -of_g(0.0)], [-of_d(0.0), -pull - noise**2 / 2]])


def theory_step(jacobian: Matrix, h: float, order: Order) -> Matrix:
    """The matrix of one round of steps of size h: I + hJ at once, or D's row first and then G's."""
    if order == "simultaneous":
        return np.eye(2) + h * jacobian
    d = np.eye(2) + h * np.diag([0.0, 1.0]) @ jacobian
    g = np.eye(2) + h * np.diag([1.0, 0.0]) @ jacobian
    return g @ d


def theory_orbit(
    loss: str, penalty: str, gamma: float, h: float, steps: int, order: Order, start: tuple[float, float] = (1, 1)
) -> Matrix:
    """Discrete steps along `theory_field`, (steps + 1, 2) of theta, psi."""
    velocity = theory_field(loss, penalty, gamma)
    theta, psi = start
    path = [start]
    for _ in range(steps):
        before = theta, psi
        psi = psi + h * velocity(theta, psi)[1]
        theta = theta + h * velocity(*(before if order == "simultaneous" else (theta, psi)))[0]
        path.append((theta, psi))
    return np.array(path, dtype=np.float64)


def radius_law(start: float, t: float) -> float:
    """r(t)^2 of the non-saturating game, about 1/(1/r0^2 + t/8): it closes in, but slower than any exponential.

    By averaging d(r^2)/dt = -2 theta psi tanh(theta psi / 2) over a circle.
    """
    return 1 / (1 / start + t / 8)


class Point(nn.Module):
    """G(z) = theta, whatever z is."""

    def __init__(self, theta: float) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.tensor(theta, dtype=torch.float64))

    def forward(self, z: Tensor) -> Tensor:
        """(n, ...) -> (n, 1)."""
        return self.theta.expand(len(z), 1)


class Shipping:
    """The Dirac-GAN played by the library: `GAN`, its losses and penalties, SGD and `move`.

    Args:
        loss: The pair of losses.
        penalties: By name.
        h: The step of both players.
        order: Who moves when.
        noise: Deviation of instance noise.
        samples: Size of a batch: 1 will do without noise.
    """

    def __init__(
        self,
        loss: AdversarialLoss,
        penalties: Mapping[str, Term] | None = None,
        h: float = 0.2,
        order: Order = "alternating",
        noise: float = 0.0,
        samples: int = 1,
    ) -> None:
        self.G = Point(1.0)
        self.D = nn.Linear(1, 1, bias=False, dtype=torch.float64)
        augment = instance_noise(noise) if noise else unchanged
        self.game = GAN(self.G, self.D, 1, loss, penalties, augment=augment)
        sgd = {"D": torch.optim.SGD([self.D.weight], lr=h), "G": torch.optim.SGD([self.G.theta], lr=h)}
        self.seats = {name: Seat(self.game, name, sgd[name]) for name in self.game.players()}
        self.moves = 0
        self.order: Order = order
        self.batch = Batch(torch.zeros(samples, 1, dtype=torch.float64))

    def put(self, theta: float, psi: float) -> None:
        """Start from here."""
        with torch.no_grad():
            self.G.theta.fill_(theta)
            self.D.weight.fill_(psi)

    def where(self) -> tuple[float, float]:
        """(theta, psi)."""
        return self.G.theta.item(), self.D.weight.item()

    def step(self) -> None:
        """Every player moves once."""
        turns = [
            (seat, self.batch, Turn(noise_of("dirac", name, self.moves), self.moves))
            for name, seat in self.seats.items()
        ]
        self.moves += 1
        if self.order == "simultaneous":
            move_together(turns)
        else:
            for turn in turns:
                move(*turn)

    def orbit(self, steps: int, start: tuple[float, float] = (1.0, 1.0)) -> Matrix:
        """(steps + 1, 2) of theta, psi."""
        self.put(*start)
        path = [self.where()]
        for _ in range(steps):
            self.step()
            path.append(self.where())
        return np.array(path)

    def step_matrix(self, eps: float = 1e-3) -> Matrix:
        """The matrix of one round at (0, 0), by central differences through `move`; noise repeats itself."""
        columns = []
        for axis in ((eps, 0.0), (0.0, eps)):
            ends = []
            for sign in (1, -1):
                self.put(sign * axis[0], sign * axis[1])
                self.moves = 0
                self.step()
                ends.append(np.array(self.where()))
            columns.append((ends[0] - ends[1]) / (2 * eps))
        return np.stack(columns, axis=1)


def shipping_jacobian(
    loss: str | AdversarialLoss, penalty: str = "none", gamma: float = 0.0, noise: float = 0.0, samples: int = 1
) -> Matrix:
    """The Jacobian of the shipping code at (0, 0): simultaneous steps move by h times the field, so it is exact."""
    pair = LOSSES[loss] if isinstance(loss, str) else loss
    h = 0.5
    with callers_stream_kept():
        played = Shipping(pair, PENALTIES[penalty](gamma), h, "simultaneous", noise, samples)
    return (played.step_matrix() - np.eye(2)) / h


def eigenvalues(matrix: Matrix) -> list[complex]:
    """Both, by real and then imaginary part."""
    return sorted((complex(v) for v in np.linalg.eigvals(matrix)), key=lambda v: (round(v.real, 9), v.imag))


def spectral_radius(matrix: Matrix) -> float:
    """The largest |eigenvalue|: below 1 one round of steps contracts."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())
