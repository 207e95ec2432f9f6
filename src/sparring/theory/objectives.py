"""The shipping losses, integrated: what D and G pay when D is optimal and the batch is infinite."""

import math

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from sparring.games.losses import AdversarialLoss, Loss


def log_normal(x: Tensor, mean: float | Tensor = 0.0, std: float = 1.0) -> Tensor:
    """Natural log N(x; mean, std^2), nats."""
    return -((x - mean) / std).square() / 2 - math.log(std * math.sqrt(2 * math.pi))


def optimal_logits(name: str, p: Tensor, q: Tensor) -> Tensor:
    """The logits that minimise D's loss of that name, on a grid, (n,).

    log(p/q) for cross-entropy and relativistic losses; the mean of D's two targets, weighted by p and q, for least
    squares; sign(p - q) for the hinge. The critic's is `kantorovich`.

    Raises:
        ValueError: If there is no closed form: the name is another, or needs `kantorovich`.

    Source: Goodfellow et al. 2014, proposition 1; Mao et al. 2017, equation 5.
    """
    share = p / (p + q).clamp_min(torch.finfo(p.dtype).tiny)
    if name in ("minimax", "nonsaturating", "relativistic"):
        return p.log() - q.log()
    if name == "least_squares":
        return share
    if name == "least_squares_pearson":
        return 2 * share - 1
    if name == "hinge":
        return (p - q).sign()
    raise ValueError(f"no closed form on a grid for the loss {name!r}")


def kantorovich(p: Tensor, q: Tensor, dx: float) -> Tensor:
    """The optimal critic on a line: f' = sign(Q - P), so that E_p f - E_q f = W1; (n,) in units of x."""
    slope = (q - p).cumsum(0).sign()
    return slope.cumsum(0) * dx


def expected(pay: Loss, logits: Tensor, p: Tensor, q: Tensor, dx: float) -> Tensor:
    """E_{x~p, y~q} pay(a(x), a(y)) for a loss that is a sum of a term in a and a term in b, 0-dim."""
    zero = torch.zeros_like(logits)
    real = torch.where(p > 0, p * pay(logits, zero), 0).sum() * dx
    fake = torch.where(q > 0, q * pay(zero, logits), 0).sum() * dx
    return real + fake - pay(zero[:1], zero[:1]).sum()


def generator_slope(loss: AdversarialLoss, logits: Tensor, x: Tensor, mean: float, std: float, dx: float) -> float:
    """d/d mean of E_{y ~ N(mean, std^2)} of G's loss, D's logits held as they are (G does not move D)."""
    at = torch.tensor(mean, dtype=x.dtype, requires_grad=True)
    q = log_normal(x, at, std).exp()
    unread = torch.full_like(logits, torch.nan)
    pay = (q * loss.g(unread, logits.detach())).sum() * dx
    (slope,) = torch.autograd.grad(pay, at)
    return float(slope)


def value_reported(logits: Tensor, p: Tensor, dx: float, fake_logits: Tensor) -> float:
    """V(D, G) of a D as it is: exact over the data's density p on a grid, and the mean over samples of G.

    Args:
        logits: D's on the grid, (n,).
        p: Density of the data there, (n,).
        dx: Size of a cell.
        fake_logits: D's for samples of G, (m,).

    Source: Goodfellow et al. 2014, equation 1.
    """
    return float((p * logsigmoid(logits.double())).sum() * dx + logsigmoid(-fake_logits.double()).mean())
