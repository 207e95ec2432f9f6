"""Penalties on D's gradient, and the ways to compute one.

A penalty is a `Term`: a function of D and of what D saw (`View`); it returns one value a sample and the game takes the mean.
The convention for gamma, fixed once because published code disagrees: ``r1(gamma)`` adds gamma/2 * E |grad_x D(x)|^2,
with D the logit, the gradient taken through the augmentation, the square summed over the pixels and the mean taken over the batch.

What a penalty asks is the size of a gradient, and there are three ways to it, each a `Form`: `exact` (double backward through the
logits that D has given), `functional` (the same by torch.func, which torch.compile takes) and `finite_differences` (one more
forward pass along a random direction).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.modules.batchnorm import _BatchNorm

from sparring.games.dropout import DROPOUTS
from sparring.games.terms import Payable, Term, lazy, term
from sparring.games.turn import Turn
from sparring.games.view import Look, View, widen
from sparring.words import tr

__all__ = ["exact", "finite_differences", "functional", "gradient_penalty", "lazy", "on_share", "r1", "r2"]


class Slope(NamedTuple):
    """Estimates of a gradient's size for every sample, both unbiased: |g|^2 and |g|, each (n,)."""

    squared: Tensor
    norm: Tensor


class Form(NamedTuple):
    """A way to the size of D's gradient.

    Args:
        slope: ``(D, x, y, logits, turn) -> Slope`` of D's logit (summed over its map, if D gives one) at x.
        through: Whether it differentiates the logits given: x must then be what their graph begins with.
    """

    slope: Callable[[Look, Tensor, Tensor | None, Tensor | None, Turn], Slope]
    through: bool = False


def _slope(gradient: Tensor) -> Slope:
    flat = widen(gradient.flatten(1))
    return Slope(flat.square().sum(1), torch.linalg.vector_norm(flat, dim=1))


def _exact(D: Look, x: Tensor, y: Tensor | None, logits: Tensor | None, turn: Turn) -> Slope:
    if logits is None or not (x.requires_grad and x.is_leaf):  # not where a graph begins: look again
        x = x.detach().requires_grad_()
        logits = D(x, y)
    (gradient,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
    return _slope(gradient)


exact = Form(_exact, through=True)
"""The gradient itself, by double backward through the logits that D has given: no further pass of D."""


def _functional(D: Look, x: Tensor, y: Tensor | None, logits: Tensor | None, turn: Turn) -> Slope:
    return _slope(torch.func.grad(lambda at: D(at, y).sum())(x.detach()))


functional = Form(_functional)
"""The gradient itself, by `torch.func.grad`: the form that torch.compile takes, equal to `exact`; one more pass of D."""


def finite_differences(eps: float = 0.01) -> Form:
    """The slope along one random direction u ~ N(0, I): no double backward, compiles; one more pass of D.

    With p = (D(x + eps u) - D(x)) / eps, E p^2 = |g|^2 + O(eps^2) and E |p| = |g| sqrt(2 / pi). In pure bfloat16
    use eps >= 0.03: below it the difference drowns in rounding and the estimate grows without bound.

    Raises:
        ValueError: If ``eps`` is not positive, or D drops units at random, or has batch norm: two passes would then be of two
            networks, or a sample's answer depend on the directions of the others.

    Source: Lin et al. 2025 (Adversarial Flow Models).
    """
    if not eps > 0:
        raise ValueError(tr("eps is {eps}; a finite difference needs a positive step, for example 0.01", eps=eps))

    def slope(D: Look, x: Tensor, y: Tensor | None, logits: Tensor | None, turn: Turn) -> Slope:
        if any(isinstance(m, DROPOUTS) and m.training and m.p > 0 for m in D.D.modules()):
            raise ValueError(tr("finite differences need a D without dropout; use the exact or the functional form"))
        if any(isinstance(m, _BatchNorm) and m.training for m in D.D.modules()):
            raise ValueError(tr("finite differences need a D without batch norm; use the exact or the functional form"))
        x = x.detach()
        u = turn.noise.normal("direction", *x.shape).to(x.dtype)
        here = D(x, y) if logits is None else logits
        p = (D(x + eps * u, y) - here).flatten(1).sum(1) / eps if here.dim() > 1 else (D(x + eps * u, y) - here) / eps
        return Slope(p.square(), p.abs() * math.sqrt(math.pi / 2))

    return Form(slope)


def r1(gamma: float | str, form: Form = exact) -> Term:
    """gamma/2 * |grad_x D(x)|^2 at the data.

    Args:
        gamma: Weight; or the name of a number of the game, which a schedule may change.
        form: How the gradient's size is found.

    Source: Mescheder et al. 2018, equation 9.
    """

    def at_data(D: Look, view: View) -> Tensor:
        return form.slope(D, view.x, view.y, view.real_logits, view.turn).squared / 2

    return Term(at_data, gamma, through=form.through)


def r2(gamma: float | str, form: Form = exact) -> Term:
    """gamma/2 * |grad_x D(x)|^2 at the fakes. Source: Mescheder et al. 2018; Huang et al. 2024."""

    def at_fakes(D: Look, view: View) -> Tensor:
        return form.slope(D.at_fakes(), view.fake, view.fake_y, view.fake_logits, view.turn).squared / 2

    return Term(at_fakes, gamma, through=form.through)


def gradient_penalty(weight: float | str = 10.0, form: Form = exact) -> Term:
    """Weight * (|grad D(x^)| - 1)^2 at x^ uniform on the lines between real and fake samples (WGAN-GP).

    Source: Gulrajani et al. 2017, algorithm 1.
    """

    def between(D: Look, view: View) -> Tensor:
        t = view.turn.noise.share("interpolation", len(view.x), *[1] * (view.x.dim() - 1)).to(view.x.dtype)
        slope = form.slope(D, torch.lerp(view.fake, view.x, t).detach(), view.y, None, view.turn)
        return slope.squared - 2 * slope.norm + 1

    return Term(between, weight)


def on_share(penalty: Payable, share: float) -> Term:
    """The penalty on one in every ``1 / share`` samples of the batch, evenly spread; its mean is an unbiased estimate.

    Raises:
        ValueError: If ``share`` is not 1, 1/2, 1/3, ...
    """
    step = round(1 / share) if 0 < share <= 1 else 0
    if abs(step * share - 1) > 1e-6:
        raise ValueError(
            tr("share is {share}; it is the part of the batch that is used: 1, 1/2, 1/3, 1/4, ...", share=share)
        )
    whole = term(penalty)

    def partial(D: Look, view: View) -> Tensor:
        y, fake_y = (None if labels is None else labels[::step] for labels in (view.y, view.fake_y))
        real, answer = ({name: t[::step] for name, t in some.items()} for some in (view.real, view.answer))
        few = View(view.x[::step], view.fake[::step], y, fake_y, real, answer, view.turn)
        n = len(view.x)
        return whole.of(D._replace(augment=among(D.augment, n), augment_fake=among(D.augment_fake, n)), few)

    def among(augment: Callable[[Tensor], Tensor], n: int) -> Callable[[Tensor], Tensor]:
        """The augmentation as those samples met it in their places in the whole batch."""
        return lambda x: augment(x.repeat_interleave(step, 0)[:n])[::step]

    return whole._replace(of=partial, through=False)
