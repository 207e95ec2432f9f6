"""Penalties on D's gradient, and the ways to compute one.

A `Penalty` is a function of D and of what D saw (`View`); it returns one value a sample and the game takes the mean.
The convention for gamma, fixed once because published code disagrees: ``r1(gamma)`` adds gamma/2 * E |grad_x D(x)|^2,
with D the logit, the square summed over the pixels and the mean taken over the batch.

What a penalty asks is the size of a gradient, and there are three ways to it, each a `Form`: `exact` (double
backward), `functional` (the same by torch.func, which torch.compile takes) and `finite_differences` (one more forward
pass along a random direction).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.modules.dropout import _DropoutNd


class View(NamedTuple):
    """What D saw in one move.

    Args:
        x: Real data as D saw it, (N, ...).
        fake: Fakes, (N, ...), without a graph.
        y: Labels (N,) or None.
        real_logits: D(x), any shape that begins with N.
        fake_logits: D(fake), likewise.
        turn: How many moves D has made before this one.
    """

    x: Tensor
    fake: Tensor
    y: Tensor | None
    real_logits: Tensor
    fake_logits: Tensor
    turn: int = 0


Penalty = Callable[[nn.Module, View], Tensor]
"""``(D, view) -> (n,)``: one value a sample looked at."""


class Slope(NamedTuple):
    """Estimates of a gradient's size for every sample, both unbiased: |g|^2 and |g|, each (n,)."""

    squared: Tensor
    norm: Tensor


Form = Callable[[nn.Module, Tensor, Tensor | None], Slope]
"""``(D, x, y) -> Slope`` of D's logit (summed over its map, if D gives one) at x."""


def judge(D: nn.Module, x: Tensor, y: Tensor | None) -> Tensor:
    """D's logits, at least in float32: ``D(x)``, or ``D(x, y)`` where there are labels."""
    logits: Tensor = D(x) if y is None else D(x, y)
    return widen(logits)


def widen(t: Tensor) -> Tensor:
    """Half precisions become float32; float32 and float64 stay as they are."""
    return t.to(torch.promote_types(t.dtype, torch.float32))


def _slope(gradient: Tensor) -> Slope:
    flat = widen(gradient.flatten(1))
    return Slope(flat.square().sum(1), torch.linalg.vector_norm(flat, dim=1))


def exact(D: nn.Module, x: Tensor, y: Tensor | None) -> Slope:
    """The gradient itself, by `torch.autograd.grad` with a graph of its own (double backward)."""
    x = x.detach().requires_grad_()
    (gradient,) = torch.autograd.grad(judge(D, x, y).sum(), x, create_graph=True)
    return _slope(gradient)


def functional(D: nn.Module, x: Tensor, y: Tensor | None) -> Slope:
    """The gradient itself, by `torch.func.grad`: the form that torch.compile takes, equal to `exact`."""
    weights = {**dict(D.named_parameters()), **dict(D.named_buffers())}

    def total(x: Tensor) -> Tensor:
        logits: Tensor = functional_call(D, weights, (x,) if y is None else (x, y))
        return widen(logits).sum()

    return _slope(torch.func.grad(total)(x.detach()))


def finite_differences(eps: float = 0.01) -> Form:
    """The slope along one random direction u ~ N(0, I): no double backward, any D, compiles.

    With p = (D(x + eps u) - D(x)) / eps, E p^2 = |g|^2 + O(eps^2) and E |p| = |g| sqrt(2 / pi). In pure bfloat16
    use eps >= 0.03: below it the difference drowns in rounding and the estimate grows without bound.

    Raises:
        ValueError: If ``eps`` is not positive, or D drops units at random: two passes would then be of two networks.

    Source: Lin et al. 2025 (Adversarial Flow Models).
    """
    if not eps > 0:
        raise ValueError(f"eps is {eps}; a finite difference needs a positive step, for example 0.01")

    def form(D: nn.Module, x: Tensor, y: Tensor | None) -> Slope:
        if any(isinstance(m, _DropoutNd) and m.training and m.p > 0 for m in D.modules()):
            raise ValueError("finite differences need a D without dropout; use the exact or the functional form")
        x = x.detach()
        nearby = judge(D, x + eps * torch.randn_like(x), y)
        rise = (nearby - judge(D, x, y)).flatten(1).sum(1) if nearby.dim() > 1 else nearby - judge(D, x, y)
        p = rise / eps
        return Slope(p.square(), p.abs() * math.sqrt(math.pi / 2))

    return form


def r1(gamma: float | Tensor, form: Form = exact) -> Penalty:
    """gamma/2 * |grad_x D(x)|^2 at the data.

    Args:
        gamma: Weight; a 0-dim tensor can be changed in place by a schedule.
        form: How the gradient's size is found.

    Source: Mescheder et al. 2018, equation 9.
    """
    return lambda D, view: gamma / 2 * form(D, view.x, view.y).squared


def r2(gamma: float | Tensor, form: Form = exact) -> Penalty:
    """gamma/2 * |grad_x D(x)|^2 at the fakes. Source: Mescheder et al. 2018; Huang et al. 2024."""
    return lambda D, view: gamma / 2 * form(D, view.fake, view.y).squared


def gradient_penalty(weight: float = 10.0, form: Form = exact) -> Penalty:
    """Weight * (|grad D(x^)| - 1)^2 at x^ uniform on the lines between real and fake samples (WGAN-GP).

    Source: Gulrajani et al. 2017, algorithm 1.
    """

    def penalty(D: nn.Module, view: View) -> Tensor:
        t = torch.rand(len(view.x), *[1] * (view.x.dim() - 1), device=view.x.device, dtype=view.x.dtype)
        slope = form(D, torch.lerp(view.fake, view.x, t), view.y)
        return weight * (slope.squared - 2 * slope.norm + 1)

    return penalty


def on_share(penalty: Penalty, share: float) -> Penalty:
    """The penalty on the first ``share`` of the batch (at least one sample); its mean is an unbiased estimate.

    Raises:
        ValueError: If ``share`` is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; it is the part of the batch that is looked at, in (0, 1]")

    def partial(D: nn.Module, view: View) -> Tensor:
        n = max(1, round(share * len(view.x)))
        y = None if view.y is None else view.y[:n]
        return penalty(D, View(view.x[:n], view.fake[:n], y, view.real_logits[:n], view.fake_logits[:n], view.turn))

    return partial


def lazy(penalty: Penalty, every: int) -> Penalty:
    """The penalty on every ``every``-th move of D, with a gain of ``every``: the same sum over time for less work.

    With Adam also scale the rates by c = every / (every + 1): lr * c, betas ** c.

    Raises:
        ValueError: If ``every`` is below 1.

    Source: Karras et al. 2020 (StyleGAN2), appendix B.
    """
    if every < 1:
        raise ValueError(f"every is {every}; it counts moves and must be 1 or more")

    def sometimes(D: nn.Module, view: View) -> Tensor:
        if view.turn % every:
            return view.real_logits.new_zeros(1)
        return every * penalty(D, view)

    return sometimes
